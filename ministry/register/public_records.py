"""A record as the public may see it: state, services and history of a number, and of a domain; today or on a past day.

Nothing personal is returned: the name of an individual is left out once the record is cancelled (our own choice), and
the history has only the days and what was done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from django.utils import timezone

from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.reference.numbers import FilingNumber
from ministry.register import history, public_search, search_statements
from ministry.register.public_search import Match
from ministry.register.record_types import (
    CANCELLED,
    CHANGED,
    ENTERED,
    MOVED,
    SUSPENDED,
    DomainRecord,
    PublicRecord,
    PublicService,
    RecordChange,
)

MOST: Final = public_search.MOST
MOST_CHANGES: Final = 100  # the newest ones; our own choice
_MOVED: Final = ("sequence", "service", *(f"subject__{name}" for name in search_statements.SUBJECT_COLUMNS))


def of_number(number: FilingNumber) -> PublicRecord | None:
    """Return the record with this number, in force or cancelled, with its history.

    For a service's number, with that service only. None when there is none. Two queries, three if one has moved.
    """
    (record,), _domains = of_each([number], [])
    return record and replace(record, history=_history(record))


def of_each(
    numbers: Sequence[FilingNumber], names: Sequence[str], *, on: date | None = None
) -> tuple[list[PublicRecord | None], list[DomainRecord | None]]:
    """Return the record of each number, without its history, and what is on record of each domain (A-label).

    As ``of_number`` and ``of_domain`` return them, each with at most ``MOST`` services; as of the end of the past day
    ``on``. Three queries, four when a service has moved; without numbers or without domains fewer; at most six more
    for a past day.
    """
    of_numbers = public_search.of_numbers(numbers) if numbers else []
    of_names = public_search.with_domains(names, ever=on is not None) if names else []
    matches = [
        *(match for one in of_numbers if one for match in one[1][:MOST]),
        *(match for found in of_names for match in found[:MOST]),
    ]
    services = iter(services_of(matches))  # in the order in which they are taken here
    listed = public_search.listed_since(names, on or timezone.localdate())
    records = [
        one and _record(one[0], tuple(islice(services, len(one[1][:MOST]))), has_more=len(one[1]) > MOST)
        for one in of_numbers
    ]
    domains_found = [
        DomainRecord(tuple(islice(services, len(found[:MOST]))), len(found) > MOST, listed.get(name))
        if found or name in listed
        else None
        for name, found in zip(names, of_names, strict=True)
    ]
    return _all_on_day(records, names, domains_found, on) if on else (records, domains_found)


def _record(subject: Subject, services: tuple[PublicService, ...], *, has_more: bool) -> PublicRecord:
    return PublicRecord(
        subject_id=subject.pk,
        number=subject.number,
        name=shown_name(subject),
        nature=subject.nature,
        approved_on=subject.approved_on,
        cancelled_on=subject.cancelled_on,
        suspended_on=subject.suspended_on,
        services=services,
        has_more=has_more,
    )


def on_day(record: PublicRecord, day: date) -> PublicRecord | None:
    """Return the record as of the end of a past day, with those of its services; None if it wasn't in force.

    At most six queries.
    """
    (past,), _domains = _all_on_day([record], [], [], day)
    return past


def of_domain(domain: str, on: date | None = None) -> DomainRecord | None:
    """Return what is on record of a domain or an address (as ``LookUp.domain``) or was; None if nothing is.

    With a past day ``on``, what had the domain at the end of that day. Two queries, three at most, six more for a day.
    """
    _records, (found,) = of_each([], [domain], on=on)
    return found


def listed(services: Iterable[PublicService], on: date | None) -> dict[int, dict[str, date]]:
    """Return the domains of these services that are on the blacklist, and since when, by the service's key. One query.

    With a past day ``on``, pass the services as of that day; the domains that were listed at its end are returned.
    """
    found: dict[int, dict[str, date]] = {}
    if on is None:
        keys = (service.website_id for service in services)
        for key, domain, since in public_search.violations(keys, timezone.localdate()):
            found.setdefault(key, {})[domain] = since
        return found
    held = {service.website_id: service.domains for service in services if service.website_id and service.domains}
    since_of = public_search.listed_since(sorted({one for names in held.values() for one in names}), on)
    return {key: {name: since_of[name] for name in names if name in since_of} for key, names in held.items()}


# --- Past days ------------------------------------------------------------------------------------------------


def _all_on_day(
    records: Sequence[PublicRecord | None], names: Sequence[str], of_names: Sequence[DomainRecord | None], day: date
) -> tuple[list[PublicRecord | None], list[DomainRecord | None]]:
    """Return records and domains as of the end of a past day; None stays None. At most six queries."""
    subjects = {record.subject_id for record in records if record}
    subjects |= {service.subject_id for found in of_names if found for service in found.services}
    past = _Past(day, history.as_of_each(subjects, day), history.suspensions(subjects, day))
    return (
        [record and _past_record(record, past) for record in records],
        [found and _past_domain(name, found, past) for name, found in zip(names, of_names, strict=True)],
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """Subjects as of the end of a day, by primary key, and the suspensions of that day."""

    day: date
    subjects: Mapping[int, history.SubjectAsOf]
    suspensions: history.Suspensions

    def suspended_on(self, subject_id: int, website_id: int | None, now: date | None) -> date | None:
        """Return since when a subject or a website had been suspended that day; ``now``: since when it is today.

        A suspension in force today counts from its own date, even if the feed of changes has no entry for it.
        """
        return self.suspensions.get((subject_id, website_id)) or (now if now and now <= self.day else None)


def _past_record(record: PublicRecord, past: _Past) -> PublicRecord | None:
    if (subject := past.subjects.get(record.subject_id)) is None:
        return None
    known = {service.website_id: service for service in record.services}
    services = tuple(
        _past_service(known[one.website_id], subject, one, past) for one in subject.websites if one.website_id in known
    )
    return replace(
        record,
        name=subject.facts["subject"]["name"] if record.name else "",
        nature=int(subject.facts["subject"]["nature"]),
        cancelled_on=None,
        suspended_on=past.suspended_on(record.subject_id, None, record.suspended_on),
        services=services,
        as_of=past.day,
    )


def _past_domain(name: str, found: DomainRecord, past: _Past) -> DomainRecord | None:
    websites = {one.website_id: (subject, one) for subject in past.subjects.values() for one in subject.websites}
    shown = [
        _past_service(service, *websites[service.website_id], past)
        for service in found.services
        if service.website_id in websites
    ]
    services = tuple(service for service in shown if name in service.domains)
    return replace(found, services=services, as_of=past.day) if services or found.listed_since else None


def _past_service(
    now: PublicService, subject: history.SubjectAsOf, website: history.WebsiteAsOf, past: _Past
) -> PublicService:
    facts = website.facts
    main = [facts["domain"]] if facts.get("domain") else []
    return replace(
        now,
        host=subject.facts["subject"]["name"] if now.host else "",
        nature=int(subject.facts["subject"]["nature"]),
        name=facts["name"],
        domains=tuple(dict.fromkeys([*main, *str(facts.get("kept_domains", "")).split()])),
        home_url=facts.get("home_url", ""),
        cancelled_on=None,
        own_suspended_on=past.suspended_on(now.subject_id, now.website_id, now.own_suspended_on),
        host_suspended_on=past.suspended_on(now.subject_id, None, now.host_suspended_on),
        providers=len(website.accesses),
        moved_to=None,
    )


# --- Services and their history -------------------------------------------------------------------------------


def shown_name(subject: Subject) -> str:
    """Return the host's name; empty for an individual whose record is cancelled."""
    is_hidden = subject.nature == code_tables.PERSON and not subject.live
    return "" if is_hidden else subject.name


