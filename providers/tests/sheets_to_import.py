"""Files to be imported: rows of invented filings, as people would type them."""

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, number
from ministry.reference import code_tables
from providers.imports.columns import HOST_EMAIL, columns


def row(service: int = code_tables.WEBSITE, **changes: str) -> dict[str, str]:
    """Return a row without faults: key → text. ``changes`` name their key with __ for the dots."""
    tail = number()
    said = invent.values(tail, province=BEIJING, services=[service])
    texts = {key: _text(value) for key, value in said.items()}
    texts[HOST_EMAIL] = f"host{tail}@example.cn"
    return texts | {key.replace("__", "."): text for key, text in changes.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)


def table(rows: list[dict[str, str]]) -> list[list[str]]:
    """Return the headings and the rows below them."""
    return [[column.heading() for column in columns()], *([one.get(c.key, "") for c in columns()] for one in rows)]


def workbook(rows: list[dict[str, str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("备案信息")
    for line in table(rows):
        sheet.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def text(rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    content = StringIO()
    csv.writer(content).writerows(table(rows))
    return content.getvalue().encode(encoding)
