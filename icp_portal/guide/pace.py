"""Measure how long filings take now: the median of recent ones at a bureau and at a provider.

In working days, as the law counts them. With too few recent filings there is no result: a median of three means
little, and could reveal too much about the three.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db.models import DateTimeField, Func, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from bureaus.models import Bureau
from filings import states
from filings.figures.monthly import FEWEST
from filings.models import Event, Filing
from filings.states import Status
from ministry.calendar import workdays

MONTHS = 12  # the pages name them
RECENT = dt.timedelta(days=365) * MONTHS / 12
MOST = 200  # latest filings; both queries read the end of an index (bureau_tabs, provider_tabs)
KEPT, KEPT_FOR = "pace_of_country", 24 * 60 * 60  # key in the cache; seconds
# Moves that end the provider's part: the filing goes to the bureau, or to the responsible persons first.
PASSED_ON = (states.VERIFY.name, states.ASK_PERSONS.name)

Span = tuple[dt.datetime, dt.datetime]
_SPAN = Func("received_at", "decided_at", template="ARRAY[%(expressions)s]", output_field=ArrayField(DateTimeField()))


@dataclass(frozen=True, slots=True)
class Pace:
    """Half of the latest ``filings`` filings took at most ``days`` working days (1 or more)."""

    days: int
    filings: int


def of_bureau(province: str) -> Pace | None:
    """Return the pace from receipt to approval, by the bureau's latest approvals. Two queries, one when too few."""
    rows = _latest().filter(bureau_id=province).values_list("received_at", "decided_at")[:MOST]
    return _pace((received, decided) for received, decided in rows if received and decided)


def of_country() -> Pace | None:
    """Return the pace from receipt to approval in all provinces, as ``measure_country`` has found it. No query."""
    found = cache.get(KEPT)
    return Pace(*found) if found else None


def measure_country() -> Pace | None:
    """Measure the pace of all bureaus by their latest approvals, and keep it for ``of_country``.

    One query, of the end of an index for each bureau.
    """
    decided = _latest().filter(bureau=OuterRef("pk"), received_at__isnull=False, decided_at__isnull=False)
    latest = ArraySubquery(decided.values(span=_SPAN)[:MOST])
    of_bureaus = Bureau.objects.annotate(spans=latest).values_list("spans", flat=True)
    spans: list[Span] = sorted((tuple(span) for rows in of_bureaus for span in rows), key=lambda span: span[1])
    found = _pace(spans[-MOST:])
    cache.set(KEPT, [found.days, found.filings] if found else None, KEPT_FOR)
    return found


def of_provider(provider_id: int) -> Pace | None:
    """Return the pace from submission to the provider's passing it on, by rounds of the latest approved filings.

    Rounds that the provider returned are not counted. Two queries, one when too few.
    """
    filings = _latest().filter(provider_id=provider_id).values("pk")[:MOST]
    rounds = (
        Event.objects.filter(filing__in=filings, name__in=["submit", *PASSED_ON])
        .order_by()
        .values("filing_id", "round")
        .annotate(submitted=Min("at", filter=Q(name="submit")), verified=Min("at", filter=Q(name__in=PASSED_ON)))
        .filter(submitted__isnull=False, verified__isnull=False)
        .values_list("submitted", "verified")
    )
    return _pace(rounds)


def _latest() -> QuerySet[Filing]:
    since = timezone.now() - RECENT
    filed = Filing.objects.filter(status=Status.FILED, round__gt=0, arrived_at__gte=since)  # the condition of the index
    return filed.order_by("-arrived_at", "-pk")


def _pace(moments: Iterable[Span]) -> Pace | None:
    spans = [(timezone.localdate(start), timezone.localdate(end)) for start, end in moments]
    if len(spans) < FEWEST:
        return None
    counted = workdays.counted_from(min(start for start, _end in spans), max(end for _start, end in spans))
    days = median(counted[end] - counted[start] for start, end in spans)
    return Pace(max(1, math.ceil(days)), len(spans))
