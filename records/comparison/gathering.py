"""Read some records with all their copies, in a constant number of queries."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, Q

from filings import kinds
from filings.models import Event, Filing, Snapshot, Verification
from filings.states import APPROVE, Status
from ministry.models import Access, Subject, Website
from records.models import CounterReset, Order

# What has changed a record: in the order of these moments the newest statement counts.
Cause = Filing | Order | CounterReset
# A row by model and primary key → path of a fact, as in a filing → its value
StatedElsewhere = Mapping[tuple[type[Subject | Website | Access], int], Mapping[str, Any]]


@dataclass(slots=True)
class Copied:
    """A record with its copies."""

    subject: Subject
    websites: list[Website] = field(default_factory=list)  # by sequence
    accesses: list[Access] = field(default_factory=list)  # oldest first
    causes: list[Cause] = field(default_factory=list)  # oldest first
    snapshots: dict[int, Snapshot] = field(default_factory=dict)  # of the approved round, by filing
    verifications: dict[int, Verification] = field(default_factory=dict)  # by filing
    approvals: dict[int, Event] = field(default_factory=dict)  # by filing
    live_domains: dict[int, set[str]] = field(default_factory=dict)  # by website
    elsewhere: StatedElsewhere = field(default_factory=dict)  # what a bureau's own system says of the rows

    @property
    def filings(self) -> list[Filing]:
        """Return the approved filings that led to this record or changed it, oldest first."""
        return [cause for cause in self.causes if isinstance(cause, Filing) and cause.subject_id == self.subject.pk]


# Each returns what bureaus' own systems say of these records, in one query. Apps above add to it when they load.
ELSEWHERE: list[Callable[[Collection[Copied]], Mapping[int, StatedElsewhere]]] = []


def gather(subject_ids: Collection[int]) -> list[Copied]:
    """Return these records by primary key, with their copies. Twelve queries at most; raise InvalidToken."""
    websites = Prefetch("websites", Website.objects.order_by("sequence"))
    subjects = Subject.objects.prefetch_related(
        "certificates", websites, "websites__accesses", "websites__live_domains"
    )
    found = {subject.pk: _with_rows(subject) for subject in subjects.filter(pk__in=subject_ids).order_by("pk")}
    _add_causes(found, {website.pk: one for one in found.values() for website in one.websites})
    _add_rounds(found)
    for read in ELSEWHERE:
        for subject_id, stated in read(found.values()).items():
            found[subject_id].elsewhere = stated
    return list(found.values())


def _with_rows(subject: Subject) -> Copied:
    """Return the subject, loaded with the rows below it, with its websites, accesses and live domains. No query."""
    websites = list(subject.websites.all())
    accesses = [access for website in websites for access in website.accesses.all()]
    return Copied(
        subject,
        websites,
        sorted(accesses, key=attrgetter("pk")),
        live_domains={website.pk: {one.domain for one in website.live_domains.all()} for website in websites},
    )


def _add_causes(found: dict[int, Copied], owners: dict[int, Copied]) -> None:
    about = Q(subject__in=found) | Q(kind__in=kinds.about(kinds.About.OFFERED), about_website__in=owners)
    for filing in Filing.objects.filter(about, status=Status.FILED):
        takers = {
            filing.subject_id,
            owners[filing.about_website_id].subject.pk if filing.about_website_id in owners else 0,
        }
        for subject_id in takers & found.keys():
            found[subject_id].causes.append(filing)
    for order in Order.objects.filter(subject__in=found):
        found[order.subject_id].causes.append(order)
    for reset in CounterReset.objects.filter(subject__in=found):
        found[reset.subject_id].causes.append(reset)
    for one in found.values():
        one.causes.sort(key=_moment)


def _moment(cause: Cause) -> datetime:
    match cause:
        case Filing():
            return cause.decided_at or cause.touched_at
        case Order():
            return cause.made_at
    return cause.at


def _add_rounds(found: dict[int, Copied]) -> None:
    """Add what the provider verified in the approved round, and the events of the approvals."""
    owners = {filing.pk: one for one in found.values() for filing in one.filings}
    rounds = {filing.pk: filing.round for one in found.values() for filing in one.filings}
    for snapshot in Snapshot.objects.filter(filing__in=owners):
        if snapshot.round == rounds[snapshot.filing_id]:
            owners[snapshot.filing_id].snapshots[snapshot.filing_id] = snapshot
    for verified in Verification.objects.filter(filing__in=owners):
        if verified.round == rounds[verified.filing_id]:
            owners[verified.filing_id].verifications[verified.filing_id] = verified
    for event in Event.objects.filter(filing__in=owners, name=APPROVE.name):
        owners[event.filing_id].approvals[event.filing_id] = event
