"""A record as the public may see it: state, services and history of a number, today or on a past day; of a domain.

Nothing personal is returned: the name of an individual is left out once the record is cancelled (ours), and of the
history only the days and what was done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.models import Access, BlacklistedDomain, RegisterVersion, Subject, Website
from ministry.reference import code_tables, domains, english
from ministry.reference.numbers import FilingNumber
from ministry.register import history, public_search, query
from ministry.register.public_search import SUBJECT_COLUMNS

MOST_CHANGES: Final = 100  # the newest ones; ours
ENTERED, CHANGED, CANCELLED, MOVED = "entered", "changed", "cancelled", "moved"
CHANGES: Final[Mapping[str, Promise]] = {
    ENTERED: _("Put on record"),
    CHANGED: _("Changed"),
    CANCELLED: _("Cancelled"),
    MOVED: _("Moved to %(number)s"),
}
_MOVED: Final = ("sequence", "service", *(f"subject__{name}" for name in SUBJECT_COLUMNS))


class RecordState(StrEnum):
    """State of a record or of a service."""

    ON_RECORD = "on_record"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


def state_of(cancelled_on: date | None, suspended_on: date | None) -> RecordState:
    """Return the state that the days of a cancellation and of a suspension say."""
    if cancelled_on:
        return RecordState.CANCELLED
    return RecordState.SUSPENDED if suspended_on else RecordState.ON_RECORD


@dataclass(frozen=True, slots=True)
class PublicService:
    """A website, an APP, a mini-program or a quick app of a record; ``providers``: how many give it access."""

    website_id: int
    host: str
    nature: int
    number: FilingNumber
    service: int
    name: str
    domains: tuple[str, ...]
    home_url: str
    approved_on: date
    cancelled_on: date | None
    suspended_on: date | None
    providers: int
    moved_to: FilingNumber | None

    @property
    def state(self) -> RecordState:
        return state_of(self.cancelled_on, self.suspended_on)

    @property
    def kind(self) -> str:
        return code_tables.name_of(code_tables.SERVICE_TYPES, self.service)

    @property
    def shown_domains(self) -> str:
        return english.joined(map(domains.display_domain, self.domains))


@dataclass(frozen=True, slots=True)
class RecordChange:
    """An event in the life of a number."""

    on: date
    what: str
    number: FilingNumber
    moved_to: FilingNumber | None = None

    @property
    def words(self) -> str:
        return str(CHANGES[self.what]) % {"number": self.moved_to}


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """The record of a host: its number, its services, and its history, newest first.

    ``name`` is empty for an individual whose record is cancelled. ``as_of``: the day whose state it is, None for today;
    suspensions of past days aren't stored, so a past state has none.
    """

    subject_id: int
    number: FilingNumber
    name: str
    nature: int
    approved_on: date
    cancelled_on: date | None
    suspended_on: date | None
    services: tuple[PublicService, ...]
    has_more: bool
    history: tuple[RecordChange, ...] = ()
    as_of: date | None = None

    @property
    def state(self) -> RecordState:
        return state_of(self.cancelled_on, self.suspended_on)

    @property
    def bureau(self) -> str:
        """Return the name of the bureau whose number it is."""
        return self.number.province.shown_bureau

    @property
    def shown_nature(self) -> str:
        return code_tables.name_of(code_tables.NATURES, self.nature)


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """The services that have a domain or had it, the current one first; since when the domain is on a blacklist."""

    services: tuple[PublicService, ...]
    listed_since: date | None


def of_number(number: FilingNumber) -> PublicRecord | None:
    """Return the record with this number, in force or cancelled; of a service's number with that service only.

    None when there is none. Three queries, four for a record without services or with one that has moved.
    """
    found = public_search.numbered(number)
    subject = found[0].subject if found else _alone(number)
    if subject is None:
        return None
    shown = found[: public_search.MOST]
    services = services_of(shown)
    return PublicRecord(
        subject_id=subject.pk,
        number=subject.number,
        name=shown_name(subject),
        nature=subject.nature,
        approved_on=subject.approved_on,
        cancelled_on=subject.cancelled_on,
        suspended_on=subject.suspended_on,
        services=services,
        has_more=len(found) > len(shown),
        history=_history(subject, services),
    )


def on_day(record: PublicRecord, day: date) -> PublicRecord | None:
    """Return the record as of the end of a past day, with those of its services; None if it wasn't in force.

    At most five queries.
    """
    past = history.as_of(record.subject_id, day)
    if past is None:
        return None
    known = {service.website_id: service for service in record.services}
    host, nature = past.facts["subject"]["name"] if record.name else "", int(past.facts["subject"]["nature"])
    services = [
        _past_service(known[one.website_id], one, host, nature) for one in past.websites if one.website_id in known
    ]
    return replace(
        record,
        name=host,
        nature=nature,
        cancelled_on=None,
        suspended_on=None,
        services=tuple(services),
        as_of=day,
    )


def of_domain(domain: str) -> DomainRecord | None:
    """Return what is on record of a domain (A-label) or was; None if nothing is. Three queries at most."""
    found = sorted(public_search.with_domain(domain), key=lambda one: (not one.live, -one.pk))
    today = timezone.localdate()
    listed = BlacklistedDomain.objects.filter(Q(until=None) | Q(until__gte=today), domain=domain, since__lte=today)
    since = listed.order_by("since").values_list("since", flat=True).first()
    return DomainRecord(services_of(found), since) if found or since else None


def _alone(number: FilingNumber) -> Subject | None:
    """Return the subject with the number when it has no services; None for a service's number."""
    if number.sequence is not None:
        return None
    return Subject.objects.filter(query.numbered(number)).only(*SUBJECT_COLUMNS).first()


