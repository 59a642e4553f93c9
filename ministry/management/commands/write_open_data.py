"""``manage.py write_open_data``: write this month's open data now, in place of those that are there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ministry.imports.reports import ImportProgress
from ministry.open_data import editions
from ministry.open_data.editions import AlreadyWriting


class Command(BaseCommand):
    help = "Write this month's open data now, in place of those that are there, as after an import."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", default="", help="the month, like 2026-11: only the present one can be written")

    def handle(self, *args: Any, **options: Any) -> None:
        month = timezone.localdate().replace(day=1)
        if options["month"] not in ("", f"{month:%Y-%m}"):
            raise CommandError(f"Only the state of now can be written, as {month:%Y-%m}.")
        try:
            edition = editions.write(month, ImportProgress(self.stdout, self.stdout.isatty()))
        except AlreadyWriting as error:
            raise CommandError("Another process is writing the open data.") from error
        for file in edition.files:
            self.stdout.write(
                f"{file['name']}: {file['rows']:,} rows, {file['size']:,} bytes, SHA-256 {file['sha256']}"
            )
