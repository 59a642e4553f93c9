"""Find the kind of filing that a host needs, from certificate, domain and provider."""

from dataclasses import dataclass

from django.utils import timezone

from filings.actors import Actor
from filings.agreements import migration_offers
from filings.kinds import Kind
from filings.models import Filing, Offer
from filings.rules import ownership, reservations
from ministry.models import Access
from ministry.register import conflict_types, conflicts


@dataclass(frozen=True, slots=True)
class RecordTarget:
    """Primary keys of the register rows a filing is about; subject 0 for a migration to a host not on record yet."""

    subject_id: int
    website_id: int | None = None
    access_id: int | None = None


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind of filing that certificate, domain and provider lead to, and the matching records.

    ``kind`` is None for a conflict, with the official code (1003 subject conflict, 1005 domain conflict, 1029 the
    provider serves the website already).
    """

    kind: Kind | None
    code: str = ""
    target: RecordTarget | None = None
    # whether the record is the asking host's own
    own: bool = False
    holder: conflict_types.RecordHolder | None = None
    # for a migration: the offer of the website's host
    offer: Offer | None = None


def find(actor: Actor, *, cert_type: int, cert_number: str, domain: str, provider_id: int) -> KindFound:
    """Return the kind of filing and the records it matches. Arguments normalised; at most five queries.

    Whoever calls it with what a host has just typed calls ``rules.asked_certificates`` before.
    """
    question = conflict_types.ConflictQuestion(
        day=timezone.localdate(),
        cert_type=cert_type,
        cert_number=cert_number,
        websites=[conflict_types.AskedWebsite(domain=domain)] if domain else [],
    )
    met = conflicts.conflicts(question)
    subject = met.subjects[0].holder if met.subjects else None
    website = next((one for one in met.websites if one.code == "1005"), None)
    own = subject is not None and ownership.is_own(actor.person_id, subject.subject_id)
    if website is None:
        if subject is None:
            return KindFound(Kind.NEW_FILING)
        target = RecordTarget(subject.subject_id)
        return KindFound(Kind.NEW_WEBSITE if own else None, "" if own else "1003", target, own, subject)
    if subject is None or website.holder.subject_id != subject.subject_id:
        offer = migration_offers.of_certificate(
            actor, website.website_id, reservations.certificate_key(cert_type, cert_number)
        )
        return _found_elsewhere(website, subject, offer, own=own)
    target = RecordTarget(subject.subject_id, website.website_id)
    if Access.objects.filter(website=website.website_id, provider=provider_id, live=True).exists():
        return KindFound(None, "1029", target, own, website.holder)
    return KindFound(Kind.NEW_ACCESS if own else None, "" if own else "1003", target, own, website.holder)


def _found_elsewhere(
    website: conflict_types.WebsiteMatch, subject: conflict_types.RecordHolder | None, offer: Offer | None, *, own: bool
) -> KindFound:
    """Return a migration if the other host offers the website to this certificate, else the conflict's code."""
    if offer is None:
        return KindFound(None, "1005", holder=website.holder)
    if subject is not None and not own:
        return KindFound(None, "1003", RecordTarget(subject.subject_id), own, subject)
    target = RecordTarget(subject.subject_id if subject else 0, website.website_id)
    return KindFound(Kind.MIGRATE_WEBSITE, "", target, own, website.holder, offer)


def find_for(filing: Filing, actor: Actor) -> KindFound:
    """Return the kind of filing from what is typed in a draft so far; a first filing while it has no certificate."""
    number, cert_type = filing.get("subject.cert_number"), filing.get("subject.cert_type")
    if not number or not cert_type:
        return KindFound(Kind.NEW_FILING)
    domain = str(filing.get("websites.0.domain"))
    return find(actor, cert_type=cert_type, cert_number=number, domain=domain, provider_id=filing.provider_id)
