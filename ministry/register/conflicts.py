"""Find the records and blacklist entries that a filing conflicts with, in one query.

By certificate, domain, home page, name or contact. Messages for people are made with the findings, not here.
Empty values match nothing.

| code | matched by | result |
|---|---|---|
| 1003 | the same certificate type and number, an alias row included | ``SubjectMatch`` |
| P109 | the same unit under another certificate, by its organisation code | ``SubjectMatch`` |
| 1005 | the domain (an IP-only website's address) of a live website | ``WebsiteMatch`` |
| 1021 | the home page of a live website | ``WebsiteMatch`` |
| 1020 | the name of a live website of another subject | ``WebsiteMatch`` |
| P106 | the mobile or e-mail of another live subject's responsible persons | ``ContactMatch`` |
| 1065 | the certificate, or the unit behind it, on the blacklist of the day | ``BlacklistMatch`` |
| 1064 | a domain on the blacklist of the day | ``BlacklistMatch`` |

The numbers are the official result codes; P106 and P109 are ours (``filings.reasons``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONArray, JSONObject

from accounts.mail import mask_address
from ministry.models import (
    Access,
    BlacklistedDomain,
    BlacklistedSubject,
    ContactKind,
    LiveDomain,
    SubjectCertificate,
    SubjectContact,
    Website,
)
from ministry.reference import provinces
from ministry.reference.phones import mask_phone
from ministry.register import digests
from ministry.register.conflict_types import (
    AskedContact,
    AskedWebsite,
    BlacklistMatch,
    ConflictQuestion,
    Conflicts,
    ContactMatch,
    KnownWebsite,
    RecordHolder,
    ServingProvider,
    SubjectMatch,
    WebsiteMatch,
)

MOST_SUBJECTS: Final = 10
MOST_WEBSITES: Final = 100
MOST_CONTACTS: Final = 100
_MASKS: Final = {ContactKind.MOBILE: mask_phone, ContactKind.EMAIL: mask_address}


def conflicts(question: ConflictQuestion) -> Conflicts:
    """Return everything that conflicts with the filing. One query, none when nothing is asked."""
    own = _own(question)
    domains = [*(website.domain for website in question.websites), *question.uses]
    met = _read(
        *_subject_rows(question.cert_type, question.cert_number),
        *_website_rows(question.websites, own),
        *_contact_rows(question.contacts, own),
        *_blacklist_rows(question.cert_type, question.cert_number, domains, question.day),
    )
    subjects = _subjects(met["subject"], question.cert_type, question.cert_number)
    own_ids = {match.holder.subject_id for match in subjects} | {question.about or 0}
    return Conflicts(
        subjects=subjects,
        websites=_websites(met["website"], question.websites, own_ids),
        contacts=_contacts(met["contact"], question.contacts),
        blacklist=_blacklist(met["blacklist"]),
    )


def _own(question: ConflictQuestion) -> QuerySet[Any, Any]:
    """Return the ids of the filing's own subjects: by its certificate, which may be new, and by ``about``."""
    certificates = _of_certificate(question.cert_type, question.cert_number)
    if question.about:
        certificates |= SubjectCertificate.objects.filter(subject=question.about, live=True)
    return certificates.values("subject_id")


Row = list[Any]


