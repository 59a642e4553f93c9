"""Write a backup."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from icp_portal.backup import archive, database, files, keys
from ministry import audit
from ministry.models import Backup

FORMAT: Final = 1
MANIFEST, END = "manifest.json", "end.json"
DATABASE, FILES = "database/", "files/"
EVERY: Final = 5.0  # seconds between two lines of progress
Say = Callable[[str], object]


@dataclass
class Progress:
    """Says from time to time how far it is."""

    say: Say
    at: datetime = field(default_factory=timezone.now)
    dump: int = 0  # bytes
    files: int = 0
    size: int = 0  # bytes of the files
    gone: list[str] = field(default_factory=list)
    _reported: float = field(default_factory=time.monotonic)

    def step(self) -> None:
        """Report the progress if the last report is older than ``EVERY``."""
        if time.monotonic() - self._reported >= EVERY:
            self._reported = time.monotonic()
            self.say(str(self))

    def __str__(self) -> str:
        return f"database {self.dump / 1e6:,.1f} MB, {self.files:,} files {self.size / 1e6:,.1f} MB"


def save(target: Path, recipients: archive.Recipients, say: Say) -> Progress:
    """Write a backup to ``target`` and its SHA-256 beside it, each complete or not at all; return what it has.

    That there is one is noted in the database (``Backup``).
    """
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            hashed = archive.Hashed(file)
            with archive.writing(hashed, recipients) as members:
                progress = _write(members, say)
            file.flush()
            os.fsync(file.fileno())
        target.with_name(f"{target.name}.sha256").write_text(f"{hashed.sha256}  {target.name}\n")
        unfinished.replace(target)
        Backup.objects.create(at=progress.at, size=hashed.size, sha256=hashed.sha256)
    finally:
        unfinished.unlink(missing_ok=True)
    return progress


def _write(members: archive.ArchiveWriter, say: Say) -> Progress:
    progress = Progress(say)
    with database.snapshot() as snapshot_name:
        members.add_json(MANIFEST, _manifest())
        for number, chunk in enumerate(database.dumped(snapshot_name)):
            members.add(f"{DATABASE}{number:08}", chunk)
            progress.dump += len(chunk)
            progress.step()
        for name, _expected in files.named():
            _add_file(members, name, progress)
            progress.step()
    members.add_json(END, {"dump": progress.dump, "files": progress.files, "gone": progress.gone})
    return progress


def _add_file(members: archive.ArchiveWriter, name: str, progress: Progress) -> None:
    content = files.content(name)
    if content is None:  # erased after the moment of the snapshot, or missing, which the nightly check says
        progress.gone.append(name)
        return
    members.add(f"{FILES}{name}", content)
    progress.files += 1
    progress.size += len(content)


def _manifest() -> dict[str, object]:
    """Return what the backup is and needs, as the snapshot sees it."""
    head = audit.last()
    return {
        "format": FORMAT,
        "at": timezone.now().isoformat(),
        "keys": keys.fingerprints(),
        "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
        "head": [head.number, head.chain],
        "rows": database.counts(),
    }
