"""Create filings about existing records through the services, as ``play`` does first filings."""

from typing import Any

from accounts.models import User
from filings import fields, kinds, services
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.agreements.migration_offers import Taker
from filings.kinds import Kind
from filings.models import Entrance, Filing, Offer
from filings.rules import checks
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.services.starting import PasswordProof
from icp_portal.demo import invent, play
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables


def target_of(filing: Filing) -> RecordTarget:
    """Return the record made by an approved filing, with its first website and access, as target of another filing."""
    website = Website.objects.filter(subject=filing.subject_id, live=True).order_by("sequence").first()
    access = Access.objects.filter(website=website, live=True).order_by("pk").first()
    return RecordTarget(filing.subject_id or 0, website.pk if website else None, access.pk if access else None)


def complete_draft(
    host: Actor, kind: Kind, target: RecordTarget, provider_id: int, number: int, password: str = "", **written: Any
) -> Filing:
    """Create a draft of this kind with everything it requires; ``written`` (path → value) overrides invented facts."""
    filing = starting.begin(
        host,
        kind,
        target,
        provider_id=provider_id,
        entrance=Entrance.PROVIDER,
        proof=PasswordProof(password, "127.0.0.1"),
    )
    return fill(filing, host, number, written)


def fill(filing: Filing, host: Actor, number: int, written: dict[str, Any]) -> Filing:
    """Fill in the empty editable fields from an invented filing, and add the pictures."""
    invented = invent.values(number, province=filing.get("subject.province"), individual=filing.is_individual)
    asked = {path for path, _section, _field in fields.each(filing.facts)}
    values = {path: value for path, value in invented.items() if path in asked and _is_blank(filing, path)}
    if filing.law.cancels and not filing.get("cancellation.reason"):
        values["cancellation.reason"] = code_tables.CANCEL_REASONS[0].id
    filing = services.save_facts(filing.pk, host, {**values, **written}, version=None)
    play.prove_addresses(filing, host)
    present = checks.present_papers(filing)
    for path, picture in invent.pictures_for(checks.papers_of(filing), number).items():
        if path not in present:
            services.add_evidence(filing.pk, host, path, picture)
    filing.refresh_from_db()
    return filing


def offer(giver: Actor, website_id: int, taker: Actor, number: int, *, on_record: Subject | None = None) -> Offer:
    """Offer a website to another host: the invented one of this number, or one on record."""
    invented = invent.values(number, province="110000")
    name, certificate = invented["subject.name"], (invented["subject.cert_type"], invented["subject.cert_number"])
    if on_record is not None:
        known = on_record.certificates.filter(live=True).latest("pk")
        name, certificate = on_record.name, (known.cert_type, known.number)
    email = User.objects.get(pk=taker.person_id).email
    return migration_offers.make(website_id, giver, Taker(name, *certificate, email))


def taken_over(taker: Actor, made: Offer, provider_id: int, number: int, **written: Any) -> Filing:
    """Create a complete draft of the migration of an offered website."""
    filing = starting.take_over(taker, made.pk, provider_id=provider_id, entrance=Entrance.PROVIDER)
    return fill(filing, taker, number, written)


def _is_blank(filing: Filing, path: str) -> bool:
    """Return whether ``path`` is empty and editable; the fields of a person on record are not."""
    person = path.rpartition(".")[0] if "responsible." in path else path
    return not filing.get(path) and not filing.get(person) and not kinds.closes(filing.facts, path)


def approved(filing: Filing, host: Actor, staff: Actor, reviewer: Actor) -> Filing:
    """Submit, verify and approve a filing."""
    play.submit(filing, host)
    play.verify(filing, staff)
    play.approve(filing, reviewer)
    filing.refresh_from_db()
    return filing
