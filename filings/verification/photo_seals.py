"""Create and verify the seals of face-to-face photos."""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from accounts.sealed import digest as keyed
from filings import facts, fields
from filings.actors import Actor
from filings.fields import attachments
from filings.models import Evidence, Filing, Photograph, Way
from filings.moves.moving import record
from ministry.audit.documents import sha256_of

Content = dict[str, Any]
# How a photo was taken → its event, if that is another one than PHOTO.
PHOTO = "photo"
EVENTS = {Way.REPORTED: "photo_report"}


def person_key(values: facts.Facts, path: str) -> str:
    """Return a keyed digest of the certificate of the person on the photo at ``path``."""
    return _key(facts.manager(values, _website(path)))


def _key(person: facts.Facts) -> str:
    return keyed(f"photo:{person.get('cert_type')}:{person.get('cert_number')}")


def _website(path: str) -> int:
    return fields.website_of(path) or 0


def sealed(
    filing: Filing, actor: Actor, evidence: Evidence, stated: Content, of: Photograph | None = None
) -> Photograph:
    """Record the photo: create its event and the seal over both."""
    event = record(filing, _event_of(stated), actor, note=languages.stored(lambda: attachments.label(evidence.path)))
    person = facts.manager(filing.facts, _website(evidence.path))
    shot, taken_at = (of.shot, of.taken_at) if of else (uuid.uuid4(), _taken_at(event.at, stated["camera_date"]))
    content: Any = stated | {
        **_of_event(event),
        "path": evidence.path,
        "website": _website(evidence.path) + 1,
        "person": {name: person.get(name) for name in ("name", "cert_type", "cert_number")},
        "evidence": evidence.pk,
        "sha256": evidence.sha256,
        "original_sha256": evidence.original_sha256,
        "shot": str(shot),
        "taken_at": _written(taken_at),
    }
    return Photograph.objects.create(
        filing=filing,
        evidence=evidence,
        event=event,
        provider_id=filing.provider_id,
        person=_key(person),
        shot=shot,
        taken_at=taken_at,
        content=content,
        sha256=sha256_of(content),
    )


def _event_of(stated: Content) -> str:
    return EVENTS.get(stated["way"], PHOTO)


def _of_event(event: Any) -> Content:
    return {
        "event": event.pk,
        "at": _written(event.at),
        "note": event.note,
        "filing": event.filing_id,
        "provider": event.provider_id,
        "round": event.round,
        "verifier": event.user_id,
        "verifier_name": event.actor_name,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _taken_at(kept_at: datetime, camera_date: str) -> datetime:
    """Return when the photo was taken: when it was stored, or the camera's date if that is earlier."""
    if not camera_date or (day := date.fromisoformat(camera_date)) >= timezone.localdate(kept_at):
        return kept_at
    return timezone.make_aware(datetime.combine(day, time.min))


def faults(photo: Photograph) -> list[str]:
    """Return in words which parts of a sealed photo have changed; empty when it is intact.

    Reads the picture's file. No query when ``event`` and ``evidence`` are loaded.
    """
    content = photo.content
    kept = photo.evidence
    if not content or kept is None or sha256_of(content) != photo.sha256 or not _repeats(photo):
        return [_("the seal")]
    found = []
    if photo.event.name != _event_of(content) or any(
        content.get(name) != seen for name, seen in _of_event(photo.event).items()
    ):
        found.append(_("the entry of the record"))
    sums = (kept.sha256, kept.original_sha256)
    if sums != (content["sha256"], content["original_sha256"]) or _sha256_of_file(kept) != content["sha256"]:
        found.append(_("the picture"))
    return found


def _repeats(photo: Photograph) -> bool:
    """Return whether the row's columns agree with the seal."""
    sealed = {
        "evidence": photo.evidence_id,
        "event": photo.event_id,
        "filing": photo.filing_id,
        "provider": photo.provider_id,
        "shot": str(photo.shot),
        "taken_at": _written(photo.taken_at),
    }
    return photo.person == _key(photo.content["person"]) and all(photo.content[key] == sealed[key] for key in sealed)


def _sha256_of_file(evidence: Evidence) -> str:
    try:
        with evidence.file.open("rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def with_seals(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Join the seals to the pictures, for ``seals_of``."""
    return rows.select_related("photograph__event")


def seals_of(pictures: Iterable[Evidence]) -> dict[int, Photograph]:
    """Return the seals of pictures that were fetched ``with_seals``, by the picture's primary key. No query."""
    return {picture.pk: picture.photograph for picture in pictures if hasattr(picture, "photograph")}


def used_elsewhere(seals: Collection[int]) -> set[int]:
    """Return those of the sealed pictures, by primary key, that another filing has too. One query, none for no picture.

    The same shot, used again, does not count.
    """
    if not seals:
        return set()
    alike = Q(original_sha256=OuterRef("original_sha256")) | Q(phash=OuterRef("phash"))
    same_shot = Photograph.objects.filter(evidence=OuterRef("pk"), shot=OuterRef(OuterRef("photograph__shot")))
    others = Evidence.objects.filter(alike, ~Exists(same_shot), replaced_at=None).exclude(filing=OuterRef("filing"))
    return set(Evidence.objects.filter(Exists(others), pk__in=seals).values_list("pk", flat=True))


def derive_digests() -> None:
    """Recompute the person digests with the current DIGEST_KEY (``manage.py redigest``)."""
    with transaction.atomic(), pgtrigger.ignore("filings.Photograph:photograph_append_only"):
        for photo in Photograph.objects.select_for_update(of=("self",)).iterator():
            if photo.content:  # neither broken nor erased
                photo.person = _key(photo.content["person"])
                photo.save(update_fields=["person"])
