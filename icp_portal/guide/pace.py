"""How long it takes now, measured: the median of recent filings at one bureau and at one provider.

Working days, as the law counts them. A desk with too few recent filings is not measured: a median of three says
nothing, and might say too much about the three.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from filings import states
from filings.models import Event, Filing
from filings.states import Status
from ministry.calendar import workdays

RECENT = dt.timedelta(days=365)
MOST = 200  # the latest ones; both queries read the end of an index (bureau_tabs, provider_tabs)
FEWEST = 5
# The provider is done, whether the bureau has the filing then or the responsible persons first.
PASSED_ON = (states.VERIFY.name, states.ASK_PERSONS.name)

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Pace:
    """Half of the latest ``filings`` filings took at most ``days`` working days (1 or more)."""

    days: int
    filings: int


def of_bureau(province: str) -> Pace | None:
    """From the bureau's receipt to the approval, by the bureau's latest approvals. Two queries, one when too few."""
    rows = _latest().filter(bureau_id=province).values_list("received_at", "decided_at")[:MOST]
    return _pace((received, decided) for received, decided in rows if received and decided)


def of_provider(provider_id: int) -> Pace | None:
    """From the host's submission to the hand-over to the bureau, by the rounds of the latest approved filings.

    Rounds the provider sent back do not count. Two queries, one when too few.
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
    return Filing.objects.filter(status=Status.FILED, arrived_at__gte=since).order_by("-arrived_at", "-pk")


def _pace(moments: Iterable[Span]) -> Pace | None:
    spans = [(timezone.localdate(start), timezone.localdate(end)) for start, end in moments]
    if len(spans) < FEWEST:
        return None
    counted = workdays.counted_from(min(start for start, _end in spans), max(end for _start, end in spans))
    days = median(counted[end] - counted[start] for start, end in spans)
    return Pace(max(1, math.ceil(days)), len(spans))
