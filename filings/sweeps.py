"""What the portal does by itself: reminders, overdue, due dates anew, drafts that lapse.

Each sweep is idempotent, works in batches and may run several times at once.
"""

from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from filings import clock, notices, states
from filings.actors import portal
from filings.errors import MoveRefused
from filings.models import (
    Filing,
)
from filings.moving import locked, making, record
from filings.states import Status
from ministry import workdays

# (level, working days left): each level is told once a clock. After them comes OVERDUE.
REMINDERS = ((1, 5), (2, 2), (3, 0))
OVERDUE = 4
BATCH = 500


def watch_deadlines(batch: int = BATCH) -> int:
    """Tell who has to know that due dates come near or have passed; answer how many filings were told about.

    Idempotent, and safe for several workers at once: each takes filings no other has locked.
    """
    told = 0
    cutoffs = _cutoffs(timezone.localdate())
    while count := _remind_some(cutoffs, batch):
        told += count
    return told


def _cutoffs(today: date) -> list[tuple[int, date]]:
    """(level, latest due date that has reached it), the most urgent first."""
    cutoffs = [(level, workdays.nth_working_day(today, left) if left else today) for level, left in REMINDERS]
    return [(OVERDUE, today - timedelta(days=1)), *reversed(cutoffs)]


def _level(due_on: date, cutoffs: list[tuple[int, date]]) -> int:
    """The most urgent level the due date has reached; 0 for none."""
    return next((level for level, cutoff in cutoffs if due_on <= cutoff), 0)


def _remind_some(cutoffs: list[tuple[int, date]], batch: int) -> int:
    with transaction.atomic():
        filings = list(_to_remind(cutoffs).select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch])
        left = clock.days_left_until(cast(date, filing.due_on) for filing in filings)
        for filing in filings:
            _remind(filing, _level(cast(date, filing.due_on), cutoffs), left[filing.due_on])
    return len(filings)


def _to_remind(cutoffs: list[tuple[int, date]]) -> QuerySet[Filing]:
    reached = Q()
    for level, cutoff in cutoffs:
        reached |= Q(due_on__lte=cutoff, reminded_level__lt=level)
    rows = Filing.objects.select_related("host", "provider", "bureau", "claimed_by").defer("facts")
    return rows.filter(reached, status=Status.WITH_BUREAU).order_by("due_on", "pk")


def _remind(filing: Filing, level: int, days_left: int) -> None:
    filing.reminded_level = level
    filing.save(update_fields=["reminded_level"])
    if level == OVERDUE:
        notices.tell(record(filing, "overdue", portal()))
    else:
        notices.remind(filing, days_left)


def derive_due_dates() -> int:
    """Derive every open due date from the work calendar again; answer how many moved.

    One calculation a day of receipt, so the cost does not grow with the backlog.
    """
    moved = 0
    received = Filing.objects.filter(status=Status.WITH_BUREAU).dates("received_at", "day")
    for day in received:
        due = clock.due(day)
        stale = Filing.objects.filter(status=Status.WITH_BUREAU, received_at__date=day).exclude(
            due_on=due.on, due_is_provisional=due.is_provisional
        )
        for filing_id in stale.values_list("pk", flat=True):
            moved += _reset_due(filing_id, day, due)
    return moved


def _reset_due(filing_id: int, received_on: date, due: clock.Due) -> bool:
    """Set one filing's due date anew, unless it has moved on since; the record says from when to when."""
    with locked(filing_id, portal()) as filing:
        if filing.status != Status.WITH_BUREAU or filing.received_on != received_on:
            return False
        note = f"{filing.due_on} → {due.on}"
        date_moved = filing.due_on != due.on
        filing.due_on, filing.due_is_provisional = due.on, due.is_provisional
        if date_moved:
            # what the new date has not reached will be told again; what it has, nobody hears twice
            filing.reminded_level = min(filing.reminded_level, _level(due.on, _cutoffs(timezone.localdate())))
            record(filing, "clock", portal(), note=note)
        filing.save(update_fields=["due_on", "due_is_provisional", "reminded_level"])
    return date_moved


def lapse_drafts(life: timedelta = clock.DRAFT_LIFE) -> int:
    """Lapse drafts that nobody has touched for ``life``; their facts are kept. Answers how many."""
    before = timezone.now() - life
    old = Filing.objects.filter(status=Status.DRAFT, touched_at__lt=before)
    return sum(_lapse(filing_id, before) for filing_id in old.values_list("pk", flat=True)[:BATCH])


def _lapse(filing_id: int, before: datetime) -> bool:
    try:
        with making(states.LAPSE, filing_id, portal(), None) as filing:
            if filing.touched_at >= before:
                raise MoveRefused
    except MoveRefused:
        return False  # touched or submitted meanwhile
    return True
