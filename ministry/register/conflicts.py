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

The numbers are the official result codes; P106 and P109 are the portal's own (``filings.reasons``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, TypedDict

from accounts.mail import mask_address
from ministry.models import ContactKind
from ministry.reference import provinces
from ministry.reference.phones import mask_phone
from ministry.register import conflict_rows, digests
from ministry.register.conflict_rows import Row
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

_MASKS: Final = {ContactKind.MOBILE: mask_phone, ContactKind.EMAIL: mask_address}


def conflicts(question: ConflictQuestion) -> Conflicts:
    """Return everything that conflicts with the filing. One query, none when nothing is asked."""
    met = conflict_rows.read(question)
    subjects = _subjects(met["subject"], question.cert_type, question.cert_number)
    own = {question.about, *(match.holder.subject_id for match in subjects)}
    return Conflicts(
        subjects=subjects,
        websites=_websites(met["website"], question.websites, own),
        contacts=_contacts(met["contact"], question.contacts),
        blacklist=_blacklist(met["blacklist"]),
    )


def _subjects(rows: Iterable[Row], cert_type: int | None, number: str) -> tuple[SubjectMatch, ...]:
    """Return the subjects with the same certificate (1003), then those of the same unit (P109)."""
    found: dict[int, SubjectMatch] = {}
    for subject_id, _pk, row_type, row_digest, province, providers in sorted(rows, key=lambda row: row[:2]):
        same = (row_type, row_digest) == (cert_type, digests.of_certificate(number))
        if same or subject_id not in found:
            found[subject_id] = SubjectMatch("1003" if same else "P109", _holder(subject_id, province, providers))
    return tuple(sorted(found.values(), key=lambda match: match.code))


def _websites(
    rows: Iterable[Row], asked: Sequence[AskedWebsite], own: Collection[int | None]
) -> tuple[WebsiteMatch, ...]:
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


def _ways(asked: AskedWebsite, known: KnownWebsite, *, own: bool) -> Iterator[str]:
    if asked.domain and asked.domain in known.domains:
        yield "1005"
    if asked.home_url and asked.home_url == known.home_url:
        yield "1021"
    if asked.name and (asked.name, asked.service) == (known.name, known.service) and not own:
        yield "1020"


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


def _holder(subject_id: int, province: str, serving: Sequence[_Serving] = ()) -> RecordHolder:
    return RecordHolder(
        subject_id, provinces.by_code(province), tuple(ServingProvider(**provider) for provider in serving)
    )
