"""Call a bureau's system for a connection: send what waits, then fetch what is there. One worker a connection.

A worker claims the connection by a lease and calls without a lock; one that dies leaves it to another after ``LEASE``.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from filings.errors import MoveRefused
from filings.webhooks import targets
from interchange.models import FetchedFile, Report, ReportingConnection, ReportState, ReportUpload
from interchange.reporting import fetching, records, sending, supervisor_mails
from interchange.reporting.sending import Stopped, TryAgainLater
from interchange.reporting.unanswered import NotAnswered
from interchange.result_codes import MsgCode
from ministry.mail.allowed import NEVER

logger = logging.getLogger(__name__)

# All of them our own choice
LEASE: Final = timedelta(minutes=10)  # longer than a run, whose last call may take unanswered.SECONDS
LONGEST_RUN: Final = 60.0  # seconds after which a run begins no further call
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # after 1, 2, 3, … failures
FETCHED_EVERY: Final = timedelta(minutes=5)
# Codes that say that the connection itself is wrong, so that nothing is fetched either
NOT_OURS: Final = (
    *(MsgCode.WRONG_USER, MsgCode.WRONG_PASSWORD, MsgCode.NOT_AUTHENTICATED, MsgCode.OTHER_PROVINCE),
    *(MsgCode.WRONG_HASH_TYPE, MsgCode.SHORT_RANDOM),
)


def _sends() -> Q:
    """Return the condition for connections with something to send."""
    waiting = Report.objects.filter(
        provider=OuterRef("provider"), bureau=OuterRef("bureau"), state=ReportState.WAITING
    ).exclude(records.unsigned("filing"))
    has_upload = Exists(ReportUpload.objects.filter(connection=OuterRef("pk"), sent_at=None))
    return Q(stopped_by=None) & (Exists(waiting) | has_upload)


def due() -> list[int]:
    """Return the connections with something to send or to fetch that nobody is calling for. One query."""
    now = timezone.now()
    to_fetch = Q(fetch_at__lte=now) & (Q(stopped_by=None) | ~Q(stopped_by__in=NOT_OURS))
    rows = ReportingConnection.objects.filter(is_paused=False, next_at__lte=now, busy_until__lte=now)
    return list(rows.filter(_sends() | to_fetch).order_by("pk").values_list("pk", flat=True))


def next_at(connection: ReportingConnection) -> datetime:
    """Return the moment from which there is something to send or to fetch and the system may be called. One query."""
    if ReportingConnection.objects.filter(_sends(), pk=connection.pk).exists():
        return connection.next_at
    return max(connection.next_at, connection.fetch_at)


def not_applied() -> list[int]:
    """Return the oldest file of each connection that has not been applied. One query."""
    rows = FetchedFile.objects.filter(applied_at=None).order_by("connection", "pk").distinct("connection")
    return list(rows.values_list("pk", flat=True))


def run(connection_id: int) -> None:
    """Send and fetch for a connection, unless another worker does, it is paused, or it rests after a failure.

    On staging, call no host that is not listed: the connection then rests until somebody presses “Call now”.
    """
    connection = _claimed(connection_id)
    if connection is None:
        return
    wait = WAITS[min(connection.failures, len(WAITS) - 1)]
    changes: dict[str, Any] = {"failures": F("failures") + 1, "next_at": timezone.now() + wait}
    try:
        changes = _called(connection, time.monotonic() + LONGEST_RUN) or changes
    except Stopped as stop:
        logger.error("bureau %s has stopped connection %s: msg_code %s", connection.bureau_id, connection.pk, stop.code)
        changes = {"stopped_by": stop.code}
    except (TryAgainLater, NotAnswered, MoveRefused) as error:
        logger.info("bureau %s is called again later: %s", connection.bureau_id, type(error).__name__)
    finally:
        _release(connection, changes)


def _called(connection: ReportingConnection, ends: float) -> dict[str, Any] | None:
    """Send and fetch; return what changes after a success, None if uploads are to be tried again later."""
    changes: dict[str, Any] | None = {"failures": 0}
    if connection.stopped_by is None:
        try:
            _repeat(sending.send_next, connection, ends)
        except TryAgainLater:  # which says nothing about downloads
            changes = None
    if connection.stopped_by not in NOT_OURS and connection.fetch_at <= timezone.now():
        _repeat(fetching.fetch_next, connection, ends)
        ReportingConnection.objects.filter(pk=connection.pk).update(fetch_at=timezone.now() + FETCHED_EVERY)
    return changes


def _claimed(connection_id: int) -> ReportingConnection | None:
    now = timezone.now()
    with transaction.atomic():
        rows = ReportingConnection.objects.select_for_update(skip_locked=True, no_key=True)
        found: ReportingConnection | None = rows.filter(
            pk=connection_id, is_paused=False, next_at__lte=now, busy_until__lte=now
        ).first()
        if found is None:
            return None
        if targets.is_withheld(found.url):
            logger.warning("connection %s held back: its host is not in STAGING_HOSTS", found.pk)
            found.next_at = NEVER
            found.save(update_fields=["next_at"])
            return None
        found.busy_until = now + LEASE
        found.save(update_fields=["busy_until"])
    return found


def is_held_back(connection: ReportingConnection) -> bool:
    """Return whether nothing is called until somebody presses “Call now”, because the host was not listed."""
    return connection.next_at == NEVER


def _repeat(step: Callable[[ReportingConnection], bool], connection: ReportingConnection, ends: float) -> None:
    """Repeat a step until there is nothing left or the time is over; stop before the next one if it was paused."""
    while not _is_paused(connection) and step(connection) and time.monotonic() < ends:
        pass


def _is_paused(connection: ReportingConnection) -> bool:
    return ReportingConnection.objects.filter(pk=connection.pk, is_paused=True).exists()


def _release(connection: ReportingConnection, changes: dict[str, Any]) -> None:
    """End the lease, if it is still this worker's; what a person has changed meanwhile stays. Tell of a new stop."""
    rows = ReportingConnection.objects.filter(pk=connection.pk, busy_until=connection.busy_until)
    with transaction.atomic():
        if not rows.update(busy_until=timezone.now(), **changes):
            return
        code = changes.get("stopped_by")
        if code and code != connection.stopped_by:
            supervisor_mails.of_stop(connection, code)
        elif changes.get("failures"):
            supervisor_mails.of_failure(connection)
