"""Keep the PDFs of issued sheets: each is drawn once, and every look gets the same bytes.

The sheet's content is sealed and in the audit log, so a file that is missing or was changed is replaced by drawing it.
"""

import hashlib
import logging
from collections.abc import Iterable
from contextlib import suppress

from django.core.files.base import ContentFile

from accounts import languages
from filings.errors import FileMissing, NotKept
from filings.evidence.files import content_of, kept
from filings.models import Sheet, SheetPdf

logger = logging.getLogger(__name__)


def pdf_of(sheet: Sheet) -> bytes:
    """Return an issued sheet as PDF; draw and store it at the first look."""
    return pdfs_of([sheet])[sheet.pk]


def pdfs_of(sheets: Iterable[Sheet]) -> dict[int, bytes]:
    """Return issued sheets as PDFs by primary key; draw and store each at its first look. One query without drawing."""
    found = list(sheets)
    rows = SheetPdf.objects.in_bulk([sheet.pk for sheet in found])
    return {sheet.pk: _stored(sheet, rows.get(sheet.pk)) or _drawn(sheet) for sheet in found}


def _stored(sheet: Sheet, row: SheetPdf | None) -> bytes | None:
    """Return the stored file; None if there is none, or it is not the one that was stored."""
    if row is None:
        return None
    with suppress(FileMissing):  # logged there
        content = content_of(row.file)
        if hashlib.sha256(content).hexdigest() == row.sha256:
            return content
        logger.critical("the file %s of sheet %d was changed", row.file.name, sheet.pk)
    return None


def _drawn(sheet: Sheet) -> bytes:
    """Draw the sheet and store the file, unless the storage is full or another look has stored one meanwhile."""
    from filings.verification import sheet_pdf

    with languages.official():  # whoever looks first
        content = sheet_pdf.issued(sheet)
    with suppress(NotKept), kept():
        Sheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
        if not SheetPdf.objects.filter(sheet=sheet).exists():
            row = SheetPdf(sheet=sheet, sha256=hashlib.sha256(content).hexdigest())
            row.file.save("", ContentFile(content))
    return content