def shown_name(subject: Subject) -> str:
    """Return the host's name; empty for an individual whose record is cancelled."""
    is_hidden = subject.nature == code_tables.PERSON and not subject.live
    return "" if is_hidden else subject.name


def services_of(found: Iterable[Website]) -> tuple[PublicService, ...]:
    """Return the services with the number of providers that give them access now. One query, two if one has moved."""
    rows = list(found)
    counted = Access.objects.filter(website__in=rows, live=True).values("website").annotate(providers=Count("pk"))
    providers = dict(counted.values_list("website", "providers")) if rows else {}
    moved = [row.migrated_to_id for row in rows if row.migrated_to_id]
    there = Website.objects.filter(pk__in=moved).select_related("subject").only(*_MOVED) if moved else []
    targets = {website.pk: website.number for website in there}
    return tuple(
        PublicService(
            website_id=row.pk,
            host=shown_name(row.subject),
            nature=row.subject.nature,
            number=row.number,
            service=row.service,
            name=row.name,
            domains=tuple(row.all_domains),
            home_url=row.home_url,
            approved_on=row.approved_on,
            cancelled_on=row.cancelled_on,
            suspended_on=row.suspended_on or row.subject.suspended_on,
            providers=providers.get(row.pk, 0),
            moved_to=targets.get(row.migrated_to_id or 0),
        )
        for row in rows
    )


def _past_service(now: PublicService, past: history.WebsiteAsOf, host: str, nature: int) -> PublicService:
    main = [past.facts["domain"]] if past.facts.get("domain") else []
    return replace(
        now,
        host=host,
        nature=nature,
        name=past.facts["name"],
        domains=tuple(dict.fromkeys([*main, *str(past.facts.get("kept_domains", "")).split()])),
        home_url=past.facts.get("home_url", ""),
        cancelled_on=None,
        suspended_on=None,
        providers=len(past.accesses),
        moved_to=None,
    )


def _history(subject: Subject, services: tuple[PublicService, ...]) -> tuple[RecordChange, ...]:
    """Return the changes of the subject and these services, newest first, at most ``MOST_CHANGES``. One query."""
    entered: dict[int | None, tuple[date, FilingNumber]] = {None: (subject.approved_on, subject.number)}
    entered |= {service.website_id: (service.approved_on, service.number) for service in services}
    of_these = Q(website=None) | Q(website__in=[service.website_id for service in services])
    versions = RegisterVersion.objects.filter(of_these, subject=subject.pk, access=None, live=True).order_by("-pk")
    found = [RecordChange(on, ENTERED, number) for on, number in entered.values()]
    for website_id, on in versions.values_list("website", "valid_from")[:MOST_CHANGES]:
        first, number = entered[website_id]
        if on > first:
            found.append(RecordChange(on, CHANGED, number))
    if subject.cancelled_on:
        found.append(RecordChange(subject.cancelled_on, CANCELLED, subject.number))
    for service in services:
        if service.cancelled_on:
            what = MOVED if service.moved_to else CANCELLED
            found.append(RecordChange(service.cancelled_on, what, service.number, service.moved_to))
    newest_first = sorted(dict.fromkeys(found), key=lambda one: (one.on, str(one.number)), reverse=True)
    return tuple(newest_first[:MOST_CHANGES])
