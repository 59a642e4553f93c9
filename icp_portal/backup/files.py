"""The stored files of a backup: which there are, by the rows that name them, and what each must contain."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final, cast

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from filings.evidence import file_checks
from icp_portal.backup.archive import BackupBroken

# The column of a file whose SHA-256 is in the column “sha256” of its row; small copies and originals have none.
HASHED: Final = "file"


def named() -> Iterator[tuple[str, str]]:
    """Yield each file that a row names, and its SHA-256 where the row has it, as the current transaction sees them."""
    for model, column in file_checks.columns():
        has_hash = column == HASHED and any(field.name == "sha256" for field in model._meta.concrete_fields)
        rows = model._base_manager.exclude(**{column: ""}).order_by("pk")
        for found in rows.values_list(column, *(["sha256"] if has_hash else [])).iterator():
            yield found[0], found[1] if has_hash else ""


def content(name: str) -> bytes | None:
    """Return what a file contains; None when it is not there."""
    try:
        with default_storage.open(name, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def store(name: str, what: bytes) -> None:
    """Store a file under exactly this name; raise BackupBroken for a name outside of the storage, or one taken."""
    try:
        if default_storage.exists(name) and content(name) == what:
            return  # two rows name it
        stored = default_storage.save(name, ContentFile(what))
    except SuspiciousFileOperation as error:
        raise BackupBroken(f"{name}: no name of a stored file.") from error
    if stored != name:
        raise BackupBroken(f"{name} is there already, with another content.")


def is_empty() -> bool:
    """Return whether nothing is stored."""
    return not cast(Any, default_storage).names_after("", 1)


def faults(gone: set[str]) -> Iterator[str]:
    """Yield what is wrong with the stored files, but for those that were ``gone`` when they were backed up."""
    for name, expected in named():
        found = content(name)
        if found is None:
            if name not in gone:
                yield f"{name} is missing"
        elif expected and sha256(found).hexdigest() != expected:
            yield f"{name} differs from the SHA-256 in its row"
