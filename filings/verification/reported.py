"""The files that a provider's own system sends with a filing: open them, find what is missing, store them.

They are opened in a child process each, like any other upload. Photos are sealed as they were received; the signed
sheet stands in place of the checklist, which is not invented (``sheets.issue_reported``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import facts, fields
from filings.actors import Actor
from filings.errors import TryLater
from filings.evidence import files, pictures, quality, scans
from filings.evidence.limited import concurrency
from filings.evidence.pictures import Picture
from filings.evidence.scans import ScannedPage
from filings.facts import Facts
from filings.fields import attachments
from filings.fields.findings import Finding
from filings.models import Evidence, Filing, Verification, Way
from filings.reading import requests
from filings.verification import photographs, sheet_scans, sheets
from filings.verification.photo_seals import person_key
from filings.verification.photographs import Shot, TakenPhoto

# Result codes of the interface: a purpose that there is not; a picture that is missing or of no use.
NO_PURPOSE, NOT_USABLE = "1057", "5010"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReportedPapers:
    """The files of a report as received: JPG or PNG, untrusted. Websites count from 0.

    ``pictures``: path of ``filings.fields.attachments`` → content; ``sheets``: website → pages of the signed
    verification sheet (核验单), of a filing about the host alone under 0; ``photos``: website → face-to-face photo of
    its responsible person.
    """

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    sheets: Mapping[int, Sequence[bytes]] = field(default_factory=dict)
    photos: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class OpenedPapers:
    """The files after decoding; ``faults`` are findings about those that are of no use."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    sheets: dict[int, list[ScannedPage]] = field(default_factory=dict)
    photos: dict[int, TakenPhoto] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)

    def decoded(self, path: str, decode: Callable[[], T]) -> T | None:
        """Return what ``decode`` returns; None, and a fault, for a file that is refused."""
        try:
            return decode()
        except ValidationError as error:
            words = " ".join(error.messages)
            if error.code in (concurrency.BUSY, files.NOT_SCANNED):
                raise TryLater(words) from error
            self.faults.append(Finding(NOT_USABLE, path, words, ""))
            return None


# --- Opening ----------------------------------------------------------------------------------------------


def opened(papers: ReportedPapers, count: int) -> OpenedPapers:
    """Decode the files of a filing with ``count`` websites; raise TryLater while the machine is busy.

    So too while the malware scanner is out of reach. Slow, so before any lock.
    """
    found, websites = OpenedPapers(), range(max(1, count))
    for path, content in papers.pictures.items():
        if not _has_place(path, count):
            found.faults.append(Finding(NO_PURPOSE, path, _("There is no such document type."), ""))
        elif picture := found.decoded(path, partial(pictures.accept, _file(content), quality.use_of(path))):
            found.pictures[path] = picture
    for website in papers.photos.keys() & websites:
        path = attachments.photo_path(website)
        if photo := found.decoded(path, partial(_photo, path, papers.photos[website])):
            found.photos[website] = photo
    for website in papers.sheets.keys() & websites:
        received = [_file(content, str(page)) for page, content in enumerate(papers.sheets[website], start=1)]
        if pages := found.decoded(sheet_path(website), partial(scans.accept, received)):
            found.sheets[website] = pages
    found.faults += [
        Finding(NO_PURPOSE, path_of(website), _("There is no such website in this filing."), "")
        for given, path_of in ((papers.photos, attachments.photo_path), (papers.sheets, sheet_path))
        for website in sorted(given.keys() - set(websites))
    ]
    return found


def _file(content: bytes, name: str | None = None) -> InMemoryUploadedFile:
    """Return received content as an upload; a message about it begins with the name, if it has one."""
    return InMemoryUploadedFile(BytesIO(content), None, name, None, len(content), None)


def sheet_path(website: int) -> str:
    """Return the path of findings about the signed sheet of a website."""
    return f"websites.{website}.papers.{attachments.SHEET}"


