"""Advice to users about the quality of their pictures; it only warns.

``filings.evidence.limited.readability`` has the measurements and thresholds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNREADABLE = _("The picture has only %(width)d × %(height)d pixels and can't be read. Take it from closer.")


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a picture: the official limit of its copy in bytes, the pixels it needs, whether it is a document.

    With fewer pixels than ``least`` (longer × shorter side) it is refused with the message ``too_small``. Placeholders:
    ``%(width)d`` and ``%(height)d`` of the picture, ``%(longer)d`` and ``%(shorter)d`` of ``least``.
    """

    official_bytes: int
    readable_side: int
    is_document: bool = True
    least: tuple[int, int] = (200, 200)
    too_small: Promise | str = UNREADABLE
    # limit of the uploaded file, if lower than for other pictures
    most_bytes: int | None = None
    # whether readability is rated
    is_read: bool = True


# Limits: interface table 附件用途 (1 KB = 1,024 bytes). An identity card is 85.6 mm wide: 1,000 pixels are 300 dpi.
DOCUMENT = Use(100 * 1024, readable_side=1000)
# The face-to-face photo is 800 × 600; the person is supposed to be cut off at the lower edge.
PHOTO = Use(
    100 * 1024,
    readable_side=800,
    is_document=False,
    least=(800, 600),
    too_small=_(
        "The photo has only %(width)d × %(height)d pixels; at least %(longer)d × %(shorter)d are needed. Use another "
        "camera or a higher resolution, or upload the original file instead of a preview."
    ),
)
# An APP's icon: not more than 100 KB.
ICON = Use(100 * 1024, readable_side=1, is_document=False, least=(1, 1), most_bytes=100 * 1024, is_read=False)
VERIFICATION_SHEET = Use(150 * 1024, readable_side=1000)
USES = {"photo": PHOTO, "app_icon": ICON, "verification_sheet": VERIFICATION_SHEET}


def use_of(path: str) -> Use:
    """Return the use of the picture at a path such as ``papers.subject_certificate``, by its last part."""
    return USES.get(path.rpartition(".")[2], DOCUMENT)


def most_bytes(path: str) -> int:
    """Return the limit of an uploaded file at this path."""
    return use_of(path).most_bytes or settings.EVIDENCE_MAX_BYTES


@dataclass(frozen=True, slots=True)
class PictureAdvice:
    """One defect of a picture: its code, what is wrong, how to do better."""

    code: str
    message: Promise | str
    fix: Promise | str


ADVICE = {
    advice.code: advice
    for advice in (
        PictureAdvice(
            "empty",
            _("Hardly anything can be seen in the picture."),
            _("Retake it with the whole certificate in view."),
        ),
        PictureAdvice(
            "dark",
            _("The picture is dark."),
            _("Take it near a window or a lamp, without your shadow on it."),
        ),
        PictureAdvice(
            "bright",
            _("The picture is too bright and the writing has faded."),
            _("Switch the flash off and keep the certificate out of direct sunlight."),
        ),
        PictureAdvice(
            "blurred",
            _("The picture is blurred."),
            _("Hold the camera still, tap on the writing to focus, then retake it."),
        ),
        PictureAdvice(
            "small",
            _("The picture has too few pixels for small writing to be read."),
            _("Take it from closer, or upload the original file instead of a preview."),
        ),
        PictureAdvice(
            "cut_off",
            _("Part of the certificate may be outside the picture."),
            _("Take it from a little further away, with all four corners in the picture."),
        ),
        PictureAdvice("photo_empty", _("Hardly anything can be seen on the photo."), _("Retake it.")),
        PictureAdvice(
            "photo_dark",
            _("The photo is dark."),
            _("Light the person from the front and retake it."),
        ),
        PictureAdvice(
            "photo_bright",
            _("The photo is too bright and the face has faded."),
            _("Turn away from the window or the lamp and retake it."),
        ),
        PictureAdvice(
            "photo_blurred",
            _("The photo is blurred."),
            _("Ask the person to keep still, wait until the camera has focused, then retake it."),
        ),
        PictureAdvice(
            "other_day",
            _("According to the file, the photo was not taken today."),
            _("Check the date of the camera; a photo from another meeting is not accepted."),
        ),
        PictureAdvice(
            "no_face", _("No face was found in the photo."), _("Retake it with the face in the oval and without a hat.")
        ),
        PictureAdvice(
            "more_faces", _("More than one face was found."), _("Only the responsible person may be in the photo.")
        ),
        PictureAdvice("small_face", _("The face is too small."), _("Take it from closer, from the chest up.")),
        PictureAdvice("dark_face", _("The face is in the dark."), _("Light the person from the front.")),
    )
}


def words(codes: Iterable[str]) -> list[PictureAdvice]:
    """Return the advice for these codes."""
    return [ADVICE[code] for code in codes if code in ADVICE]
