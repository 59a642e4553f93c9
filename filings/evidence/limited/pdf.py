"""Render the pages of a PDF as pictures. Must not import Django."""

from io import BytesIO

import pypdfium2

from filings.evidence.limited import LOCKED, TOO_MANY_PAGES, UNREADABLE, FileRefused

LONGER_SIDE = 2339  # pixels: A4 at 200 dots an inch
QUALITY = 92


def pages(content: bytes, most: int) -> tuple[dict[str, object], list[bytes]]:
    """Return each page as JPEG, without scripts, links or attachments.

    Raise FileRefused when there are none, or more than ``most``.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise FileRefused(LOCKED if "password" in str(error).lower() else UNREADABLE) from error
    if not len(document):
        raise FileRefused(UNREADABLE)
    if len(document) > most:
        raise FileRefused(TOO_MANY_PAGES)
    try:
        return {}, [_drawn(page) for page in document]
    except pypdfium2.PdfiumError as error:
        raise FileRefused(UNREADABLE) from error


def _drawn(page: pypdfium2.PdfPage) -> bytes:
    target = BytesIO()
    scale = LONGER_SIDE / max(page.get_size())
    page.render(scale=scale).to_pil().convert("RGB").save(target, "JPEG", quality=QUALITY)
    page.close()
    return target.getvalue()
