"""What the portal does by itself: reminders, overdue, due dates anew, drafts that lapse, data that are erased.

Each sweep is idempotent, works in batches and may run several times at once.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from filings import clock, facts, notices, pictures, states
from filings.actors import portal
from filings.errors import MoveRefused
from filings.models import (
    Evidence,
    Filing,
)
from filings.moving import locked, making, record
from filings.states import Status
from ministry import workdays

# (level, working days left): each level is told once a clock. After them comes OVERDUE.
REMINDERS = ((1, 5), (2, 2), (3, 0))
OVERDUE = 4
BATCH = 500

# Days of rest after which the host hears of a filing that lies with it; a draft once more a week before it lapses.
HOST_REMINDERS = {
    Status.DRAFT: (7, 15, 30, clock.DRAFT_LIFE.days - 7),
    Status.RETURNED_TO_HOST: (7, 15, 30),
}
# Filings locked at a time: each is checked before its host is written to, and nobody shall wait long to save.
HOST_BATCH = 20


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


def remind_hosts(batch: int = HOST_BATCH) -> int:
    """Remind hosts of drafts and returned filings they have let rest; answer how many were told about.

    Rest counts from ``touched_at``, which the return of a filing sets too: whichever came last, the return or the
    host's own work on it. Each level is told once a rest; after a silence of the portal only the highest one reached.
    """
    told = 0
    while count := _remind_some_hosts(batch):
        told += count
    return told


def _remind_some_hosts(batch: int) -> int:
    with transaction.atomic():
        rows = _resting().select_for_update(of=("self",), skip_locked=True, no_key=True)
        filings = list(rows.select_related("host", "provider", "bureau", "subject")[:batch])
        for filing in filings:
            filing.host_reminded = _rest(filing)
        Filing.objects.bulk_update(filings, ["host_reminded"])
        notices.remind_hosts(filings)
    return len(filings)


def _rested(days: int) -> datetime:
    """What was last touched before this moment has rested ``days`` whole days or more."""
    return clock.start_of_day(days - 1)


def _rest(filing: Filing) -> int:
    """The highest level the filing has reached, in days."""
    levels = HOST_REMINDERS[Status(filing.status)]
    return max(level for level in levels if filing.touched_at < _rested(level))


def _resting() -> QuerySet[Filing]:
    """Filings with their hosts of which the next reminder is due. What lapses tonight is past reminding."""
    reached = Q()
    for status, levels in HOST_REMINDERS.items():
        for told, level in pairwise((0, *levels)):
            reached |= Q(status=status, host_reminded=told, touched_at__lt=_rested(level))
    lapsing = Q(status=Status.DRAFT, touched_at__lt=clock.start_of_day(clock.DRAFT_LIFE.days))
    return Filing.objects.filter(reached, status__in=states.WITH_HOST).exclude(lapsing).order_by("touched_at", "pk")


def lapse_drafts(life: timedelta = clock.DRAFT_LIFE) -> int:
    """Lapse drafts that nobody has touched for more than ``life`` in whole days; answers how many.

    Their data are kept for ``clock.DATA_LIFE`` more, and their hosts are told so.
    """
    before = clock.start_of_day(life.days)
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


def erase_lapsed() -> int:
    """Erase the data of drafts that lapsed or were withdrawn ``clock.DATA_LIFE`` ago; answer how many filings.

    Only of what no provider was ever handed: everything else is on record. The rows and their events stay.
    """
    before = clock.start_of_day(clock.DATA_LIFE.days)
    old = Filing.objects.filter(
        status__in=states.ENDED_EMPTY_HANDED, round=0, erased_at=None, arrived_at__lt=before
    ).order_by("arrived_at")
    erased = sum(_erase(filing_id) for filing_id in old.values_list("pk", flat=True)[:BATCH])
    _erase_pictures()
    return erased


def _erase(filing_id: int) -> bool:
    with locked(filing_id, portal()) as filing:
        if filing.erased_at is not None:
            return False  # by another worker
        filing.facts, filing.erased_at = facts.blank(), timezone.now()
        filing.subject_name = filing.domain = filing.subject_digest = ""
        filing.save(update_fields=["facts", "erased_at", "subject_name", "domain", "subject_digest"])
        record(filing, "erase", portal())
    return True


def _erase_pictures() -> None:
    """Delete the pictures of erased filings: the files first, then the rows that name them.

    So a row is the note that its file is still there, and a run finds what an earlier one that was killed left.
    """
    for evidence in Evidence.objects.filter(filing__erased_at__isnull=False).order_by("pk")[:BATCH]:
        pictures.delete_files(evidence)
        evidence.delete()