def _has_place(path: str, count: int) -> bool:
    website = fields.website_of(path)
    return attachments.is_paper(path) and not attachments.is_photo(path) and (website is None or website < count)


def _photo(path: str, content: bytes) -> TakenPhoto:
    """Return a photo; raise ValidationError for one that is none, shows nothing, or is too old for a sheet."""
    photo = photographs.judged(path, _file(content), Shot(Way.REPORTED, ""))
    if photo.is_empty:
        raise ValidationError(str(quality.ADVICE[photographs.EMPTY].message))
    taken_on = photo.picture.camera_date
    if taken_on and taken_on < timezone.localdate(photographs.oldest()):
        words = _("A photo is older than %(months)d months. Retake it.")
        raise ValidationError(words % {"months": photographs.VALID_MONTHS})
    return photo


def missing(values: Facts, given: OpenedPapers, *, signed: bool) -> Iterator[Finding]:
    """Yield a finding for each photo, and each signed sheet if there must be any, that was not given."""
    for paper in attachments.photos(values):
        if fields.website_of(paper.path) not in given.photos:
            yield Finding(NOT_USABLE, paper.path, _("The photo of the website's responsible person is missing."), "")
    for website in range(max(1, facts.count(values))) if signed else ():
        if website not in given.sheets:
            yield Finding(NOT_USABLE, sheet_path(website), _("The signed verification sheet is missing."), "")


# --- Storing ----------------------------------------------------------------------------------------------


def store_pictures(filing: Filing, actor: Actor, given: OpenedPapers) -> None:
    """Make the pictures the filing's own; what is stored already stays, what was not given is retired.

    Before its first round a filing has none.
    """
    now = _current(filing, photos=False) if filing.round else {}
    made = {
        path: picture
        for path, picture in given.pictures.items()
        if path not in now or now[path].original_sha256 != picture.original_sha256
    }
    pictures.retire(filing, path__in=(now.keys() - given.pictures.keys()) | (now.keys() & made.keys()))
    rows = [pictures.filed(filing, actor.person_id, path, picture) for path, picture in made.items()]
    requests.order(*Evidence.objects.bulk_create(rows))


def _current(filing: Filing, *, photos: bool) -> dict[str, Evidence]:
    rows = filing.evidence.filter(replaced_at=None).select_related("photograph")
    return {one.path: one for one in rows if attachments.is_photo(one.path) == photos}


def store_verification(filing: Filing, actor: Actor, given: OpenedPapers) -> None:
    """Record the verification of this round: photos, and the signed sheets in place of answers."""
    photos = _store_photos(filing, actor, given.photos.values())
    verification = Verification.objects.create(
        filing=filing, round=filing.round, answers={}, place="", verifier_id=actor.person_id
    )
    verification.photos.add(*photos)
    for website, pages in sorted(given.sheets.items()):
        sheet = sheets.issue_reported(verification, filing, website)
        for number, page in enumerate(pages, start=1):
            sheet_scans.keep_page(sheet, actor, 1, number, page)


def _store_photos(filing: Filing, actor: Actor, photos: Iterable[TakenPhoto]) -> list[Evidence]:
    """Store and seal the photos of this round and return their rows.

    One that is sealed for the same person already stays, one not given is retired.
    """
    now = _current(filing, photos=True) if filing.round > 1 else {}
    wanted = {photo.path: photo for photo in photos}
    pictures.retire(filing, path__in=now.keys() - wanted.keys())
    for path, photo in wanted.items():
        if path not in now or not _shows(now[path], photo, person_key(filing.facts, path)):
            now[path] = photographs.receive(filing, actor, photo, is_first=path not in now)
    return [now[path] for path in wanted]


def _shows(known: Evidence, photo: TakenPhoto, person: str) -> bool:
    """Return whether the stored picture is this photo, sealed for this person."""
    return known.original_sha256 == photo.picture.original_sha256 and known.photograph.person == person
