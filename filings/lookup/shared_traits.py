"""Find what a filing shares with others: telephone, e-mail, a person's certificate, IP addresses, pictures.

Every filing that a bureau has received has traces, keyed digests that stay when it ends; they are compared by an index,
and at most ``MOST`` filings per kind are named. Filings of the same subject are excluded, since they share much anyway.
``filings.rules.conflicts`` compares certificates, domains and blacklist with the register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Value

from accounts.sealed import digest
from filings import facts
from filings.facts import Facts
from filings.models import Evidence, Filing, Trace, TraceKind
from filings.rules import reservations
from ministry.reference.addresses import parse_ip_ranges

MOST = 20  # filings of a kind that are named
PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that other filings may share: kind, path and digest."""

    kind: TraceKind
    path: str
    key: int


def values(given: Facts) -> Iterator[Shared]:
    """Yield the traits of a filing with these facts."""
    for path, person in reservations.people(given):
        for name in (TraceKind.MOBILE, TraceKind.EMAIL):
            for part in sorted(facts.parts(person, name.value)):
                yield Shared(name, f"{path}.{name}", _key(name, part.casefold()))
        if person.get("cert_type") and person.get("cert_number"):
            certificate = f"{person['cert_type']}:{person['cert_number']}"
            yield Shared(TraceKind.CERTIFICATE, f"{path}.cert_number", _key(TraceKind.CERTIFICATE, certificate))
    for number in range(facts.count(given)):
        path = f"websites.{number}.access.ip_ranges"
        for one in _ranges(str(facts.read(given, path))):
            yield Shared(TraceKind.ADDRESS, path, _key(TraceKind.ADDRESS, one))


def _ranges(text: str) -> list[str]:
    try:
        return [str(one) for one in parse_ip_ranges(text)] if text else []
    except ValidationError:
        return []  # the invalid value has its own finding


def _key(kind: str, text: str) -> int:
    return int(digest(f"trace:{kind}:{text}")[:15], 16)


def enter(filing: Filing) -> None:
    """Replace the filing's traces by those of its current facts. Two queries."""
    filing.traces.all().delete()
    Trace.objects.bulk_create(traces_of(filing.pk, filing.facts))


def traces_of(filing_id: int, given: Facts) -> list[Trace]:
    """Return the traces of a filing with these facts."""
    kinds = {one.key: one.kind for one in values(given)}
    return [Trace(filing_id=filing_id, kind=kind, key=key) for key, kind in sorted(kinds.items())]


def met(filing: Filing, pictures: Sequence[Evidence]) -> dict[str, list[int]]:
    """Return kind → ids of filings received by bureaus that share such a value with this one, newest first.

    At most ``MOST`` + 1 per value. ``pictures``: those of the filing. One query.
    """
    others = Trace.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"))
    own = Trace.objects.filter(filing=filing.pk)
    rows = own.annotate(what=F("kind"), others=_newest(others, filing)).values_list("what", "others")
    alike = Q(original_sha256=OuterRef("original_sha256")) | Q(phash=OuterRef("phash"))
    received = Evidence.objects.filter(alike, replaced_at=None, filing__received_at__isnull=False)
    shown = Evidence.objects.filter(pk__in=[picture.pk for picture in pictures])
    named: QuerySet[Any] = shown.annotate(what=Value(PICTURE, CharField()), others=_newest(received, filing))
    found: dict[str, set[int]] = {}
    for kind, filing_ids in rows.union(named.values_list("what", "others"), all=True):
        found.setdefault(kind, set()).update(filing_ids)
    return {kind: sorted(found[kind], reverse=True) for kind in (*TraceKind.values, PICTURE) if found.get(kind)}


def _newest(rows: QuerySet[Any], filing: Filing) -> ArraySubquery:
    """Return a subquery for the newest filings of these rows, of other subjects."""
    same = Q(filing=filing.pk) | Q(filing__subject_digest=filing.subject_digest)
    return ArraySubquery(rows.exclude(same).order_by("-filing_id").values("filing_id")[: MOST + 1])
