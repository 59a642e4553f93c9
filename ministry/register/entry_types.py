"""What a filing enters into the register, and the refusals of the register."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ministry.reference import code_tables

# Constraint of the database → the official code a filing gets for breaking it (interface codes 1003, 1005).
CONFLICTS = {
    "one_live_subject_per_certificate": 1003,
    "one_live_website_per_domain": 1005,
    "ministry_livedomain_pkey": 1005,
    "one_live_access_per_provider": 1029,
}


class RegisterConflict(Exception):
    """The register can't take the entry; ``code`` is the official one.

    It holds this subject (1003), this domain (1005) or this access (1029) already, or what the entry is about is not
    in force any more (1049 subject, 1050 website, 1032 access).
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """What the register keeps of a subject; texts in their normal form."""

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
    # all that was approved of it ("subject", "responsible"), for the register's memory
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """What the register keeps of a website's access by one provider."""

    provider_id: int
    ways: Sequence[int]
    places: Sequence[int]
    ip_ranges: Sequence[str]


@dataclass(frozen=True, slots=True)
class WebsiteEntry:
    """What the register keeps of a website.

    ``domain`` is the A-label, or the IP address of a website that is known by nothing else. ``further_domains`` are
    what a website of before ``ONE_DOMAIN_SINCE`` has beside it.
    """

    name: str
    domain: str
    home_url: str
    services: Sequence[int]
    languages: Sequence[int]
    responsible_name: str
    responsible_mobile: str
    responsible_email: str
    # all that was approved of it, without its access, for the register's memory
    facts: dict[str, Any] = field(default_factory=dict)
    # official id of the service type; what is no website has neither domain nor home page here
    service: int = code_tables.WEBSITE
    further_domains: Sequence[str] = ()
