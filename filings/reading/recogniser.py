"""Find the lines of text on a picture with ``rapidocr``; its models lie in its package, nothing is downloaded.

The only module that loads the library, numpy and OpenCV, and only when it is called: in the worker of the queue
``reading``, with pictures that the portal has encoded itself.
"""

import logging
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from PIL import Image

from filings.reading.layout import Box, Line, Point

Found = tuple[str, float, list[Point]]  # text, confidence, corners

# A certificate's smallest writing stays readable at this length; memory and time grow with the picture.
LONGEST_SIDE = 1600  # pixels
# Where a line is can be told at a smaller size than what it says, and takes most of the memory.
DETECTED_SIDE = 1280  # pixels
SETTINGS = {
    "Global.log_level": "critical",  # it logs what it reads
    "Global.max_side_len": LONGEST_SIDE,
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECTED_SIDE,
    "Rec.rec_batch_num": 2,  # lines recognised at once
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def is_installed() -> bool:
    """Return whether the library is installed."""
    return find_spec("rapidocr") is not None


def lines_on(content: bytes) -> list[Line]:
    """Return the lines of text on a picture (JPEG). Slow: about a second; the first time the models are loaded.

    A picture that lies on its side is turned and read again, because single characters are only read upright.
    """
    import numpy

    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        pixels = numpy.asarray(picture.convert("RGB"))[:, :, ::-1]  # the library takes blue, green, red
    height, width = pixels.shape[:2]
    found = _found(pixels)
    if sum(_is_upended(corners) for _text, _score, corners in found) * 2 > len(found):
        upright = _found(numpy.ascontiguousarray(numpy.rot90(pixels)))
        found = [
            (text, score, [(width - down, across) for across, down in corners]) for text, score, corners in upright
        ]
    return [_line(*one, width, height) for one in found]


def _found(pixels: Any) -> list[Found]:
    result = _engine()(pixels)
    if result.txts is None:
        return []
    places = [[(float(across), float(down)) for across, down in corners] for corners in result.boxes]
    return list(zip(result.txts, map(float, result.scores), places, strict=True))


def _is_upended(corners: list[Point]) -> bool:
    (left, top), (_, _), (right, bottom), (_, _) = corners
    return abs(bottom - top) > abs(right - left)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").propagate = False
    return RapidOCR(params=SETTINGS)


def _line(text: str, score: float, corners: list[Point], width: int, height: int) -> Line:
    across, down = [corner[0] / width for corner in corners], [corner[1] / height for corner in corners]
    box = Box(*(round(min(max(share, 0.0), 1.0), 4) for share in (min(across), min(down), max(across), max(down))))
    first, second, third, fourth = corners
    return Line(text, score, (first, second, third, fourth), box)
