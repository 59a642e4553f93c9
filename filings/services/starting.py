"""Start a filing about a record, filled from the register."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import languages
from filings import facts, fields
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.facts import Facts
from filings.fields import attachments, derived
from filings.kinds import KINDS, About, Kind, Law, Refusal, Wanted
from filings.models import Entrance, Filing, Offer
from filings.moves.moving import changing, record
from filings.reading import requests
from filings.rules import external_bureaus, ownership, required_codes, reservations, usual_access
from filings.services import detection
from filings.services.detection import RecordTarget
from filings.states import UNDER_WAY, Status
from ministry.models import Access, Subject, Website
from ministry.passwords import passwords
from ministry.reference import code_tables
from ministry.register.history import SubjectAsOf, WebsiteAsOf


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """The filing password as typed, and the client's network address."""

    password: str
    address: str


NO_PROOF = PasswordProof("", "")


def begin(
    actor: Actor,
    kind: Kind,
    target: RecordTarget,
    *,
    provider_id: int,
    entrance: Entrance,
    proof: PasswordProof = NO_PROOF,
    moves_from_id: int | None = None,
) -> Filing:
    """Start a draft about the host's own record, filled from the register; called twice, return the same draft.

    ``moves_from_id``: for a new access, the access that is to end afterwards because the website moves.
    Raises MoveRefused with the official code where this kind can't be filed now. Don't call it inside a transaction
    where the kind needs the filing password: a rollback would lose the count of attempts.
    """
    law = KINDS[kind]
    values: Any = _facts_of_own(actor, law, target)
    external_bureaus.refuse(kind, values["subject"]["province"])
    if moves_from_id and not Access.objects.filter(pk=moves_from_id, website=target.website_id, live=True).exists():
        raise no_record()
    proved_at = _proved(target.subject_id, actor, proof) if _asks_password(law, target, values) else None
    with transaction.atomic():
        filing = Filing(
            host_id=actor.person_id,
            provider_id=provider_id,
            entrance=entrance,
            kind=kind,
            facts=values,
            proved_at=proved_at,
            moves_from_id=moves_from_id,
            **pointers(law, target),
        )
        if made := _begun(filing):
            return _taken_up(made, actor, proved_at, moves_from_id)
        refuse(filing)
        if moved_away(target.access_id) and law.removes == About.ACCESS:
            filing.facts = facts.written(filing.facts, {"cancellation.reason": code_tables.CHANGED_PROVIDER})
        _save(filing, actor)
    return filing


def take_over(actor: Actor, offer_id: int, *, provider_id: int, entrance: Entrance) -> Filing:
    """Start the migration of a website that is offered to the actor; called twice, return the same draft.

    Raises Offer.DoesNotExist for an offer to somebody else or one that has ended, MoveRefused with the official code
    where the website can't be migrated now.
    """
    with transaction.atomic():
        offer = Offer.objects.made_to(actor).open().select_related("website__subject", "by").get(pk=offer_id)
        external_bureaus.refuse(Kind.MIGRATE_WEBSITE, offer.website.subject.province)
        law, target = (
            KINDS[Kind.MIGRATE_WEBSITE],
            RecordTarget(migration_offers.taker_on_record(offer, actor), offer.website_id),
        )
        filing = Filing(
            host_id=actor.person_id,
            provider_id=provider_id,
            entrance=entrance,
            kind=law.kind,
            facts=_facts_of_migration(law, target, offer),
            offer=offer,
            **pointers(law, target),
        )
        if made := _begun(filing):
            return made
        refuse(filing)
        number, at = offer.website.number, timezone.localtime(offer.at)
        _save(
            filing,
            actor,
            languages.stored(lambda: _("%(number)s, offered on %(day)s") % {"number": number, "day": date_format(at)}),
        )
    return filing


def _facts_of_migration(law: Law, target: RecordTarget, offer: Offer) -> Any:
    """Return the facts of the website from the register, and of the new host if it is on record."""
    left = ownership.now(offer.website.subject_id)
    record = ownership.now(target.subject_id) if target.subject_id else None
    if left is None:
        raise no_record()
    taker = {
        "province": offer.website.subject.province,
        "nature": code_tables.nature_of(offer.cert_type),
        "cert_type": offer.cert_type,
        "cert_number": offer.cert_number,
        "name": offer.name,
    }
    return ownership.initial_facts_of_migration(law, record, _website(left, target), taker)


