"""The signed copy of a verification sheet, as it comes from a scanner or a camera: pictures, or a PDF of them.

Content decides, not the name. Whatever comes is kept as pictures we have encoded ourselves (``filings.pictures``).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import advice, pdf_pages, pictures
from filings.pictures import Picture

MOST_PAGES = 5
PDF = b"%PDF-"
REFUSED: dict[int, Promise | str] = {
    pdf_pages.UNREADABLE: gettext_lazy(
        "This PDF can't be read. Scan the sheet again, or send photos of its pages as JPEG or PNG."
    ),
    pdf_pages.LOCKED: gettext_lazy("This PDF is locked with a password. Save it without one and send it again."),
    pdf_pages.TOO_MANY: gettext_lazy("A signed sheet has at most 5 pages. Leave out what does not belong to it."),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is kept, and the SHA-256 of the file it came in."""

    picture: Picture
    original_sha256: str


def accept(uploads: Iterable[UploadedFile[bytes]]) -> list[Page]:
    """The pages of all the files, in order; raise ValidationError with words for the user. Slow."""
    pages: list[Page] = []
    for upload in uploads:
        if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
            raise ValidationError(
                _("The file has more than %(mb)d MB. Send a smaller one."),
                code="too_big",
                params={"mb": settings.EVIDENCE_MAX_BYTES // 1024**2},
            )
        pages += _pages(upload.read(), MOST_PAGES - len(pages))
    return pages


def _pages(content: bytes, most: int) -> Iterator[Page]:
    original = hashlib.sha256(content).hexdigest()
    for picture in _pictures(content, most):
        yield Page(pictures.accept(SimpleUploadedFile("page.jpg", picture), advice.VERIFICATION_SHEET), original)


def _pictures(content: bytes, most: int) -> list[bytes]:
    """The pictures in the file: itself, or the pages of a PDF."""
    try:
        if most < 1:
            raise pdf_pages.PdfRefused(pdf_pages.TOO_MANY)
        return pdf_pages.drawn(content, most) if content.startswith(PDF) else [content]
    except pdf_pages.PdfRefused as refused:
        raise ValidationError(str(REFUSED[refused.reason]), code="pdf_refused") from refused
