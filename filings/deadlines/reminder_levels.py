"""The reminder levels in days before an end; each is sent once."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Case, DateField, F, Q, Value, When

from ministry.reference.topics import WARNED_BEFORE

# Days before the end. The lowest level sent is stored.
POLICE_FILING = (10, 0)
WATCHED = (60, 30, 7)
AT_THE_BEGINNING = 1000
YEARLY = (AT_THE_BEGINNING, 30, 7)
WAITING = WARNED_BEFORE


def due(levels: Sequence[int], today: date, ends: str, told: str) -> Q:
    """Return the condition for rows whose next level is reached; ``ends`` (day) and ``told`` (last level) are columns.

    The first level is reached before all others, so each part is a range of an index of both columns, told first.
    """
    condition = Q(**{f"{told}__isnull": True, f"{ends}__lte": today + timedelta(days=levels[0])})
    for higher, level in pairwise(levels):
        condition |= Q(**{f"{told}__gte": higher, f"{ends}__lte": today + timedelta(days=level)})
    return condition


def next_day(levels: Sequence[int], ends: str, told: str) -> Case:
    """Return the day on which the next level is reached, as an expression; null after the last. See ``due``.

    For a generated column: an index of it finds what is due, however the days and the levels sent go together.
    """
    days = [
        When(Q(**{f"{told}__isnull": True}), then=F(ends) - Value(levels[0])),
        *(When(Q(**{f"{told}__gte": higher}), then=F(ends) - Value(level)) for higher, level in pairwise(levels)),
    ]
    return Case(*days, default=None, output_field=DateField())


def reached(levels: Sequence[int], ends_on: date, today: date) -> int:
    """Return the lowest level that is reached; the highest of all when none is."""
    left = (ends_on - today).days
    return min((level for level in levels if left <= level), default=levels[0])
