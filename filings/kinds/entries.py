"""Convert the facts of a filing into entries for the register."""

from typing import Any

from filings import facts
from filings.facts import Facts
from filings.kinds.spec import FilingOfKind
from ministry.register.entry_types import AccessEntry, SubjectEntry, WebsiteEntry


def approved(filing: FilingOfKind) -> list[int]:
    """Return the indexes of the websites to enter: all but those the bureau has returned."""
    return [number for number in range(facts.count(filing.facts)) if number not in filing.withheld]


def of_subject(filing: FilingOfKind) -> SubjectEntry:
    """Return the entry for the host and its responsible person."""
    subject, responsible = filing.facts["subject"], filing.facts["responsible"]
    return SubjectEntry(
        province=subject["province"],
        name=subject["name"],
        nature=subject["nature"],
        division=subject["division"],
        address=subject["address"],
        cert_type=subject["cert_type"],
        cert_number=subject["cert_number"],
        responsible_name=responsible["name"],
        responsible_mobile=responsible["mobile"],
        responsible_email=responsible["email"],
        facts={"subject": subject, "responsible": responsible},
    )


def of_websites(filing: FilingOfKind) -> list[tuple[WebsiteEntry, AccessEntry]]:
    """Return the entries for the approved websites, each with its access."""
    return [(of_website(filing, number), of_access(filing, number)) for number in approved(filing)]


def of_website(filing: FilingOfKind, number: int = 0) -> WebsiteEntry:
    """Return the entry for a website, counted from 0, with its responsible person's data even if the host's own."""
    website, responsible = filing.facts["websites"][number], facts.manager(filing.facts, number)
    person = {name: value for name, value in responsible.items() if name != "same"}
    domains = _domains(filing, website, number)
    kept: dict[str, Any] = {name: value for name, value in website.items() if name not in ("access", "kept_domains")}
    if domains:
        kept["domain"] = domains[0]
    if len(domains) > 1:
        kept["kept_domains"] = "\n".join(domains)
    return WebsiteEntry(
        name=website["name"],
        domain=next(iter(domains), ""),
        further_domains=domains[1:],
        home_url=website.get("home_url", ""),
        services=website["services"],
        languages=website.get("languages", []),
        responsible_name=responsible["name"],
        responsible_mobile=responsible["mobile"],
        responsible_email=responsible["email"],
        facts={**kept, "responsible": person},
        service=facts.service(filing.facts, number),
    )


def _domains(filing: FilingOfKind, website: Facts, number: int) -> list[str]:
    """Return the website's domain, or those it keeps of several on record; empty for an APP."""
    typed = str(website.get("kept_domains") or "").split()
    kept = [domain for domain in facts.kept_domains(filing.facts, number) if domain in typed]
    return kept or [website["domain"]] if website.get("domain") else []


def of_access(filing: FilingOfKind, number: int = 0) -> AccessEntry:
    """Return the entry for a website's access through the filing's provider."""
    access = filing.facts["websites"][number]["access"]
    return AccessEntry(
        provider_id=filing.provider_id,
        ways=access["ways"],
        places=access["places"],
        ip_ranges=access["ip_ranges"].splitlines(),
    )
