"""Enter records from before websites were limited to one domain, without a filing."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from filings import facts
from filings.kinds import Paper, entries
from filings.models import Filing
from icp_portal.demo import invent
from ministry.models import Website
from ministry.register import entry_types, writer
from records import after_approval

APPROVED_ON = date(2016, 5, 16)


@transaction.atomic
def enter(number: int, provider_id: int, domains: list[str], *, province: str) -> Website:
    """Enter a subject of 2016 with one website, which has several domains; return the website."""
    paper = _paper(number, provider_id, province)
    subject = writer.enter_subject(entries.of_subject(paper), APPROVED_ON)
    entered = writer.enter_website(subject.pk, website(paper, domains), entries.of_access(paper), APPROVED_ON)
    after_approval.take_up(subject)
    return entered


def website(paper: Paper, domains: list[str]) -> entry_types.WebsiteEntry:
    """Return the website entry of a paper with these domains."""
    base, home_url = entries.of_website(paper), f"www.{domains[0]}"
    kept = base.facts | {"domain": domains[0], "home_url": home_url, "kept_domains": "\n".join(domains)}
    return replace(base, domain=domains[0], home_url=home_url, further_domains=domains[1:], facts=kept)


def _paper(number: int, provider_id: int, province: str) -> Filing:
    values = invent.values(number, province=province)
    filing = Filing(provider_id=provider_id)
    filing.facts = facts.written(facts.blank(), values)
    return filing