def _save(filing: Filing, actor: Actor, note: str = "") -> None:
    filing.facts = _completed(filing, filing.facts)
    reservations.repeat_for_lists(filing)
    filing.save(force_insert=True)
    _take_pictures(filing)
    record(filing, "start", actor, target=Status.DRAFT, note=note)


def _completed(filing: Filing, values: Facts) -> Facts:
    """Return the facts with what follows from others and the provider's usual access."""
    return usual_access.completed(derived.completed(values), filing)


def is_untouched(filing: Filing) -> bool:
    """Return whether a draft's website has nothing but what it began with and the service type chosen for it."""
    begun = _completed(filing, filing.facts | {"websites": [facts.blank_website()]})["websites"]
    websites = [{name: value for name, value in one.items() if name != "service"} for one in filing.facts["websites"]]
    return bool(websites == begun)


def asks_password(actor: Actor, kind: Kind, target: RecordTarget) -> bool:
    """Return whether the filing password is needed: for kinds that need proof, unless verification codes replace it.

    Not for a record whose password only the bureau's own system can check, when the filing is reported.

    Raises MoveRefused where nothing can begin, because the record is not the actor's or has ended.
    """
    law = KINDS[kind]
    return _asks_password(law, target, _facts_of_own(actor, law, target))


def _asks_password(law: Law, target: RecordTarget, values: Any) -> bool:
    begun = Filing(kind=law.kind, facts=values, about_subject_id=target.subject_id)
    return law.proof and not required_codes.asks_codes(begun) and not required_codes.password_checker(begun)


def _proved(subject_id: int, actor: Actor, proof: PasswordProof) -> datetime:
    """Check the filing password and return the current time; raise MoveRefused (1018) if it is wrong."""
    try:
        passwords.prove(
            Subject.objects.get(pk=subject_id), proof.password, address=proof.address, account=actor.user_id
        )
    except ValidationError as error:
        raise MoveRefused(f"1018: {' '.join(error.messages)}") from error
    return timezone.now()


def prove(filing_id: int, actor: Actor, proof: PasswordProof, *, version: int | None) -> None:
    """Check the filing password of a filing that began without it, because verification codes were required then.

    Raises MoveRefused (1018) if it is wrong. Don't call it inside a transaction: a rollback would lose the count of
    attempts.
    """
    filing = Filing.objects.visible_to(actor).get(pk=filing_id)
    if not required_codes.lacks_proof(filing) or filing.status not in UNDER_WAY:
        raise MoveRefused(_("This filing needs no filing password."))
    _take_down(filing_id, actor, _proved(filing.about_subject_id or 0, actor, proof), version)


def _taken_up(draft: Filing, actor: Actor, proved_at: datetime | None, moves_from_id: int | None) -> Filing:
    """Return the existing draft, updated with the proof and the access to leave that were given now."""
    if draft.moves_from_id != moves_from_id:
        with changing(draft.pk, actor, None) as filing:
            filing.moves_from_id = moves_from_id
        draft.refresh_from_db()
    return _take_down(draft.pk, actor, proved_at, None) if proved_at and not draft.proved_at else draft


def _take_down(filing_id: int, actor: Actor, proved_at: datetime, version: int | None) -> Filing:
    with changing(filing_id, actor, version) as filing:
        filing.proved_at = proved_at
        record(filing, "prove", actor)
    return filing


def become(filing_id: int, actor: Actor, *, version: int | None) -> Filing:
    """Turn a draft of a first filing into the kind that ``find_for`` finds; keep what was typed about websites."""
    with changing(filing_id, actor, version) as filing:
        if filing.status != Status.DRAFT or not filing.law.is_first or actor.is_on_behalf:
            raise MoveRefused(_("Only the draft of a first-time filing can be changed to another kind."))
        found = detection.find_for(filing, actor)
        if found.kind is None or not KINDS[found.kind].continues_draft or found.target is None:
            raise MoveRefused(_("You have no record that matches this filing."))
        law = KINDS[found.kind]
        filing.facts = _kept(law, _facts_of_own(actor, law, found.target), filing.facts)
        filing.kind = found.kind
        for name, value in pointers(law, found.target).items():
            setattr(filing, name, value)
        refuse(filing)
        reservations.repeat_for_lists(filing)
        note = languages.stored(lambda: _("continues as: %(kind)s") % {"kind": filing.kind_name})
        record(filing, "copy", actor, note=note)
    return filing


