"""Store the pages of a sheet's signed copy."""

from django.core.files.base import ContentFile

from filings.actors import Actor
from filings.evidence.scans import ScannedPage
from filings.models import Sheet, SheetScan


def keep_page(sheet: Sheet, actor: Actor, version: int, number: int, page: ScannedPage) -> None:
    """Store a page of the signed copy of a sheet, in the caller's transaction."""
    scan = SheetScan(
        sheet=sheet,
        version=version,
        page=number,
        sha256=page.picture.sha256,
        original_sha256=page.original_sha256,
        width=page.picture.width,
        height=page.picture.height,
        advice=list(page.picture.advice),
        uploaded_by_id=actor.person_id,
    )
    scan.file.save("", ContentFile(page.picture.content), save=False)
    scan.official.save("", ContentFile(page.picture.official), save=True)
