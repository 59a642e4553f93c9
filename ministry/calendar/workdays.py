"""Count working days: Monday to Friday, minus holidays, plus make-up days (调休上班) of the work calendar.

A span is counted from the day after its start, as administrative deadlines are. Nothing is cached: an
operator may change the calendar while other processes run. Each function makes one query.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from ministry.models.calendar import CalendarDay, CalendarYear

ONE_DAY = dt.timedelta(days=1)

# Exceptions to Monday to Friday, by date
Exceptions = dict[dt.date, CalendarDay]


class DayKind(StrEnum):
    """Why a day of a span counts or not; ``counted`` and ``makeup`` count."""

    COUNTED = "counted"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a span: its kind, its name in the calendar, its number among the working days.

    ``name`` is empty for an ordinary day, ``number`` None for a day that does not count.
    """

    date: dt.date
    kind: DayKind
    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Book:
    """A work calendar in memory: as stored, or with changes not saved yet."""

    exceptions: Exceptions
    notices: dict[int, CalendarYear]

    def nth_working_day(self, start: dt.date, n: int) -> dt.date:
        """Return what the function of this name returns, without a query."""
        return _nth(start, n, self.exceptions)

    def is_provisional(self, start: dt.date, end: dt.date) -> bool:
        """Return what the function of this name returns, without a query."""
        return not self.notices.keys() >= set(range(start.year, end.year + 1))

    def days_of(self, start: dt.date, end: dt.date) -> list[Day]:
        """Return what the function of this name returns, without a query."""
        return _numbered(start, end, self.exceptions)

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Return what the function of this name returns, without a query."""
        return _count(start, end, self.exceptions)

    def changed(self, year: CalendarYear, days: Iterable[CalendarDay]) -> "Book":
        """Return a copy in which this notice and these exceptions replace those of their year."""
        others = {day: row for day, row in self.exceptions.items() if day.year != year.year}
        return Book(others | {row.day: row for row in days}, self.notices | {year.year: year})


def book(since: dt.date) -> Book:
    """Read the calendar from the day after ``since`` on. Two queries."""
    known = list(CalendarYear.objects.filter(year__gte=since.year).prefetch_related("days"))
    days = {row.day: row for year in known for row in year.days.all() if row.day > since}
    return Book(days, {year.year: year for year in known if year.published})


def nth_working_day(start: dt.date, n: int) -> dt.date:
    """Return the n-th working day after ``start``, which itself never counts.

    Raise ValueError when ``n`` is below 1.
    """
    # No upper bound: how far n days reach depends on these rows, and they are few.
    return _nth(start, n, _exceptions(CalendarDay.objects.filter(day__gt=start)))


def latest_starts(end: dt.date, counts: Iterable[int]) -> dict[int, dt.date]:
    """Return for each count the last date after which so many working days have passed by ``end``, included.

    Raise ValueError when a count is below 1.
    """
    wanted = set(counts)
    if min(wanted, default=1) < 1:
        raise ValueError("working days are counted from 1")
    exceptions = _exceptions(CalendarDay.objects.filter(day__lte=end))
    starts: dict[int, dt.date] = {}
    day, gone_by = end, 0
    while wanted - starts.keys():
        gone_by += _counts(day, exceptions)
        day -= ONE_DAY
        if gone_by in wanted:
            starts.setdefault(gone_by, day)
    return starts


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return the number of working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    return _count(start, end, _exceptions_between(start, end))


def _count(start: dt.date, end: dt.date, exceptions: Exceptions) -> int:
    return sum(_counts(day, exceptions) for day in _days_after(start, end))


def is_provisional(start: dt.date, end: dt.date) -> bool:
    """Return whether a day from ``start`` to ``end``, both included, lies in a year without a published notice."""
    years = range(start.year, end.year + 1)
    return CalendarYear.objects.filter(year__in=years, published=True).count() < len(years)


def is_working_day(day: dt.date) -> bool:
    """Return whether the day is worked."""
    return _counts(day, _exceptions_between(day - ONE_DAY, day))


def days_of(start: dt.date, end: dt.date) -> list[Day]:
    """Return each day after ``start`` up to and including ``end``, working days numbered from 1."""
    return _numbered(start, end, _exceptions_between(start, end))


def _numbered(start: dt.date, end: dt.date, exceptions: Exceptions) -> list[Day]:
    days = []
    number = 0
    for day in _days_after(start, end):
        counts = _counts(day, exceptions)
        number += counts
        name = exceptions[day].name if day in exceptions else ""
        days.append(Day(day, _kind(day, exceptions), name, number if counts else None))
    return days


def counted_from(first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """Return, for each day from ``first`` to ``last``, the number of working days after ``first`` up to that day.

    The number of working days between any two of the days is the difference of their values.
    """
    counted, number = {first: 0}, 0
    for day in days_of(first, last):
        number = day.number or number
        counted[day.date] = number
    return counted


def _nth(start: dt.date, n: int, exceptions: Exceptions) -> dt.date:
    if n < 1:
        raise ValueError("working days are counted from 1")
    day = start
    while n:
        day += ONE_DAY
        n -= _counts(day, exceptions)
    return day


def _exceptions(rows: QuerySet[CalendarDay]) -> Exceptions:
    return {row.day: row for row in rows}


def _exceptions_between(start: dt.date, end: dt.date) -> Exceptions:
    return _exceptions(CalendarDay.objects.filter(day__gt=start, day__lte=end))


def _days_after(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    for offset in range(1, (end - start).days + 1):
        yield start + dt.timedelta(days=offset)


def _kind(day: dt.date, exceptions: Exceptions) -> DayKind:
    if exception := exceptions.get(day):
        return DayKind.MAKEUP if exception.is_working else DayKind.HOLIDAY
    return DayKind.COUNTED if day.weekday() < 5 else DayKind.WEEKEND


def _counts(day: dt.date, exceptions: Exceptions) -> bool:
    return _kind(day, exceptions) in (DayKind.COUNTED, DayKind.MAKEUP)