def services_of(found: Sequence[Match]) -> list[PublicService]:
    """Return each service that was found, in this order. No query, one if a service has moved."""
    moved = [one.website.migrated_to_id for one in found if one.website and one.website.migrated_to_id]
    there = Website.objects.filter(pk__in=moved).select_related("subject").only(*_MOVED) if moved else []
    targets = {website.pk: website.number for website in there}
    return [
        _service(one.website, one.providers, targets) if one.website else _without_service(one.subject) for one in found
    ]


def _service(website: Website, providers: int, targets: Mapping[int, FilingNumber]) -> PublicService:
    subject = website.subject
    return PublicService(
        subject_id=subject.pk,
        website_id=website.pk,
        host=shown_name(subject),
        nature=subject.nature,
        number=website.number,
        service=website.service,
        name=website.name,
        domains=tuple(website.all_domains),
        home_url=website.home_url,
        approved_on=website.approved_on,
        cancelled_on=website.cancelled_on,
        own_suspended_on=website.suspended_on,
        host_suspended_on=subject.suspended_on,
        providers=providers,
        moved_to=targets.get(website.migrated_to_id or 0),
    )


def _without_service(subject: Subject) -> PublicService:
    return PublicService(
        subject_id=subject.pk,
        website_id=None,
        host=shown_name(subject),
        nature=subject.nature,
        number=subject.number,
        service=None,
        name="",
        domains=(),
        home_url="",
        approved_on=subject.approved_on,
        cancelled_on=subject.cancelled_on,
        own_suspended_on=None,
        host_suspended_on=subject.suspended_on,
        providers=0,
        moved_to=None,
    )


def _history(record: PublicRecord) -> tuple[RecordChange, ...]:
    """Return the changes of the record and its services, newest first, at most ``MOST_CHANGES``. One query."""
    entered: dict[int | None, tuple[date, FilingNumber]] = {None: (record.approved_on, record.number)}
    entered |= {service.website_id: (service.approved_on, service.number) for service in record.services}
    found = [
        *_ends(record),
        *_recorded(record, entered),
        *(RecordChange(on, ENTERED, number) for on, number in entered.values()),
    ]
    newest_first = sorted(dict.fromkeys(found), key=lambda one: (one.on, str(one.number)), reverse=True)
    return tuple(newest_first[:MOST_CHANGES])


def _ends(record: PublicRecord) -> Iterator[RecordChange]:
    if record.cancelled_on:
        yield RecordChange(record.cancelled_on, CANCELLED, record.number)
    for service in record.services:
        if service.cancelled_on:
            what = MOVED if service.moved_to else CANCELLED
            yield RecordChange(service.cancelled_on, what, service.number, service.moved_to)


def _recorded(record: PublicRecord, entered: Mapping[int | None, tuple[date, FilingNumber]]) -> Iterator[RecordChange]:
    """Yield the later changes, suspensions and resumptions.

    Suspensions in force that are older than the feed of changes come from the record: the feed has no entry for them.
    """
    for what, website_id, day, at in public_search.changes_of(record.subject_id, entered, MOST_CHANGES):
        first, number = entered[website_id]
        on = day or timezone.localdate(at)
        if what != CHANGED or on > first:
            yield RecordChange(on, what, number)
    if record.suspended_on:
        yield RecordChange(record.suspended_on, SUSPENDED, record.number)
    for service in record.services:
        if service.suspended_on and service.suspended_on != record.suspended_on:
            yield RecordChange(service.suspended_on, SUSPENDED, service.number)
