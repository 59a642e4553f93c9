"""Public statistics of a bureau's time limits: decisions of a month, those in time, and overdue filings.

A decision is an approval or a return with reasons. Overdue filings count until they are decided. The numbers are those
of the public figures, which are counted every night: no page counts.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from filings.figures.monthly import MonthCount
from filings.models import MonthFigures


@dataclass(frozen=True, slots=True)
class Figures:
    """Decisions of a month, those of them in time, and overdue filings, as counted on a day."""

    month: dt.date
    decided: int
    in_time: int
    overdue: int
    counted_on: dt.date


def of_bureau(province: str) -> Figures | None:
    """Return the newest figures of the bureau of a province (GB/T 2260 code); None before the first count. One query.

    They are those of this month, on its first day those of the last one until this one is counted.
    """
    row = MonthFigures.objects.filter(province=province).order_by("-month").first()
    if row is None:
        return None
    count = MonthCount(**row.content)
    return Figures(
        row.month,
        decided=count.in_all,
        in_time=count.in_all - count.late,
        overdue=count.overdue,
        counted_on=timezone.localdate(row.counted_at),
    )
