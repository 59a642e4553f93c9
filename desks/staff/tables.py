"""Figures as tables: what ``desk/_figures_table.html`` shows, and the same as CSV."""

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
    """The table as a file that a spreadsheet opens in the right encoding and takes for nothing but text and numbers."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_harmless(cell) for cell in table.head])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return response


def _harmless(cell: Cell) -> Cell:
    """Return a name that begins like a formula is not run as one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
