"""Read the feed of changes of the public register, from any point in time on.

Nothing personal is returned: no names, also not those of units, whose records say them as long as they are in force.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from ministry.models import RegisterChange
from ministry.reference.numbers import number_of_columns

MOST: Final = 1_000  # changes of one page; our own choice
# The point before the first change, and the one after the newest
BEGINNING, NOW = "0", "now"
TIMEPOINT: Final = r"^(0|now|[1-9][0-9]{0,18}-[0-9]{6})$"
_LARGEST: Final = 2**63 - 1

# The rows from a key on, by the index of the keys; then the numbers of these rows, by primary key.
_PAGE: Final = """
SELECT c.id, c.what, c.domains, c.day, c.at,
       s.province, s.year, s.serial, s.earlier_number, w.sequence, w.service,
       there.province, there.year, there.serial, there.earlier_number, moved.sequence, moved.service
FROM (SELECT * FROM ministry_registerchange WHERE id >= %(first)s ORDER BY id LIMIT %(most)s) c
LEFT JOIN ministry_subject s ON s.id = c.subject_id
LEFT JOIN ministry_website w ON w.id = c.website_id
LEFT JOIN ministry_website moved ON c.what = 'moved' AND moved.id = w.migrated_to_id
LEFT JOIN ministry_subject there ON there.id = moved.subject_id
ORDER BY c.id
"""


class UnknownTimepoint(Exception):
    """No change has this timepoint: it is another portal's, or that of a change that a restored backup lacks."""


class PublicChange(NamedTuple):
    """A change of the register as the public may see it.

    ``number`` is that of the service, or of the host when it changed itself; empty for an imported part of a register,
    whose records are not listed. ``service`` is the official id of the service type, None for a host.
    """

    timepoint: str
    what: str
    number: str
    subject_number: str
    province: str
    service: int | None
    domains: list[str]
    on: date
    at: datetime
    moved_to: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Changes in the order of their commits, the point after the last of them, and whether there are more."""

    changes: list[PublicChange]
    timepoint: str
    has_more: bool


def after(timepoint: str, limit: int) -> ChangesPage:
    """Return at most ``limit`` changes after a timepoint, of the form ``TIMEPOINT``. One query by key.

    A change is there as soon as it is committed, and never before one that is committed later, so a reader that goes
    on from the timepoint of a page gets every change once. Raise UnknownTimepoint.
    """
    if timepoint == NOW:
        return ChangesPage([], newest(), has_more=False)
    key = _key_of(timepoint)
    # With the row of the timepoint itself, to see that it is still the same
    rows = _rows(key, limit + 1 + bool(key))
    if key:
        if not rows or _point(rows[0][0], rows[0][4]) != timepoint:
            raise UnknownTimepoint
        del rows[0]
    changes = [_change(row) for row in rows[:limit]]
    return ChangesPage(changes, changes[-1].timepoint if changes else timepoint, len(rows) > limit)


def newest() -> str:
    """Return the timepoint of the newest change, ``BEGINNING`` when there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, at FROM ministry_registerchange ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    return _point(*row) if row else BEGINNING


def point_of(change: RegisterChange) -> str:
    """Return the timepoint of a change."""
    return _point(change.pk, change.at)


def _key_of(timepoint: str) -> int:
    if not re.fullmatch(TIMEPOINT, timepoint) or (key := int(timepoint.partition("-")[0])) > _LARGEST:
        raise UnknownTimepoint
    return key


def _rows(first: int, most: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {"first": first, "most": most})
        return list(cursor.fetchall())


def _point(key: int, at: datetime) -> str:
    """Return the key of a change with the microseconds of its time, by which another change of that key is told."""
    return f"{key}-{at.microsecond:06d}"


def _change(row: tuple[Any, ...]) -> PublicChange:
    key, what, domains, day, at, *numbers = row
    subject, website, there, service_there = numbers[:4], numbers[4:6], numbers[6:10], numbers[10:]
    return PublicChange(
        timepoint=_point(key, at),
        what=what,
        number=_number(subject, website),
        subject_number=_number(subject),
        province=subject[0] or "",
        service=website[1],
        domains=domains,
        on=day or timezone.localdate(at),
        at=at,
        moved_to=_number(there, service_there),
    )


def _number(subject: Sequence[Any], service: Sequence[Any] = (None, None)) -> str:
    """Return the number of a service, of a host if there is no service; empty without either."""
    return "" if subject[0] is None else str(number_of_columns(*subject, *service))
