"""How an uploaded picture is accepted.

Content decides, not the name: only what decodes as JPEG or PNG (interface table 附件格式) is taken. It is
turned upright, re-encoded without any metadata and hashed; a script or a polyglot does not survive that.
"""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import FileField
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from filings.models import Evidence, Filing

FORMATS = ("JPEG", "PNG")
MAX_PIXELS = 60_000_000  # beyond any phone camera in use as evidence; keeps a bomb from being decoded
MIN_SIDE = 200
MAX_SIDE = 3000  # pixels kept of a longer picture: an identity card stays readable at any zoom
JPEG_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Picture:
    """An accepted picture: JPEG bytes, pixels, SHA-256 of what came and of what is kept."""

    content: bytes
    width: int
    height: int
    sha256: str
    original_sha256: str


def accept(upload: UploadedFile[bytes]) -> Picture:
    """Read, judge and re-encode an uploaded picture; raise ValidationError with words for the user."""
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            _("The file has more than %(mb)d MB. Send a smaller picture."),
            code="too_big",
            params={"mb": settings.EVIDENCE_MAX_BYTES // 1024**2},
        )
    original = upload.read()
    image = _decoded(original)
    content = _encoded(image)
    return Picture(
        content=content.getvalue(),
        width=image.width,
        height=image.height,
        sha256=hashlib.sha256(content.getvalue()).hexdigest(),
        original_sha256=hashlib.sha256(original).hexdigest(),
    )


def _decoded(original: bytes) -> Image.Image:
    """The whole picture, upright, in RGB. The header's size is judged before anything is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged below, more strictly
            image: Image.Image = Image.open(BytesIO(original), formats=FORMATS)
            _judge_size(image)
            image.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This is not a complete JPEG or PNG picture. Take the photo again or save it as JPEG."),
            code="not_a_picture",
        ) from error
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    return upright


def _judge_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(image.size) < MIN_SIDE:
        raise ValidationError(
            _("The picture has only %(width)d × %(height)d pixels, so nobody can read it. Take it from nearer."),
            code="too_small",
            params={"width": image.width, "height": image.height},
        )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("The picture has too many pixels (more than %(millions)d million). Send a smaller one."),
        code="too_many_pixels",
        params={"millions": MAX_PIXELS // 1_000_000},
    )


def _encoded(image: Image.Image) -> BytesIO:
    """The pixels alone as JPEG: no EXIF, no position, no comment, nothing appended."""
    target = BytesIO()
    image.info.clear()
    image.save(target, "JPEG", quality=JPEG_QUALITY)
    return target


def copied(evidence: Evidence, filing: Filing) -> Evidence:
    """The same picture as one of ``filing``'s own, saved, with files of its own: each filing can be erased alone."""
    copy = Evidence.objects.get(pk=evidence.pk)
    copy.pk, copy.filing = None, filing
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
