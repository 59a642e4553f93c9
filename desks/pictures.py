"""Pictures of a filing: which of them an actor may see, and serving them from the private storage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desks.files import if_changed, picture_response
from filings import services
from filings.actors import Actor
from filings.evidence import quality
from filings.evidence.quality import PictureAdvice
from filings.models import Evidence, EvidenceKind, Filing, OfficialPage, SheetScan, Snapshot, Verification
from filings.states import Role, Status

S = Status
THUMB = "thumb"  # asks for the small copy
PHOTO = f".papers.{EvidenceKind.PHOTO}"
StoredPicture = Evidence | OfficialPage | SheetScan
# Statuses in which a desk sees the filing as it is now; in all others it sees the round it was handed.
LIVE = {
    Role.PROVIDER: (S.WITH_PROVIDER, S.RETURNED_TO_PROVIDER, S.WITH_BUREAU, S.FILED),
    Role.BUREAU: (S.WITH_BUREAU, S.FILED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealShown:
    """The seal of a photo as ``desk/_seal.html`` shows it; texts are empty where nothing was recorded.

    ``broken``: what has changed since. ``until``: last day on which the photo is valid. ``is_again``: taken for an
    earlier round; ``is_reported``: by a provider's system; ``is_elsewhere``: the picture is used in another filing.
    """

    broken: str
    word: str
    way: Promise | str
    reason: str
    kept_because: str
    place: str
    by: str
    at: datetime | None
    taken_at: datetime | None
    until: date | None
    is_again: bool
    is_reported: bool
    sha256: str
    is_elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """A picture as ``components/evidence.html`` shows it.

    ``seal``: of a photo. ``remove``: its path, if the page can remove it.
    """

    pk: int = 0
    label: Promise | str
    url: str
    width: int
    height: int
    note: str = ""
    advice: Sequence[PictureAdvice] = ()
    seal: SealShown | None = None
    remove: str = ""
    thumb_url: str = ""  # of its small copy; empty where there is none
    sha256: str = ""

    @classmethod
    def of(
        cls,
        picture: StoredPicture,
        label: Promise | str,
        url: str,
        *,
        note: str = "",
        advice: Iterable[str] = (),
        seal: SealShown | None = None,
        remove: str = "",
    ) -> Self:
        """Return the item of a stored picture; ``advice``: codes of ``filings.evidence.quality``."""
        return cls(
            pk=picture.pk,
            label=label,
            url=url,
            width=picture.width,
            height=picture.height,
            note=note,
            advice=quality.words(advice),
            seal=seal,
            remove=remove,
            sha256=picture.sha256,
            thumb_url=f"{url}?{THUMB}" if isinstance(picture, Evidence) and picture.thumb else "",
        )


def fingerprint(picture: StoredPicture) -> str:
    """Return the beginning of the picture's hash, as a note."""
    return f"SHA-256 {picture.sha256[:12]}…"


def handed_on(filing: Filing, actor: Actor) -> Snapshot | None:
    """Return the last round this desk was handed; None if it sees the filing as it is now. At most one query."""
    if actor.role not in LIVE or filing.status in LIVE[actor.role]:
        return None
    return filing.snapshots.get(round=filing.handed_to(actor.role))


def show_as_handed_on(filing: Filing, actor: Actor) -> Snapshot | None:
    """Show the filing as this desk was handed it; return that round, or None if it sees the filing as it is now."""
    if snapshot := handed_on(filing, actor):
        filing.facts = snapshot.with_filled_in()
        filing.subject_name, filing.domain = filing.get("subject.name"), next(iter(filing.approved), "")
    return snapshot


def visible(filing: Filing, snapshot: Snapshot | None, actor: Actor) -> QuerySet[Evidence]:
    """Return the pictures that belong to what the actor sees: the current ones, or those of the round handed on."""
    if actor.role == Role.HOST:
        return filing.evidence.exclude(path__endswith=PHOTO)
    if snapshot is None:
        return filing.evidence.filter(replaced_at=None)
    verified = filing.verifications.filter(round__lte=snapshot.round).values("photos")
    return filing.evidence.filter(Q(sha256__in=snapshot.papers.values()) | Q(pk__in=verified))


def within_reach(filing: Filing, actor: Actor) -> QuerySet[Evidence]:
    """Return every picture the actor may open: those it sees now, and those of the rounds it was handed before.

    The bureau was handed the rounds that were verified, each with the photo of its verification. A provider is not
    shown photos taken by a former one.
    """
    now = visible(filing, handed_on(filing, actor), actor)
    if actor.role not in LIVE:
        return now
    handed = filing.snapshots.all()
    pictures = filing.evidence.all()
    if actor.role == Role.BUREAU:
        handed = handed.filter(round__in=_verified(filing, actor).values("round"))
    if actor.role == Role.BUREAU or filing.former_rounds:
        pictures = pictures.exclude(path__endswith=PHOTO)
    hashes = {sha256 for papers in handed.values_list("papers", flat=True) for sha256 in papers.values()}
    former = pictures.filter(sha256__in=hashes).values("pk")
    verified = _verified(filing, actor).values("photos")
    return filing.evidence.filter(Q(pk__in=now.values("pk")) | Q(pk__in=former) | Q(pk__in=verified))


def _verified(filing: Filing, actor: Actor) -> QuerySet[Verification]:
    """Return the verifications of the rounds this desk was handed."""
    rows = filing.verifications.filter(round__lte=filing.handed_to(actor.role))
    return rows.filter(round__gt=filing.verified_elsewhere(actor.role))


def origin(picture: Evidence) -> str:
    """Return the note that a picture was taken with a phone; empty for others."""
    return _("uploaded from a phone") if picture.handover_id else ""


def evidence_response(request: HttpRequest, actor: Actor, filing_id: int, evidence_id: int) -> HttpResponse:
    """Return a picture that the actor may open, or its small copy (``?thumb``).

    Looks of staff are recorded, but not at the small copy, on which nothing can be read.
    """
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=filing_id)
    picture = get_object_or_404(within_reach(filing, actor), pk=evidence_id)
    if THUMB in request.GET and picture.thumb:
        return if_changed(request, picture_response(picture.thumb), f"{picture.sha256}-{THUMB}")
    services.record_look(filing, actor, picture.path)
    return if_changed(request, picture_response(picture.file), picture.sha256)
