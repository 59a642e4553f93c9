"""Figures as tables for ``desk/_figures_table.html``, and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from django.http import HttpResponse

from desks.files import CSV, file_response

NOTHING: Final = "—"  # on pages, where there is no figure; a cell of CSV is left empty
Cell = str | int
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures as a table: the headings, rows of words and numbers, and one bar's length a row, or none."""

    id: str
    title: str
    head: Sequence[str]
    rows: Sequence[Row]
    bars: Sequence[int] = ()

    @property
    def lines(self) -> list[tuple[list[tuple[str, Cell]], int | None]]:
        """Return each row as (heading, cell) pairs, with its bar."""
        bars: Sequence[int | None] = self.bars or [None] * len(self.rows)
        return [(list(zip(self.head, row, strict=True)), bar) for row, bar in zip(self.rows, bars, strict=True)]


def percent(share: float | None) -> str:
    """Return a share with one decimal, none if it is whole: ``12.5%``, ``50%``; a dash for None."""
    return NOTHING if share is None else f"{percentage(share)}%"


def percentage(share: float | None) -> str:
    """Return a share as a number of percent, for a column whose heading has the unit: ``12.5``; a dash for None."""
    return NOTHING if share is None else one_decimal(100 * share)


def grouped(cell: Cell) -> str:
    """Return a cell for a page: a number with its thousands apart, a text as it is."""
    return f"{cell:,}" if isinstance(cell, int) else cell


def one_decimal(number: float) -> str:
    """Return a number with one decimal, none if it is whole."""
    return f"{number:.1f}".removesuffix(".0")


def as_csv(table: FigureTable, name: str, *, published: bool = False) -> HttpResponse:
    """Return the table as CSV with a byte order mark; no cell is run as a formula by a spreadsheet.

    ``published``: browsers and proxies may store it.
    """
    written = StringIO()
    written.write("\ufeff")
    csv.writer(written).writerows([_harmless(cell) for cell in row] for row in (table.head, *table.rows))
    return file_response(written.getvalue().encode(), CSV, f"{name}.csv", published=published)


def _harmless(cell: Cell) -> Cell:
    """Return the cell, with an apostrophe before text that begins like a formula; nothing where there is no figure."""
    if cell == NOTHING:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
