"""Count working days: Monday to Friday, minus holidays, plus make-up days (调休上班) of the work calendar.

In a year without a published notice, the days off that law fixes are holidays (``statutory``). A span is counted from
the day after its start, as administrative deadlines are. Nothing stored is cached: an operator may change the calendar
while other processes run. Each function makes one query.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from ministry.calendar import statutory
from ministry.models.calendar import CalendarDay, CalendarYear
from ministry.reference import english

ONE_DAY = dt.timedelta(days=1)


class ExceptionalDay(NamedTuple):
    """A day off, or a weekend day that is worked."""

    is_working: bool
    name: str


# Exceptions to Monday to Friday, by date
Exceptions = dict[dt.date, ExceptionalDay]
NOTICE = ("year", "published", "source", "number", "announced_on", "url")


class DayKind(StrEnum):
    """Why a day of a span counts or not; ``counted`` and ``makeup`` count."""

    COUNTED = "counted"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


WORKED = (DayKind.COUNTED, DayKind.MAKEUP)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a span: its kind, its name in the calendar, its number among the working days.

    ``name`` is empty for an ordinary day, ``number`` None for a day that does not count.
    """

    date: dt.date
    kind: DayKind
    name: str
    number: int | None

    @property
    def label(self) -> str:
        """Return the name in the current language; one day may be two holidays, as “中秋节、国庆节”."""
        return english.joined(map(english.named, self.name.split("、")))


@dataclass(frozen=True, slots=True)
class Book:
    """A work calendar in memory: as stored, or with changes not saved yet."""

    exceptions: Exceptions
    notices: dict[int, CalendarYear]

    def _kind(self, date: dt.date) -> tuple[DayKind, str]:
        if row := self.exceptions.get(date):
            return (DayKind.MAKEUP if row.is_working else DayKind.HOLIDAY), row.name
        if date.year not in self.notices and (name := statutory.days_off(date.year).get(date)):
            return DayKind.HOLIDAY, name
        return (DayKind.COUNTED if date.weekday() < 5 else DayKind.WEEKEND), ""

    def is_working_day(self, date: dt.date) -> bool:
        """Return whether the day is worked."""
        return self._kind(date)[0] in WORKED

    def nth_working_day(self, start: dt.date, n: int) -> dt.date:
        """Return the n-th working day after ``start``, which itself never counts.

        Raise ValueError when ``n`` is below 1.
        """
        if n < 1:
            raise ValueError("working days are counted from 1")
        date = start
        while n:
            date += ONE_DAY
            n -= self.is_working_day(date)
        return date

    def is_provisional(self, start: dt.date, end: dt.date) -> bool:
        """Return whether a day from ``start`` to ``end``, both included, lies in a year without a published notice."""
        return not self.notices.keys() >= set(range(start.year, end.year + 1))

    def days_of(self, start: dt.date, end: dt.date) -> list[Day]:
        """Return each day after ``start`` up to and including ``end``, working days numbered from 1."""
        days, number = [], 0
        for date in _days_after(start, end):
            kind, name = self._kind(date)
            number += kind in WORKED
            days.append(Day(date, kind, name, number if kind in WORKED else None))
        return days

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Return the number of working days after ``start`` up to and including ``end``; 0 if ``end`` is not later."""
        return sum(map(self.is_working_day, _days_after(start, end)))

    def latest_start(self, end: dt.date, n: int) -> dt.date:
        """Return the last date after which ``n`` working days have passed by ``end``, included.

        Raise ValueError when ``n`` is below 1.
        """
        if n < 1:
            raise ValueError("working days are counted from 1")
        date = end
        while n:
            n -= self.is_working_day(date)
            date -= ONE_DAY
        return date

    def digest(self, years: Iterable[int]) -> str:
        """Return a digest of what is off and worked; ``years``: those in which the law counts if no notice does."""
        rows = [(day, row.is_working) for day, row in sorted(self.exceptions.items())]
        by_law = [[*statutory.days_off(year)] for year in years if year not in self.notices]
        return sha256(repr((rows, sorted(self.notices), by_law)).encode()).hexdigest()

    def changed(self, year: CalendarYear, days: Iterable[CalendarDay]) -> "Book":
        """Return a copy in which this notice and these exceptions replace those of their year."""
        others = {day: row for day, row in self.exceptions.items() if day.year != year.year}
        changed = {row.day: ExceptionalDay(row.is_working, row.name) for row in days}
        return Book(others | changed, self.notices | {year.year: year})


def book(since: dt.date, until: dt.date = dt.date.max) -> Book:
    """Read the calendar of the years from that of ``since`` to that of ``until``. One query."""
    years = CalendarYear.objects.filter(year__gte=since.year, year__lte=until.year)
    found = Book({}, {})
    # Plain values: as models, the days of all years took a tenth of the time of a queue.
    for *notice, day, is_working, name in years.values_list(*NOTICE, "days__day", "days__is_working", "days__name"):
        year, published, *_others = notice
        if published and year not in found.notices:
            found.notices[year] = CalendarYear(**dict(zip(NOTICE, notice, strict=True)))
        if day:
            found.exceptions[day] = ExceptionalDay(is_working, name)
    return found


def nth_working_day(start: dt.date, n: int) -> dt.date:
    """See ``Book.nth_working_day``."""
    # No upper bound: how far n days reach depends on these rows, and they are few.
    return book(start).nth_working_day(start, n)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """See ``Book.working_days_between``."""
    return book(start, end).working_days_between(start, end)


def is_provisional(start: dt.date, end: dt.date) -> bool:
    """See ``Book.is_provisional``."""
    return book(start, end).is_provisional(start, end)


def is_working_day(day: dt.date) -> bool:
    """Return whether the day is worked."""
    return book(day, day).is_working_day(day)


def days_of(start: dt.date, end: dt.date) -> list[Day]:
    """See ``Book.days_of``."""
    return book(start, end).days_of(start, end)


def counted_from(first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """Return, for each day from ``first`` to ``last``, the number of working days after ``first`` up to that day.

    The number of working days between any two of the days is the difference of their values.
    """
    counted, number = {first: 0}, 0
    for day in days_of(first, last):
        number = day.number or number
        counted[day.date] = number
    return counted


def _days_after(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    for offset in range(1, (end - start).days + 1):
        yield start + dt.timedelta(days=offset)
