"""Decode a picture, rotate it, re-encode it in three sizes, measure and rate it. Must not import Django.

The content decides, not the file name: only JPEG and PNG (interface table 附件格式) are accepted. The cost of decoding
is estimated from the header and the scan markers before anything is decoded.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from filings.evidence.limited import (
    TOO_LONG,
    TOO_MANY_PIXELS,
    TOO_MANY_SCANS,
    TOO_SMALL,
    UNREADABLE,
    FileRefused,
    readability,
)

FORMATS = ("JPEG", "PNG")
# Our own limits; the interface table 附件用途 limits only the final copy.
MAX_PIXELS = 60_000_000  # beyond any phone camera in use as evidence
MOST_SIDE = 16_000  # A4 scanned at 1,200 dots an inch has 14,032
# Bytes in memory while decoding: a whole PNG, the coefficients of a JPEG of several scans. 30 megapixels of a PNG in
# colour, 40 of a progressive JPEG as cameras and browsers make them.
MOST_HELD = 120_000_000
# Each scan of a JPEG covers the whole picture. libjpeg writes 10 for a progressive one in colour (jcparam.c), and
# optimisers a few more.
MOST_SCANS = 32
MAX_SIDE = 3000  # larger pictures are reduced to this; an identity card stays readable at any zoom
BAND_PIXELS = 1_000_000  # of a large picture that are converted to RGB at a time
JPEG_QUALITY = 88
THUMB_SIDE, THUMB_QUALITY = 160, 70  # of the small copy for lists: too small for the writing on a certificate
# Steps to bring the official copy within its limit: (longer side in pixels, JPEG qualities), tried in this order.
# Quality is reduced first, because coarse JPEG blurs colours long before black on white; then pixels. Photographed
# certificates fit at 1000 pixels or more, where their smallest print has strokes of two pixels. The steps below 1000
# are only for noise (a dark room, a patterned cloth), and the last one always fits.
OFFICIAL_STEPS = (
    (1600, (85, 75, 65)),
    (1400, (70, 60)),
    (1200, (65, 55)),
    (1000, (60, 50)),
    (800, (50,)),
    (480, (30, 10)),
)
HASH_SIDES = (9, 8)  # columns × rows: eight differences in each of eight rows are 64 bits
# Differences of grey values up to this are ignored: re-encoding changes plain areas by as much.
HASH_NOISE = 1.0
# The corners' grey value is the background (a table, a scanner's paper); what differs by more is the certificate.
GROUND_WITHIN = 24

Answer = tuple[dict[str, Any], list[bytes]]


def accept(
    content: bytes,
    *,
    least: tuple[int, int],
    official_bytes: int,
    readable_side: int,
    is_document: bool,
    is_read: bool,
) -> Answer:
    """Return size, perceptual hash, advice and camera date; then the picture, a small copy, an official one.

    Raise FileRefused if it is not a picture, costs too much to decode, or has fewer pixels than ``least``.
    """
    image, longer_side = _decoded(content, least)
    encoded = _encoded(image, JPEG_QUALITY)
    official, smallest = _official(image, encoded, official_bytes)
    taken_on = _camera_date(content)
    values = {
        "width": image.width,
        "height": image.height,
        "phash": _perceptual_hash(image),
        "advice": readability.judge(image, longer_side, readable_side, is_document=is_document) if is_read else [],
        "camera_date": taken_on and taken_on.isoformat(),
    }
    smallest.thumbnail((THUMB_SIDE, THUMB_SIDE))
    thumb = _encoded(smallest, THUMB_QUALITY)
    return values, [encoded, thumb] if official is encoded else [encoded, thumb, official]


def redrawn(content: bytes, *, least: tuple[int, int], side: int) -> Answer:
    """Return a picture, such as a logo, re-encoded as PNG with sides of at most ``side`` pixels."""
    image, _longer_side = _decoded(content, least)
    image.thumbnail((side, side))
    image.info.clear()
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return {}, [target.getvalue()]


# --- Before decoding ----------------------------------------------------------------------------------


def _judge_cost(image: Image.Image, content: bytes, least: tuple[int, int]) -> None:
    scans = 1 if image.format == "PNG" else _scans(content)  # a JPEG of several frames has the format MPO
    pixels, longer = image.width * image.height, max(image.size)
    if scans > MOST_SCANS:
        raise FileRefused(TOO_MANY_SCANS, most=MOST_SCANS)
    if longer > MOST_SIDE:
        raise FileRefused(TOO_LONG, most=MOST_SIDE)
    most = min(MAX_PIXELS, int(MOST_HELD / _held_a_pixel(image, scans)))
    if pixels > most:
        raise FileRefused(TOO_MANY_PIXELS, millions=most // 1_000_000)
    if longer < least[0] or min(image.size) < least[1]:
        raise FileRefused(TOO_SMALL, width=image.width, height=image.height)


def _held_a_pixel(image: Image.Image, scans: int) -> float:
    """Return the bytes in memory per pixel during decoding; a JPEG of one scan is reduced while it is read."""
    if image.format == "PNG":
        return {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}.get(image.mode, 4)
    if scans == 1 and not image.info.get("progressive"):
        return 1
    layers: list[tuple[int, int, int, int]] = image.layer  # type: ignore[attr-defined]
    shares = [across * down for _id, across, down, _table in layers]
    whole = max(across for _id, across, _down, _table in layers) * max(down for _id, _across, down, _table in layers)
    return 2 * sum(shares) / max(1, whole)


# In a scan's data 0xFF precedes 0x00 (stuffing) and 0xD0 to 0xD7 (restarts); before anything else it is a marker.
# Below 0xC0 there are no segments: libjpeg goes on behind such a marker, so no length is read there either.
_MARK = re.compile(rb"\xff+([^\x00\xff])")
_START_OF_SCAN, _END, _LEAST = 0xDA, 0xD9, 0xC0
_ALONE = range(0xD0, 0xD9)  # markers without a length


def _scans(content: bytes) -> int:
    """Return the number of scans of a JPEG, at most ``MOST_SCANS`` + 1. A preview in its metadata is not counted."""
    count, place = 0, 0
    while count <= MOST_SCANS and (mark := _MARK.search(content, place)):
        kind, place = mark[1][0], mark.end()
        if kind == _END:
            break
        count += kind == _START_OF_SCAN
        if kind >= _LEAST and kind not in _ALONE:
            place += int.from_bytes(content[place : place + 2])
    return count


# --- Decoding -----------------------------------------------------------------------------------------


def _decoded(content: bytes, least: tuple[int, int]) -> tuple[Image.Image, int]:
    """Return the picture, upright, in RGB, at most ``MAX_SIDE`` long; and the longer side of the original in pixels.

    A large JPEG is decoded at half its size or less.
    """
    try:
        with warnings.catch_warnings():
            # Decompression bombs are checked below, more strictly; broken EXIF does not matter.
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
            _judge_cost(image, content, least)
            longer_side = max(image.size)
            image.draft(None, tuple(max(1, side * MAX_SIDE // longer_side) for side in image.size))  # type: ignore[arg-type]
            image.load()
    except Image.DecompressionBombError as error:
        raise FileRefused(TOO_MANY_PIXELS, millions=MAX_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefused(UNREADABLE) from error
    turned = _orientation(image)
    picture = _small(image)
    del image  # before anything is copied
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return _upright(picture, turned), longer_side


def _small(image: Image.Image) -> Image.Image:
    """Return the picture in RGB, a very large one reduced by an integer factor, in bands to save memory."""
    factor = max(1, max(image.size) // MAX_SIDE)
    if factor == 1 and image.mode == "RGB" and not image.has_transparency_data:
        return image
    small = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = factor * max(1, BAND_PIXELS // (image.width * factor))
    for top in range(0, image.height, rows):
        band = _in_rgb(image.crop((0, top, image.width, min(top + rows, image.height))))
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return small


def _in_rgb(image: Image.Image) -> Image.Image:
    """Convert to RGB: transparent areas become white, 16-bit grey becomes 8-bit."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _orientation(camera: Image.Image) -> Any:
    """Return the EXIF orientation; 1 (none) if EXIF is broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return camera.getexif().get(Base.Orientation, 1)
    except Exception:  # whatever the broken bytes lead Pillow's readers to
        return 1


def _upright(picture: Image.Image, turned: Any) -> Image.Image:
    """Return the picture rotated by its EXIF orientation; unchanged if that is broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.info.clear()
            picture.getexif().clear()
            picture.getexif()[Base.Orientation] = turned
            return ImageOps.exif_transpose(picture)
    except Exception:  # whatever the broken bytes lead Pillow's readers to
        return picture


