"""Store and seal face-to-face photos, with the one-time word shown in them, and check how long they are valid.

A photo is stored under the filing's lock by the claimant, with a word that the portal has created for this filing,
person, round and verifier. Each photo has an event and a seal over:

    {"event", "at", "note", "filing", "provider", "round", "path", "website",
     "person": {"name", "cert_type", "cert_number"}, "verifier", "verifier_name", "place", "word", "way", "reason",
     "reason_note", "evidence", "sha256", "original_sha256", "camera_date", "shot", "taken_at"}

and "kept_because", if hardly anything can be seen on it.

The seal is encrypted as a whole, so it can't be forged with access to the database only, and it names the rows it
belongs to, so it can't be moved. ``faults`` compares it with event, row and file whenever the photo is shown.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from filings import states
from filings.actors import Actor, portal
from filings.errors import MoveRefused
from filings.evidence import face_detector, pictures, quality
from filings.evidence.pictures import Picture
from filings.fields import attachments
from filings.models import Entrance, Evidence, EvidenceKind, Filing, Photograph, PhotoWord, Verification, Way
from filings.moves.moving import changing, claim_refusal, locked
from filings.states import Role
from filings.verification import photo_words
from filings.verification.photo_seals import Content, faults, person_key, sealed, seals_of, with_seals

WORD_LIFE = timedelta(minutes=30)
WORD_LEFT = timedelta(minutes=10)  # a word with less time left is not shown any more, but is still accepted
VALID_MONTHS = 24  # the sheet's signature and, with it, the photo
OTHER = "other"
EMPTY = "photo_empty"  # of ``quality.ADVICE``
# Why a photo was uploaded as a file and not taken with the camera of the page.
REASONS: dict[str, Promise] = {
    "no_camera": gettext_lazy("There is no camera at this workplace"),
    "camera_fails": gettext_lazy("The camera or the browser does not work"),
    "better_camera": gettext_lazy("Taken here with a separate camera or a phone"),
    "elsewhere": gettext_lazy("Taken at the host's premises"),
    OTHER: gettext_lazy("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photo was taken: way, place of the check, primary key of the word shown, reason for an upload.

    ``kept_because``: why a black or empty photo is kept all the same.
    """

    way: Way
    place: str
    word_id: int | None = None
    reason: str = ""
    reason_note: str = ""
    kept_because: str = ""


def words(filing: Filing, actor: Actor) -> dict[str, PhotoWord]:
    """Return the word to be shown for each photo of the filing, by path; create missing ones.

    No query when ``photo_words`` is prefetched and none is missing.
    """
    soon = timezone.now() + WORD_LEFT
    shown = {
        word.path: word
        for word in sorted(filing.photo_words.all(), key=lambda word: word.pk)
        if (word.verifier_id, word.round, word.closed_at) == (actor.user_id, filing.round, None)
        and word.expires_at > soon
        and _is_of(word, filing)
    }
    for paper in attachments.photos(filing.facts):
        if paper.path not in shown:
            shown[paper.path] = word_for(filing.pk, actor, paper.path)
    return shown


def word_for(filing_id: int, actor: Actor, path: str, *, anew: bool = False) -> PhotoWord:
    """Return a word for one photo; ``anew`` closes earlier ones. The filing's version stays."""
    with locked(filing_id, actor) as filing:
        _refuse(filing, actor, path)
        if anew:
            filing.photo_words.filter(path=path, verifier_id=actor.person_id, closed_at=None).update(
                closed_at=timezone.now()
            )
        for word in _open_words(filing, actor, WORD_LEFT):
            if word.path == path and _is_of(word, filing):
                return word
        return PhotoWord.objects.create(
            filing=filing,
            path=path,
            person=person_key(filing.facts, path),
            round=filing.round,
            verifier_id=actor.person_id,
            text=photo_words.invent(),
            expires_at=timezone.now() + WORD_LIFE,
        )


def _open_words(filing: Filing, actor: Actor, left: timedelta) -> QuerySet[PhotoWord]:
    """Return the verifier's words of this round with more than this time left, newest last."""
    rows = filing.photo_words.filter(verifier_id=actor.person_id, round=filing.round, closed_at=None)
    return rows.filter(expires_at__gt=timezone.now() + left).order_by("pk")


def _is_of(word: PhotoWord, filing: Filing) -> bool:
    """Return whether the word was created for the person who must be on the photo."""
    return attachments.is_photo(word.path) and word.person == person_key(filing.facts, word.path)


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """A checked photo that is not stored yet: its path, the picture, how it was taken."""

    path: str
    picture: Picture
    shot: Shot

    @property
    def is_empty(self) -> bool:
        """Return whether it is black, or hardly anything can be seen on it."""
        return EMPTY in self.picture.advice


def take(
    filing_id: int, actor: Actor, path: str, upload: UploadedFile[bytes], shot: Shot, *, version: int | None
) -> Photograph:
    """Store a photo as the current one at its path and seal it; raise ValidationError when it is not a picture."""
    return store_judged(filing_id, actor, judged(path, upload, shot), version=version)


