"""Start the upkeep of new records after approval, and watch the expiry dates in the filing."""

from collections.abc import Iterator

from filings import facts
from filings.fields import validity
from filings.kinds import entries
from filings.models import Filing
from ministry.models import Subject, Website
from records import expiry_dates, police_filing
from records.models import ExpiryKind, SubjectUpkeep, Upkeep


def begin(filing: Filing, subject: Subject) -> None:
    """Start the upkeep of the records of an approved filing, in the approval's transaction."""
    live = take_up(subject)
    entered = {(website.service, website.domain or website.name): website for website in live}
    for website, label, until in _certificates(filing, entered):
        if ends_on := validity.ends_on(until):
            expiry_dates.read_from_filing(subject, website, ExpiryKind.CERTIFICATE, label, ends_on)
        elif until == validity.LONG_TERM and not filing.makes_subject:  # a new one has no date yet
            expiry_dates.forget(subject, website, ExpiryKind.CERTIFICATE, label)


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


def _certificates(
    filing: Filing, entered: dict[tuple[int, str], Website]
) -> Iterator[tuple[Website | None, str, object]]:
    """Yield (website or None, label, end of validity) for each responsible person's certificate in the filing."""
    yield None, "responsible", filing.get("responsible.cert_until")
    for number in entries.approved(filing):
        website = entered.get((facts.service(filing.facts, number), facts.known_by(filing.facts, number)))
        if website and not facts.same_person(filing.facts, number):
            yield website, "manager", filing.get(f"websites.{number}.responsible.cert_until")
