"""Enter records of earlier systems, under their numbers as issued then, without a filing."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from filings import facts
from filings.kinds import FilingOfKind, entries
from filings.models import Filing
from icp_portal.demo import invent
from ministry.models import Website
from ministry.reference import numbers, provinces
from ministry.register import entry_types, writer
from records import after_approval

APPROVED_ON = date(2016, 5, 16)


@transaction.atomic
def enter(
    number: int, provider_id: int, domains: list[str], *, province: str, issued: str = "", on: date = APPROVED_ON
) -> Website:
    """Enter a subject with one website, which may have several domains; return the website.

    ``issued`` is the website's number of that day; without it, eight digits that begin with the year.
    """
    earlier = numbers.parse_number(issued or f"{provinces.by_code(province).char}ICP备{on:%y}{number:06d}号-1")
    filing = _filing(number, provider_id, province)
    subject = writer.enter_subject(entries.of_subject(filing), on, earlier=earlier.of_subject)
    entry, access = website(filing, domains), entries.of_access(filing)
    entered = writer.enter_website(subject.pk, entry, access, on, sequence=earlier.sequence)
    after_approval.take_up(subject)
    return entered


def website(filing: FilingOfKind, domains: list[str]) -> entry_types.WebsiteEntry:
    """Return the website entry of a filing with these domains."""
    base, home_url = entries.of_website(filing), f"www.{domains[0]}"
    kept = base.facts | {"domain": domains[0], "home_url": home_url, "kept_domains": "\n".join(domains)}
    return replace(base, domain=domains[0], home_url=home_url, further_domains=domains[1:], facts=kept)


def _filing(number: int, provider_id: int, province: str) -> Filing:
    values = invent.values(number, province=province)
    filing = Filing(provider_id=provider_id)
    filing.facts = facts.written(facts.blank(), values)
    return filing
