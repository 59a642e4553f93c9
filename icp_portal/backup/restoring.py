"""Restore a backup into an empty database and an empty storage, then verify all of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from icp_portal.backup import archive, database, files, keys
from icp_portal.backup.archive import BackupBroken
from icp_portal.backup.saving import DATABASE, END, FILES, FORMAT, MANIFEST, Progress, Say
from ministry import audit

Member = tuple[str, bytes]


@dataclass(frozen=True)
class Restored:
    """The counts of what a restore has brought back and verified."""

    at: str
    progress: Progress
    rows: int
    entries: int  # of the audit log


def restore(source: Path, identities: archive.Identities, say: Say) -> Restored:
    """Restore a backup and verify it; raise BackupBroken, before anything is written if that can be told."""
    if not database.is_empty():
        raise BackupBroken("The database is not empty. Create a new one; nothing is ever overwritten.")
    if not files.is_empty():
        raise BackupBroken(
            "The storage of files is not empty. Name a new folder or bucket; nothing is ever overwritten."
        )
    progress = Progress(say)
    with source.open("rb") as file, archive.reading(file, identities) as members:
        manifest = _manifest(members)
        end = _take(members, progress)
    if (end["dump"], end["files"]) != (progress.dump, progress.files):
        raise BackupBroken("The backup lacks members.")
    say("Verifying rows, audit log and files …")
    return Restored(manifest["at"], progress, *_verified(manifest, set(end["gone"])))


def _manifest(members: Iterator[Member]) -> dict[str, Any]:
    """Return the manifest; raise BackupBroken when this portal can't restore the backup."""
    name, content = next(members, ("", b""))
    if name != MANIFEST or (manifest := json.loads(content))["format"] != FORMAT:
        raise BackupBroken("This is no backup of the portal, or one of another release.")
    if lacking := keys.missing(manifest["keys"]):
        raise BackupBroken(f"These settings lack a key with which the backup was made: {', '.join(lacking)}.")
    known = MigrationLoader(None).disk_migrations
    if unlike := {tuple(one) for one in manifest["migrations"]} ^ set(known):
        raise BackupBroken(
            f"Restore with the release that made the backup, then migrate. Differing: {sorted(unlike)[:5]}"
        )
    return dict(manifest)


def _take(members: Iterator[Member], progress: Progress) -> dict[str, Any]:
    """Restore the database, then the files; return the last member."""
    for name, content in chain(_take_database(members, progress), members):
        if name == END:
            return dict(json.loads(content))
        files.store(name.removeprefix(FILES), content)
        progress.files += 1
        progress.size += len(content)
        progress.step()
    raise BackupBroken("The backup has no end.")


def _take_database(members: Iterator[Member], progress: Progress) -> list[Member]:
    """Restore the database from its pieces, which come first; return the member after them."""
    with database.restoring() as dump:
        for name, content in members:
            if not name.startswith(DATABASE):
                return [(name, content)]
            dump.write(content)
            progress.dump += len(content)
            progress.step()
        raise BackupBroken("The backup has no end.")


def _verified(manifest: dict[str, Any], gone: set[str]) -> tuple[int, int]:
    """Return the numbers of rows and of entries of the audit log; raise BackupBroken for the first fault."""
    rows = database.counts()
    for table in sorted(rows.keys() | manifest["rows"].keys()):
        if rows.get(table) != manifest["rows"].get(table):
            raise BackupBroken(f"{table} has {rows.get(table)} rows, not {manifest['rows'].get(table)}.")
    if fault := next(files.faults(gone), None):
        raise BackupBroken(f"Files: {fault}.")
    number, chain = manifest["head"]
    audit.seal()
    if number and (cut := next(audit.external([audit.Head(number, chain)]), None)):
        raise BackupBroken(f"Audit log: {cut}")
    check = audit.check()
    if check.fault:
        raise BackupBroken(f"Audit log: {check.fault}")
    return sum(rows.values()), check.number