def _rows(group: str, rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """Return rows of a table as a part of the one query: their group, and their columns as JSON."""
    named: QuerySet[Any] = rows.annotate(group=Value(group, CharField()), row=JSONArray(*columns))
    return named.values_list("group", "row")


def _read(*parts: QuerySet[Any]) -> dict[str, list[Row]]:
    """Return the rows of all parts by group. One query, none without a part."""
    found: dict[str, list[Row]] = {"subject": [], "website": [], "contact": [], "blacklist": []}
    if not parts:
        return found
    for group, row in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        found[group].append(row)
    return found


def _of_certificate(cert_type: int | None, number: str) -> QuerySet[SubjectCertificate]:
    if not cert_type or not number:
        return SubjectCertificate.objects.none()
    condition = Q(cert_type=cert_type, digest=digests.of_certificate(number))
    if unit := digests.of_unit(cert_type, number):
        condition |= Q(unit_digest=unit, unit_digest__gt="")
    return SubjectCertificate.objects.filter(condition, live=True)


def _subject_rows(cert_type: int | None, number: str) -> Iterator[QuerySet[Any]]:
    if cert_type and number:
        rows = _of_certificate(cert_type, number).order_by("subject_id", "pk")
        rows = rows.annotate(providers=_serving(website__subject_id=OuterRef("subject_id"), website__live=True))
        columns = ("subject_id", "pk", "cert_type", "digest", "subject__province", "providers")
        yield _rows("subject", rows, *columns)[:MOST_SUBJECTS]


def _subjects(rows: Iterable[Row], cert_type: int | None, number: str) -> tuple[SubjectMatch, ...]:
    """Return the subjects with the same certificate (1003), then those of the same unit (P109)."""
    found: dict[int, SubjectMatch] = {}
    for subject_id, _pk, row_type, row_digest, province, providers in sorted(rows, key=lambda row: row[:2]):
        same = (row_type, row_digest) == (cert_type, digests.of_certificate(number))
        if same or subject_id not in found:
            found[subject_id] = SubjectMatch("1003" if same else "P109", _holder(subject_id, province, providers))
    return tuple(sorted(found.values(), key=lambda match: match.code))


def _website_rows(asked: Sequence[AskedWebsite], own: QuerySet[Any, Any]) -> Iterator[QuerySet[Any]]:
    parts = [
        part for part in (_same_domain(asked), _same_home_page(asked), *_same_name(asked, own)) if part is not None
    ]
    if not parts:
        return
    met = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    rows = Website.objects.filter(pk__in=met).order_by("pk").annotate(providers=_serving(website_id=OuterRef("pk")))
    address = ("domain", "further_domains", "home_url", "name", "service")
    columns = ("pk", *address, "subject_id", "subject__province", "providers")
    yield _rows("website", rows, *columns)[:MOST_WEBSITES]


def _websites(rows: Iterable[Row], asked: Sequence[AskedWebsite], own: Collection[int]) -> tuple[WebsiteMatch, ...]:
    """Return the websites met; one that matches in several ways has a match for each."""
    found = [
        (KnownWebsite((domain, *further), home_url, name, service), pk, _holder(subject_id, province, providers))
        for pk, domain, further, home_url, name, service, subject_id, province, providers in sorted(
            rows, key=lambda row: row[0]
        )
    ]
    return tuple(
        WebsiteMatch(code, number, pk, holder.subject_id in own, holder)
        for number, website in enumerate(asked)
        for known, pk, holder in found
        for code in _ways(website, known, own=holder.subject_id in own)
    )


def _same_domain(asked: Sequence[AskedWebsite]) -> QuerySet[LiveDomain, int] | None:
    """Return the ids of live websites with one of the domains, also as a further domain; None without domains."""
    domains = {website.domain for website in asked if website.domain}
    return LiveDomain.objects.filter(domain__in=domains).values_list("website_id", flat=True) if domains else None


def _same_home_page(asked: Sequence[AskedWebsite]) -> QuerySet[Website, int] | None:
    home_urls = {website.home_url for website in asked if website.home_url}
    return _live().filter(home_url__in=home_urls).values_list("pk", flat=True) if home_urls else None


def _same_name(asked: Sequence[AskedWebsite], own: QuerySet[Any, Any]) -> Iterator[QuerySet[Website, int]]:
    """Yield a query for each name: one website of possibly many, so that each costs one index lookup."""
    for name, service in sorted({(website.name, website.service) for website in asked if website.name}):
        yield _live().filter(name=name, service=service).exclude(subject_id__in=own).values_list("pk", flat=True)[:1]


def _live() -> QuerySet[Website]:
    return Website.objects.filter(live=True)


def _ways(asked: AskedWebsite, known: KnownWebsite, *, own: bool) -> Iterator[str]:
    if asked.domain and asked.domain in known.domains:
        yield "1005"
    if asked.home_url and asked.home_url == known.home_url:
        yield "1021"
    if asked.name and (asked.name, asked.service) == (known.name, known.service) and not own:
        yield "1020"


def _contact_rows(asked: Sequence[AskedContact], own: QuerySet[Any, Any]) -> Iterator[QuerySet[Any]]:
    """Yield the query for contacts of subjects other than ``own``: of many with one contact, one per person."""
    if known := [key for contact in asked if (key := digests.of_contact(contact.kind, contact.text))]:
        columns = ("kind", "digest", "person_digest", "subject_id")
        rows = SubjectContact.objects.filter(digest__in=known, subject__live=True).exclude(subject_id__in=own)
        rows = rows.order_by(*columns).distinct(*columns[:3])
        yield _rows("contact", rows, *columns, "subject__province")[:MOST_CONTACTS]


def _contacts(rows: Iterable[Row], asked: Sequence[AskedContact]) -> tuple[ContactMatch, ...]:
    found = sorted(rows)
    return tuple(
        ContactMatch(
            "P106",
            number,
            _MASKS[contact.kind](contact.text.strip()),
            bool(person) and person == digests.of_person(contact.person),
            _holder(subject_id, province),
        )
        for number, contact in enumerate(asked)
        for kind, key, person, subject_id, province in found
        if (kind, key) == (contact.kind, digests.of_contact(contact.kind, contact.text))
    )


def _blacklist_rows(cert_type: int | None, number: str, domains: Collection[str], day: date) -> Iterator[QuerySet[Any]]:
    if cert_type and number:
        condition = Q(cert_type=cert_type, digest=digests.of_certificate(number))
        if unit := digests.of_unit(cert_type, number):
            condition |= Q(unit_digest=unit, unit_digest__gt="")
        yield _entries(BlacklistedSubject.objects.filter(condition), day, "1065", Value(""))
    if asked := {domain for domain in domains if domain}:
        yield _entries(BlacklistedDomain.objects.filter(domain__in=asked), day, "1064", F("domain"))


def _entries(entries: QuerySet[Any], day: date, code: str, domain: Any) -> QuerySet[Any]:
    in_force = entries.filter(Q(until=None) | Q(until__gte=day), since__lte=day).order_by()
    rows = in_force.annotate(code=Value(code, CharField()), met=domain)
    return _rows("blacklist", rows, "code", "met", "reason", "source", "since", "until")


def _blacklist(rows: Iterable[Row]) -> tuple[BlacklistMatch, ...]:
    met = [
        BlacklistMatch(
            code, domain, reason, source, date.fromisoformat(since), date.fromisoformat(until) if until else None
        )
        for code, domain, reason, source, since, until in rows
    ]
    return tuple(sorted(met, key=lambda match: (match.code, match.domain, match.since)))


class _Serving(TypedDict):
    id: int
    name: str
    slug: str


def _serving(**websites: Any) -> ArraySubquery:
    """Return a column of the providers that serve the websites, each once."""
    return ArraySubquery(
        Access.objects.filter(live=True, **websites)
        .order_by("provider_id")
        .distinct("provider_id")
        .values(serving=JSONObject(id="provider_id", name="provider__name", slug="provider__slug"))
    )


def _holder(subject_id: int, province: str, serving: Sequence[_Serving] = ()) -> RecordHolder:
    return RecordHolder(
        subject_id, provinces.by_code(province), tuple(ServingProvider(**provider) for provider in serving)
    )
