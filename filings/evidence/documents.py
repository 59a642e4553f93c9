"""Read and store the papers of orders, answers and proofs, re-encoded as pictures."""

from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from filings.evidence import scans
from filings.evidence.files import kept
from filings.evidence.scans import ScannedPage
from filings.models import OfficialPage, OfficialPaper


def read(uploads: Sequence[UploadedFile[bytes]]) -> list[ScannedPage]:
    """Return the pages of the files; raise ValidationError with words for the user. Slow: call before any lock."""
    return scans.accept(uploads)


def accept(uploads: Sequence[UploadedFile[bytes]], user_id: int) -> OfficialPaper:
    """Store the files as one document; raise ValidationError with a message for the user. Slow: before any lock."""
    return store(read(uploads), user_id)


def store(pages: Sequence[ScannedPage], user_id: int | None) -> OfficialPaper:
    """Store pages as one paper, in the caller's transaction."""
    with kept():
        paper = OfficialPaper.objects.create(uploaded_by_id=user_id)
        for number, page in enumerate(pages, start=1):
            row = OfficialPage(
                paper=paper,
                number=number,
                sha256=page.picture.sha256,
                original_sha256=page.original_sha256,
                width=page.picture.width,
                height=page.picture.height,
            )
            row.file.save("", ContentFile(page.picture.content), save=True)
    return paper
