"""Parse and check IP addresses of a website: single ones and ranges, public only.

Non-public networks follow IANA's special-purpose registries (RFC 6890 and its updates) and are listed here, because
the standard library's result differs between versions and covers single addresses only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import pairwise
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministry.reference.typed_text import normal_text, shown

Address = IPv4Address | IPv6Address

MOST_RANGES: Final = 100
LONGEST: Final = 10_000  # the whole text; a hundred of the longest ranges fit

_SEPARATORS: Final = re.compile(r"[;,、\n\r]")

_PRIVATE: Final = gettext_lazy("a private network")
_LOOPBACK: Final = gettext_lazy("the machine itself")
_LINK_LOCAL: Final = gettext_lazy("one local link")
_MULTICAST: Final = gettext_lazy("multicast")
_DOCUMENTATION: Final = gettext_lazy("documentation")
_RESERVED: Final = gettext_lazy("special purposes")

_NOT_PUBLIC: Final[tuple[tuple[IPv4Network | IPv6Network, Promise], ...]] = tuple(
    (ip_network(network), use)
    for network, use in (
        ("0.0.0.0/8", _RESERVED),
        ("10.0.0.0/8", _PRIVATE),
        ("100.64.0.0/10", _PRIVATE),
        ("127.0.0.0/8", _LOOPBACK),
        ("169.254.0.0/16", _LINK_LOCAL),
        ("172.16.0.0/12", _PRIVATE),
        ("192.0.0.0/24", _RESERVED),
        ("192.0.2.0/24", _DOCUMENTATION),
        ("192.88.99.0/24", _RESERVED),
        ("192.168.0.0/16", _PRIVATE),
        ("198.18.0.0/15", _RESERVED),
        ("198.51.100.0/24", _DOCUMENTATION),
        ("203.0.113.0/24", _DOCUMENTATION),
        ("224.0.0.0/4", _MULTICAST),
        ("240.0.0.0/4", _RESERVED),
        # Only 2000::/3 of IPv6 is allocated for public use; the specific networks first, for a better message.
        ("::1/128", _LOOPBACK),
        ("fc00::/7", _PRIVATE),
        ("fe80::/10", _LINK_LOCAL),
        ("ff00::/8", _MULTICAST),
        ("2001:db8::/32", _DOCUMENTATION),
        ("3fff::/20", _DOCUMENTATION),
        ("2001::/23", _RESERVED),
        ("2002::/16", _RESERVED),
        ("::/3", _RESERVED),
        ("4000::/2", _RESERVED),
        ("8000::/1", _RESERVED),
    )
)
# First and last address of each, as numbers
_BOUNDS: Final = tuple(
    (network.version, int(network[0]), int(network[-1]), network, use) for network, use in _NOT_PUBLIC
)


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Addresses from ``start`` up to and including ``end``, of one family; ``str()`` is ``a`` or ``a-b``."""

    start: IPv4Address | IPv6Address
    end: IPv4Address | IPv6Address

    def __str__(self) -> str:
        return str(self.start) if self.start == self.end else f"{self.start}-{self.end}"


def parse_ip_ranges(text: str) -> tuple[AddressRange, ...]:
    """Parse addresses and ranges ``a-b`` separated by ``;``, ``,``, ``、`` or line ends, in the order given.

    At least 1, at most ``MOST_RANGES``; IPv4 and IPv6; public only; no two may overlap. Raise ValidationError
    naming the offending piece: ``required``, ``too_long``, ``invisible``, ``too_many``, ``invalid``,
    ``network``, ``family``, ``order``, ``not_public`` or ``overlap``.
    """
    pieces = [piece.strip() for piece in _SEPARATORS.split(normal_text(text, LONGEST))]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        raise ValidationError(_("Not filled in yet."), code="required")
    if len(pieces) > MOST_RANGES:
        raise ValidationError(
            _("There are %(count)d ranges; at most %(limit)d are allowed. Join adjacent ranges."),
            code="too_many",
            params={"count": len(pieces), "limit": MOST_RANGES},
        )
    ranges = tuple(_range(piece) for piece in pieces)
    refuse_overlaps(ranges)
    return ranges


def check_address(text: str) -> str:
    """Return one public address in its normal form; raise ValidationError as ``parse_ip_ranges`` does, or ``range``."""
    try:
        ranges = parse_ip_ranges(text)
    except ValidationError as refusal:
        if refusal.error_list[0].code != "invalid":
            raise
        raise ValidationError(
            _("%(text)s is not an IP address. Write it like 1.2.3.4."), code="invalid", params={"text": shown(text)}
        ) from refusal
    if len(ranges) != 1 or ranges[0].start != ranges[0].end:
        raise ValidationError(_("Enter one address, not several."), code="range")
    return str(ranges[0].start)


def covers(ranges: tuple[AddressRange, ...], address: str) -> bool:
    """Return whether one of the ranges contains the address (normal form)."""
    found = ip_address(address)
    return any(found.version == one.start.version and int(one.start) <= int(found) <= int(one.end) for one in ranges)


def _range(piece: str) -> AddressRange:
    if "/" in piece:
        _refuse_network(piece)
    first, dash, last = piece.partition("-")
    start = _address(first, piece)
    end = _address(last, piece) if dash else start
    if start.version != end.version:
        raise ValidationError(
            _("%(piece)s mixes an IPv4 and an IPv6 address. Enter them separately."),
            code="family",
            params={"piece": shown(piece)},
        )
    if int(start) > int(end):
        raise ValidationError(
            _("%(piece)s is in reverse order. Put the lower address first."),
            code="order",
            params={"piece": shown(piece)},
        )
    found = AddressRange(start, end)
    _refuse_not_public(found)
    return found


def _address(text: str, piece: str) -> IPv4Address | IPv6Address:
    try:
        if "%" in text:  # an interface name has no meaning outside its machine
            raise ValueError(text)
        return ip_address(text.strip())
    except ValueError:
        raise ValidationError(
            _("%(piece)s is not an IP address or range. Write 1.2.3.4 or 1.2.3.4-1.2.3.9."),
            code="invalid",
            params={"piece": shown(piece)},
        ) from None


def _refuse_network(piece: str) -> None:
    try:
        network = ip_network(piece, strict=False)
    except ValueError:
        return
    raise ValidationError(
        _("Write the network %(piece)s as a range: %(range)s."),
        code="network",
        params={"piece": shown(piece), "range": AddressRange(network[0], network[-1])},
    )


def _refuse_not_public(found: AddressRange) -> None:
    start, end = int(found.start), int(found.end)
    for version, first, last, network, use in _BOUNDS:
        if version == found.start.version and start <= last and first <= end:
            raise ValidationError(
                _("%(piece)s is not public: %(network)s is reserved for %(use)s. Enter the server's public address."),
                code="not_public",
                params={"piece": found, "network": network, "use": use},
            )


def _meet(one: AddressRange, other: AddressRange) -> bool:
    return int(one.start) <= int(other.end) and int(other.start) <= int(one.end)


def refuse_overlaps(ranges: Iterable[AddressRange]) -> None:
    """Raise ValidationError (``overlap``) naming the first two ranges that share an address."""
    in_order = sorted(ranges, key=lambda found: (found.start.version, int(found.start), int(found.end)))
    for lower, upper in pairwise(in_order):
        if lower.start.version == upper.start.version and _meet(lower, upper):
            raise ValidationError(
                _("%(lower)s and %(upper)s overlap. Enter each address once."),
                code="overlap",
                params={"lower": lower, "upper": upper},
            )
