"""Files to be imported: rows of invented filings, as people would type them."""

from io import BytesIO

from openpyxl import Workbook

from icp_portal.demo import invent_rows
from icp_portal.demo.invent_rows import table, text
from icp_portal.tests.builders import BEIJING, number
from ministry.reference import code_tables

__all__ = ["row", "table", "text", "workbook"]


def row(service: int = code_tables.WEBSITE, **changes: str) -> dict[str, str]:
    """Return a row without faults: key → text. ``changes`` name their key with __ for the dots."""
    texts = invent_rows.row(number(), province=BEIJING, service=service)
    return texts | {key.replace("__", "."): text for key, text in changes.items()}


def workbook(rows: list[dict[str, str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("备案信息")
    for line in table(rows):
        sheet.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
