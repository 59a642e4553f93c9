"""Start the upkeep of new records after approval, and watch the expiry dates in the filing."""

from collections.abc import Iterator
from datetime import date

from filings import facts
from filings.kinds import entries
from filings.models import Filing
from ministry.models import Subject, Website
from records import expiry_dates, police_filing
from records.models import ExpiryKind, SubjectUpkeep, Upkeep


def begin(filing: Filing, subject: Subject) -> None:
    """Start the upkeep of the records of an approved filing, in the approval's transaction."""
    entered = {(website.service, website.domain or website.name): website for website in take_up(subject)}
    for website, label, ends_on in _dates(filing, entered):
        expiry_dates.read_from_filing(subject, website, ExpiryKind.CERTIFICATE, label, ends_on)


def take_up(subject: Subject) -> list[Website]:
    """Create the upkeep of a record, including one not created by this portal; return its live websites.

    Idempotent: existing rows are not changed.
    """
    SubjectUpkeep.objects.bulk_create([SubjectUpkeep(subject=subject)], ignore_conflicts=True)
    websites = list(subject.websites.filter(live=True))
    Upkeep.objects.bulk_create(map(_upkeep, websites), ignore_conflicts=True)
    return websites


def _upkeep(website: Website) -> Upkeep:
    return Upkeep(website=website, police_due_on=police_filing.due_after_approval(website.approved_on))


def _dates(filing: Filing, entered: dict[tuple[int, str], Website]) -> Iterator[tuple[Website | None, str, date]]:
    """Yield (website or None, label, day) for each certificate in the filing that expires."""
    if ends_on := _day(filing.get("responsible.cert_until")):
        yield None, "responsible", ends_on
    for number in entries.approved(filing):
        website = entered.get((facts.service(filing.facts, number), facts.known_by(filing.facts, number)))
        ends_on = _day(filing.get(f"websites.{number}.responsible.cert_until"))
        if website and ends_on and not facts.same_person(filing.facts, number):
            yield website, "manager", ends_on


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
