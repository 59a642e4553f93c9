"""Accept scans of signed papers, such as the verification sheet: pictures, or a PDF.

The content decides, not the file name. Pages are stored as re-encoded pictures (``pictures``).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, ngettext

from filings.evidence import files, pictures, quality
from filings.evidence.limited import LOCKED, TOO_MANY_PAGES, TOO_MUCH, UNREADABLE, FileRefused, concurrency, running
from filings.evidence.pictures import Picture

MOST_PAGES = 5
PDF = b"%PDF-"
REFUSALS: dict[str, Promise | str] = {
    UNREADABLE: gettext_lazy(
        "This PDF can't be read. Scan the sheet again, or upload photos of its pages as JPEG or PNG."
    ),
    LOCKED: gettext_lazy("This PDF is protected with a password. Remove the password and upload the file again."),
    TOO_MANY_PAGES: format_lazy(
        gettext_lazy("A signed sheet has at most {pages} pages. Remove pages that do not belong to it."),
        pages=MOST_PAGES,
    ),
    TOO_MUCH: gettext_lazy("This PDF is too complex to open. Upload photos of its pages as JPEG or PNG."),
    concurrency.BUSY: pictures.REFUSALS[concurrency.BUSY],
}


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page to store, and the SHA-256 of the uploaded file."""

    picture: Picture
    original_sha256: str


def accept(uploads: Iterable[UploadedFile[bytes]]) -> list[ScannedPage]:
    """Return the pages of all the files, in order; raise ValidationError with words for the user. Slow."""
    pages: list[ScannedPage] = []
    for upload in uploads:
        pages += _pages(upload, MOST_PAGES - len(pages))
    return pages


def pictures_of(upload: UploadedFile[bytes], most: int) -> list[UploadedFile[bytes]]:
    """Return the pages of a PDF as pictures, at most ``most``; any other file as it is. Slow for a PDF.

    Raises ValidationError with words for the user.
    """
    content = files.read_upload(upload)
    upload.seek(0)
    if not content.startswith(PDF):
        return [upload]
    try:
        pages = running.run("pages", content, most=most)[1]
    except FileRefused as refused:
        words = REFUSALS[refused.reason]
        if refused.reason == TOO_MANY_PAGES:
            words = ngettext(
                "This PDF has more than %(most)d page. Upload only the page that is asked for.",
                "This PDF has more than %(most)d pages. Upload only the pages that are asked for.",
                most,
            ) % {"most": most}
        raise files.about_file(upload.name, str(words), refused.reason) from refused
    return [SimpleUploadedFile(upload.name or "", page) for page in pages]


def _pages(upload: UploadedFile[bytes], most: int) -> Iterator[ScannedPage]:
    content = files.read_upload(upload)
    original = hashlib.sha256(content).hexdigest()
    for picture in _pictures(upload.name, content, most):
        page = SimpleUploadedFile(upload.name or "", picture)
        yield ScannedPage(pictures.accept(page, quality.VERIFICATION_SHEET), original)


def _pictures(name: str | None, content: bytes, most: int) -> list[bytes]:
    """Return the pictures in the file: itself, or the pages of a PDF."""
    try:
        if most < 1:
            raise FileRefused(TOO_MANY_PAGES)
        return running.run("pages", content, most=most)[1] if content.startswith(PDF) else [content]
    except FileRefused as refused:
        raise files.about_file(name, str(REFUSALS[refused.reason]), refused.reason) from refused