def store_judged(filing_id: int, actor: Actor, photo: TakenPhoto, *, version: int | None) -> Photograph:
    """Store a photo that ``judged`` has returned."""
    with changing(filing_id, actor, version) as filing:
        return store(filing, actor, photo)


def judged(path: str, upload: UploadedFile[bytes], shot: Shot) -> TakenPhoto:
    """Return the uploaded photo with advice on its quality; ValidationError if it is no picture. Slow: take no lock."""
    picture = pictures.accept(upload, quality.PHOTO)
    further = list(face_detector.judge(picture.content))
    if shot.way != Way.REPORTED and picture.camera_date not in (None, timezone.localdate()):
        further.append("other_day")
    return TakenPhoto(path, replace(picture, advice=(*picture.advice, *further)), shot)


def store(filing: Filing, actor: Actor, photo: TakenPhoto) -> Photograph:
    """Store a judged photo as the current one of its person of the locked filing, and seal it."""
    shot, picture = photo.shot, photo.picture
    _refuse(filing, actor, photo.path)
    _refuse_shot(shot)
    _refuse_other_day(picture.camera_date, shot)
    refuse_empty(photo)
    if filing.evidence.filter(original_sha256=picture.original_sha256, path__endswith=_PHOTO).exists():
        raise MoveRefused(_("This file has been used before. Take a new photo."))
    word = _used(filing, actor, photo.path, shot)
    evidence = pictures.store(filing, actor.person_id, photo.path, picture)
    stated: Content = {
        "place": shot.place.strip(),
        "word": word,
        "way": shot.way,
        "reason": shot.reason if shot.way == Way.UPLOAD else "",
        "reason_note": shot.reason_note.strip() if shot.way == Way.UPLOAD else "",
        "camera_date": picture.camera_date.isoformat() if picture.camera_date else "",
    }
    if photo.is_empty:
        stated["kept_because"] = shot.kept_because.strip()
    return sealed(filing, actor, evidence, stated)


def receive(filing: Filing, actor: Actor, photo: TakenPhoto, *, is_first: bool) -> Evidence:
    """Store a photo that the provider's own system has sent for the locked filing, seal it as received, return it."""
    evidence = pictures.store(filing, actor.person_id, photo.path, photo.picture, is_first=is_first)
    taken_on = photo.picture.camera_date
    stated: Content = dict.fromkeys(("place", "word", "reason", "reason_note"), "")
    stated |= {"way": photo.shot.way, "camera_date": taken_on.isoformat() if taken_on else ""}
    sealed(filing, actor, evidence, stated)
    return evidence


_PHOTO = f".papers.{EvidenceKind.PHOTO}"


def _refuse(filing: Filing, actor: Actor, path: str) -> None:
    """Raise MoveRefused unless the actor has claimed the filing and the filing needs this photo."""
    if actor.role != Role.PROVIDER or filing.status not in states.VERIFY.sources:
        raise MoveRefused(_("The photo is taken by the provider during the face-to-face check."))
    if filing.claimant_id() != actor.user_id:
        raise MoveRefused(claim_refusal(filing))
    if path not in [paper.path for paper in attachments.photos(filing.facts)]:
        raise MoveRefused(_("There is no such document type."))


def refuse_empty(photo: TakenPhoto) -> None:
    """Raise MoveRefused for a black or empty photo, unless a reason for keeping it is written down."""
    if photo.is_empty and not photo.shot.kept_because.strip():
        raise MoveRefused(
            _("Hardly anything can be seen on the photo. Take another one, or send it again and say why it is kept.")
        )


def _refuse_shot(shot: Shot) -> None:
    if not shot.place.strip():
        raise MoveRefused(_("Say where the face-to-face check took place."))
    if shot.way == Way.UPLOAD and shot.reason not in REASONS:
        raise MoveRefused(_("Say why the photo was not taken with the camera of this page."))
    if shot.way == Way.UPLOAD and shot.reason == OTHER and not shot.reason_note.strip():
        raise MoveRefused(_("State the other reason."))


def _refuse_other_day(taken_on: date | None, shot: Shot) -> None:
    """Raise MoveRefused for a file that is not of today according to its camera, unless a reason is written down."""
    is_explained = shot.way == Way.UPLOAD and shot.reason_note.strip()
    if taken_on and taken_on != timezone.localdate() and not is_explained:
        raise MoveRefused(
            _(
                "According to the file, the photo was taken on %(date)s. Say why in “Details of the reason”, or take "
                "a new photo today."
            )
            % {"date": date_format(taken_on, "DATE_FORMAT")}
        )


def _used(filing: Filing, actor: Actor, path: str, shot: Shot) -> str:
    """Use up the word of a photo and return its text; only an uploaded file may have no valid word."""
    shown = _open_words(filing, actor, timedelta()).filter(pk=shot.word_id or 0, path=path)
    word = next((word for word in shown if _is_of(word, filing)), None)
    if word is None and shot.way != Way.UPLOAD:
        raise MoveRefused(
            _("The code word of this photo has expired or has been used. Show the current word and retake the photo.")
        )
    if word is None:
        return ""
    word.closed_at = timezone.now()
    word.save(update_fields=["closed_at"])
    return word.text


