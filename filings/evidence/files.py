"""Receive, store and serve private files, completely or not at all, with error messages for users.

``kept`` is a transaction that deletes the files saved in it when it fails; ``filings.evidence.file_checks`` finds files
that a killed process has left without a row.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import Error, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.errors import FileMissing, NotKept
from filings.evidence import malware, quarantine
from ministry.reference.typed_text import shown

NO_ROOM = gettext_lazy(
    "The file could not be saved: the portal's storage is full. Nothing was changed. Try again "
    "later; if it still fails, contact the operators."
)
NOT_SCANNED = "not_scanned"  # code of the error about a file that may be sent again later
logger = logging.getLogger(__name__)
# The names of the files saved so far in the innermost ``kept``; None outside of one.
_saved: ContextVar[list[str] | None] = ContextVar("saved", default=None)


class NotStored(OSError):
    """The storage could not store a file completely."""


def stored(save: Callable[[], str]) -> str:
    """Return the name under which ``save`` has stored a file; raise NotStored for an OSError."""
    try:
        saved = save()
    except OSError as error:
        logger.critical("a file can't be stored: %s", error)
        raise NotStored(*error.args) from error
    if (names := _saved.get()) is not None:
        names.append(saved)
    return saved


class EvidenceStorage(FileSystemStorage):
    """A folder of files without partially written ones."""

    def _save(self, name: str, content: File[Any]) -> str:
        return stored(partial(self._written, name, content))

    def _written(self, name: str, content: File[Any]) -> str:
        try:
            return str(super()._save(name, content))  # type: ignore[misc]
        except OSError:
            with suppress(OSError):
                self.delete(name)
            raise

    def names_after(self, place: str, most: int) -> list[str]:
        """Return the next names of files after ``place``, in the order of their folders, at most so many."""
        after = tuple(place.split("/")) if place else ()
        return ["/".join(parts) for parts in islice(_walked(Path(self.location), (), after), most)]


def _walked(root: Path, folder: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the files below a folder sorted by name, starting after ``after``."""
    for entry in sorted(_entries(root.joinpath(*folder)), key=lambda entry: entry.name):
        parts = (*folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if parts >= after[: len(parts)]:
                yield from _walked(root, parts, after)
        elif parts > after:
            yield parts


def _entries(folder: Path) -> list[Any]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, PermissionError):  # nothing stored yet; the file system's lost+found
        return []


@contextmanager
def kept() -> Iterator[None]:
    """Open a transaction in which files are saved; delete them again if it fails.

    Raise NotKept when the storage is full. After an error of the database, such as a lost connection at the commit,
    the rows may exist: then the files stay, and the nightly check decides by the rows. Inside another ``kept`` the
    outer one decides.
    """
    outer = _saved.get()
    names: list[str] = []
    token = _saved.set(names)
    try:
        with transaction.atomic():
            yield
    except Error:
        raise
    except Exception as error:
        while names:
            with suppress(OSError):
                default_storage.delete(names.pop())
        if isinstance(error, NotStored):
            raise NotKept(str(NO_ROOM)) from error
        raise
    finally:
        _saved.reset(token)
        if outer is not None:
            outer.extend(names)


# --- Uploads ------------------------------------------------------------------------------------------


def read_upload(upload: UploadedFile[bytes]) -> bytes:
    """Return a file's content, scanned for malware where a scanner is set.

    Raise ValidationError when it is too large, not received for lack of disk space, infected, or could not be scanned.
    """
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise _too_big(upload.name, settings.EVIDENCE_MAX_BYTES // 1024**2)
    try:
        content: bytes = upload.read()
    except OSError as error:
        logger.critical("an uploaded file can't be received: %s", error)
        raise about_file(upload.name, str(NO_ROOM), "no_room") from error
    _scan(upload.name, content)
    return content


def _scan(name: str | None, content: bytes) -> None:
    try:
        malware.check(content)
    except malware.Infected as found:
        logger.warning("an uploaded file is infected: %s", found)
        words = _("The virus scanner has found malware in this file (%(name)s). It was not kept.") % {"name": found}
        raise about_file(name, words, "infected") from found
    except malware.TooLarge as error:
        logger.error("an uploaded file of %d bytes can't be scanned: set the scanner's StreamMaxLength", len(content))
        raise _too_big(name, (len(content) - 1) // 1024**2) from error
    except malware.NotScanned as error:
        logger.error("an uploaded file can't be scanned: %s", error)
        words = _("The virus scanner can't be reached, so the file was not kept. Try again later.")
        raise about_file(name, words, NOT_SCANNED) from error


def _too_big(name: str | None, megabytes: int) -> ValidationError:
    words = _("The file is larger than %(mb)d MB. Upload a smaller one.")
    return about_file(name, words % {"mb": megabytes}, "too_big")


def about_file(name: str | None, words: str, code: str) -> ValidationError:
    """Return a ValidationError about a file that begins with its name, because a field may have several."""
    if name:
        words = _("“%(file)s”: %(words)s") % {"file": shown(name), "words": words}
    return ValidationError(words, code=code)


# --- Downloads ----------------------------------------------------------------------------------------


def content_of(file: FieldFile) -> bytes:
    """Return the content of a stored file; raise FileMissing when it can't be read or is in quarantine."""
    try:
        with quarantine.opened(file) as opened:
            content: bytes = opened.read()
    except quarantine.InQuarantine as found:
        raise FileMissing(
            _("The virus scanner has found malware in this file, so it is not opened. Contact the operators.")
        ) from found
    except OSError as error:
        logger.critical(
            "the file %s of %s %s is missing: %s", file.name, file.instance._meta.label, file.instance.pk, error
        )
        raise FileMissing(
            _("A file is missing from the portal's storage. Its record is kept; contact the operators.")
        ) from error
    return content
