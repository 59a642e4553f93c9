"""Check the IP addresses of the websites against the provider's pool (official codes 1062: inside, 1063: outside).

Pools belong to ``providers``, which this app must not import; they are queried through the filing's foreign key.
"""

from collections.abc import Collection, Iterable, Iterator
from ipaddress import ip_address

from django.core.exceptions import ValidationError
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from filings import facts
from filings.fields.findings import Finding, Severity
from filings.models import Filing
from ministry.reference import english
from ministry.reference.addresses import AddressRange, parse_ip_ranges


def findings(filing: Filing, left_out: Collection[str], near: Iterable[str]) -> Iterator[Finding]:
    """Yield 1063 for each website with addresses outside the pool; nothing while the pool is empty.

    It doesn't block, because a pool may be incomplete and the verifier compares it; it blocks a reported filing, which
    the interface refuses. ``near``: what ``rows_near`` returns, read by the caller.
    """
    if not (pool := _merged(near)):
        return
    for path, ranges in _asked(filing, left_out):
        outside = [str(one) for one in ranges if not _covered(one, pool)]
        if outside:
            yield _outside(filing, path, english.joined(outside))


def _outside(filing: Filing, path: str, named: str) -> Finding:
    message = _("%(addresses)s: not among the IP addresses your provider has registered here.") % {"addresses": named}
    if filing.is_reported:
        return Finding("1063", path, message, _("Register them in this portal first, or correct them."))
    fix = _("Compare it with your provider's console. If it is correct, submit anyway; the provider will check it.")
    return Finding("1063", path, message, fix, Severity.WARNS)


def _asked(filing: Filing, left_out: Collection[str]) -> Iterator[tuple[str, tuple[AddressRange, ...]]]:
    """Yield path and addresses of each website that has any."""
    for number in range(facts.count(filing.facts)):
        path = f"websites.{number}.access.ip_ranges"
        text = str(filing.get(path))
        if text and path not in left_out:
            try:
                yield path, parse_ip_ranges(text)
            except ValidationError:
                continue  # the invalid value has its own finding


def has_pool() -> Exists:
    """Return an annotation for filings: whether the provider's pool has any address."""
    return Exists(Filing.objects.filter(pk=OuterRef("pk"), provider__ip_ranges__isnull=False))


# IP version, first and last address as numbers
Span = tuple[int, int, int]


def asks(filing: Filing, left_out: Collection[str]) -> bool:
    """Return whether an address is to be compared with the pool."""
    return any(_asked(filing, left_out))


def rows_near(filing: Filing, left_out: Collection[str]) -> QuerySet[Filing]:
    """Return the pool's ranges that overlap the filing's addresses, and its first range, as rows with a ``span``.

    ``span`` is "start end". No rows without an address.
    """
    near = Q()
    for _path, ranges in _asked(filing, left_out):
        for one in ranges:
            near |= Q(provider__ip_ranges__start__lte=str(one.end), provider__ip_ranges__end__gte=str(one.start))
    own = Filing.objects.filter(pk=filing.pk) if near else Filing.objects.none()
    first = own.order_by("provider__ip_ranges__start").values("provider__ip_ranges")[:1]
    start, end = (Func(f"provider__ip_ranges__{side}", function="HOST") for side in ("start", "end"))
    rows = own.filter(near | Q(provider__ip_ranges=Subquery(first)))
    return rows.annotate(span=Concat(start, Value(" "), end, output_field=TextField()))


def _merged(near: Iterable[str]) -> list[Span]:
    """Return the ranges in order, adjacent ones merged."""
    spans: list[Span] = []
    for version, start, end in sorted(_span(*one.split()) for one in near):
        is_adjacent = bool(spans) and spans[-1][0] == version and spans[-1][2] + 1 == start
        spans.append((version, spans.pop()[1] if is_adjacent else start, end))
    return spans


def _span(start: str, end: str) -> Span:
    first = ip_address(start)
    return first.version, int(first), int(ip_address(end))


def _covered(one: AddressRange, pool: list[Span]) -> bool:
    version, start, end = _span(str(one.start), str(one.end))
    return any(family == version and low <= start and end <= high for family, low, high in pool)
