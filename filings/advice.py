"""How well a picture can be read, judged at once and said kindly. Advice warns; it never refuses a picture.

Everything is measured with Pillow on a grey copy whose longer side is ``MEASURED_SIDE``. The thresholds were set with
drawn identity cards and licences (real characters, 20 to 50 pixels high) laid on four kinds of tables, photographed
with lens blur and noise at 3000 × 2250 pixels, scanned flat, and then spoilt step by step; the figures beside each
threshold are what was seen. They are heuristics: a patterned table may look like a cut-off certificate.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageOps, ImageStat

MEASURED_SIDE = 1200

# Standard deviation of the grey values (0 to 255). One colour has 0; the emptiest readable page seen has 15.
EMPTY_BELOW = 4.0
# The grey value that only the brightest twentieth of the picture exceeds. Paper in daylight: 210 to 250; at half the
# light 110, still well read; at a third 76 to 84; at a quarter 55.
DARK_BELOW = 90
# The grey value that only the darkest 1 in 500 stay under. Ink: 20 to 80; three times too much light: 100 to 200.
BRIGHT_ABOVE = 140
# Variance of a Laplacian in the fifth sharpest of 48 tiles, contrast stretched. Sharp: 90 to 1000; blurred by 4 pixels
# in 3000, still read: 14 to 30; by 6 pixels: 4 to 8; by 8 pixels: 3.
BLURRED_BELOW = 12.0
TILES = (8, 6)
SHARP_TILES = 5
# The greatest step of grey between neighbours along a border, 160 cells a side. A table or paper: 2 to 14; a card or
# lines of text that run out of the picture: 61 to 215.
CUT_OFF_ABOVE = 50
BORDER_CELLS = 160

LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
SMOOTHING = ImageFilter.Kernel((3, 3), (1, 2, 1, 2, 4, 2, 1, 2, 1))  # so that a sensor's noise is no sharpness


UNREADABLE = _("The picture has only %(width)d × %(height)d pixels, so nobody can read it. Take it from nearer.")


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is for: the official limit of its copy in bytes, the pixels it needs, whether it is a document.

    With fewer pixels than ``least`` (longer × shorter side) it is refused, in the words of ``too_small``.
    """

    official_bytes: int
    readable_side: int
    is_document: bool = True
    least: tuple[int, int] = (200, 200)
    too_small: Promise | str = UNREADABLE
    # of the file as it is sent, where less is allowed than of other pictures
    most_bytes: int | None = None
    # whether it is judged how well writing or a face can be made out
    is_read: bool = True


# Limits: interface table 附件用途 (1 KB = 1,024 bytes). An identity card is 85.6 mm wide: 1,000 pixels are 300 dpi.
DOCUMENT = Use(100 * 1024, readable_side=1000)
# The face-to-face photo is 800 × 600; a person in it runs out of the picture below, and should.
PHOTO = Use(
    100 * 1024,
    readable_side=800,
    is_document=False,
    least=(800, 600),
    too_small=_(
        "The photo has only %(width)d × %(height)d pixels; it needs 800 × 600 or more. Choose another camera or a "
        "higher resolution, or send the original file and not a preview."
    ),
)
# An APP's icon: not more than 100 KB.
ICON = Use(100 * 1024, readable_side=1, is_document=False, least=(1, 1), most_bytes=100 * 1024, is_read=False)
VERIFICATION_SHEET = Use(150 * 1024, readable_side=1000)
USES = {"photo": PHOTO, "app_icon": ICON, "verification_sheet": VERIFICATION_SHEET}


