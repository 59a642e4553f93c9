"""``manage.py audit_head``: print the audit log's last entry, to be kept where the database's owner can't reach it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ministry import audit


class Command(BaseCommand):
    help = "Print number, chain and time of the audit log's last entry. Keep the line elsewhere; verify_audit takes it."

    def handle(self, *args: Any, **options: Any) -> None:
        audit.seal()
        audit.keep_head()
        head = audit.last()
        self.stdout.write(f"{head.number}:{head.chain} {timezone.now():%Y-%m-%dT%H:%M:%SZ}")
