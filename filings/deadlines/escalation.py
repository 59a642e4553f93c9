"""The levels of reminder and escalation for filings at a bureau: reviewer, then chief, then the ministry.

Data and their cut-off dates; ``filings.deadlines.sweeps`` applies them. An overdue filing is never approved.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from ministry.calendar import workdays


@dataclass(frozen=True, slots=True)
class EscalationLevel:
    """One level of escalation.

    Working days left when it is reached (negative: days overdue), audiences of ``filings.mail.notices``, and the event
    it records, if any.
    """

    number: int
    left: int
    audiences: tuple[str, ...] = ()
    event: str = ""


REMINDERS = (
    EscalationLevel(1, 5, ("bureau",)),
    EscalationLevel(2, 2, ("bureau", "chief")),
    EscalationLevel(3, 0, ("bureau", "chief")),
)
OVERDUE = EscalationLevel(4, -1, event="overdue")
ESCALATED = EscalationLevel(5, -5, event="escalate")
LEVELS = (*REMINDERS, OVERDUE, ESCALATED)
BY_LEVEL = {level.number: level for level in LEVELS}

# Days back within which the calendar has the working days of the last level, however long the holidays.
LATE_WITHIN = 366

# (level, latest due date that has reached it), most urgent first
Cutoffs = list[tuple[int, date]]


def cutoffs() -> Cutoffs:
    """Return the cut-off date of each level today. One query."""
    today = timezone.localdate()
    book = workdays.book(today - timedelta(days=LATE_WITHIN))
    ahead = [(level.number, book.nth_working_day(today, level.left) if level.left else today) for level in REMINDERS]
    late = book.latest_start(today, -ESCALATED.left)
    return [(ESCALATED.number, late), (OVERDUE.number, today - timedelta(days=1)), *reversed(ahead)]


def reached(due_on: date, cutoffs: Cutoffs) -> int:
    """Return the most urgent level the due date has reached; 0 for none."""
    return next((level for level, cutoff in cutoffs if due_on <= cutoff), 0)
