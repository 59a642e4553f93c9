"""Turn the lines of text found on a picture upright, so that one is beside or below the other as on the paper.

The recogniser reads a line whichever way it runs, so only the places have to be turned, not the picture.
"""

import cmath
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

Point = tuple[float, float]
# A line that is not much longer than high says nothing about the direction of the text.
LONG = 2.0
# Two pieces are in one row when their middles are no further apart than this share of their height.
SAME_ROW = 0.6


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a picture: left, top, right and bottom as shares of its width and height, from 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, boxes: "Iterable[Box]") -> Self:
        """Return the smallest box around these; raise ValueError when there are none."""
        lefts, tops, rights, bottoms = zip(*((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    def __str__(self) -> str:
        return f"{self.left} {self.top} {self.right} {self.bottom}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as the recogniser finds it.

    Its text, the confidence from 0 to 1, its four corners in pixels in order, and its box on the picture.
    """

    text: str
    score: float
    corners: tuple[Point, Point, Point, Point]
    box: Box


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text on the upright paper: its edges in pixels, and the lines that it is made of."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def is_in_row_of(self, other: "Piece") -> bool:
        return abs(self.middle - other.middle) < SAME_ROW * min(self.height, other.height)

    def joined(self, after: "Piece") -> "Piece":
        """Return both as one piece, this one's text first."""
        return Piece(
            self.text + after.text,
            min(self.left, after.left),
            min(self.top, after.top),
            max(self.right, after.right),
            max(self.bottom, after.bottom),
            (*self.lines, *after.lines),
        )


def upright(lines: Sequence[Line]) -> Iterator[list[Piece]]:
    """Yield the pieces on the paper turned upright, and on the paper upside down; sorted from top to bottom.

    Which of the two is right can't be told from the places; what is found among the pieces tells it.
    """
    angle = _angle(lines)
    for turn in (angle, angle + math.pi):
        yield sorted((_turned(line, -turn) for line in lines), key=lambda piece: (piece.top, piece.left))


def _angle(lines: Sequence[Line]) -> float:
    """Return the angle of the text against the picture's edge in radians, within a quarter turn either way.

    The mean over the long lines, weighted by length. Angles are doubled for it, because a line has no direction.
    """
    total = complex(0)
    for line in lines:
        first, second, _third, fourth = (complex(*corner) for corner in line.corners)
        along, down = second - first, fourth - first
        longer, shorter = max(along, down, key=abs), min(along, down, key=abs)
        if abs(longer) > LONG * abs(shorter):
            total += abs(longer) * cmath.exp(2j * cmath.phase(longer))
    return cmath.phase(total) / 2 if total else 0.0


def _turned(line: Line, angle: float) -> Piece:
    corners = [complex(*corner) * cmath.exp(1j * angle) for corner in line.corners]
    across, down = [corner.real for corner in corners], [corner.imag for corner in corners]
    return Piece("".join(line.text.split()), min(across), min(down), max(across), max(down), (line,))
