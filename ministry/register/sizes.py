"""Count the register by kind at the end of a month: subjects by nature, websites and other services by service type.

A row counts if it was approved before the month's end and not cancelled by then, whatever came later.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet

from ministry.models import Subject, Website

# province (GB/T 2260 code) → id of the kind, as text → {"all": at the end of the month, "new": of these, new in it}
Sizes = dict[str, dict[str, dict[str, int]]]


def subjects(of: Collection[str], first: dt.date, end: dt.date) -> Sizes:
    """Return the subjects of these provinces by nature, at the end of the month from ``first`` to before ``end``.

    One query, which reads the table's rows of these provinces.
    """
    return _counted(Subject.objects.filter(province__in=of), "province", "nature", first, end)


def services(of: Collection[str], first: dt.date, end: dt.date) -> Sizes:
    """Return the websites and other services of these provinces by service type; otherwise as ``subjects``."""
    return _counted(Website.objects.filter(subject__province__in=of), "subject__province", "service", first, end)


def still(end: dt.date, of: str = "") -> Q:
    """Return the condition for rows in force at the end of the month, even if cancelled since."""
    return Q(**{f"{of}live": True}) | Q(**{f"{of}cancelled_on__gte": end})


def _counted(rows: QuerySet[Any], province: str, kind: str, first: dt.date, end: dt.date) -> Sizes:
    rows = rows.filter(still(end), approved_on__lt=end).order_by()
    counted = rows.values_list(province, kind).annotate(
        all=Count("pk"), new=Count("pk", filter=Q(approved_on__gte=first))
    )
    found: Sizes = defaultdict(dict)
    for code, kind_id, every, new in counted.order_by(province, kind):
        found[code][str(kind_id)] = {"all": every, "new": new}
    return dict(found)
