"""Write and read the register's history: the state of a subject on any day.

Rows entered before the history existed, or imported without earlier versions, have no version; their columns count from
the day of approval, and are stored as their first version before they change.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.db.models import prefetch_related_objects
from django.utils import timezone

from ministry.models import Access, RegisterChange, RegisterVersion, Subject, SubjectCertificate, Website
from ministry.models.feed import SUSPENSIONS, ChangeKind

Facts = dict[str, Any]
Row = Subject | Website | Access
# Since when, by the primary keys of a subject and of its website; the website's is None for the subject itself
Suspensions = dict[tuple[int | None, int | None], date]


@dataclass(frozen=True, slots=True)
class AccessAsOf:
    """An access on a past day."""

    access_id: int
    provider_id: int
    facts: Facts
    since: date


@dataclass(frozen=True, slots=True)
class WebsiteAsOf:
    """A website on a past day, with its accesses."""

    website_id: int
    facts: Facts
    since: date
    accesses: tuple[AccessAsOf, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectAsOf:
    """A subject on a past day, with its websites; ``facts`` has "subject" and "responsible"."""

    subject_id: int
    facts: Facts
    since: date
    websites: tuple[WebsiteAsOf, ...] = field(default=())


def as_of(subject_id: int, day: date) -> SubjectAsOf | None:
    """Return the subject as of the end of ``day``; None when it was not in force. At most five queries."""
    return as_of_each([subject_id], day).get(subject_id)


def as_of_each(subject_ids: Collection[int], day: date) -> dict[int, SubjectAsOf]:
    """Return the subjects that were in force at the end of ``day``, by primary key. At most five queries."""
    found = {subject_id: _as_of(subject_id, versions) for subject_id, versions in _versions(subject_ids, day).items()}
    return {subject_id: one for subject_id, one in found.items() if one}


def suspensions(subject_ids: Collection[int], day: date) -> Suspensions:
    """Return since when subjects and websites had been suspended at the end of ``day``.

    Only what the feed of changes has: not the present suspension where an import has written it. One query.
    """
    rows = RegisterChange.objects.filter(SUSPENSIONS, subject_id__in=subject_ids).order_by("pk")
    since: Suspensions = {}
    for subject_id, website_id, what, its_day, at in rows.values_list("subject_id", "website_id", "what", "day", "at"):
        on = its_day or timezone.localdate(at)
        if on <= day and what == ChangeKind.SUSPENDED:
            since[subject_id, website_id] = on
        elif on <= day:
            since.pop((subject_id, website_id), None)
    return since


def _as_of(subject_id: int, versions: list[RegisterVersion]) -> SubjectAsOf | None:
    versions_of = {_key_of(version): version for version in versions}
    whole = versions_of.get((None, None))
    if whole is None or not whole.live:
        return None
    websites = [
        WebsiteAsOf(version.website_id, version.facts, version.valid_from, _accesses(versions_of, version.website_id))
        for (website_id, access_id), version in versions_of.items()
        if website_id and access_id is None and version.live and version.website_id
    ]
    return SubjectAsOf(subject_id, whole.facts, whole.valid_from, tuple(websites))


def _accesses(
    versions: dict[tuple[int | None, int | None], RegisterVersion], website_id: int
) -> tuple[AccessAsOf, ...]:
    return tuple(
        AccessAsOf(access_id, version.facts["provider_id"], version.facts, version.valid_from)
        for (of_website, access_id), version in versions.items()
        if of_website == website_id and access_id is not None and version.live
    )


def _key_of(version: RegisterVersion) -> tuple[int | None, int | None]:
    return version.website_id, version.access_id


def _versions(subject_ids: Collection[int], day: date) -> dict[int, list[RegisterVersion]]:
    """Return each subject's versions up to the day, oldest first, after unsaved ones for rows without a version."""
    written = list(RegisterVersion.objects.filter(subject__in=subject_ids))
    remembered = {(version.subject_id, *_key_of(version)) for version in written}
    older = [row for row in _rows(subject_ids) if tuple(whose(row).values()) not in remembered]
    prefetch_related_objects([row for row in older if isinstance(row, Subject)], "certificates")
    found: dict[int, list[RegisterVersion]] = {subject_id: [] for subject_id in subject_ids}
    for version in (*map(first_version, older), *written):
        if version.valid_from <= day:
            found[version.subject_id].append(version)
    return found


