"""First filing (首次备案): a new subject with its number, and its first websites."""

from datetime import date
from typing import Any

from filings.models import Filing
from ministry import register
from ministry.models import Subject


def apply(filing: Filing, on: date) -> Subject:
    """Enter subject, websites and accesses into the register; raise RegisterConflict (1003, 1005)."""
    subject = register.enter_subject(_subject(filing), on)
    for website in filing.facts["websites"]:
        register.enter_website(subject.pk, _website(filing, website), on)
    return subject


def _subject(filing: Filing) -> register.SubjectEntry:
    subject, responsible = filing.facts["subject"], filing.facts["responsible"]
    return register.SubjectEntry(
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
    )


def _website(filing: Filing, website: dict[str, Any]) -> register.WebsiteEntry:
    access = website["access"]
    responsible = filing.facts["responsible"] if website["responsible"].get("same") else website["responsible"]
    return register.WebsiteEntry(
        name=website["name"],
        domain=website["domain"],
        home_url=website["home_url"],
        services=website["services"],
        languages=website["languages"],
        responsible_name=responsible["name"],
        responsible_mobile=responsible["mobile"],
        responsible_email=responsible["email"],
        provider_id=filing.provider_id,
        ways=access["ways"],
        places=access["places"],
        ip_ranges=access["ip_ranges"].splitlines(),
    )