def use_of(path: str) -> Use:
    """The use of the picture at a path such as ``papers.subject_certificate``: the last name of it decides."""
    return USES.get(path.rpartition(".")[2], DOCUMENT)


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that could be better: its code, what is to be seen, how to mend it."""

    code: str
    message: Promise | str
    fix: Promise | str


ADVICE = {
    advice.code: advice
    for advice in (
        Advice(
            "empty",
            _("Hardly anything can be seen in the picture."),
            _("Take it again with the whole certificate in view."),
        ),
        Advice(
            "dark",
            _("The picture is dark."),
            _("Take it by a window or under a lamp, without your shadow on it."),
        ),
        Advice(
            "bright",
            _("The picture is so bright that the writing has faded."),
            _("Switch the flash off and keep the certificate out of the sun."),
        ),
        Advice(
            "blurred",
            _("The picture is blurred."),
            _("Hold the camera still, tap on the writing to focus, then take it again."),
        ),
        Advice(
            "small",
            _("The picture has so few pixels that small writing can't be read."),
            _("Take it from nearer, or send the original file and not a preview."),
        ),
        Advice(
            "cut_off",
            _("The certificate seems to run out of the picture."),
            _("Take it from a little farther away, with all four corners in the picture."),
        ),
        Advice("photo_empty", _("Hardly anything can be seen on the photo."), _("Take it again.")),
        Advice(
            "photo_dark",
            _("The photo is dark."),
            _("Switch a light on in front of the person and take it again."),
        ),
        Advice(
            "photo_bright",
            _("The photo is so bright that the face has faded."),
            _("Turn away from the window or the lamp and take it again."),
        ),
        Advice(
            "photo_blurred",
            _("The photo is blurred."),
            _("Ask the person to keep still, wait until the camera has focused, then take it again."),
        ),
        Advice(
            "other_day",
            _("The file says that the photo was taken on another day."),
            _("Check the date of the camera; a photo of another meeting does not count."),
        ),
        Advice("no_face", _("No face was found on the photo."), _("Take it again, the face in the oval, bareheaded.")),
        Advice("more_faces", _("More than one face was found."), _("Only the responsible person may be on the photo.")),
        Advice("small_face", _("The face is small."), _("Take it from nearer, chest up.")),
        Advice("dark_face", _("The face lies in the dark."), _("Switch a light on in front of the person.")),
    )
}


def words(codes: Iterable[str]) -> list[Advice]:
    """The advice of these codes, in words."""
    return [ADVICE[code] for code in codes if code in ADVICE]


def judge(image: Image.Image, original_side: int, use: Use) -> list[str]:
    """The codes of everything that could be better. ``original_side``: the longer side in pixels as it was sent."""
    if not use.is_read:
        return []
    grey = image.convert("L")
    grey.thumbnail((MEASURED_SIDE, MEASURED_SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(grey).stddev[0] < EMPTY_BELOW:
        found = ["empty"]
    else:
        found = [code for code, spoils in JUDGES.items() if spoils(grey, use)] + list(_too_small(original_side, use))
    return found if use.is_document else [f"photo_{code}" for code in found]


def _too_small(original_side: int, use: Use) -> Iterator[str]:
    if original_side < use.readable_side:
        yield "small"


def _grey_value(grey: Image.Image, share: float) -> int:
    """The grey value that this share of the pixels does not exceed."""
    wanted, seen = share * grey.width * grey.height, 0
    for value, count in enumerate(grey.histogram()):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _is_dark(grey: Image.Image, _use: Use) -> bool:
    return _grey_value(grey, 0.95) < DARK_BELOW


def _is_bright(grey: Image.Image, _use: Use) -> bool:
    return _grey_value(grey, 0.002) > BRIGHT_ABOVE


def _is_blurred(grey: Image.Image, _use: Use) -> bool:
    """Whether even the sharpest places are soft. A small card on a large plain table has few sharp tiles."""
    edges = ImageOps.autocontrast(grey, cutoff=1).filter(SMOOTHING).filter(LAPLACIAN)
    edges = edges.crop((2, 2, edges.width - 2, edges.height - 2))  # filters leave the outermost pixels as they were
    return sorted(_variances(edges))[-SHARP_TILES] < BLURRED_BELOW


def _variances(edges: Image.Image) -> Iterator[float]:
    columns, rows = TILES
    for row in range(rows):
        for column in range(columns):
            left, top = column * edges.width // columns, row * edges.height // rows
            right, bottom = (column + 1) * edges.width // columns, (row + 1) * edges.height // rows
            yield ImageStat.Stat(edges.crop((left, top, right, bottom))).var[0]


def _is_cut_off(grey: Image.Image, use: Use) -> bool:
    """Whether something crosses a border of the picture: the certificate's own edge, or its writing."""
    if not use.is_document:
        return False
    cells = grey.resize((BORDER_CELLS, BORDER_CELLS), Image.Resampling.BOX)
    last = BORDER_CELLS - 1
    strips = ((0, 1, last, 2), (0, last - 1, last, last), (1, 0, 2, last), (last - 1, 0, last, last))
    return any(_greatest_step(cells.crop(strip)) > CUT_OFF_ABOVE for strip in strips)


def _greatest_step(strip: Image.Image) -> int:
    """The greatest step along a strip of one cell's width, over two cells so that a soft edge counts in full."""
    values = strip.tobytes()
    return max(abs(one - other) for one, other in zip(values, values[2:], strict=False))


# code → whether the grey copy has it, in the order people read it
JUDGES: dict[str, Callable[[Image.Image, Use], bool]] = {
    "dark": _is_dark,
    "bright": _is_bright,
    "blurred": _is_blurred,
    "cut_off": _is_cut_off,
}
