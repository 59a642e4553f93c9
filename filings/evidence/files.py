"""Private files as they come in, are kept and leave again: whole or not at all, and said in words.

A file and its row belong together. ``kept`` is a transaction that takes the files saved in it back when it fails;
what a process that was killed leaves without a row, ``filings.evidence.file_checks`` finds.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import Error, transaction
from django.db.models.fields.files import FieldFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.errors import FileMissing, NotKept
from ministry.reference.typed_text import shown

NO_ROOM = gettext_lazy(
    "It could not be kept: the portal has no room for files at this moment. Nothing was changed. Send it again later; "
    "if that does not help, tell the operators."
)
logger = logging.getLogger(__name__)
# The names of the files saved so far in the innermost ``kept``; None outside of one.
_saved: ContextVar[list[str] | None] = ContextVar("saved", default=None)


class NotStored(OSError):
    """The storage did not take a file, or not all of it."""


class EvidenceStorage(FileSystemStorage):
    """A folder of files, none of them half written."""

    def _save(self, name: str, content: File[Any]) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
        except OSError as error:
            with suppress(OSError):
                self.delete(name)
            logger.critical("a file can't be stored in %s: %s", self.location, error)
            raise NotStored(*error.args) from error
        if (names := _saved.get()) is not None:
            names.append(saved)
        return saved


@contextmanager
def kept() -> Iterator[None]:
    """A transaction in which files are saved: when it fails they are deleted again.

    Raise NotKept when the storage is full. What the database itself fails for, a lost connection at the commit for
    example, may have been written all the same: then the files stay, and the nightly check decides by the rows.
    """
    names: list[str] = []
    token = _saved.set(names)
    try:
        with transaction.atomic():
            yield
    except Error:
        raise
    except Exception as error:
        for name in names:
            with suppress(OSError):
                default_storage.delete(name)
        if isinstance(error, NotStored):
            raise NotKept(str(NO_ROOM)) from error
        raise
    finally:
        _saved.reset(token)
    if (outer := _saved.get()) is not None:
        outer.extend(names)


# --- Coming in ----------------------------------------------------------------------------------------


def read_upload(upload: UploadedFile[bytes]) -> bytes:
    """Return what a file contains; raise ValidationError when it is too large, or was not received for lack of room."""
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        words = _("The file has more than %(mb)d MB. Send a smaller one.")
        raise about_file(upload.name, words % {"mb": settings.EVIDENCE_MAX_BYTES // 1024**2}, "too_big")
    try:
        content: bytes = upload.read()
    except OSError as error:
        logger.critical("an uploaded file can't be received: %s", error)
        raise about_file(upload.name, str(NO_ROOM), "no_room") from error
    return content


def about_file(name: str | None, words: str, code: str) -> ValidationError:
    """Return what is wrong with a file, after its name: of several in one field each is told apart."""
    if name:
        words = _("“%(file)s”: %(words)s") % {"file": shown(name), "words": words}
    return ValidationError(words, code=code)


# --- Leaving ------------------------------------------------------------------------------------------


def content_of(file: FieldFile) -> bytes:
    """Return what a kept file contains; raise FileMissing when it is not there or can't be read."""
    try:
        with file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        logger.critical(
            "the file %s of %s %s is missing: %s", file.name, file.instance._meta.label, file.instance.pk, error
        )
        raise FileMissing(
            _("A file is missing from the portal's storage. What is on record about it is kept; tell the operators.")
        ) from error
    return content


def picture_response(file: FieldFile) -> HttpResponse:
    """Stream a picture to somebody who may see it; raise FileMissing, which the middleware answers with a page."""
    response = HttpResponse(content_of(file), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response
