"""“Who hosts my website?”: a provider found by an IP address of the server, or by words of its name.

Nothing is looked up outside the portal: for a domain, the visitor is told how to find its address.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from ministry.reference import addresses, lookups
from ministry.reference.typed_text import normal_text
from providers.models import IpRange, Provider

LONGEST = 255
MOST_WORDS = 5
MOST_FOUND = 20

_BETWEEN_WORDS = re.compile(r"[\s()（）]+")  # names are printed with brackets of either width
_LIKE_A_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")
_LIKE_AN_ADDRESS = re.compile(r"[0-9.]*\.[0-9.]*|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")


class ProviderSearchKind(StrEnum):
    """Kind of text that was typed."""

    NOTHING = "nothing"
    REFUSED = "refused"  # too long, invisible characters, an address that is invalid or not public
    ADDRESS = "address"
    DOMAIN = "domain"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class ProviderSearchResult:
    """Result of a search: kind and normal form of the text; the providers found; the message if it was refused."""

    asked: ProviderSearchKind
    text: str = ""
    providers: list[Provider] = field(default_factory=list)
    more: bool = False
    refusal: str = ""

    @property
    def is_domain(self) -> bool:
        """Return whether a domain was typed."""
        return self.asked == ProviderSearchKind.DOMAIN

    @property
    def is_address(self) -> bool:
        """Return whether an IP address was typed."""
        return self.asked == ProviderSearchKind.ADDRESS


def find(typed: str) -> ProviderSearchResult:
    """Return the providers that ``typed`` names, at most ``MOST_FOUND``. One query, none if it can't be looked up."""
    if not typed.strip():
        return ProviderSearchResult(ProviderSearchKind.NOTHING)
    try:
        text = normal_text(typed, LONGEST)
        lookups.refuse_several_addresses(text)
        host = _host(text)
        if _LIKE_AN_ADDRESS.fullmatch(host):
            return _by_address(host)
    except ValidationError as error:
        return ProviderSearchResult(ProviderSearchKind.REFUSED, refusal=error.messages[0])
    if _LIKE_A_DOMAIN.fullmatch(host):
        return ProviderSearchResult(ProviderSearchKind.DOMAIN, host)
    return _by_name(text)


def _host(text: str) -> str:
    """Return the host of a web address such as ``http://192.31.196.7:8080/``; any other text as it is."""
    if _LIKE_AN_ADDRESS.fullmatch(text):
        return text
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or text
    except ValueError:
        return text


def _by_address(text: str) -> ProviderSearchResult:
    address = addresses.check_address(text)
    owner = IpRange.objects.owner_of(ip_address(address))
    return ProviderSearchResult(ProviderSearchKind.ADDRESS, address, [owner] if owner else [])


def _by_name(text: str) -> ProviderSearchResult:
    words = _BETWEEN_WORDS.sub(" ", text).split()[:MOST_WORDS]
    known = Provider.objects.filter(is_active=True).select_related("measured_work")
    rows = list(known.named(words)[: MOST_FOUND + 1]) if words else []
    return ProviderSearchResult(ProviderSearchKind.NAME, text, rows[:MOST_FOUND], more=len(rows) > MOST_FOUND)
