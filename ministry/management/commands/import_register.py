"""``manage.py import_register FOLDER``: import a national register from subjects, websites and accesses files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ministry.imports.columns import documentation
from ministry.imports.copying import PieceRefused
from ministry.imports.files import ENCODINGS, FilesRefused, RegisterFiles
from ministry.imports.reports import FaultReport, ImportProgress, counted
from ministry.imports.running import PROCESSES, ImportOutcome, RegisterImport


class Command(BaseCommand):
    help = "Import a register from the files subjects, websites and accesses of a folder; --columns documents them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="the folder with the three files")
        parser.add_argument("--columns", action="store_true", help="print the columns of the files and do nothing else")
        parser.add_argument("--check", action="store_true", help="check the files and write nothing")
        parser.add_argument("--skip-faulty", action="store_true", help="write the subjects without faults")
        parser.add_argument("--encoding", choices=ENCODINGS, default=ENCODINGS[0], help="encoding of CSV files")
        parser.add_argument("--faults", type=Path, default=Path("import_faults.csv"), help="file for the faults")
        parser.add_argument("--processes", type=int, default=PROCESSES, help="one more than cores by default")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["columns"]:
            self.stdout.write("\n".join(documentation()))
            return
        if options["folder"] is None:
            raise CommandError("Name the folder with the files.")
        if settings.BEHIND_POOLER:
            raise CommandError("Set DATABASE_OWNER_URL to the database itself: this needs a session.")
        if not _may_stage():
            raise CommandError("Set DATABASE_OWNER_URL: this needs a temporary table, which only the owner may make.")
        report = FaultReport(options["faults"])
        try:
            outcome = RegisterImport(
                RegisterFiles.found_in(options["folder"], options["encoding"]),
                ImportProgress(self.stdout, self.stdout.isatty()),
                report,
                check_only=options["check"],
                skip_faulty=options["skip_faulty"],
                processes=max(options["processes"], 1),
            ).run()
        except (FilesRefused, PieceRefused) as error:
            raise CommandError(str(error)) from error
        self._tell(outcome, report, options)

    def _tell(self, outcome: ImportOutcome, report: FaultReport, options: dict[str, Any]) -> None:
        if outcome.was_complete:
            self.stdout.write("These files were imported before; nothing was written.")
            return
        self.stdout.write(f"{_both(outcome.subjects, outcome.websites)} read.")
        if outcome.left:
            is_or_are = "is" if outcome.left == 1 else "are"
            self.stdout.write(f"{counted(outcome.left, 'subject')} {is_or_are} in the register already.")
        if outcome.faults and not options["skip_faulty"]:
            raise CommandError(f"{counted(outcome.faults, 'fault')}, see {report.path}. Nothing was written.")
        if outcome.faults:
            self.stdout.write(f"{counted(outcome.faults, 'fault')}, see {report.path}. Their subjects are left out.")
        if options["check"]:
            self.stdout.write("Nothing was written.")
        else:
            self.stdout.write(f"{_both(outcome.written_subjects, outcome.written_websites)} written.")


def _may_stage() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
        return bool(cursor.fetchone()[0])


def _both(subjects: int, websites: int) -> str:
    return f"{counted(subjects, 'subject')} with {counted(websites, 'website')}"
