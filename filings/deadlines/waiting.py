"""Warn of and lapse filings that have waited too long, so that they don't keep their reservations for ever.

How many days each status may wait is a dated rule of the province (``Topic.DAYS_…``), which the operators change or
end. Days count from the last action of host, provider or bureau, even a claim. The last day is set when it is near, and
never earlier than the first warning allows; any action resets it. So neither a new rule nor an outage of the portal
ends a filing without warning.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from filings import clock, states
from filings.deadlines import batches, reminder_levels, sweeps
from filings.mail import notices
from filings.models import Event, Filing
from filings.states import Role, Status
from ministry.models.rules import EVERYWHERE
from ministry.reference.topics import Topic
from ministry.rules import rules

TOPICS: Final = {
    Status.WITH_PROVIDER: Topic.DAYS_WITH_PROVIDER,
    Status.RETURNED_TO_HOST: Topic.DAYS_RETURNED_TO_HOST,
    Status.RETURNED_TO_PROVIDER: Topic.DAYS_RETURNED_TO_PROVIDER,
}
FIRST, LAST = reminder_levels.WAITING[0], reminder_levels.WAITING[-1]
# Filings locked per batch; small, because mails are written meanwhile and saving waits for the lock.
WARNED_AT_ONCE = 50

# Days by status and province.
Limits = dict[Status, dict[str, int]]


def limits(today: date) -> Limits:
    """Return the limits in force on ``today``. Three queries."""
    return {status: rules.amounts_on(topic, today) for status, topic in TOPICS.items()}


def warn(batch: int = WARNED_AT_ONCE) -> int:
    """Notify hosts and providers which filings lapse when; return how many filings.

    Idempotent; skips rows locked by another worker.
    """
    today = timezone.localdate()
    in_force = limits(today)
    while _set_ends(in_force, today, batch):
        pass
    return sum(iter(partial(_tell, today, batch), 0))


def _set_ends(in_force: Limits, today: date, batch: int) -> int:
    """Set the last day of a batch of filings for which it is near; return how many."""
    with transaction.atomic():
        rows = _near(in_force, today).select_for_update(of=("self",), skip_locked=True, no_key=True)
        filings = list(rows.defer("facts", "answers_draft")[:batch])
        for filing in filings:
            of_status = in_force[Status(filing.status)]
            days = of_status.get(filing.subject_province, of_status.get(EVERYWHERE, 0))
            acted_on = timezone.localdate(filing.acted_at)
            filing.waits_until = max(acted_on + timedelta(days=days), today + timedelta(days=FIRST))
        Filing.objects.bulk_update(filings, ["waits_until"])
    return len(filings)


def _near(in_force: Limits, today: date) -> QuerySet[Any]:
    """Return the filings without a last day that have waited long enough for the first warning.

    Excludes filings on hold.
    """
    near = Q(pk=None)
    for status, of_status in in_force.items():
        for province, days in of_status.items():
            there = ~Q(subject_province__in=of_status) if province == EVERYWHERE else Q(subject_province=province)
            before = _rested(days - FIRST)
            near |= Q(there, status=status, touched_at__lt=before, acted_at__lt=before)
    last_act = Event.objects.filter(filing=OuterRef("pk")).exclude(role=Role.SYSTEM).order_by("-pk").values("at")[:1]
    rows = Filing.objects.annotate(acted_at=Greatest("touched_at", Coalesce(Subquery(last_act), "touched_at")))
    active = Q(paused_until=None) | Q(paused_until__lte=today)
    return rows.filter(near, active, status__in=states.WAITING, waits_until=None).order_by("touched_at", "pk")


def _rested(days: int) -> datetime:
    """Return the moment before which the last action must be for ``days`` whole days of waiting."""
    return clock.start_of_day(max(days, 0) - 1)


def _tell(today: date, batch: int) -> int:
    with transaction.atomic():
        due = reminder_levels.due(reminder_levels.WAITING, today, "waits_until", "wait_told")
        rows = Filing.objects.filter(due, status__in=states.WAITING, waits_until__isnull=False)
        rows = rows.select_related("host", "provider", "bureau", "mandate").defer("facts").order_by("provider", "pk")
        filings = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch])
        for filing in filings:
            assert filing.waits_until is not None  # noqa: S101 — by the query
            filing.wait_told = reminder_levels.reached(reminder_levels.WAITING, filing.waits_until, today)
            # after an outage of the portal
            filing.waits_until = max(filing.waits_until, today + timedelta(days=LAST))
            filing.host_reminded = sweeps.reminder_level(filing)  # one mail a day is enough
        Filing.objects.bulk_update(filings, ["wait_told", "waits_until", "host_reminded"])
        notices.warn_of_end(filings)
    return len(filings)


def lapse(after: int = 0) -> batches.Run:
    """Lapse the filings whose last day is over and whose last warning was sent, see ``batches.run``.

    Host and provider are notified.
    """
    over = Filing.objects.filter(status__in=states.WAITING, waits_until__lt=timezone.localdate(), wait_told=LAST)
    return batches.run(over, partial(sweeps.lapse_if, over), after)
