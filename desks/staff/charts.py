"""Charts drawn by the server: columns over time, and bars in a table's rows. Geometry only, no colour, no words.

Every column has its value and its label, so that no legend is needed; ``components/columns.html`` and
``components/bar.html`` turn them into SVG.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# In units of the drawing; a column is as wide as “12.5%” needs.
COLUMN, GAP, HEAD, BODY, FOOT = 44, 8, 22, 130, 22


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """A column: its corner and height, and its texts with their positions."""

    label: str
    text: str
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + (COLUMN - GAP) // 2

    @property
    def head(self) -> int:
        """Return the base line of the text above the column."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Columns:
    """A drawing of columns on a common ground line."""

    columns: list[ChartColumn]

    @property
    def width(self) -> int:
        return COLUMN * len(self.columns)

    @property
    def height(self) -> int:
        return HEAD + BODY + FOOT

    @property
    def ground(self) -> int:
        return HEAD + BODY

    @property
    def foot(self) -> int:
        """Return the base line of the labels."""
        return self.height - 6

    @property
    def breadth(self) -> int:
        return COLUMN - GAP


def columns(points: Sequence[tuple[str, float | None, str]], least: float = 1) -> Columns:
    """Return columns for (label, value, text) in order; full height is the highest value, or ``least`` if higher.

    A value of None draws only its text.
    """
    top = max([least, *(value for _label, value, _text in points if value is not None)])
    return Columns([_column(number, point, top) for number, point in enumerate(points)])


def _column(number: int, point: tuple[str, float | None, str], top: float) -> ChartColumn:
    label, value, text = point
    height = _scaled(value or 0, top, BODY)
    return ChartColumn(label, text, COLUMN * number + GAP // 2, HEAD + BODY - height, height)


def lengths(values: Sequence[float]) -> list[int]:
    """Return the lengths of the bars of these values in percent of the longest."""
    top = max(values, default=0)
    return [_scaled(value, top, 100) for value in values]


def _scaled(value: float, top: float, length: int) -> int:
    """Return the scaled length, at least 1 for any value but zero."""
    return max(1, round(value / top * length)) if value else 0
