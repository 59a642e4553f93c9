"""The map of the provinces: one equal square for each, laid out roughly as on a map.

Squares need no boundaries, so the map needs no approval number (审图号). Name and number stand in each square; its
shade only helps to find the large ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bureaus.figures.drawings import compact
from bureaus.figures.reading import Shown
from filings.figures.monthly import MonthCount
from ministry.reference.provinces import Province

# Slugs by row, from west to east; a dot is an empty square.
ROWS = (
    ". . . . . . . heilongjiang",
    "xinjiang . . . neimenggu . liaoning jilin",
    ". gansu ningxia shanxi hebei beijing tianjin .",
    "xizang qinghai shaanxi henan shandong . . .",
    ". sichuan chongqing hubei anhui jiangsu shanghai .",
    ". yunnan guizhou hunan jiangxi zhejiang . .",
    ". . guangxi guangdong fujian . . .",
    ". . . hainan . . . .",
)
# slug → row and column, from 1
PLACES = {
    slug: (row, column)
    for row, slugs in enumerate(ROWS, start=1)
    for column, slug in enumerate(slugs.split(), start=1)
    if slug != "."
}
# ISO 3166-2:CN, for English names on a phone; Chinese names have at most three characters.
LETTERS = {
    **{"beijing": "BJ", "tianjin": "TJ", "hebei": "HE", "shanxi": "SX", "neimenggu": "NM", "liaoning": "LN"},
    **{"jilin": "JL", "heilongjiang": "HL", "shanghai": "SH", "jiangsu": "JS", "zhejiang": "ZJ", "anhui": "AH"},
    **{"fujian": "FJ", "jiangxi": "JX", "shandong": "SD", "henan": "HA", "hubei": "HB", "hunan": "HN"},
    **{"guangdong": "GD", "guangxi": "GX", "hainan": "HI", "chongqing": "CQ", "sichuan": "SC", "guizhou": "GZ"},
    **{"yunnan": "YN", "xizang": "XZ", "shaanxi": "SN", "gansu": "GS", "qinghai": "QH", "ningxia": "NX"},
    "xinjiang": "XJ",
}
SHADES = 4  # besides none for zero


@dataclass(frozen=True, slots=True)
class Tile:
    """A province's square: its place, its shade from 0 for none to ``SHADES``, and its number as written in it."""

    province: Province
    row: int
    column: int
    shade: int
    number: int

    @property
    def written(self) -> str:
        return compact(self.number)

    @property
    def letters(self) -> str:
        """Return what stands for the name where the square is narrow; empty for a name in Chinese."""
        return LETTERS[self.province.slug] if str(self.province) != self.province.name else ""


def of(shown: Shown, number: Callable[[MonthCount], int]) -> list[Tile]:
    """Return the squares in reading order, shaded by their rank among those that are not zero."""
    numbers = {province: number(count) for province, count in shown.provinces}
    ranked = sorted(filter(None, numbers.values()))
    return [
        Tile(province, *PLACES[province.slug], _shade(numbers[province], ranked), numbers[province])
        for province in sorted(numbers, key=lambda province: PLACES[province.slug])
    ]


def _shade(number: int, ranked: list[int]) -> int:
    """Return the quarter of the numbers in which this one is; 0 for zero. Equal numbers have one shade."""
    return 1 + ranked.index(number) * SHADES // len(ranked) if number else 0
