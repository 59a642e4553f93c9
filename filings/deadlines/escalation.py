"""Who hears how late it is with a filing at its bureau: reviewer, then chief, then the ministry.

Data and their cut-off dates; ``filings.deadlines.sweeps`` climbs it. Nothing here decides: overdue never approves.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from ministry.calendar import workdays


@dataclass(frozen=True, slots=True)
class Rung:
    """A level; working days left when it is reached (negative: overdue for so many); who hears of it, as audiences of
    ``filings.mail.notices``; the event it leaves, if any.
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

# (level, latest due date that has reached it), the most urgent first
Cutoffs = list[tuple[int, date]]


def cutoffs() -> Cutoffs:
    """Return the cut-off date of each level today. Three queries."""
    today = timezone.localdate()
    ahead = [(rung.level, workdays.nth_working_day(today, rung.left) if rung.left else today) for rung in REMINDERS]
    late = workdays.latest_starts(today, [-ESCALATED.left])[-ESCALATED.left]
    return [(ESCALATED.level, late), (OVERDUE.level, today - timedelta(days=1)), *reversed(ahead)]


def reached(due_on: date, cutoffs: Cutoffs) -> int:
    """The most urgent level the due date has reached; 0 for none."""
    return next((level for level, cutoff in cutoffs if due_on <= cutoff), 0)
