"""Measure the readability of a picture with Pillow. Must not import Django; ``filings.evidence.quality`` has the texts.

Everything is measured on a grey copy whose longer side is ``MEASURED_SIDE``. The thresholds were set with drawn
identity cards and licences (real characters, 20 to 50 pixels high) laid on four kinds of tables, photographed with lens
blur and noise at 3000 × 2250 pixels, scanned flat, and then degraded step by step; the figures beside each threshold
are measured. They are heuristics: a patterned table may look like a cut-off certificate.
"""

from collections.abc import Callable, Iterator
from operator import mul

from PIL import Image, ImageFilter, ImageOps, ImageStat

MEASURED_SIDE = 1200

# Standard deviation of the grey values (0 to 255). One colour has 0; the emptiest readable page seen has 15.
EMPTY_BELOW = 4.0
# Mean of the grey values. Our own limit: a covered lens gives 0 to 10 with its noise, whose deviation may exceed
# ``EMPTY_BELOW``; the darkest room in which a face can be made out some 30.
BLACK_BELOW = 16.0
# The grey value that only the brightest twentieth of the picture exceeds. Paper in daylight: 210 to 250; at half the
# light 110, still readable; at a third 76 to 84; at a quarter 55.
DARK_BELOW = 90
# The grey value that only the darkest 1 in 500 are below. Ink: 20 to 80; three times too much light: 100 to 200.
BRIGHT_ABOVE = 140
# Variance of a Laplacian in the fifth sharpest of 48 tiles, contrast stretched. Sharp: 90 to 1000; blurred by 4 pixels
# in 3000, still readable: 14 to 30; by 6 pixels: 4 to 8; by 8 pixels: 3.
BLURRED_BELOW = 12.0
TILES = (8, 6)
SHARP_TILES = 5
# The greatest step of grey between neighbours along a border, 160 cells a side. A table or paper: 2 to 14; a cut-off
# card or lines of text: 61 to 215.
CUT_OFF_ABOVE = 50
BORDER_CELLS = 160

GREYS = range(256)
SQUARES = [grey * grey for grey in GREYS]
LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
SMOOTHING = ImageFilter.Kernel((3, 3), (1, 2, 1, 2, 4, 2, 1, 2, 1))  # so that sensor noise doesn't count as sharpness


def judge(image: Image.Image, original_side: int, readable_side: int, *, is_document: bool) -> list[str]:
    """Return the codes of all defects. ``original_side``: the longer side of the upload in pixels.

    Only a document is checked for being cut off, not a photo of a person.
    """
    grey = image.convert("L")
    grey.thumbnail((MEASURED_SIDE, MEASURED_SIDE), Image.Resampling.BOX)
    whole = ImageStat.Stat(grey)
    if whole.stddev[0] < EMPTY_BELOW or whole.mean[0] < BLACK_BELOW:
        found = ["empty"]
    else:
        judges = JUDGES | CUTS if is_document else JUDGES
        found = [code for code, spoils in judges.items() if spoils(grey)]
        found += ["small"] if original_side < readable_side else []
    return found if is_document else [f"photo_{code}" for code in found]


def _grey_value(grey: Image.Image, share: float) -> int:
    """Return the grey value that this share of the pixels does not exceed."""
    wanted, seen = share * grey.width * grey.height, 0
    for value, count in enumerate(grey.histogram()):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _is_dark(grey: Image.Image) -> bool:
    return _grey_value(grey, 0.95) < DARK_BELOW


def _is_bright(grey: Image.Image) -> bool:
    return _grey_value(grey, 0.002) > BRIGHT_ABOVE


def _is_blurred(grey: Image.Image) -> bool:
    """Return whether even the sharpest tiles are blurred. A small card on a large plain table has few sharp tiles."""
    edges = ImageOps.autocontrast(grey, cutoff=1).filter(SMOOTHING).filter(LAPLACIAN)
    edges = edges.crop((2, 2, edges.width - 2, edges.height - 2))  # filters don't change the outermost pixels
    return sorted(_variances(edges))[-SHARP_TILES] < BLURRED_BELOW


def _variances(edges: Image.Image) -> Iterator[float]:
    columns, rows = TILES
    for row in range(rows):
        for column in range(columns):
            left, top = column * edges.width // columns, row * edges.height // rows
            right, bottom = (column + 1) * edges.width // columns, (row + 1) * edges.height // rows
            yield _variance(edges.crop((left, top, right, bottom)).histogram())


def _variance(histogram: list[int]) -> float:
    """Return the variance of the grey values, as ``ImageStat`` does more slowly."""
    pixels = sum(histogram)
    total: int = sum(map(mul, GREYS, histogram))
    squares: int = sum(map(mul, SQUARES, histogram))
    return (squares - total * total / pixels) / pixels


def _is_cut_off(grey: Image.Image) -> bool:
    """Return whether something crosses a border of the picture: the certificate's own edge, or its writing."""
    cells = grey.resize((BORDER_CELLS, BORDER_CELLS), Image.Resampling.BOX)
    last = BORDER_CELLS - 1
    strips = ((0, 1, last, 2), (0, last - 1, last, last), (1, 0, 2, last), (last - 1, 0, last, last))
    return any(_greatest_step(cells.crop(strip)) > CUT_OFF_ABOVE for strip in strips)


def _greatest_step(strip: Image.Image) -> int:
    """Return the greatest step along a strip one cell wide, over two cells so that a soft edge counts fully."""
    values = strip.tobytes()
    return max(abs(one - other) for one, other in zip(values, values[2:], strict=False))


# code → check of the grey copy, in the order of display
JUDGES: dict[str, Callable[[Image.Image], bool]] = {"dark": _is_dark, "bright": _is_bright, "blurred": _is_blurred}
CUTS: dict[str, Callable[[Image.Image], bool]] = {"cut_off": _is_cut_off}
