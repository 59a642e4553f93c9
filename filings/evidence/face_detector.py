"""Check faces on photos with an optional detector, a callable named in ``FACE_DETECTOR``; there is none by default.

It gets the photo as a Pillow image in RGB and returns a box (left, top, right, bottom, in pixels) per face. This module
checks the boxes: exactly one face, not too small, not dark. If the detector fails, the photo is accepted.
"""

import logging
from collections.abc import Callable, Iterable
from io import BytesIO

from django.conf import settings
from django.utils.module_loading import import_string
from PIL import Image, ImageStat

Box = tuple[int, int, int, int]
Detector = Callable[[Image.Image], Iterable[Box]]

# A head from chest-up distance fills 4 to 20 % of the picture; at three metres about 1 %.
SMALLEST_SHARE = 0.03
# Mean grey value of the face (0 to 255). By daylight 110 to 190 whatever the skin; against a window 30 to 60.
DARK_BELOW = 60

logger = logging.getLogger(__name__)


def judge(content: bytes) -> list[str]:
    """Return the codes of ``filings.evidence.quality`` about the face on a photo; none without a detector."""
    if not settings.FACE_DETECTOR:
        return []
    with Image.open(BytesIO(content)) as picture:
        image = picture.convert("RGB")
    try:
        detector: Detector = import_string(settings.FACE_DETECTOR)
        boxes = list(detector(image.copy()))
    except Exception:  # third-party code; the check continues without it
        logger.exception("the face detector %s failed", settings.FACE_DETECTOR)
        return []
    return _judged(image, boxes)


def _judged(image: Image.Image, boxes: list[Box]) -> list[str]:
    if len(boxes) != 1:
        return ["more_faces" if boxes else "no_face"]
    left, top, right, bottom = boxes[0]
    found = []
    if (right - left) * (bottom - top) < SMALLEST_SHARE * image.width * image.height:
        found.append("small_face")
    if ImageStat.Stat(image.crop(boxes[0]).convert("L")).mean[0] < DARK_BELOW:
        found.append("dark_face")
    return found
