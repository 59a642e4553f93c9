"""From the facts of a filing to what the register enters."""

from typing import Any

from filings import facts
from filings.kinds.kind import Paper
from ministry.register import AccessEntry, SubjectEntry, WebsiteEntry


def approved(paper: Paper) -> list[int]:
    """The websites of the paper, counted from 0, that are entered: all but those the bureau has returned."""
    return [number for number in range(facts.count(paper.facts)) if number not in paper.withheld]


def of_subject(paper: Paper) -> SubjectEntry:
    """The host and its responsible person."""
    subject, responsible = paper.facts["subject"], paper.facts["responsible"]
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


def of_website(paper: Paper, number: int = 0) -> WebsiteEntry:
    """A website of the paper, counted from 0; who answers for it is named in full, also when it is the host's own."""
    website, responsible = paper.facts["websites"][number], facts.manager(paper.facts, number)
    person = {name: value for name, value in responsible.items() if name != "same"}
    kept: dict[str, Any] = {name: value for name, value in website.items() if name != "access"}
    return WebsiteEntry(
        name=website["name"],
        domain=website.get("domain", ""),
        home_url=website.get("home_url", ""),
        services=website["services"],
        languages=website.get("languages", []),
        responsible_name=responsible["name"],
        responsible_mobile=responsible["mobile"],
        responsible_email=responsible["email"],
        facts={**kept, "responsible": person},
        service=facts.service(paper.facts, number),
    )


def of_access(paper: Paper, number: int = 0) -> AccessEntry:
    """The access of a website of the paper by the filing's provider."""
    access = paper.facts["websites"][number]["access"]
    return AccessEntry(
        provider_id=paper.provider_id,
        ways=access["ways"],
        places=access["places"],
        ip_ranges=access["ip_ranges"].splitlines(),
    )
