"""How an uploaded picture is accepted, kept in two sizes, judged, and found again in other filings.

Content decides, not the name: only what decodes as JPEG or PNG (interface table 附件格式) is taken. It is
turned upright, re-encoded without any metadata and hashed; a script or a polyglot does not survive that.
"""

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import BigIntegerField, FileField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from filings import advice
from filings.advice import Use
from filings.models import Evidence, EvidenceKind, Filing, Handover

FORMATS = ("JPEG", "PNG")
MAX_PIXELS = 60_000_000  # beyond any phone camera in use as evidence; keeps a bomb from being decoded
MAX_SIDE = 3000  # pixels kept of a longer picture: an identity card stays readable at any zoom
BAND = 256  # rows of the reduced picture that are made at a time
JPEG_QUALITY = 88
# How the official copy is brought within its limit: (longer side in pixels, JPEG qualities), tried in this order.
# Quality goes first, because coarse JPEG blurs colours long before it blurs black on white; then pixels. Photographed
# certificates fit at 1000 pixels or more, where their smallest print has strokes of two pixels. The steps below 1000
# are for noise alone (a dark room, a patterned cloth), and the last one fits whatever the picture holds.
OFFICIAL_STEPS = (
    (1600, (85, 75, 65)),
    (1400, (70, 60)),
    (1200, (65, 55)),
    (1000, (60, 50)),
    (800, (50,)),
    (480, (30, 10)),
)
HASH_SIDES = (9, 8)  # columns × rows: eight differences in each of eight rows are 64 bits
# A difference of grey values up to this is none: re-encoding moves plain areas by as much.
HASH_NOISE = 1.0
# A corner's grey value is the ground (a table, a scanner's paper); what differs from it by more is the certificate.
GROUND_WITHIN = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """An accepted picture: JPEG bytes, pixels, SHA-256 of what came and of what is kept.

    ``official`` is the copy within the official limit; ``phash`` a signed 64-bit number that survives most
    re-encoding, None for a picture of one colour; ``advice`` the codes of ``filings.advice``; ``camera_date`` the day
    that the camera has noted, if it has.
    """

    content: bytes
    width: int
    height: int
    sha256: str
    original_sha256: str
    official: bytes
    phash: int | None
    advice: tuple[str, ...]
    camera_date: date | None = None


def accept(upload: UploadedFile[bytes], use: Use = advice.DOCUMENT) -> Picture:
    """Read, judge and re-encode an uploaded picture; raise ValidationError with words for the user.

    Only what is no picture, too large or too small is refused; whatever else could be better is advice.
    """
    original = _read(upload, use.most_bytes)
    image, longer_side = _decoded(original, use)
    content = _encoded(image, JPEG_QUALITY)
    return Picture(
        content=content,
        width=image.width,
        height=image.height,
        sha256=hashlib.sha256(content).hexdigest(),
        original_sha256=hashlib.sha256(original).hexdigest(),
        official=_official(image, content, use.official_bytes),
        phash=_perceptual_hash(image),
        advice=tuple(advice.judge(image, longer_side, use)),
        camera_date=_camera_date(original),
    )


def redrawn(upload: UploadedFile[bytes], side: int) -> bytes:
    """A picture that is no evidence, such as a logo: judged like one, drawn anew as PNG at most ``side`` long."""
    image, _longer_side = _decoded(_read(upload))
    image.thumbnail((side, side))
    image.info.clear()
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _read(upload: UploadedFile[bytes], most: int | None = None) -> bytes:
    if most and (upload.size or 0) > most:
        raise ValidationError(
            _("The file has more than %(kb)d KB. Send a smaller picture."), code="too_big", params={"kb": most // 1024}
        )
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            _("The file has more than %(mb)d MB. Send a smaller picture."),
            code="too_big",
            params={"mb": settings.EVIDENCE_MAX_BYTES // 1024**2},
        )
    content: bytes = upload.read()
    return content


def _decoded(original: bytes, use: Use = advice.DOCUMENT) -> tuple[Image.Image, int]:
    """The whole picture, upright, in RGB, at most ``MAX_SIDE`` long; and its longer side in pixels as it came.

    The header's size is judged before anything is decoded; a large JPEG is decoded at half its size or less.
    """
    try:
        with warnings.catch_warnings():
            # A bomb is judged below, more strictly; spoilt notes of the camera do not matter.
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(BytesIO(original), formats=FORMATS)
            _judge_size(image, use)
            longer_side = max(image.size)
            image.draft(None, (MAX_SIDE, MAX_SIDE))
            image.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This is not a complete JPEG or PNG picture. Take the photo again or save it as JPEG."),
            code="not_a_picture",
        ) from error
    picture = _upright(_small(image), image)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return picture, longer_side


