"""Compare the copies of a record field by field."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from filings import facts, receipts
from filings.models import Filing
from ministry.models import Access, Subject, Website
from records.comparison import expected as statements
from records.comparison.expected import ExpectedRecord, Row, place_of
from records.comparison.gathering import Cause, Copied
from records.models import Copies

PUBLIC_DOMAINS, DIGEST, ROUND = "public_domains", "digest", "round"
_PATHS = {
    Subject: {path: column for column, path in statements.SUBJECT.items()},
    Website: {path: column for column, path in statements.WEBSITE.items()},
    Access: {path: column for column, path in statements.ACCESS.items()},
}


@dataclass(frozen=True, slots=True)
class Found:
    """One fact that two copies state differently; ``values`` in the order of ``copies``, as JSON has them."""

    copies: Copies
    place: str
    field: str
    values: tuple[Any, Any]
    row: Row | None = None
    cause: Cause | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what it is about within its record, as ``CopyDifference.key``."""
        return self.place, self.field, str(self.copies)


def differences(copied: Copied) -> list[Found]:
    """Return everything that the copies of a record state differently. No query."""
    ledger = statements.stated(copied)
    return [
        *(found for filing in copied.filings for found in _verified(copied, filing)),
        *_register(ledger),
        *_unexplained(ledger),
        *_public(copied),
        *_elsewhere(ledger),
    ]


def _verified(copied: Copied, filing: Filing) -> Iterator[Found]:
    """Yield the differences of what the bureau approved from what the provider verified, and from the receipt."""
    place = f"filing {filing.pk}"
    if (snapshot := copied.snapshots.get(filing.pk)) is None:
        yield Found(Copies.VERIFIED, place, ROUND, ("", filing.round), cause=filing)
        return
    handed_on = snapshot.facts
    if verified := copied.verifications.get(filing.pk):
        with suppress(IndexError):  # of a website that the snapshot lacks: reported below
            handed_on = facts.written(handed_on, verified.filled)
    for path in facts.changed_paths(handed_on, filing.facts):
        values = (facts.read(handed_on, path), facts.read(filing.facts, path))
        yield Found(Copies.VERIFIED, place, path, values, cause=filing)
    event = copied.approvals.get(filing.pk)
    if event and event.handed and event.handed != (now := receipts.digest_of(filing.facts)):
        yield Found(Copies.RECEIPT, place, DIGEST, (event.handed, now), cause=filing)


def _register(ledger: ExpectedRecord) -> Iterator[Found]:
    """Yield what the register holds otherwise than it was approved or ordered."""
    for place, stated in ledger.statements.items():
        if (row := ledger.rows.get(place)) is None:
            cause = next(iter(stated.values())).cause
            yield Found(Copies.REGISTER, place, statements.ON_RECORD, (True, False), cause=cause)
            continue
        for name, statement in stated.items():
            value = _value(row, name)
            if (statement.value or None) != (value or None) and not _is_held(row, name, statement.value):
                yield Found(Copies.REGISTER, place, name, (statement.value, value), row, statement.cause)


def _value(row: Row, name: str) -> Any:
    """Return what the register holds of a field."""
    if name in _VALUES:
        return _VALUES[name](row)
    return statements.plain(getattr(row, _PATHS[type(row)][name]))


# Fields that are no columns of a row
_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    statements.IN_FORCE: lambda row: row.live,
    statements.SUSPENDED: lambda row: not isinstance(row, Access) and row.suspended_on is not None,
    statements.APPROVED_ON: lambda row: "" if isinstance(row, Access) else row.approved_on.isoformat(),
    statements.CERTIFICATE: lambda row: next(iter(_certificates(row)), ""),
    statements.NUMBER: lambda row: str(row.number),
    statements.LAST_SEQUENCE: lambda row: row.last_sequence,
    statements.FURTHER: lambda row: [],
}


def _is_held(row: Row, name: str, value: Any) -> bool:
    """Return whether a certificate is one of the subject's; an earlier one stays beside it."""
    return name == statements.CERTIFICATE and value in _certificates(row)


def _certificates(row: Row) -> list[str]:
    """Return type and number of a subject's certificates that are in force while it is, the newest first."""
    if not isinstance(row, Subject):
        return []
    rows = [one for one in row.certificates.all() if one.live == row.live]
    return [f"{one.cert_type} {one.number}" for one in sorted(rows, key=lambda one: one.pk, reverse=True)]


def _unexplained(ledger: ExpectedRecord) -> Iterator[Found]:
    """Yield websites and accesses that no filing entered, where everything else was entered by filings."""
    made = {place for place, stated in ledger.statements.items() if statements.APPROVED_ON in stated}
    for website in ledger.copied.websites:
        if place_of(website) not in made:
            if ledger.made_here:
                yield _extra(website)
        elif website.sequence not in ledger.migrated:
            yield from (_extra(one) for one in ledger.accesses(website) if not _is_entered(ledger, one))


def _is_entered(ledger: ExpectedRecord, access: Access) -> bool:
    stated = ledger.statements.get(place_of(access), {})
    return any(path in stated for path in statements.ACCESS.values())


def _extra(row: Website | Access) -> Found:
    return Found(Copies.REGISTER, place_of(row), statements.ON_RECORD, (False, True), row)


def _elsewhere(ledger: ExpectedRecord) -> Iterator[Found]:
    """Yield the differences of a bureau's own system from the register, for rows in force."""
    for place, row in ledger.rows.items():
        for path, stated in ledger.copied.elsewhere.get((type(row), row.pk), {}).items() if row.live else ():
            held = _value(row, path)
            if _unordered(held) != _unordered(stated) and not _is_held(row, path, stated):
                yield Found(Copies.BUREAU, place, path, (held, stated), row)


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value or ""


def _public(copied: Copied) -> Iterator[Found]:
    """Yield the websites whose domains differ between the public query and the register.

    ``LiveDomain`` is the only copy of the public query; the rest it reads from the register's rows themselves.
    """
    for website in copied.websites:
        held = sorted(filter(None, website.all_domains)) if website.live else []
        found = sorted(copied.live_domains.get(website.pk, ()))
        if held != found:
            yield Found(Copies.PUBLIC, place_of(website), PUBLIC_DOMAINS, (held, found), website)
