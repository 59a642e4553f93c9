"""The bureau's twenty working days (Order 33 Art. 12): derived from the work calendar, never counted down.

And how long drafts and their data are kept (``ministry.retention``), in whole days of China time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.utils import timezone

from filings.models import ClockEntry, Filing, Tick, Why
from filings.states import ENDED_EMPTY_HANDED, Status
from ministry import retention
from ministry.calendar import workdays
from ministry.retention import DataKind

WORKING_DAYS = 20


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which the bureau may decide, and whether the calendar behind it is still provisional."""

    on: date
    is_provisional: bool


def due(received_on: date, book: workdays.Book | None = None) -> Due:
    """Return the 20th working day after the bureau's receipt. No query with ``book``, else one."""
    book = book or workdays.book(received_on)
    on = book.nth_working_day(received_on, WORKING_DAYS)
    return Due(on, book.is_provisional(received_on, on))


def start(filing: Filing) -> None:
    """Start, or restart, the twenty days of a locked filing that the bureau receives (official guide, question 8)."""
    what, why = (Tick.RESTARTED, Why.CHANGED) if filing.received_at else (Tick.STARTED, Why.RECEIVED)
    filing.received_at = timezone.now()
    begun = due(timezone.localdate(filing.received_at))
    filing.due_on, filing.due_is_provisional, filing.reminded_level = begun.on, begun.is_provisional, 0
    entry(filing, what, why).save()


def go_on(filing: Filing) -> None:
    """Record that a filing split off from one with the bureau continues the twenty days of that one."""
    entry(filing, Tick.STARTED, Why.SPLIT).save()


def stop(filing: Filing, move: str) -> None:
    """Record that the clock of the locked filing stops because this move ends the bureau's turn."""
    entry(filing, Tick.STOPPED, Why(move)).save()


def entry(filing: Filing, what: Tick, why: Why, **columns: Any) -> ClockEntry:
    """Return an unsaved clock entry for the filing at the current time."""
    now = timezone.now()
    return ClockEntry(
        filing=filing,
        bureau_id=cast(str, filing.bureau_id),
        round=filing.round,
        what=what,
        why=why,
        received_on=cast(date, filing.received_on),
        due_on=filing.due_on,
        is_provisional=filing.due_is_provisional,
        on=timezone.localdate(now),
        at=now,
        **columns,
    )


def days_left(due_on: date, today: date, book: workdays.Book) -> int:
    """Return the working days from tomorrow to the due date, inclusive; 0 on the due date and after it."""
    return book.working_days_between(today, due_on)


def days_left_until(dates: Iterable[date], today: date | None = None) -> dict[date | None, int]:
    """Return ``days_left`` for many due dates, in one query."""
    wanted = set(dates)
    today = today or timezone.localdate()
    left: dict[date | None, int] = {day: 0 for day in wanted if day <= today}
    if later := wanted - left.keys():
        count = 0
        for day in workdays.days_of(today, max(later)):
            count = day.number or count
            if day.date in later:
                left[day.date] = count
    return left


def rested_since(book: workdays.Book, count: int, by: date) -> datetime:
    """Return the moment before which a filing must have arrived for ``count`` working days to have passed by a day."""
    return moment(book.latest_start(by, count) + timedelta(days=1))


def end_of_next_working_day() -> datetime:
    """Return the last moment of the next working day: the end of an assignment's lease."""
    day = workdays.nth_working_day(timezone.localdate(), 1)
    return timezone.make_aware(datetime.combine(day, time.max))


def start_of_day(days_ago: int) -> datetime:
    """Return the first moment of the day so many days ago, in China time; anything earlier is older than that."""
    return moment(timezone.localdate() - timedelta(days=days_ago))


def moment(day: date) -> datetime:
    """Return the first moment of a day, in China time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def kept_until(filing: Filing) -> date | None:
    """Return the last day of a draft, of a filing near its waiting limit, or of the data of one ended without a record.

    None for every other filing, and once the data have been erased. Data of a filing that a provider has verified are
    kept as long as the papers of the verification. One query for an ended filing.
    """
    if filing.status == Status.DRAFT:
        return timezone.localdate(filing.touched_at) + draft_life()
    if filing.status not in ENDED_EMPTY_HANDED:
        return filing.waits_until
    if filing.erased_at is not None:
        return None
    if filing.verifications.exists():
        return papers_kept_until(filing)
    return timezone.localdate(filing.arrived_at) + retention.days(DataKind.UNVERIFIED)


def draft_life() -> timedelta:
    """Return for how long a draft may stay unchanged."""
    return retention.days(DataKind.DRAFTS)


def data_before() -> datetime:
    """Return the moment before which a filing that nobody verified must have ended for its period to be over."""
    return start_of_day(retention.length(DataKind.UNVERIFIED))


def papers_before() -> datetime:
    """Return the moment before which a verified filing must have ended for its period to be over."""
    return _before_years(DataKind.VERIFIED)


def looks_before() -> datetime:
    """Return the moment before which looks at data are due for erasure."""
    return _before_years(DataKind.LOOKS)


def _before_years(kind: DataKind) -> datetime:
    return moment(retention.years_after(timezone.localdate(), -retention.length(kind)))


def papers_kept_until(filing: Filing) -> date | None:
    """Return the day until which sheets and signed copies are kept at least; None while the filing is open.

    The period begins when the filing reached its final status.
    """
    if filing.holder is not None:
        return None
    return retention.years_after(timezone.localdate(filing.arrived_at), retention.length(DataKind.VERIFIED))