def _small(image: Image.Image) -> Image.Image:
    """In RGB, a very large picture reduced by a whole factor: band by band, so that it is never held twice."""
    if (factor := max(image.size) // MAX_SIDE) < 2:
        return _in_rgb(image)
    small = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, BAND * factor):
        band = image.crop((0, top, image.width, min(top + BAND * factor, image.height)))
        small.paste(_in_rgb(band).reduce(factor), (0, top // factor))
    return small


def _upright(picture: Image.Image, camera: Image.Image) -> Image.Image:
    """Turned as the note of its camera says; as it came where that is spoilt, for it says nothing about the pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.getexif()[Base.Orientation] = camera.getexif().get(Base.Orientation, 1)
            return ImageOps.exif_transpose(picture)
    except Exception:  # whatever the broken bytes lead Pillow's readers to
        return picture


def _judge_size(image: Image.Image, use: Use) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    longer, shorter = use.least
    if max(image.size) < longer or min(image.size) < shorter:
        raise ValidationError(
            str(use.too_small), code="too_small", params={"width": image.width, "height": image.height}
        )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("The picture has too many pixels (more than %(millions)d million). Send a smaller one."),
        code="too_many_pixels",
        params={"millions": MAX_PIXELS // 1_000_000},
    )


def _camera_date(original: bytes) -> date | None:
    """The day on which the camera says it took the picture; None when it says nothing that can be read."""
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(original), formats=FORMATS) as image:
            warnings.simplefilter("ignore")
            notes = image.getexif()
            text = notes.get_ifd(IFD.Exif).get(Base.DateTimeOriginal) or notes.get(Base.DateTime)
            return datetime.strptime(str(text)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 — a camera has no time zone
    except Exception:  # whatever the broken bytes lead Pillow's readers to
        return None


def _in_rgb(image: Image.Image) -> Image.Image:
    """Whatever colours it came in: what is transparent lies on white paper, sixteen bits of grey become eight."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _encoded(image: Image.Image, quality: int) -> bytes:
    """The pixels alone as JPEG: no EXIF, no position, no comment, nothing appended."""
    target = BytesIO()
    image.info.clear()
    image.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


def _official(image: Image.Image, content: bytes, limit: int) -> bytes:
    """The best copy of the picture within ``limit`` bytes: the content itself, or the first step that fits."""
    if len(content) <= limit:
        return content
    for side, qualities in OFFICIAL_STEPS:
        smaller = image.copy()
        smaller.thumbnail((side, side))
        for quality in qualities:
            copy = _encoded(smaller, quality)
            if len(copy) <= limit:
                return copy
    return copy


def _perceptual_hash(image: Image.Image) -> int | None:
    """A difference hash (dHash) of 64 bits: which cell is brighter than its left neighbour.

    A plain ground around the certificate is cut away first; otherwise all scans of one kind of certificate would be
    alike. Of 200 drawn cards of one layout, scanned and photographed, no two had the same hash; saved again at
    quality 88, eight of ten kept it, at quality 60 and a smaller size about half. It rather misses one than accuses.
    """
    cells = _without_ground(image.convert("L")).convert("F").resize(HASH_SIDES, Image.Resampling.BOX)
    columns, rows = HASH_SIDES
    bits = 0
    for row in range(rows):
        for column in range(columns - 1):
            step = _cell(cells, column + 1, row) - _cell(cells, column, row)
            bits = bits << 1 | (step > HASH_NOISE)
    return int.from_bytes(bits.to_bytes(8), signed=True) if bits else None


def _cell(cells: Image.Image, column: int, row: int) -> float:
    value = cells.getpixel((column, row))
    assert isinstance(value, float)  # noqa: S101 — mode F
    return value


def _without_ground(grey: Image.Image) -> Image.Image:
    """The part that holds something, to one hundredth of a side, when all corners show the same ground."""
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


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A current picture of a filing that another host's filing holds too: its path, the other filing's id."""

    path: str
    filing_id: int


def current(filing: Filing) -> list[Evidence]:
    """The filing's ``current_rows``. One query."""
    return list(current_rows(filing))


def current_rows(filing: Filing) -> QuerySet[Evidence]:
    """The filing's current pictures, each with ``other_id``: a filing with another certificate that holds it too.

    The same file, or the same perceptual hash. A filing without a certificate number yet is compared with nobody.
    """
    own = filing.evidence.filter(replaced_at=None).order_by("pk")
    if not filing.subject_digest:
        return own.annotate(other_id=Value(None, output_field=BigIntegerField()))
    same_file_or_looks = Q(original_sha256=OuterRef("original_sha256")) | Q(phash=OuterRef("phash"))
    elsewhere = (
        Evidence.objects.filter(same_file_or_looks, replaced_at=None)
        .exclude(filing__subject_digest__in=("", filing.subject_digest))
        .order_by("filing_id")
    )
    return own.annotate(other_id=Subquery(elsewhere.values("filing_id")[:1]))


def look_alikes(own: Iterable[Evidence]) -> list[LookAlike]:
    """Those of the ``current`` papers that another certificate's filing holds too.

    Face-to-face photos have rules of their own (``photographs``).
    """
    found = (
        (picture.path, picture.other_id)  # type: ignore[attr-defined]
        for picture in own
        if not picture.path.endswith(f".{EvidenceKind.PHOTO}")
    )
    return [LookAlike(path, other_id) for path, other_id in found if other_id is not None]


def retire(filing: Filing, **which: Any) -> None:
    """Put current pictures of a filing aside; the record keeps them."""
    filing.evidence.filter(replaced_at=None, **which).update(replaced_at=timezone.now())


def keep(filing: Filing, by: int, path: str, picture: Picture, handover: Handover | None = None) -> Evidence:
    """Keep a picture as the current one at its path, brought ``by`` this person."""
    retire(filing, path=path)
    evidence = Evidence(
        filing=filing,
        path=path,
        sha256=picture.sha256,
        original_sha256=picture.original_sha256,
        size=len(picture.content),
        official_size=len(picture.official),
        phash=picture.phash,
        advice=list(picture.advice),
        width=picture.width,
        height=picture.height,
        uploaded_by_id=by,
        handover=handover,
    )
    evidence.file.save("", ContentFile(picture.content), save=False)
    evidence.official.save("", ContentFile(picture.official), save=True)
    return evidence


def copied(evidence: Evidence, filing: Filing, **changes: Any) -> Evidence:
    """The same picture as one of ``filing``'s own, saved, with files of its own: each filing can be erased alone."""
    copy = Evidence.objects.get(pk=evidence.pk)
    copy.pk, copy.filing = None, filing
    for name, value in changes.items():
        setattr(copy, name, value)
    copy._state.adding = True
    for name in _files(evidence):
        with getattr(evidence, name).open("rb") as file:
            setattr(copy, name, ContentFile(file.read(), name=name))
    copy.save(force_insert=True)
    return copy


def delete_files(evidence: Evidence) -> None:
    """Delete the files of a picture; those already gone are none the worse for it."""
    for name in _files(evidence):
        getattr(evidence, name).delete(save=False)


def _files(evidence: Evidence) -> list[str]:
    """The columns in which this picture has a file."""
    columns = [field.name for field in Evidence._meta.concrete_fields if isinstance(field, FileField)]
    return [name for name in columns if getattr(evidence, name)]
