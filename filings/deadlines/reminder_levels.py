"""The reminder levels ("rungs") in days before an end; each is sent once."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import Q

# Days before the end. The lowest rung sent is stored.
POLICE_FILING = (10, 0)
WATCHED = (60, 30, 7)
AT_THE_BEGINNING = 1000
YEARLY = (AT_THE_BEGINNING, 30, 7)
WAITING = (30, 7, 1)


def due(rungs: Sequence[int], today: date, ends: str, told: str) -> Q:
    """Return the condition for rows whose next rung is reached; ``ends`` (day) and ``told`` (last rung) are columns."""
    condition = Q()
    for higher, rung in pairwise((None, *rungs)):
        before = Q(**{f"{told}__isnull": True})
        if higher is not None:
            before |= Q(**{f"{told}__gte": higher})
        condition |= before & Q(**{f"{ends}__lte": today + timedelta(days=rung or 0)})
    return condition


def reached(rungs: Sequence[int], ends_on: date, today: date) -> int:
    """Return the lowest rung that is reached; the highest of all when none is."""
    left = (ends_on - today).days
    return min((rung for rung in rungs if left <= rung), default=rungs[0])
