"""How many working days a return has cost, for each of its remarks, with the days that were counted."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from filings.models import Event, Filing, Remark
from filings.states import OPEN, Role, Status
from ministry.calendar import workdays

# Who has returned → the move's event, and the status in which the filing is submitted again
RETURNS = {
    Role.PROVIDER: ("send_back", Status.WITH_PROVIDER),
    Role.BUREAU: ("return", Status.WITH_BUREAU),
}


def costs(filing: Filing, remarks: Sequence[Remark]) -> dict[int, str]:
    """Return the working days that the return of each remark has cost, in words, by the remark's key.

    It counts the working days after the day of the return up to the day on which the filing was submitted again, or
    ended, or up to today. A return by a provider ends with the host's submission, one by the bureau with the receipt by
    the bureau. Two queries, none without remarks.
    """
    if not remarks:
        return {}
    moves = list(filing.events.exclude(target="").order_by("pk").only("filing_id", "name", "target", "at"))
    today = timezone.localdate()
    book = workdays.book(timezone.localdate(remarks[0].made_at), today)
    return {remark.pk: _words(book, *_span(remark, moves), today) for remark in remarks}


def _span(remark: Remark, moves: Iterable[Event]) -> tuple[date, date | None]:
    """Return the day of the remark's return, and the day it ended; None while it lasts."""
    name, again = RETURNS[Role(remark.stage)]
    later = iter([move for move in moves if move.at >= remark.made_at])
    returned = next((move for move in later if move.name == name), None)
    ended = next((move for move in later if move.target == again or move.target not in OPEN), None)
    first = timezone.localdate(returned.at if returned else remark.made_at)
    return first, timezone.localdate(ended.at) if ended else None


def _words(book: workdays.Book, returned: date, ended: date | None, today: date) -> str:
    days = book.working_days_between(returned, ended or today)
    values = {"days": days, "returned": _day(returned, today), "ended": _day(ended or today, today)}
    if ended is None:
        words = ngettext(
            "%(days)d working day so far, counted from the day after the return (%(returned)s) up to today",
            "%(days)d working days so far, counted from the day after the return (%(returned)s) up to today",
            days,
        )
    else:
        words = ngettext(
            "%(days)d working day, counted from the day after the return (%(returned)s) up to %(ended)s",
            "%(days)d working days, counted from the day after the return (%(returned)s) up to %(ended)s",
            days,
        )
    return words % values


def _day(day: date, today: date) -> str:
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")