def _kept(law: Law, values: Facts, typed: Facts) -> Facts:
    """Return the facts with what was typed about websites, as far as this kind lets the host edit it."""
    if law.about == About.SUBJECT:
        return {**values, "websites": typed["websites"]}
    website = {**values["websites"][0], "access": typed["websites"][0].get("access") or {}}
    return {**values, "websites": [website]}


def refuse(filing: Filing) -> None:
    """Raise MoveRefused with code and way out when the register or another open filing forbids this one."""
    for refusal in filing.law.refuse(filing):
        if refusal.in_form or not refusal.blocks:
            continue
        raise _refused(refusal)
    other = reservations.about_records(filing.records).exclude(pk=filing.pk).first()
    if other is not None:
        raise _refused(reservations.interlock(filing, other))


def _refused(refusal: Refusal) -> MoveRefused:
    return MoveRefused(f"{refusal.code}: {refusal.message} {refusal.way_out}")


def _facts_of_own(actor: Actor, law: Law, target: RecordTarget) -> Facts:
    """Return the facts of the actor's own record.

    Raises MoveRefused: 1016 if it is not theirs, else as ``facts_of``.
    """
    if actor.person_id not in ownership.hosts_of(target.subject_id):
        raise no_record()
    return facts_of(law, target)


def facts_of(law: Law, target: RecordTarget) -> Facts:
    """Return the facts of a record; raise MoveRefused with the code of what has ended (such as 1049, 1050, 1032)."""
    known, website, access = ownership.now(target.subject_id), None, None
    if known and law.about in (About.WEBSITE, About.ACCESS):
        website = next((one for one in known.websites if one.website_id == target.website_id), None)
    if website and law.about == About.ACCESS:
        access = next((one for one in website.accesses if one.access_id == target.access_id), None)
    needed = {About.WEBSITE: website, About.ACCESS: access}
    if known is None or needed.get(law.about, known) is None:
        raise _ended(law, target)
    return ownership.initial_facts(law, known, website, access)


def _ended(law: Law, target: RecordTarget) -> MoveRefused:
    """Return the refusal about a row that is not in force; 1016 if it never was the subject's. Two queries.

    The kind itself says what has ended before it looks at the facts, so they are left blank.
    """
    rows: dict[About, QuerySet[Any]] = {
        About.WEBSITE: Website.objects.filter(pk=target.website_id or 0, subject=target.subject_id),
        About.ACCESS: Access.objects.filter(
            pk=target.access_id or 0, website=target.website_id, website__subject=target.subject_id
        ),
    }
    if law.about in rows and not rows[law.about].exists():
        return no_record()
    return _refused(next(iter(law.refuse(Filing(kind=law.kind, **pointers(law, target))))))


def no_record() -> MoveRefused:
    """Return the refusal 1016."""
    return MoveRefused("1016: " + _("You have no such record in force."))


def _website(known: SubjectAsOf, target: RecordTarget) -> WebsiteAsOf:
    for website in known.websites:
        if website.website_id == target.website_id:
            return website
    raise no_record()


def pointers(law: Law, target: RecordTarget) -> dict[str, int | None]:
    """Return the foreign keys to the record that this kind uses."""
    return {
        "about_subject_id": target.subject_id or None if law.about != About.NOTHING else None,
        "about_website_id": target.website_id if law.about not in (About.NOTHING, About.SUBJECT) else None,
        "about_access_id": target.access_id if law.about == About.ACCESS else None,
    }


POINTERS = ("about_subject_id", "about_website_id", "about_access_id")


def moved_away(access_id: int | None) -> bool:
    """Return whether the website has moved to a new access that is on record, so that this one is to end."""
    return Filing.objects.filter(moves_from=access_id, moves_from__isnull=False, status=Status.FILED).exists()


def _begun(filing: Filing) -> Filing | None:
    """Return the draft that already exists for the same record."""
    same = {name: getattr(filing, name) for name in ("host_id", "provider_id", "kind", "offer_id", *POINTERS)}
    return Filing.objects.filter(status=Status.DRAFT, **same).first()


def _take_pictures(filing: Filing) -> None:
    """Copy pictures of the host's own papers from its last filing, for kinds that need all papers."""
    before = Filing.objects.filter(host=filing.host_id or 0, subject=filing.about_subject_id or 0)
    source = before.order_by("-decided_at").first()
    if source is None or filing.law.papers != Wanted.ALL:
        return
    wanted = [paper.path for paper in attachments.needed(filing.facts) if fields.website_of(paper.path) is None]
    for evidence in source.evidence.filter(replaced_at=None, path__in=wanted):
        pictures.copied_if_there(evidence, filing)
    requests.order_all(filing)
