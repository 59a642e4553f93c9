"""The portal's sweeps: send reminders, mark filings overdue, lapse drafts.

Each sweep is idempotent, works in batches and may run concurrently.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet

from filings import clock, states
from filings.actors import portal
from filings.deadlines import batches, escalation
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Event, Filing
from filings.moves.moving import making, record_each
from filings.states import Status
from filings.webhooks import writing

BATCH = 500

# Days without change after which the host is reminded; for a draft again a week before it lapses.
HOST_REMINDERS = (7, 15, 30)
A_WEEK = 7
# Filings locked per batch; small, because each is checked before its mail and saving waits for the lock.
HOST_BATCH = 20


def watch_deadlines(batch: int = BATCH) -> int:
    """Send reminders and escalations for due dates that are near or have passed; return how many filings.

    Idempotent, and safe for concurrent workers: skips locked rows.
    """
    return sum(iter(partial(_remind_some, escalation.cutoffs(), batch), 0))


def _remind_some(cutoffs: escalation.Cutoffs, batch: int) -> int:
    with transaction.atomic():
        due = _to_remind(cutoffs).select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:batch]
        if not (filings := _with_parties(list(due))):
            return 0
        before = [filing.reminded_level for filing in filings]
        for filing in filings:
            filing.reminded_level = escalation.reached(cast(date, filing.due_on), cutoffs)
        Filing.objects.bulk_update(filings, ["reminded_level"])
        _remind(filings)
        notices.tell(*_late(filings, before))
        notices.tell_ministry([filing for filing in filings if filing.reminded_level == escalation.ESCALATED.number])
        for filing in filings:
            writing.write(filing)
    return len(filings)


def _to_remind(cutoffs: escalation.Cutoffs) -> QuerySet[Filing]:
    # Whatever was told last, the next level is reached first. So each part is a range of the index.
    reached = Q()
    for level, cutoff in cutoffs:
        reached |= Q(due_on__lte=cutoff, reminded_level=level - 1)
    return Filing.objects.filter(reached, status=Status.WITH_BUREAU).order_by("due_on", "pk")


def _with_parties(keys: Sequence[int]) -> list[Filing]:
    """Return these filings with those who are told; no query without keys, so that a run with nothing due is cheap."""
    rows = Filing.objects.select_related("host", "provider", "bureau", "claimed_by").defer("facts", "answers_draft")
    rows = rows.prefetch_related("bureau__reviewers__user", "bureau__absences").with_listening()
    return list(rows.filter(pk__in=keys).order_by("due_on", "pk"))


def _remind(filings: Sequence[Filing]) -> None:
    """Notify the audiences of the level each filing has reached before it is overdue.

    After an outage of the portal only the latest reminder is sent.
    """
    due = [filing for filing in filings if filing.reminded_level < escalation.OVERDUE.number]
    left = clock.days_left_until(cast(date, filing.due_on) for filing in due)
    levels = [escalation.BY_LEVEL[filing.reminded_level] for filing in due]
    notices.remind((filing, level.audiences, left[filing.due_on]) for filing, level in zip(due, levels, strict=True))


def _late(filings: Sequence[Filing], before: Sequence[int]) -> Iterator[Event]:
    """Record the levels from overdue on that each filing has reached since its level ``before``, and yield the events.

    Recorded also when an outage of the portal has skipped a reminder.
    """
    for late in (escalation.OVERDUE, escalation.ESCALATED):
        reached = zip(filings, before, strict=True)
        yield from record_each(
            (filing for filing, level in reached if level < late.number <= filing.reminded_level), late.event
        )


def remind_hosts(batch: int = HOST_BATCH) -> int:
    """Remind hosts of drafts and returned filings that they have not changed for some days; return how many.

    Days count from ``touched_at``: the return or the host's last change. Each level is sent once until the next change;
    after an outage of the portal only the highest one reached.
    """
    return sum(iter(partial(_remind_some_hosts, batch), 0))


def _remind_some_hosts(batch: int) -> int:
    with transaction.atomic():
        rows = _resting().select_for_update(of=("self",), skip_locked=True, no_key=True)
        filings = list(rows.select_related("host", "provider", "bureau", "subject")[:batch])
        for filing in filings:
            filing.host_reminded = reminder_level(filing)
        Filing.objects.bulk_update(filings, ["host_reminded"])
        notices.remind_hosts(filings)
    return len(filings)


def _rested(days: int) -> datetime:
    """Return the moment before which the last change must be for ``days`` whole days without change."""
    return clock.start_of_day(days - 1)


def _reminders() -> dict[Status, tuple[int, ...]]:
    """Return the levels of each status with the host, in days."""
    life = clock.draft_life().days
    of_drafts = {*HOST_REMINDERS, life - A_WEEK}
    return {
        Status.DRAFT: tuple(sorted(level for level in of_drafts if 0 < level < life)),
        Status.RETURNED_TO_HOST: HOST_REMINDERS,
    }


def reminder_level(filing: Filing) -> int:
    """Return the highest level of ``_reminders`` the filing has reached, in days; 0 for none."""
    levels = _reminders().get(Status(filing.status), ())
    return max((level for level in levels if filing.touched_at < _rested(level)), default=0)


def _resting() -> QuerySet[Filing]:
    """Return filings with hosts whose next reminder is due, except drafts that lapse tonight."""
    reached = Q()
    for status, levels in _reminders().items():
        for reminded, level in pairwise((0, *levels)):
            reached |= Q(status=status, host_reminded=reminded, touched_at__lt=_rested(level))
    lapsing = Q(status=Status.DRAFT, touched_at__lt=clock.start_of_day(clock.draft_life().days))
    return (
        Filing.objects.filter(reached, status__in=states.WITH_HOST, host__isnull=False)
        .exclude(lapsing)
        .order_by("touched_at", "pk")
    )


def lapse_drafts(after: int = 0, *, life: timedelta | None = None) -> batches.Run:
    """Lapse the drafts unchanged for more than ``life`` in whole days (``batches.run``), by default their period.

    Hosts are notified how long the data are still kept.
    """
    before = clock.start_of_day((life or clock.draft_life()).days)
    old = Filing.objects.filter(status=Status.DRAFT, touched_at__lt=before)
    return batches.run(old, partial(lapse_if, old), after)


class _NotOver(Exception):
    """Somebody has acted since the filing was found: its last day is not over."""


def lapse_if(over: QuerySet[Filing], filing_id: int) -> bool:
    """Lapse a filing if it is still among ``over`` once it is locked; return whether it lapsed."""
    try:
        with making(states.LAPSE, filing_id, portal(), None):
            if not over.filter(pk=filing_id).exists():
                raise _NotOver
    except (_NotOver, MoveRefused):  # refused: it has moved on
        return False
    return True
