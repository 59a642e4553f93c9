"""How a bureau keeps its time, in figures for everybody: decisions of a month, those within the time, what is overdue.

A decision is an approval or a return with reasons; each stopped the clock, and the row of the stop says by when it was
due. What is overdue is not decided and counts until it is.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.utils import timezone

from filings.models import DECISIONS, ClockEntry, Filing, Tick
from filings.states import Status


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a month so far: how many were decided and how many of them in time; and how many are overdue today."""

    month: dt.date
    decided: int
    in_time: int
    overdue: int


def of_bureau(province: str) -> Figures:
    """This month's figures of the bureau of a province (GB/T 2260 code). One query, by two indexes."""
    today = timezone.localdate()
    month = today.replace(day=1)
    stops = ClockEntry.objects.filter(bureau=province, what=Tick.STOPPED, why__in=DECISIONS, on__gte=month).order_by()
    kept = stops.filter(Q(due_on=None) | Q(on__lte=F("due_on")))
    late = Filing.objects.filter(bureau=province, status=Status.WITH_BUREAU, due_on__lt=today)
    counts = dict(_count("decided", stops).union(_count("in_time", kept), _count("overdue", late), all=True))
    return Figures(month, **{name: counts.get(name, 0) for name in ("decided", "in_time", "overdue")})


def _count(name: str, rows: "QuerySet[ClockEntry] | QuerySet[Filing]") -> "QuerySet[ClockEntry, tuple[str, int]]":
    named = rows.order_by().annotate(name=Value(name, output_field=CharField()))
    return named.values("name").annotate(count=Count("pk")).values_list("name", "count")  # type: ignore[return-value]
