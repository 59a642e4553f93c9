"""Check the IP addresses of the websites against the provider's pool (official codes 1062: inside, 1063: outside).

Pools belong to ``providers``, which this app must not import; they are queried through the filing's foreign key.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from filings import facts
from filings.fields.findings import Finding, Severity
from filings.models import Filing
from ministry.reference.addresses import AddressRange, parse_ip_ranges


def findings(filing: Filing, spoilt: set[str]) -> Iterator[Finding]:
    """Yield a warning 1063 for each website with addresses outside the pool; nothing while the pool is empty.

    It doesn't block: a pool may be incomplete. One query for all websites, none without an address.
    """
    asked = dict(_asked(filing, spoilt))
    if not asked or not (pool := _pool(filing, [one for ranges in asked.values() for one in ranges])):
        return
    for path, ranges in asked.items():
        outside = [str(one) for one in ranges if not _covered(one, pool)]
        if outside:
            yield Finding(
                "1063",
                path,
                _("%(addresses)s: not among the IP addresses your provider has registered here.")
                % {"addresses": "、".join(outside)},
                _(
                    "Compare it with your provider's console. If it is correct, submit anyway; the provider will "
                    "check it."
                ),
                Severity.WARNS,
            )


def _asked(filing: Filing, spoilt: set[str]) -> Iterator[tuple[str, tuple[AddressRange, ...]]]:
    """Yield path and addresses of each website that has any."""
    for number in range(facts.count(filing.facts)):
        path = f"websites.{number}.access.ip_ranges"
        text = str(filing.get(path))
        if text and path not in spoilt:
            try:
                yield path, parse_ip_ranges(text)
            except ValidationError:
                continue  # the invalid value has its own finding


def has_pool() -> Exists:
    """Return an annotation for filings: whether the provider's pool has any address."""
    return Exists(Filing.objects.filter(pk=OuterRef("pk"), provider__ip_ranges__isnull=False))


# IP version, first and last address as numbers
Span = tuple[int, int, int]


def _pool(filing: Filing, asked: list[AddressRange]) -> list[Span]:
    """Return the pool's ranges that overlap the asked ones, adjacent ranges merged; always includes its first range."""
    near = Q()
    for one in asked:
        near |= Q(provider__ip_ranges__start__lte=str(one.end), provider__ip_ranges__end__gte=str(one.start))
    own = Filing.objects.filter(pk=filing.pk)
    first = own.order_by("provider__ip_ranges__start").values("provider__ip_ranges")[:1]
    rows = own.filter(near | Q(provider__ip_ranges=Subquery(first)))
    spans: list[Span] = []
    for start, end in rows.order_by("provider__ip_ranges__start").values_list(
        "provider__ip_ranges__start", "provider__ip_ranges__end"
    ):
        span = _span(start, end)
        if spans and spans[-1][0] == span[0] and spans[-1][2] + 1 == span[1]:
            span = (span[0], spans.pop()[1], span[2])
        spans.append(span)
    return spans


def _span(start: str, end: str) -> Span:
    first = ip_address(start)
    return first.version, int(first), int(ip_address(end))


def _covered(one: AddressRange, pool: list[Span]) -> bool:
    version, start, end = _span(str(one.start), str(one.end))
    return any(family == version and low <= start and end <= high for family, low, high in pool)
