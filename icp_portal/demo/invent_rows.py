"""Invent files to be imported: rows of filings, as people would type them."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from icp_portal.demo import invent
from ministry.reference import code_tables
from providers.imports.columns import HOST_EMAIL, columns


def row(number: int, *, province: str, service: int = code_tables.WEBSITE) -> dict[str, str]:
    """Return the texts of the row of an invented filing, without faults, by column."""
    values = invent.values(number, province=province, services=[service])
    return {key: _text(value) for key, value in values.items()} | {HOST_EMAIL: f"host{number}@example.cn"}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)


def table(rows: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """Return the headings and the rows below them."""
    return [[column.heading() for column in columns()], *([one.get(c.key, "") for c in columns()] for one in rows)]


def text(rows: Iterable[Mapping[str, str]], encoding: str = "utf-8-sig") -> bytes:
    """Return the rows as a CSV file."""
    content = StringIO()
    csv.writer(content).writerows(table(rows))
    return content.getvalue().encode(encoding)