def _camera_date(content: bytes) -> date | None:
    """Return the EXIF date of the picture; None if missing or unreadable."""
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(content), formats=FORMATS) as image:
            warnings.simplefilter("ignore")
            notes = image.getexif()
            text = notes.get_ifd(IFD.Exif).get(Base.DateTimeOriginal) or notes.get(Base.DateTime)
            return datetime.strptime(str(text)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 — a camera has no time zone
    except Exception:  # whatever the broken bytes lead Pillow's readers to
        return None


# --- Encoding -----------------------------------------------------------------------------------------


def _encoded(image: Image.Image, quality: int) -> bytes:
    """Return the pixels as JPEG, without EXIF, position, comments or appended data."""
    target = BytesIO()
    image.info.clear()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


def _official(image: Image.Image, content: bytes, limit: int) -> tuple[bytes, Image.Image]:
    """Return the best copy of the picture within ``limit`` bytes: the content itself, or the first step that fits.

    And its pixels, of which a smaller copy costs less than of the whole picture.
    """
    if len(content) <= limit:
        return content, image
    smaller = image.copy()
    for side, qualities in OFFICIAL_STEPS:
        smaller.thumbnail((side, side))  # of the step before, which costs less than of the whole picture
        for quality in qualities:
            copy = _encoded(smaller, quality)
            if len(copy) <= limit:
                return copy, smaller
    return copy, smaller


# --- The perceptual hash ------------------------------------------------------------------------------


def _perceptual_hash(image: Image.Image) -> int | None:
    """Return a difference hash (dHash) of 64 bits: which cell is brighter than its left neighbour.

    A plain background around the certificate is cropped first; otherwise all scans of one kind of certificate would be
    alike. Of 200 drawn cards of one layout, scanned and photographed, no two had the same hash; saved again at
    quality 88, eight of ten kept it, at quality 60 and a smaller size about half. It favours misses over false alarms.
    """
    cells = _without_ground(image.convert("L")).convert("F").resize(HASH_SIDES, Image.Resampling.BOX)
    bits = 0
    for step in _steps(cells):
        bits = bits << 1 | (step > HASH_NOISE)
    return int.from_bytes(bits.to_bytes(8), signed=True) if bits else None


def _steps(cells: Image.Image) -> Iterator[float]:
    columns, rows = HASH_SIDES
    for row in range(rows):
        for column in range(columns - 1):
            yield _cell(cells, column + 1, row) - _cell(cells, column, row)


def _cell(cells: Image.Image, column: int, row: int) -> float:
    value = cells.getpixel((column, row))
    assert isinstance(value, float)  # noqa: S101 — mode F
    return value


def _without_ground(grey: Image.Image) -> Image.Image:
    """Crop a plain background, to one hundredth of a side, if all corners have the same grey value."""
    small = grey.resize((100, 100), Image.Resampling.BOX)
    pixels = small.tobytes()
    corners = sorted((pixels[0], pixels[99], pixels[-100], pixels[-1]))
    ground = (corners[1] + corners[2]) // 2
    box = small.point(lambda value: 255 if abs(value - ground) > GROUND_WITHIN else 0).getbbox()
    if corners[3] - corners[0] > GROUND_WITHIN or box is None:
        return grey
    left, top, right, bottom = box
    width, height = grey.size
    return grey.crop((left * width // 100, top * height // 100, right * width // 100, bottom * height // 100))
