"""Data types of register entries, and the error for entries that the register can't accept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ministry.reference import code_tables
from ministry.reference.numbers import FilingNumber

# Database constraint → official code of its violation (interface codes)
CONFLICTS = {
    "one_live_subject_per_certificate": 1003,
    "one_live_website_per_domain": 1005,
    "ministry_livedomain_pkey": 1005,
    "one_live_access_per_provider": 1029,
}


class RegisterConflict(Exception):
    """The register can't accept the entry; ``code`` is the official one.

    The subject (1003), domain (1005) or access (1029) exists already, or what the entry is about is no longer in force
    (1049 subject, 1050 website, 1032 access).
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class NumberTaken(Exception):
    """Another record, or another website of the record, already has a number that a bureau's own system has issued."""

    def __init__(self, number: FilingNumber) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class OutsideNumbers:
    """The numbers that a bureau's own system has issued: the subject's, and what follows the dash for each website."""

    subject: FilingNumber
    sequences: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """What the register stores of a subject; texts in their normal form."""

    province: str
    name: str
    nature: int
    division: str
    address: str
    cert_type: int
    cert_number: str
    responsible_name: str
    responsible_mobile: str
    responsible_email: str
    # everything approved ("subject", "responsible"), for the history
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """What the register stores of a website's access at one provider."""

    provider_id: int
    ways: Sequence[int]
    places: Sequence[int]
    ip_ranges: Sequence[str]


@dataclass(frozen=True, slots=True)
class WebsiteEntry:
    """What the register stores of a website.

    ``domain`` is the A-label, or the IP address of a website without a domain. Only websites filed before
    ``ONE_DOMAIN_SINCE`` have ``further_domains``.
    """

    name: str
    domain: str
    home_url: str
    services: Sequence[int]
    languages: Sequence[int]
    responsible_name: str
    responsible_mobile: str
    responsible_email: str
    # everything approved, without its access, for the history
    facts: dict[str, Any] = field(default_factory=dict)
    # official id of the service type; services other than websites have neither domain nor home page
    service: int = code_tables.WEBSITE
    further_domains: Sequence[str] = ()
