"""``manage.py quarantine``: list the files in quarantine, or release one with ``--release FILE --reason WHY``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from filings.evidence import quarantine
from filings.models import QuarantinedFile


class Command(BaseCommand):
    help = "List the stored files in which malware was found, or release one, for example after a false alarm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--release", metavar="FILE", help="let this file be opened again")
        parser.add_argument("--reason", default="", help="why, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        if file := options["release"]:
            if not options["reason"].strip():
                raise CommandError("Give a reason with --reason.")
            if not quarantine.release(file, options["reason"].strip()[:200]):
                raise CommandError(f"{file} is not in quarantine.")
            self.stdout.write(f"{file} is released.")
            return
        for row in QuarantinedFile.objects.filter(released_at=None).order_by("pk"):
            self.stdout.write(f"{row.file}  {row.of}  {row.signature}  {row.found_at:%Y-%m-%d %H:%M}")
