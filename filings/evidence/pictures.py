"""Accept uploaded pictures, store them in three sizes, and find the same picture in other filings.

A child process decodes, rotates and re-encodes it without any metadata (``limited.picture``), which removes scripts and
polyglots. This module hashes, names and stores it, and translates the reasons of a refusal.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import FileField, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.errors import FileMissing
from filings.evidence import quality
from filings.evidence.files import about_file, content_of, kept, read_upload
from filings.evidence.limited import (
    TOO_LONG,
    TOO_MANY_PIXELS,
    TOO_MANY_SCANS,
    TOO_MUCH,
    TOO_SMALL,
    UNREADABLE,
    FileRefused,
    concurrency,
    running,
)
from filings.evidence.quality import Use
from filings.models import Evidence, EvidenceKind, Filing, Handover

# Messages for the reasons of a refusal.
REFUSALS: dict[str, Promise | str] = {
    UNREADABLE: gettext_lazy("This is not a complete JPEG or PNG picture. Retake the photo or save it as JPEG."),
    TOO_MUCH: gettext_lazy("The picture is too complex to open. Save it as an ordinary JPEG and upload that file."),
    TOO_MANY_PIXELS: gettext_lazy(
        "The picture has too many pixels (more than %(millions)d million). Upload a smaller one."
    ),
    TOO_LONG: gettext_lazy(
        "The picture's longer side exceeds %(most)d pixels. Crop it to what is needed, or upload a smaller one."
    ),
    TOO_MANY_SCANS: gettext_lazy(
        "The picture has more than %(most)d progressive scans. Save it as an ordinary JPEG and upload that file."
    ),
    concurrency.BUSY: gettext_lazy("Your other files are still being processed. Try again in a few seconds."),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An accepted picture: JPEG bytes, pixels, SHA-256 of the upload and of the stored file.

    ``official`` is the copy within the official limit, ``thumb`` a small one for lists; ``phash`` a signed 64-bit
    perceptual hash that survives most re-encoding, None for a picture of one colour; ``advice`` the codes of
    ``quality``; ``camera_date`` the camera's date, if any.
    """

    content: bytes
    width: int
    height: int
    sha256: str
    original_sha256: str
    official: bytes
    thumb: bytes
    phash: int | None
    advice: tuple[str, ...]
    camera_date: date | None = None


def accept(upload: UploadedFile[bytes], use: Use = quality.DOCUMENT) -> Picture:
    """Read, rate and re-encode an uploaded picture; raise ValidationError with words for the user. Slow.

    Refuses only files that are not pictures, too large or too small; other defects are advice.
    """
    original = _read(upload, use.most_bytes)
    said, (content, thumb, *smaller) = _opened("picture", original, use, upload.name, **_options(use))
    return Picture(
        content=content,
        width=said["width"],
        height=said["height"],
        sha256=hashlib.sha256(content).hexdigest(),
        original_sha256=hashlib.sha256(original).hexdigest(),
        official=smaller[0] if smaller else content,
        thumb=thumb,
        phash=said["phash"],
        advice=tuple(said["advice"]),
        camera_date=date.fromisoformat(said["camera_date"]) if said["camera_date"] else None,
    )


def begin(content: bytes, use: Use) -> None:
    """Start to decode a picture that will soon be accepted, if children are kept (``limited.children``)."""
    running.begin("picture", content, least=use.least, **_options(use))


def _options(use: Use) -> dict[str, Any]:
    return {
        "official_bytes": use.official_bytes,
        "readable_side": use.readable_side,
        "is_document": use.is_document,
        "is_read": use.is_read,
    }


def redrawn(upload: UploadedFile[bytes], side: int) -> bytes:
    """Return a picture such as a logo, checked like evidence, as PNG with sides of at most ``side`` pixels."""
    _said, (content,) = _opened("logo", _read(upload), quality.DOCUMENT, upload.name, side=side)
    return content


def _opened(
    task: str, original: bytes, use: Use, name: str | None, **options: Any
) -> tuple[dict[str, Any], list[bytes]]:
    try:
        return running.run(task, original, least=use.least, **options)
    except FileRefused as refused:
        words = use.too_small if refused.reason == TOO_SMALL else REFUSALS[refused.reason]
        longer, shorter = use.least
        said = {**refused.said, "longer": longer, "shorter": shorter}
        raise about_file(name, str(words) % said, refused.reason) from refused


