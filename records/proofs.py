"""Issue and verify proofs of a record: its public data on a day, signed, to print and to be checked by anybody.

The signature covers the proof's number, day and content, keyed by ``SECRET_KEY``, so an altered address or row is
detected.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from accounts.links import link_to
from filings.actors import Actor
from ministry.models import Access, Subject, Website
from ministry.reference.typed_text import DASHES
from records import visibility
from records.models import Proof
from records.models.upkeep import CODE_LENGTH

Content = dict[str, Any]
MOST_WEBSITES = 50  # named in a proof of a subject
_SALT = "filings.records.proofs"


class ProofStanding(StrEnum):
    """The status of the record since the day of the proof."""

    SAME = "same"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reading:
    """A genuine proof and its record today; ``today`` is empty if the record was cancelled."""

    proof: Proof
    standing: ProofStanding
    today: Content


class NotGenuine(Exception):
    """The address is not that of a proof, or the address or the proof was altered."""


def of_website(website_id: int, actor: Actor) -> Proof:
    """Return today's proof of a website; raise Website.DoesNotExist if it is not the actor's or cancelled."""
    website = visibility.websites(actor).get(pk=website_id, live=True, subject__live=True)
    return _issue(actor, website.subject, website, _website_content(_with_accesses(website.pk)))


def of_subject(subject_id: int, actor: Actor) -> Proof:
    """Return today's proof of a subject; raise Subject.DoesNotExist if it is not the actor's or cancelled."""
    subject = visibility.subjects(actor).get(pk=subject_id, live=True)
    return _issue(actor, subject, None, _subject_content(subject))


def address_of(proof: Proof) -> str:
    """Return the URL of the proof's public page."""
    return link_to("proof_page", token_of(proof))


def token_of(proof: Proof) -> str:
    """Return the token at the end of the proof's URL: number and signature."""
    return f"{proof.code}.{_signer().signature(_signed(proof))}"


def read(token: str) -> Reading:
    """Return the proof for a token and its record's status; raise NotGenuine. At most four queries."""
    code, _dot, signature = token.partition(".")
    proof = Proof.objects.filter(code=code).first()
    if proof is None or proof.sha256 != _digest(proof.content):
        raise NotGenuine
    try:
        _signer().unsign(f"{_signed(proof)}.{signature}")
    except BadSignature as error:
        raise NotGenuine from error
    return _reading(proof)


def by_number(text: str) -> Proof | None:
    """Return the proof for a typed number; None when there is none. At most one query."""
    code = "".join(normalize("NFKC", text).upper().translate(DASHES).replace("-", "").split())
    return Proof.objects.filter(code=code).first() if len(code) == CODE_LENGTH else None


def _signer() -> Signer:
    return Signer(sep=".", salt=_SALT)


def _signed(proof: Proof) -> str:
    return f"{proof.code} {proof.issued_on.isoformat()} {proof.sha256}"


def _issue(actor: Actor, subject: Subject, website: Website | None, content: Content) -> Proof:
    """Return the proof for today and this content; create it if missing."""
    with transaction.atomic():
        proof, _is_new = Proof.objects.get_or_create(
            subject=subject,
            website=website,
            issued_to_id=actor.person_id,
            issued_on=timezone.localdate(),
            sha256=_digest(content),
            defaults={"content": content},
        )
    return proof


def _reading(proof: Proof) -> Reading:
    if proof.website_id:
        website = _with_accesses(proof.website_id)
        is_live, today = website.live and website.subject.live, _website_content(website)
    else:
        subject = Subject.objects.get(pk=proof.subject_id)
        is_live, today = subject.live, _subject_content(subject)
    if not is_live:
        return Reading(proof, ProofStanding.CANCELLED, {})
    return Reading(proof, ProofStanding.SAME if today == proof.content else ProofStanding.CHANGED, today)


def _with_accesses(website_id: int) -> Website:
    """Return the website with its subject and, prefetched, its live accesses only."""
    accesses = Access.objects.filter(live=True).select_related("provider").order_by("pk")
    rows = Website.objects.select_related("subject").prefetch_related(Prefetch("accesses", accesses))
    return rows.get(pk=website_id)


def _website_content(website: Website) -> Content:
    """Return the data of a website loaded ``_with_accesses``, as in the public query, and its access providers."""
    return {
        **_about(website.subject),
        "number": str(website.number),
        "subject_number": str(website.subject.number),
        **({} if website.is_website else {"service": website.service}),
        "website": website.name,
        "domain": website.domain,
        **({"further_domains": website.further_domains} if website.further_domains else {}),
        "approved_on": website.approved_on.isoformat(),
        "providers": [access.provider.name for access in website.accesses.all()],
        "is_suspended": bool(website.suspended_on or website.subject.suspended_on),
    }


def _subject_content(subject: Subject) -> Content:
    websites = list(subject.websites.filter(live=True).order_by("sequence")[: MOST_WEBSITES + 1])
    return {
        **_about(subject),
        "number": str(subject.number),
        "approved_on": subject.approved_on.isoformat(),
        "websites": [[str(one.number), *(one.all_domains or [one.name])] for one in websites[:MOST_WEBSITES]],
        "more": len(websites) > MOST_WEBSITES,
        "is_suspended": bool(subject.suspended_on),
    }


def _about(subject: Subject) -> Content:
    return {"name": subject.name, "nature": subject.nature}


def _digest(content: Content) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
