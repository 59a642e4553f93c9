"""The reminder levels ("rungs") in days before an end; each is sent once."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Case, DateField, F, Q, Value, When

from ministry.reference.topics import WARNED_BEFORE

# Days before the end. The lowest rung sent is stored.
POLICE_FILING = (10, 0)
WATCHED = (60, 30, 7)
AT_THE_BEGINNING = 1000
YEARLY = (AT_THE_BEGINNING, 30, 7)
WAITING = WARNED_BEFORE


def due(rungs: Sequence[int], today: date, ends: str, told: str) -> Q:
    """Return the condition for rows whose next rung is reached; ``ends`` (day) and ``told`` (last rung) are columns.

    The first rung is reached before all others, so each part is a range of an index of both columns, told first.
    """
    condition = Q(**{f"{told}__isnull": True, f"{ends}__lte": today + timedelta(days=rungs[0])})
    for higher, rung in pairwise(rungs):
        condition |= Q(**{f"{told}__gte": higher, f"{ends}__lte": today + timedelta(days=rung)})
    return condition


def next_day(rungs: Sequence[int], ends: str, told: str) -> Case:
    """Return the day on which the next rung is reached, as an expression; null after the last. See ``due``.

    For a generated column: an index of it finds what is due, however the days and the rungs sent go together.
    """
    days = [
        When(Q(**{f"{told}__isnull": True}), then=F(ends) - Value(rungs[0])),
        *(When(Q(**{f"{told}__gte": higher}), then=F(ends) - Value(rung)) for higher, rung in pairwise(rungs)),
    ]
    return Case(*days, default=None, output_field=DateField())


def reached(rungs: Sequence[int], ends_on: date, today: date) -> int:
    """Return the lowest rung that is reached; the highest of all when none is."""
    left = (ends_on - today).days
    return min((rung for rung in rungs if left <= rung), default=rungs[0])
