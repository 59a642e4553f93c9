"""Time limit of the bureau's decision: in words, and day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.components import BureauClock, CalendarCell, DaySpan, NoticeOfYear
from filings import clock
from filings.models import Filing, Tick
from ministry.calendar import workdays
from ministry.reference import english

ONE_DAY = timedelta(days=1)
# The most days after the due date that the calendar of an overdue filing shows; our own limit, for the page's length.
MOST_LATE = timedelta(days=31)


def book_of(filing: Filing) -> workdays.Book | None:
    """Return the work calendar from the bureau's receipt on; None before it. One query."""
    return workdays.book(filing.received_on) if filing.received_on else None


def due_words(filing: Filing, book: workdays.Book | None = None) -> str:
    """Return the due date in working days left, with the date, and as day n of 20; or how long it is overdue.

    ``book``: its ``book_of``, if the caller has it.
    """
    if filing.due_on is None or filing.received_on is None:
        return ""
    book = book or workdays.book(filing.received_on)
    return english.clauses(_due_parts(filing.due_on, filing.received_on, filing.due_is_provisional, book))


def _due_parts(due_on: date, received_on: date, provisional: bool, book: workdays.Book) -> list[str]:
    today = timezone.localdate()
    if due_on < today:
        parts = list(_overdue_parts(due_on, today, book))
    else:
        parts = [_left_words(due_on, today, book), _day_words(book.working_days_between(received_on, today))]
    if provisional:
        parts.append(_("provisional, because the holidays of that year have not been announced"))
    return parts


def _left_words(due_on: date, today: date, book: workdays.Book) -> str:
    day = date_format(due_on, "MONTH_DAY_FORMAT" if due_on.year == today.year else "DATE_FORMAT")
    if due_on == today:
        return _("due today, %(date)s") % {"date": day}
    left = clock.days_left(due_on, today, book)
    words = ngettext("%(left)d working day left (until %(date)s)", "%(left)d working days left (until %(date)s)", left)
    return words % {"left": left, "date": day}


def _overdue_parts(due_on: date, today: date, book: workdays.Book) -> Iterator[str]:
    """Yield by how many working days it is overdue, none yet on a weekend after the due date; then the due date."""
    late = book.working_days_between(due_on, today)
    if late:
        yield ngettext("%(late)d working day overdue", "%(late)d working days overdue", late) % {"late": late}
    else:
        yield _("the time limit has passed")
    yield _("due date was %(date)s") % {"date": date_format(due_on, "DEADLINE_FORMAT")}


def _day_words(day: int) -> str:
    if day == 0:
        return _("counted from the next working day")
    return _("day %(day)d of %(all)d") % {"day": day, "all": clock.WORKING_DAYS}


def clock_of(filing: Filing, book: workdays.Book | None) -> BureauClock | None:
    """Return the twenty working days; None before the first start.

    Day by day, with the notices they come from, and what the clock did and why. ``book``: its ``book_of``. One query,
    none if the filing carries its ``clock_entries``.
    """
    if filing.due_on is None or filing.received_on is None or book is None:
        return None
    entries = list(filing.clock_entries.all())
    stopped_on = entries[-1].on if entries and entries[-1].what == Tick.STOPPED else None
    return BureauClock(
        days=list(_cells(book, filing.received_on, filing.due_on, stopped_on)),
        notices=_notices(book, filing.received_on, filing.due_on),
        entries=entries,
        provisional=filing.due_is_provisional,
        received_on=filing.received_on,
    )


def _cells(book: workdays.Book, received_on: date, due_on: date, stopped_on: date | None) -> Iterator[CalendarCell]:
    """Yield the day of the receipt, each day up to the due date, and while it is overdue those up to today."""
    today = timezone.localdate()
    yield CalendarCell.received(received_on, today)
    for day in book.days_of(received_on, due_on):
        yield CalendarCell.of(day, today, stopped_on)
    if stopped_on is None and today - due_on <= MOST_LATE:
        for day in book.days_of(due_on, today):
            yield CalendarCell.late(day, today)


def _notices(book: workdays.Book, start: date, end: date) -> list[NoticeOfYear]:
    """Return each year of the span with its notice, None without one, and the days of the span that come from it."""
    special = [day for day in book.days_of(start, end) if day.name]
    return [
        NoticeOfYear(year, book.notices.get(year), spans(day for day in special if day.date.year == year))
        for year in range(start.year, end.year + 1)
    ]


def spans(days: Iterable[workdays.Day]) -> list[DaySpan]:
    """Return consecutive days of the same name that count alike as one span each."""
    found: list[DaySpan] = []
    for day in days:
        span = DaySpan(day.date, day.date, day.label, counts=day.number is not None)
        before = found[-1] if found else None
        if before and (before.name, before.counts, before.last + ONE_DAY) == (span.name, span.counts, span.first):
            found[-1] = replace(before, last=span.last)
        else:
            found.append(span)
    return found