def _read(upload: UploadedFile[bytes], most: int | None = None) -> bytes:
    if most and (upload.size or 0) > most:
        words = _("The file is larger than %(kb)d KB. Upload a smaller picture.") % {"kb": most // 1024}
        raise about_file(upload.name, words, "too_big")
    return read_upload(upload)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A current picture of a filing that another host's filing has too: its path, the other filing's id."""

    path: str
    filing_id: int


def current(filing: Filing) -> list[Evidence]:
    """Return the filing's ``current_rows``. One query."""
    return list(current_rows(filing))


def current_rows(filing: Filing) -> QuerySet[Evidence]:
    """Return the filing's current pictures."""
    return filing.evidence.filter(replaced_at=None).order_by("pk")


def look_alikes(filing: Filing, own: Iterable[Evidence]) -> list[LookAlike]:
    """Return those of the filing's pictures that a filing with another certificate has too, by file or perceptual hash.

    Without face-to-face photos, for which ``photo_seals`` has other rules. One query; none without such pictures, or
    while the filing has no certificate number.
    """
    keys = [picture.pk for picture in own if not picture.path.endswith(f".{EvidenceKind.PHOTO}")]
    if not keys or not filing.subject_digest:
        return []
    same_file_or_looks = Q(original_sha256=OuterRef("original_sha256")) | Q(phash=OuterRef("phash"))
    elsewhere = (
        Evidence.objects.filter(same_file_or_looks, replaced_at=None)
        .exclude(filing__subject_digest__in=("", filing.subject_digest))
        .order_by("filing_id")
    )
    rows = Evidence.objects.filter(pk__in=keys).order_by("pk")
    found = rows.values_list("path", Subquery(elsewhere.values("filing_id")[:1]))
    return [LookAlike(path, other_id) for path, other_id in found if other_id is not None]


def keys(filing: Filing) -> dict[str, str]:
    """Return the filing's current pictures as path → primary key (text), for the pages. One query."""
    return {path: str(key) for path, key in filing.evidence.filter(replaced_at=None).values_list("path", "pk")}


def retire(filing: Filing, **which: Any) -> None:
    """Retire current pictures of a filing; their rows stay."""
    filing.evidence.filter(replaced_at=None, **which).update(replaced_at=timezone.now())


def keep(
    filing: Filing, by: int, path: str, picture: Picture, handover: Handover | None = None, *, is_first: bool = False
) -> Evidence:
    """Store a picture as the current one at its path, uploaded ``by`` this user; ``is_first``: there is none yet."""
    if not is_first:
        retire(filing, path=path)
    evidence = filed(filing, by, path, picture, handover)
    evidence.save()
    return evidence


def filed(filing: Filing, by: int, path: str, picture: Picture, handover: Handover | None = None) -> Evidence:
    """Store the files of a picture and return its row, not saved yet."""
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
    evidence.official.save("", ContentFile(picture.official), save=False)
    evidence.thumb.save("", ContentFile(picture.thumb), save=False)
    return evidence


def copied(evidence: Evidence, filing: Filing, **changes: Any) -> Evidence:
    """Copy a picture with its files to another filing, so that each filing can be erased separately.

    Raise FileMissing when one of its files is missing.
    """
    contents = {name: content_of(getattr(evidence, name)) for name in _files(evidence)}
    copy = Evidence.objects.get(pk=evidence.pk)
    copy.pk, copy.filing = None, filing
    for name, value in changes.items():
        setattr(copy, name, value)
    copy._state.adding = True
    for name, content in contents.items():
        setattr(copy, name, ContentFile(content, name=name))
    with kept():
        copy.save(force_insert=True)
    return copy


def copied_if_there(evidence: Evidence, filing: Filing) -> None:
    """Copy a picture; do nothing if its file is missing, so that it must be uploaded again."""
    with suppress(FileMissing):
        copied(evidence, filing)


def delete_files(row: Model) -> None:
    """Delete the files that a row names; ignore missing ones."""
    for name in _files(row):
        getattr(row, name).delete(save=False)


def _files(row: Model) -> list[str]:
    """Return the columns in which this row names a file."""
    columns = [field.name for field in row._meta.concrete_fields if isinstance(field, FileField)]
    return [name for name in columns if getattr(row, name)]
