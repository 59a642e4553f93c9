"""``manage.py verify_audit``: prove the audit log, or name its first broken row."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ministry import audit


class Command(BaseCommand):
    help = "Prove that no row of the audit log was changed, removed or smuggled in; fail and name the first that was."

    def handle(self, *args: Any, **options: Any) -> None:
        audit.seal()
        check = audit.check()
        if check.fault:
            raise CommandError(check.fault)
        self.stdout.write(f"{check.number} entries, all sound. Chain: {check.chain}")