def _rows(subject_ids: Collection[int]) -> Iterator[Row]:
    """Yield the subjects with their websites and accesses. Three queries."""
    yield from Subject.objects.filter(pk__in=subject_ids)
    yield from Website.objects.filter(subject__in=subject_ids).order_by("sequence")
    accesses = Access.objects.filter(website__subject__in=subject_ids)
    yield from accesses.select_related("website").order_by("pk")


def first_version(row: Row) -> RegisterVersion:
    """Return an unsaved version made from the columns of a row."""
    return version(row, row.website.approved_on if isinstance(row, Access) else row.approved_on, columns_say(row))


def whose(row: Row) -> dict[str, int | None]:
    """Return the foreign keys by which versions refer to a register row."""
    match row:
        case Subject():
            return {"subject_id": row.pk, "website_id": None, "access_id": None}
        case Website():
            return {"subject_id": row.subject_id, "website_id": row.pk, "access_id": None}
    return {"subject_id": row.website.subject_id, "website_id": row.website_id, "access_id": row.pk}


def columns_say(row: Row) -> Facts:
    """Return the columns of a row in the shape of a version's facts."""
    match row:
        case Subject():
            newest_first = sorted(row.certificates.all(), key=lambda one: (one.live, one.pk), reverse=True)
            return subject_facts(row, next(iter(newest_first), None))
        case Website():
            return website_facts(row)
    return access_facts(row)


def remember_first(row: Row) -> None:
    """Store a row's first version before its first change; do nothing when it has a version."""
    if not newest(row):
        first_version(row).save(force_insert=True)


def remember(row: Row, on: date, facts: Facts | None = None) -> None:
    """Store a row's version from ``on``; without ``facts``, with those of the previous version."""
    version(row, on, facts_now(row) if facts is None else facts).save(force_insert=True)


def version(row: Row, on: date, facts: Facts) -> RegisterVersion:
    """Return an unsaved version of a row from ``on``."""
    return RegisterVersion(**whose(row), valid_from=on, live=row.live, facts=cast(Any, facts))


def facts_now(row: Row) -> Facts:
    """Return the facts of the newest version; those of the columns while there is none."""
    facts: Facts = (newest(row) or first_version(row)).facts
    return facts


def newest(row: Row) -> RegisterVersion | None:
    """Return the newest version of a row; None when it has none."""
    return RegisterVersion.objects.filter(**whose(row)).order_by("-pk").first()


def _person(row: Subject | Website) -> Facts:
    known = {
        "name": row.responsible_name,
        "mobile": row.responsible_mobile,
        "email": row.responsible_email,
    }
    return {name: text for name, text in known.items() if text}


def subject_facts(subject: Subject, certificate: SubjectCertificate | None) -> Facts:
    """Return the columns of a subject with one of its certificates as facts."""
    return {
        "subject": {
            "province": subject.province,
            "name": subject.name,
            "nature": subject.nature,
            "division": subject.division,
            "address": subject.address,
            "cert_type": certificate.cert_type if certificate else "",
            "cert_number": certificate.number if certificate else "",
        },
        "responsible": _person(subject),
    }


def website_facts(website: Website) -> Facts:
    """Return the columns of a website as facts."""
    return {
        **({} if website.is_website else {"service": website.service}),
        "name": website.name,
        "domain": website.domain,
        "home_url": website.home_url,
        "services": list(website.services),
        "languages": list(website.languages),
        "responsible": _person(website),
        **({"kept_domains": "\n".join(website.all_domains)} if website.further_domains else {}),
    }


def access_facts(access: Access) -> Facts:
    """Return the columns of an access as facts."""
    return {
        "provider_id": access.provider_id,
        "ways": list(access.ways),
        "places": list(access.places),
        "ip_ranges": "\n".join(access.ip_ranges),
    }
