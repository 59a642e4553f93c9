"""Files in quarantine: kept in the storage and opened for nobody, until an operator releases them."""

import logging
from typing import TYPE_CHECKING, Final

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from ministry.process_copy import ProcessCopy

if TYPE_CHECKING:
    from accounts.models import User
    from filings.models import QuarantinedFile

logger = logging.getLogger(__name__)


class InQuarantine(OSError):
    """A file is not opened because malware was found in it; handled like one that is missing."""


def names() -> frozenset[str]:
    """Return the names of the files in quarantine. One query."""
    return frozenset(_rows().filter(released_at=None).values_list("file", flat=True))


NAMES: Final = ProcessCopy(names)


def opened(file: FieldFile) -> File[bytes]:
    """Open a stored file to read it; raise InQuarantine, or another OSError if it can't be read."""
    if file.name in NAMES.value():
        raise InQuarantine(f"{file.name} is in quarantine")
    return file.open("rb")


def put(file: FieldFile, signature: str) -> None:
    """Put a file into quarantine, unless it was released from it after the same signature had been found."""
    of = f"{file.instance._meta.label} {file.instance.pk} {file.field.name}"
    _row, is_new = _rows().get_or_create(file=file.name, signature=signature[:200], defaults={"of": of})
    if is_new:
        logger.critical("malware in a stored file, which is in quarantine now: %s, %s", of, signature)
        transaction.on_commit(NAMES.forget)


def release(file: str, reason: str, by: "User | None" = None) -> int:
    """Let a file be opened again; return how many signatures that takes back. ``by``: None on the command line."""
    rows = _rows().filter(file=file, released_at=None)
    with transaction.atomic():
        transaction.on_commit(NAMES.forget)
        return rows.update(released_at=timezone.now(), released_by=by, reason=reason)


def _rows() -> "QuerySet[QuarantinedFile]":
    from filings.models import QuarantinedFile  # late: the storage, which models name, is in a module that imports this

    return QuarantinedFile.objects.all()
