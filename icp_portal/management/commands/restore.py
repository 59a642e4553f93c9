"""``manage.py restore``: restore a backup into an empty database and an empty folder, and verify all of it."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError

from icp_portal.backup.archive import BackupBroken
from icp_portal.backup.restoring import restore


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty storage; verify counts, audit log and every file."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="file with the secret key (age-keygen)")

    def handle(self, *_args: Any, file: Path, identity: Path, **_options: Any) -> None:
        begun = time.monotonic()
        try:
            restored = restore(file, _identities(identity), self.stderr.write)
        except (BackupBroken, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored the state of {restored.at} in {time.monotonic() - begun:,.1f} s and verified it:"
            f" {restored.rows:,} rows, {restored.entries:,} entries of the audit log, {restored.progress}."
        )


def _identities(file: Path) -> list[pyrage.x25519.Identity]:
    """Return the secret keys of a file as age-keygen writes it."""
    try:
        lines = file.read_text().split()
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} has no secret key of age: {error}") from error