def for_passing(filing: Filing) -> list[Evidence]:
    """Return the photos for passing the filing on, one per website's responsible person; MoveRefused if any is missing.

    Each must have an intact seal and be recent enough; it may be from an earlier check.
    """
    wanted = [paper.path for paper in attachments.photos(filing.facts)]
    taken = list(with_seals(filing.evidence.filter(path__in=wanted, replaced_at=None)))
    if len(taken) < len(wanted):
        raise MoveRefused(
            ngettext(
                "Take the photo of the website's responsible person first.",
                "Take the photos of all responsible persons of the websites first.",
                len(wanted),
            )
        )
    seals = seals_of(taken)
    for evidence in taken:
        _refuse_doubtful(filing, evidence, seals.get(evidence.pk))
    return taken


def _refuse_doubtful(filing: Filing, evidence: Evidence, photo: Photograph | None) -> None:
    if photo is None or faults(photo) or photo.person != person_key(filing.facts, evidence.path):
        raise MoveRefused(_("The seal of a photo is missing or broken. Retake the photo and contact the operators."))
    if photo.taken_at < oldest():
        raise MoveRefused(_("A photo is older than %(months)d months. Retake it.") % {"months": VALID_MONTHS})


def oldest() -> datetime:
    """Return the moment from which photos are valid: the start of the same day, ``VALID_MONTHS`` ago."""
    today = timezone.localdate()
    year = today.year - VALID_MONTHS // 12
    day = today.replace(year=year, day=min(today.day, monthrange(year, today.month)[1]))
    return timezone.make_aware(datetime.combine(day, time.min))


def valid_until(photo: Photograph) -> date:
    """Return the last day on which a photo is valid."""
    taken = timezone.localdate(photo.taken_at)
    year = taken.year + VALID_MONTHS // 12
    return taken.replace(year=year, day=min(taken.day, monthrange(year, taken.month)[1]))


def usable_again(filing: Filing, actor: Actor, kept: Iterable[Photograph]) -> dict[str, Photograph]:
    """Return by path the newest photo of the same person that this provider has sealed for a passed verification.

    None for a person of whom the filing has a valid photo; ``kept`` are the seals of its current photos. One query,
    none when it has them all.
    """
    has_one = {photo.person for photo in kept if photo.taken_at >= oldest()}
    keys = {paper.path: person_key(filing.facts, paper.path) for paper in attachments.photos(filing.facts)}
    keys = {path: key for path, key in keys.items() if key not in has_one}
    if not keys:
        return {}
    rows = _passed(actor, keys.values())
    newest = {photo.person: photo for photo in rows.order_by("person", "-taken_at", "-pk").distinct("person")}
    return {path: newest[key] for path, key in keys.items() if key in newest}


def _passed(actor: Actor, people: Iterable[str]) -> QuerySet[Photograph]:
    """Return valid photos of these people from passed verifications of the actor's provider."""
    verified = Verification.photos.through.objects.filter(evidence=OuterRef("evidence"))
    rows = Photograph.objects.filter(
        provider_id=actor.provider_id or 0, person__in=list(people), taken_at__gte=oldest()
    )
    rows = rows.filter(Exists(verified)).exclude(filing__entrance=Entrance.SYSTEM)  # the desk has taken those itself
    return rows.select_related("event", "evidence")


def use_again(filing_id: int, actor: Actor, path: str, photograph_id: int, *, version: int | None) -> Photograph:
    """Use an earlier photo of the same person for this check; it is recorded as such, with a new seal."""
    with changing(filing_id, actor, version) as filing:
        _refuse(filing, actor, path)
        found = _passed(actor, [person_key(filing.facts, path)])
        photo = found.filter(pk=photograph_id).first()
        if photo is None:
            raise MoveRefused(_("There is no photo of this person that could be reused."))
        if faults(photo):
            raise MoveRefused(
                _("The seal of a photo is missing or broken. Retake the photo and contact the operators.")
            )
        pictures.retire(filing, path=path)
        return _again(filing, actor, path, photo, uploaded_by_id=actor.person_id)


def go_along(source: Filing, filing: Filing) -> list[Photograph]:
    """Use the photos of a filing for the one split off from it; the portal creates new seals."""
    taken = Photograph.objects.filter(filing=source, evidence__replaced_at=None).select_related("evidence", "event")
    of_person = {photo.person: photo for photo in taken}
    wanted = {paper.path: person_key(filing.facts, paper.path) for paper in attachments.photos(filing.facts)}
    return [_again(filing, portal(), path, of_person[key]) for path, key in wanted.items() if key in of_person]


def _again(filing: Filing, actor: Actor, path: str, photo: Photograph, **brought: Any) -> Photograph:
    """Copy a photo to another filing as the same shot, with a new seal."""
    evidence = pictures.copied(cast(Evidence, photo.evidence), filing, path=path, replaced_at=None, **brought)
    kept = cast(Content, photo.content)
    names = ("place", "word", "reason", "reason_note", "camera_date", "kept_because")
    stated = {name: kept[name] for name in names if name in kept}
    return sealed(filing, actor, evidence, {**stated, "way": Way.AGAIN}, of=photo)
