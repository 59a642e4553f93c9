"""The levels of reminder and escalation for filings at a bureau: reviewer, then chief, then the ministry.

Data and their cut-off dates; ``filings.deadlines.sweeps`` applies them. An overdue filing is never approved.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from ministry.calendar import workdays


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: working days left when it is reached (negative: days overdue), audiences of ``filings.mail.notices``,
    and the event it records, if any.
    """

    level: int
    left: int
    audiences: tuple[str, ...] = ()
    event: str = ""


REMINDERS = (Rung(1, 5, ("bureau",)), Rung(2, 2, ("bureau", "chief")), Rung(3, 0, ("bureau", "chief")))
OVERDUE = Rung(4, -1, event="overdue")
ESCALATED = Rung(5, -5, event="escalate")
LADDER = (*REMINDERS, OVERDUE, ESCALATED)
BY_LEVEL = {rung.level: rung for rung in LADDER}

# Days back within which the calendar has the working days of the last level, however long the holidays.
LATE_WITHIN = 366

# (level, latest due date that has reached it), most urgent first
Cutoffs = list[tuple[int, date]]


def cutoffs() -> Cutoffs:
    """Return the cut-off date of each level today. One query."""
    today = timezone.localdate()
    book = workdays.book(today - timedelta(days=LATE_WITHIN))
    ahead = [(rung.level, book.nth_working_day(today, rung.left) if rung.left else today) for rung in REMINDERS]
    late = book.latest_start(today, -ESCALATED.left)
    return [(ESCALATED.level, late), (OVERDUE.level, today - timedelta(days=1)), *reversed(ahead)]


def reached(due_on: date, cutoffs: Cutoffs) -> int:
    """Return the most urgent level the due date has reached; 0 for none."""
    return next((level for level, cutoff in cutoffs if due_on <= cutoff), 0)
