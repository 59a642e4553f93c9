"""``manage.py backup``: write database and files of one moment into a file that only the holder of a key can read."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from icp_portal.backup.archive import BackupBroken
from icp_portal.backup.saving import save


class Command(BaseCommand):
    help = (
        "Back up database and files as of one moment, encrypted to public keys of age, with the fingerprints of keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to, such as portal-2026-12-01.age")
        parser.add_argument(
            "--recipient", action="append", metavar="age1…", help="a public key; BACKUP_RECIPIENTS has the usual ones"
        )

    def handle(self, *_args: Any, file: Path, recipient: list[str] | None, **_options: Any) -> None:
        begun = time.monotonic()
        try:
            recipients = [pyrage.x25519.Recipient.from_str(key) for key in recipient or settings.BACKUP_RECIPIENTS]
        except pyrage.RecipientError as error:
            raise CommandError(f"A public key of age begins with age1: {error}") from error
        if not recipients:
            raise CommandError("To whom? Set BACKUP_RECIPIENTS, or name a public key with --recipient.")
        if file.exists():
            raise CommandError(f"{file} exists; nothing is overwritten.")
        try:
            saved = save(file, recipients, self.stderr.write)
        except (BackupBroken, OSError) as error:
            raise CommandError(str(error)) from error
        for name in saved.gone:
            self.stderr.write(f"not there: {name}")
        size, seconds = file.stat().st_size / 1e6, time.monotonic() - begun
        self.stdout.write(f"{file}: {size:,.1f} MB in {seconds:,.1f} s ({saved}, {len(saved.gone)} not there)")
