"""What the portal does by itself: reminders, overdue, drafts that lapse, data that are erased.

Each sweep is idempotent, works in batches and may run several times at once.
"""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from filings import clock, facts, states
from filings.actors import portal
from filings.deadlines import escalation
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.mail import notices
from filings.models import (
    Evidence,
    Filing,
)
from filings.moves.moving import locked, making, record
from filings.states import Status

BATCH = 500

# Days of rest after which the host hears of a filing that lies with it; a draft once more a week before it lapses.
HOST_REMINDERS = {
    Status.DRAFT: (7, 15, 30, clock.DRAFT_LIFE.days - 7),
    Status.RETURNED_TO_HOST: (7, 15, 30),
}
# Filings locked at a time: each is checked before its host is written to, and nobody shall wait long to save.
HOST_BATCH = 20


def watch_deadlines(batch: int = BATCH) -> int:
    """Tell who has to know that due dates come near or have passed; return how many filings were told about.

    Idempotent, and safe for several workers at once: each takes filings no other has locked.
    """
    told = 0
    cutoffs = escalation.cutoffs()
    while count := _remind_some(cutoffs, batch):
        told += count
    return told


def _remind_some(cutoffs: escalation.Cutoffs, batch: int) -> int:
    with transaction.atomic():
        filings = list(_to_remind(cutoffs).select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch])
        left = clock.days_left_until(cast(date, filing.due_on) for filing in filings)
        for filing in filings:
            _remind(filing, cutoffs, left[filing.due_on])
        Filing.objects.bulk_update(filings, ["reminded_level"])
        notices.tell_ministry([filing for filing in filings if filing.reminded_level == escalation.ESCALATED.level])
    return len(filings)


def _to_remind(cutoffs: escalation.Cutoffs) -> QuerySet[Filing]:
    reached = Q()
    for level, cutoff in cutoffs:
        reached |= Q(due_on__lte=cutoff, reminded_level__lt=level)
    rows = Filing.objects.select_related("host", "provider", "bureau", "claimed_by").defer("facts", "answers_draft")
    rows = rows.prefetch_related("bureau__reviewers__user", "bureau__absences")
    return rows.filter(reached, status=Status.WITH_BUREAU).order_by("due_on", "pk")


def _remind(filing: Filing, cutoffs: escalation.Cutoffs, days_left: int) -> None:
    """Tell who hears of the level the filing has reached, the ministry excepted.

    After a silence of the portal only the highest reminder is told, but overdue is on record in any case.
    """
    before, filing.reminded_level = filing.reminded_level, escalation.reached(cast(date, filing.due_on), cutoffs)
    if filing.reminded_level < escalation.OVERDUE.level:
        notices.remind(filing, escalation.BY_LEVEL[filing.reminded_level].audiences, days_left)
    for rung in (escalation.OVERDUE, escalation.ESCALATED):
        if before < rung.level <= filing.reminded_level:
            notices.tell(record(filing, rung.event, portal()))


def remind_hosts(batch: int = HOST_BATCH) -> int:
    """Remind hosts of drafts and returned filings they have let rest; return how many were told about.

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
            filing.host_reminded = rest_of(filing)
        Filing.objects.bulk_update(filings, ["host_reminded"])
        notices.remind_hosts(filings)
    return len(filings)


def _rested(days: int) -> datetime:
    """Return what was last touched before this moment has rested ``days`` whole days or more."""
    return clock.start_of_day(days - 1)


def rest_of(filing: Filing) -> int:
    """Return the highest level of ``HOST_REMINDERS`` the filing has reached, in days; 0 when it has reached none."""
    levels = HOST_REMINDERS.get(Status(filing.status), ())
    return max((level for level in levels if filing.touched_at < _rested(level)), default=0)


def _resting() -> QuerySet[Filing]:
    """Filings with their hosts of which the next reminder is due. What lapses tonight is past reminding."""
    reached = Q()
    for status, levels in HOST_REMINDERS.items():
        for told, level in pairwise((0, *levels)):
            reached |= Q(status=status, host_reminded=told, touched_at__lt=_rested(level))
    lapsing = Q(status=Status.DRAFT, touched_at__lt=clock.start_of_day(clock.DRAFT_LIFE.days))
    return (
        Filing.objects.filter(reached, status__in=states.WITH_HOST, host__isnull=False)
        .exclude(lapsing)
        .order_by("touched_at", "pk")
    )


def lapse_drafts(life: timedelta = clock.DRAFT_LIFE) -> int:
    """Lapse a batch of drafts that nobody has touched for more than ``life`` in whole days; return how many.

    Their data are kept for ``clock.DATA_LIFE`` more, and their hosts are told so. Call it again until it returns 0.
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
    """Erase the data of a batch of drafts that lapsed or were withdrawn ``clock.DATA_LIFE`` ago; return how many.

    Only of what no provider was ever handed. Rounds, remarks and answers of everything else are append-only and in the
    audit log's chain: they show why a filing ended, to its host as to those who decided, and papers of verification are
    kept for at least five years (``clock.PAPERS_LIFE_YEARS``). To empty the filing alone would erase nothing. The rows
    and their events stay. Call it again until it returns 0; pictures that a killed run has left are deleted by any
    later call.
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
    while found := list(Evidence.objects.filter(filing__erased_at__isnull=False).order_by("pk")[:BATCH]):
        for evidence in found:
            pictures.delete_files(evidence)
            evidence.delete()
