"""Figures as tables for ``desk/_figures_table.html``, and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

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


def as_csv(table: FigureTable, name: str) -> HttpResponse:
    """Return the table as CSV with a byte order mark; no cell is run as a formula by a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_harmless(cell) for cell in table.head])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return response


def _harmless(cell: Cell) -> Cell:
    """Return the cell, with an apostrophe before text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
