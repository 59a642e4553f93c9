"""Derive what the register must hold of a record from what was approved, ordered and done at a counter.

Each cause states values of fields; the newest statement of a field counts. What no cause states, such as the data of an
imported record, has one copy only and is not compared.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from filings.kinds import About, RegisterWrite, entries
from filings.models import Filing
from ministry.models import Access, Subject, Website
from ministry.register.entry_types import AccessEntry, SubjectEntry, WebsiteEntry
from records.comparison.gathering import Cause, Copied
from records.legal_grounds import Act, Scope
from records.models import CounterReset, Order

Row = Subject | Website | Access
# Column → path of the fact, as in a filing
PERSON: Final = {f"responsible_{name}": f"responsible.{name}" for name in ("name", "mobile", "email")}
SUBJECT: Final[Mapping[str, str]] = {
    **{name: f"subject.{name}" for name in ("province", "name", "nature", "division", "address")},
    **PERSON,
}
WEBSITE: Final[Mapping[str, str]] = {
    **{name: f"websites.0.{name}" for name in ("service", "name", "domain", "home_url", "services", "languages")},
    "further_domains": "websites.0.kept_domains",
    **{column: f"websites.0.{path}" for column, path in PERSON.items()},
}
ACCESS: Final[Mapping[str, str]] = {name: f"websites.0.access.{name}" for name in ("ways", "places", "ip_ranges")}
# Columns that a change doesn't write
FIXED: Final = frozenset({"province", "nature", "service"})
# What is no fact of a filing
CERTIFICATE, NUMBER, LAST_SEQUENCE = "subject.cert_number", "number", "last_sequence"
IN_FORCE, SUSPENDED, APPROVED_ON, ON_RECORD = "in_force", "suspended", "approved_on", "on_record"
FURTHER = "further_websites"  # numbers that only a bureau's own system has
HOST: Final = "subject"


@dataclass(frozen=True, slots=True)
class Statement:
    """A value as stated by a cause."""

    value: Any
    cause: Cause


@dataclass(slots=True)
class ExpectedRecord:
    """All statements about a record: row → field → statement; ``rows`` has the rows that are on record, by place."""

    copied: Copied
    rows: dict[str, Row]
    statements: dict[str, dict[str, Statement]] = field(default_factory=dict)
    made_here: bool = False  # whether the record itself comes from a filing
    migrated: set[int] = field(default_factory=set)  # sequences of websites that came with accesses by a migration
    _new: Counter[tuple[int, int]] = field(default_factory=Counter)  # accesses entered: (sequence, provider) → how many

    def say(self, place: str, cause: Cause, values: Mapping[str, Any]) -> None:
        """Store statements; they replace earlier ones of the same fields."""
        self.statements.setdefault(place, {}).update({name: Statement(value, cause) for name, value in values.items()})

    def website(self, website_id: int | None) -> Website | None:
        """Return a website of this record by primary key."""
        return next((one for one in self.copied.websites if one.pk == website_id), None)

    @property
    def last_sequence(self) -> int:
        """Return the highest sequence stated so far: a bureau's own system need not issue them in their order."""
        statement = self.statements.get(HOST, {}).get(LAST_SEQUENCE)
        return statement.value if statement else 0

    def accesses(self, website: Website) -> list[Access]:
        return [one for one in self.copied.accesses if one.website_id == website.pk]

    def place_of_new(self, sequence: int, provider_id: int, total: int) -> str:
        """Return the place of the next access entered for a website and provider, the newest row for the last one."""
        key = (sequence, provider_id)
        website = next((one for one in self.copied.websites if one.sequence == sequence), None)
        rows = [one for one in self.accesses(website) if one.provider_id == provider_id] if website else []
        place = len(rows) - total + self._new[key]
        self._new[key] += 1
        return f"access {rows[place].pk}" if place >= 0 else f"access {sequence} at {provider_id}"


def stated(copied: Copied) -> ExpectedRecord:
    """Return all statements about a record. No query."""
    places: dict[str, Row] = {HOST: copied.subject}
    places |= {place_of(one): one for one in copied.websites}
    places |= {place_of(one): one for one in copied.accesses}
    ledger = ExpectedRecord(copied, places)
    totals = Counter(key for filing in copied.filings for key in _entered(ledger, filing))
    for cause in copied.causes:
        match cause:
            case Filing():
                _of_filing(ledger, cause, totals)
            case Order():
                _of_order(ledger, cause)
            case CounterReset() if cause.new_email:
                ledger.say(HOST, cause, {SUBJECT["responsible_email"]: cause.new_email})
    return ledger


def place_of(row: Row) -> str:
    """Return the place of a row in its record."""
    match row:
        case Subject():
            return HOST
        case Website():
            return f"website {row.sequence}"
    return f"access {row.pk}"


