"""``manage.py verify_audit``: verify the audit log, or report the first fault."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ministry import audit


def head(text: str) -> audit.Head:
    """Parse a line printed by ``audit_head``; raise ArgumentTypeError for anything else."""
    number, colon, chain = text.split(maxsplit=1)[0].partition(":") if text.strip() else ("", "", "")
    if not (colon and number.isdecimal() and len(chain) == len(audit.START)):
        raise ArgumentTypeError(f"“{text.strip()}” is no head: a line of audit_head is NUMBER:CHAIN TIME")
    return audit.Head(int(number), chain)


class Command(BaseCommand):
    help = "Prove that no row of the audit log was changed, removed or smuggled in; fail and name the first that was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", type=head, default=[], help="a head kept elsewhere, NUMBER:CHAIN"
        )
        parser.add_argument("--heads", type=Path, help="a file with a line of audit_head each")

    def handle(self, *args: Any, **options: Any) -> None:
        audit.seal()
        if fault := next(audit.external(_heads(options)), None):
            raise CommandError(str(fault))
        check = audit.check()
        if check.fault:
            raise CommandError(check.fault)
        self.stdout.write(f"{check.number} entries, all sound. Chain: {check.chain}")


def _heads(options: dict[str, Any]) -> list[audit.Head]:
    try:
        lines = options["heads"].read_text().splitlines() if options["heads"] else []
        return [*options["head"], *map(head, lines)]
    except (ArgumentTypeError, OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error)) from error
