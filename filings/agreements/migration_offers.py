"""Create, withdraw, decline and use up offers by which a host gives a website to another one (迁移).

Each function is one transaction: lock on the website's subject, refusals in words, a row on record, mails as rows.
``conflicts.no_consent`` checks whether an offer covers a filing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from filings import kinds
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.kinds import Kind, Refusal, migrate_website
from filings.mail import notices
from filings.models import Filing, Offer, OfferEnd, OfferEnding
from filings.rules import external_bureaus, ownership, reservations
from filings.states import OPEN, Status
from ministry.models import Subject, Website
from ministry.register import conflict_types, conflicts

# Time to transfer the domain and fill in the filing; our own limit, no rule names one.
LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Taker:
    """The host to whom a website is offered; address and certificate normalised, the certificate is a unit's."""

    name: str
    cert_type: int
    cert_number: str
    email: str


def make(website_id: int, actor: Actor, taker: Taker) -> Offer:
    """Offer a website of the actor's own to another host; notify that host and the address on record.

    Raises Website.DoesNotExist for others' websites, MoveRefused with the official code if it can't be migrated.
    """
    with transaction.atomic():
        website = _lock(_own(actor).get(pk=website_id))
        for refusal in refusals(website):
            raise MoveRefused(f"{refusal.code}: {refusal.message} {refusal.way_out}")
        if of_website(website.pk) is not None:
            raise MoveRefused(_("The website is already offered. Withdraw that offer first."))
        for holder in _on_record(taker.cert_type, taker.cert_number):
            if holder.subject_id == website.subject_id:
                raise MoveRefused(_("This is the certificate of the website's current host."))
            if holder.province.code != website.subject.province:
                refusal = migrate_website.of_another_province()
                raise MoveRefused(f"{refusal.code}: {refusal.message} {refusal.way_out}")
        offer = Offer.objects.create(
            website=website,
            by_id=actor.person_id,
            email=taker.email,
            name=taker.name,
            cert_type=taker.cert_type,
            cert_number=taker.cert_number,
            until=timezone.localdate() + LIFE,
        )
        for side in ("taker", "giver"):
            notices.tell_of_offer(offer, "made", side)
    return offer


def refusals(website: Website) -> Iterator[Refusal]:
    """Yield reasons why a website, loaded with its subject, can't be offered. At most four queries."""
    yield from external_bureaus.refusals(Kind.MIGRATE_WEBSITE, website.subject.province)
    yield from migrate_website.may_leave(website, timezone.localdate())
    if under_way := reservations.about_records([website.subject_id]).first():
        is_own = under_way.about_subject_id == website.subject_id
        own = kinds.interlock(migrate_website.LAW, under_way.law)
        yield own if is_own else kinds.of_other_host(as_giver=True)


def of_website(website_id: int) -> Offer | None:
    """Return the website's offer that is open or used by an open filing. Two queries at most."""
    offer = Offer.objects.filter(website=website_id, end=None).order_by("-pk").first()
    if offer is None or offer.until >= timezone.localdate() or taken_up(offer) is not None:
        return offer
    return None


def taken_up(offer: Offer) -> Filing | None:
    """Return the open filing that uses the offer. One query."""
    return offer.filings.filter(status__in=OPEN).first()


def may_take_back(filing: Filing | None) -> bool:
    """Return whether the filing that uses the offer, if any, is neither with the bureau nor with the persons."""
    return filing is None or filing.status not in (Status.WITH_PERSONS, Status.WITH_BUREAU)


def take_back(website_id: int, actor: Actor) -> None:
    """Withdraw the offer of a website and notify the new host; raise Offer.DoesNotExist if there is none.

    Filings that use it can't be passed on any more, so their reservations are deleted.
    """
    with transaction.atomic():
        filings = _lock_filings(website_id)
        website = _lock(_own(actor).get(pk=website_id))
        if (offer := of_website(website.pk)) is None:
            raise Offer.DoesNotExist
        if not may_take_back(taken_up(offer)):
            raise MoveRefused(_("The filing is under review by the bureau; the offer can't be withdrawn."))
        OfferEnd.objects.create(offer=offer, why=OfferEnding.TAKEN_BACK)
        for filing in filings:
            reservations.release(filing)
        notices.tell_of_offer(offer, "taken_back", "taker")


def decline(offer_id: int, actor: Actor) -> None:
    """Decline an offer and notify the website's host; raise Offer.DoesNotExist, also for an offer to somebody else."""
    with transaction.atomic():
        website_id = Offer.objects.made_to(actor).values_list("website", flat=True).get(pk=offer_id)
        _lock_filings(website_id)
        _lock(Website.objects.get(pk=website_id))
        offer = Offer.objects.filter(end=None).get(pk=offer_id)
        if taken_up(offer) is not None:
            raise MoveRefused(_("You have submitted a filing for this offer. Withdraw that filing first."))
        OfferEnd.objects.create(offer=offer, why=OfferEnding.DECLINED)
        notices.tell_of_offer(offer, "declined", "giver")


def use_up(filing: Filing) -> None:
    """End the offer of an approved filing, if any, and notify the former host."""
    if filing.offer is not None:
        OfferEnd.objects.create(offer=filing.offer, why=OfferEnding.MIGRATED)
        notices.tell_of_offer(filing.offer, "migrated", "giver")


def waiting_for(actor: Actor) -> list[Offer]:
    """Return the offers that the host can accept. One query."""
    rows = Offer.objects.made_to(actor).open().filter(website__live=True)
    rows = rows.exclude(filings__in=Filing.objects.filter(status__in=OPEN, offer__isnull=False))
    return list(rows.select_related("website__subject").order_by("pk"))


def of_certificate(actor: Actor, website_id: int, subject_key: str) -> Offer | None:
    """Return the website's offer to this host for the certificate with this ``reservations.subject_key``. One query."""
    rows = Offer.objects.made_to(actor).open().filter(website=website_id)
    return next(
        (offer for offer in rows if subject_key == reservations.certificate_key(offer.cert_type, offer.cert_number)),
        None,
    )


def taker_on_record(offer: Offer, actor: Actor) -> int:
    """Return the new host's subject id, 0 if not on record; MoveRefused (1003) if it is in another account.

    Two queries.
    """
    found = _on_record(offer.cert_type, offer.cert_number)
    if found and not ownership.is_own(actor.person_id, found[0].subject_id):
        raise MoveRefused(
            "1003: "
            + _(
                "This host is on record, but not in this account. Add the record to the account with its filing "
                "password."
            )
        )
    return found[0].subject_id if found else 0


def _on_record(cert_type: int, cert_number: str) -> list[conflict_types.RecordHolder]:
    """Return the records of the unit with this certificate or its other one."""
    question = conflict_types.ConflictQuestion(day=timezone.localdate(), cert_type=cert_type, cert_number=cert_number)
    return [match.holder for match in conflicts.conflicts(question).subjects]


def _lock_filings(website_id: int) -> list[Filing]:
    """Lock and return the filings that use an offer of the website; before its subject, in the same order as approval.

    Passing on such a filing reads the offer under the filing's lock, so it can't race with the end of the offer.
    """
    rows = Filing.objects.filter(offer__website=website_id).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _own(actor: Actor) -> QuerySet[Website]:
    """Return the websites that the actor may give away; none when acting on behalf."""
    rows = Website.objects.filter(subject__in=ownership.of_host(actor.person_id))
    return rows.none() if actor.is_on_behalf else rows


def _lock(website: Website) -> Website:
    """Lock the website's subject and return the reloaded website."""
    Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=website.subject_id)
    return Website.objects.select_related("subject").get(pk=website.pk)