def _columns(entry: Any, columns: Mapping[str, str], left_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return the values of an entry, or of a row, by path."""
    return {path: plain(getattr(entry, column)) for column, path in columns.items() if column not in left_out}


def plain(value: Any) -> Any:
    """Return a value as it is stored in JSON."""
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


# --- Filings ----------------------------------------------------------------------------------------------


def _of_filing(ledger: ExpectedRecord, filing: Filing, totals: Mapping[tuple[int, int], int]) -> None:
    if filing.subject_id != ledger.copied.subject.pk:  # a website that has migrated to another host
        _end_website(ledger, filing, ledger.website(filing.about_website_id))
        return
    event = ledger.copied.approvals.get(filing.pk)
    if event and event.record_number:
        ledger.say(HOST, filing, {NUMBER: event.record_number})
    for write, state in WRITES.items():
        if write in filing.law.writes:
            state(ledger, filing)
    if filing.law.removes in ENDS:
        ENDS[filing.law.removes](ledger, filing)
    for sequence, provider_id in _entered(ledger, filing):
        place = ledger.place_of_new(sequence, provider_id, totals[sequence, provider_id])
        ledger.say(place, filing, _columns(_access_of(ledger, filing, sequence), ACCESS) | {IN_FORCE: True})


def _entered(ledger: ExpectedRecord, filing: Filing) -> list[tuple[int, int]]:
    """Return the accesses that a filing enters, as (sequence of the website, provider)."""
    if RegisterWrite.NEW_ACCESS in filing.law.writes:
        website = ledger.website(filing.about_website_id)
        return [(website.sequence, filing.provider_id)] if website else []
    return [(sequence, filing.provider_id) for sequence in filing.sequences]


def _access_of(ledger: ExpectedRecord, filing: Filing, sequence: int) -> AccessEntry:
    if RegisterWrite.NEW_ACCESS in filing.law.writes:
        return entries.of_access(filing)
    return entries.of_websites(filing)[filing.sequences.index(sequence)][1]


def _new_host(ledger: ExpectedRecord, filing: Filing) -> None:
    if filing.makes_subject:
        _host(ledger, filing)
        ledger.made_here = True
        ledger.say(HOST, filing, _begun(filing))


def _changed_host(ledger: ExpectedRecord, filing: Filing) -> None:
    _host(ledger, filing, FIXED)


def _host(ledger: ExpectedRecord, filing: Filing, left_out: Iterable[str] = ()) -> None:
    entry: SubjectEntry = entries.of_subject(filing)
    ledger.say(HOST, filing, _columns(entry, SUBJECT, left_out))
    ledger.say(HOST, filing, {CERTIFICATE: f"{entry.cert_type} {entry.cert_number}"})


def _new_websites(ledger: ExpectedRecord, filing: Filing) -> None:
    for sequence, (entry, _access) in zip(filing.sequences, entries.of_websites(filing), strict=True):
        ledger.say(f"website {sequence}", filing, _website(entry) | _begun(filing))
        if filing.law.about == About.OFFERED:
            ledger.migrated.add(sequence)
    if ledger.made_here and filing.sequences:
        ledger.say(HOST, filing, {LAST_SEQUENCE: max(ledger.last_sequence, *filing.sequences)})


def _begun(filing: Filing) -> dict[str, Any]:
    day = timezone.localdate(filing.decided_at)
    return {IN_FORCE: True, SUSPENDED: False, APPROVED_ON: day.isoformat()}


def _website(entry: WebsiteEntry, left_out: Iterable[str] = ()) -> dict[str, Any]:
    return _columns(entry, WEBSITE, left_out)


def _changed_website(ledger: ExpectedRecord, filing: Filing) -> None:
    if website := ledger.website(filing.about_website_id):
        ledger.say(place_of(website), filing, _website(entries.of_website(filing), FIXED))


def _changed_access(ledger: ExpectedRecord, filing: Filing) -> None:
    ledger.say(f"access {filing.about_access_id}", filing, _columns(entries.of_access(filing), ACCESS))


def _ended_access(ledger: ExpectedRecord, cause: Filing) -> None:
    ledger.say(f"access {cause.about_access_id}", cause, {IN_FORCE: False})


def _ended_website(ledger: ExpectedRecord, filing: Filing) -> None:
    _end_website(ledger, filing, ledger.website(filing.about_website_id))


def _end_website(ledger: ExpectedRecord, cause: Cause, website: Website | None) -> None:
    if website:
        for place in (place_of(website), *map(place_of, ledger.accesses(website))):
            ledger.say(place, cause, {IN_FORCE: False})


def _end_all(ledger: ExpectedRecord, cause: Cause) -> None:
    for place in ledger.rows:
        ledger.say(place, cause, {IN_FORCE: False})


Statements = Callable[[ExpectedRecord, Filing], None]
# What a kind's writes state, in this order, beside the accesses that its filing enters (``_entered``)
WRITES: Final[Mapping[RegisterWrite, Statements]] = {
    RegisterWrite.NEW_HOST: _new_host,
    RegisterWrite.NEW_WEBSITES: _new_websites,
    RegisterWrite.HOST: _changed_host,
    RegisterWrite.WEBSITE: _changed_website,
    RegisterWrite.ACCESS: _changed_access,
}
# What a kind states of the row that it takes from the register; of a migrated website, its former host's record
ENDS: Final[Mapping[About, Statements]] = {
    About.ACCESS: _ended_access,
    About.WEBSITE: _ended_website,
    About.SUBJECT: _end_all,
}


# --- Orders -----------------------------------------------------------------------------------------------


def _of_order(ledger: ExpectedRecord, order: Order) -> None:
    website = ledger.website(order.website_id)
    if order.act == Act.CANCEL:
        match order.scope:
            case Scope.SUBJECT:
                _end_all(ledger, order)
            case Scope.WEBSITE:
                _end_website(ledger, order, website)
            case Scope.ACCESS:
                ledger.say(f"access {order.access_id}", order, {IN_FORCE: False})
        return
    place = place_of(website) if website else HOST
    ledger.say(place, order, {SUSPENDED: order.act == Act.SUSPEND})
