"""Measures of the running portal, each read by an index or from a small table; counts are capped."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
import redis
from amqp.exceptions import AMQPError, NotFound
from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection, connections
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError
from post_office.models import Email
from psycopg.rows import dict_row

from filings.evidence import malware, quarantine
from filings.models import FileCheck, Filing, Mailbox, PersonCheck, WebhookEndpoint, WebhookMessage
from filings.models.webhook import MessageState
from filings.reading import requests
from filings.states import Status
from icp_portal.celery import app
from icp_portal.deployment import queues
from icp_portal.watch import beats, certificate, errors
from interchange.models import FetchedFile, ReportingConnection, ReportUpload, Upload
from interchange.models.files import UploadState
from ministry import audit
from ministry.calendar.work_calendar import missing_year
from ministry.mail import queue
from ministry.mail.allowed import NEVER
from ministry.models import AuditCheck, AuditWaiting, Backup, Subject
from providers.models import Import
from providers.models.batch import ImportState

MOST: Final = 1_000  # rows counted of each queue; more say “as many or more”
CERTIFICATE_STAYS: Final = 3_600  # seconds; our own choice
POOLER_ADDRESS: Final = ("host", "port", "user", "password", "sslmode", "sslrootcert")
POOLER_PATIENCE: Final = 2  # seconds; our own choice
FAILURES: Final = (DatabaseError, psycopg.Error, OSError, redis.RedisError, AMQPError, OperationalError)
Values = dict[str, float]
Since = dict[str, list[datetime]]  # queue → since when each of its rows waits


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each value of a label, or one number without a label; ``read`` may raise one of ``FAILURES``."""

    name: str
    about: str
    read: Callable[..., Values]
    label: str = ""
    of_queues: bool = False  # ``read`` takes what was read of the queues, as several measures tell of them


def _queues() -> dict[str, tuple[QuerySet[Any], str]]:
    """Return the rows that wait for background work, and the column with the time since when."""
    used = ReportingConnection.objects.filter(is_paused=False, stopped_by=None, next_at__lt=NEVER)
    return {
        "mails": (Email.objects.filter(status__in=queue.WAITING).exclude(queue.HELD), "created"),
        "passwords": (Subject.objects.filter(password_wanted_at__isnull=False), "password_wanted_at"),
        "codes": (PersonCheck.objects.owed(), "wanted_at"),
        "mailbox_codes": (Mailbox.objects.owed(), "wanted_at"),
        # A message behind others of a failing system waits for workers only since that system may be called again.
        "webhooks": (
            WebhookMessage.objects.filter(
                state=MessageState.WAITING, due_at__lte=timezone.now(), endpoint__in=WebhookEndpoint.objects.live()
            ).annotate(callable_since=Greatest("due_at", "endpoint__next_at")),
            "callable_since",
        ),
        "audit": (AuditWaiting.objects.filter(name__in=audit.tables()), "at"),
        "uploads": (Upload.objects.filter(state=UploadState.WAITING), "received_at"),
        "readings": (requests.owed(), "ordered_at"),
        "imports": (Import.objects.filter(state__in=(ImportState.CHECKING, ImportState.WRITING)), "touched_at"),
        "reports": (ReportUpload.objects.filter(sent_at=None, connection__in=used), "made_at"),
        "fetched": (FetchedFile.objects.filter(applied_at=None), "fetched_at"),
    }


def waiting(since: Since | None = None) -> Values:
    """Return how many rows wait in each queue, at most ``MOST``."""
    return {name: float(len(found)) for name, found in (since or _since()).items()}


def waiting_seconds(since: Since | None = None) -> Values:
    """Return for how many seconds the oldest of the rows that ``waiting`` counts has waited, 0 for an empty queue."""
    now = timezone.now()
    ages = {name: now - min(found, default=now) for name, found in (since or _since()).items()}
    return {name: max(age.total_seconds(), 0.0) for name, age in ages.items()}


def _since() -> Since:
    return {name: list(rows.order_by().values_list(at, flat=True)[:MOST]) for name, (rows, at) in _queues().items()}


def overdue() -> Values:
    """Return how many filings are overdue at the bureaus, at most ``MOST``."""
    late = Filing.objects.filter(status=Status.WITH_BUREAU, due_on__lt=timezone.localdate())
    return {"": float(len(late.order_by().values_list("pk")[:MOST]))}


def failed_mails() -> Values:
    """Return how many mails have failed, at most ``MOST``."""
    return {"": float(len(Email.objects.filter(queue.FAILED).order_by().values_list("pk")[:MOST]))}


def broker() -> Values:
    """Return how many messages wait in each queue of the broker."""
    with app.connection_for_write() as sent:
        return {name: float(_messages(sent, name)) for name in queues.NAMES}


def _messages(sent: Connection, name: str) -> int:
    channel: Any = sent.default_channel
    if hasattr(channel, "client"):  # of Redis
        return int(channel.client.llen(name))
    try:
        asking: Any
        with sent.channel() as asking:  # closed by RabbitMQ when the queue isn't there yet
            return int(asking.queue_declare(name, passive=True).message_count)
    except NotFound:
        return 0


def task_seconds() -> Values:
    """Return how long ago each periodic task last succeeded, or was first waited for if it never has."""
    now = time.time()
    return {task: max(now - at, 0.0) for task, at in {**beats.since(), **beats.last()}.items()}


def connections_open() -> Values:
    """Return the connections of the portal's role to the database, by what they do, and how many may be open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user GROUP BY 1"
        )
        found: Values = {state: float(count) for state, count in cursor.fetchall()}
        cursor.execute("SELECT current_setting('max_connections')::int")
        return found | {"most": float(cursor.fetchone()[0])}


def pool_seconds() -> Values:
    """Return for how long the request that waits longest has waited for a connection of PgBouncer.

    Nothing without one. The portal's role has to be one of PgBouncer's ``stats_users``.
    """
    if not settings.BEHIND_POOLER:
        return {}
    known = connection.get_connection_params()
    console_of: dict[str, Any] = {name: known[name] for name in POOLER_ADDRESS if name in known}
    console_of |= {"dbname": "pgbouncer", "connect_timeout": POOLER_PATIENCE}
    with psycopg.connect(**console_of, autocommit=True, cursor_factory=psycopg.ClientCursor) as console:
        rows = console.cursor(row_factory=dict_row).execute("SHOW POOLS").fetchall()
    return {"": max((row["maxwait"] + row["maxwait_us"] / 1e6 for row in rows), default=0.0)}


def replica_bytes() -> Values:
    """Return how many bytes of the write-ahead log the replica has not replayed; nothing without a replica."""
    if "replica" not in settings.DATABASES:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        written = cursor.fetchone()[0]
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT greatest(pg_wal_lsn_diff(%s::pg_lsn, pg_last_wal_replay_lsn()), 0)", [written])
        return {"": float(cursor.fetchone()[0])}


def audit_faults() -> Values:
    """Return what the newest check of the audit log and of the files found, and how many files are in quarantine."""
    check = AuditCheck.objects.first()
    return {
        "audit": float(bool(check and check.fault)),
        "files": float(missing_files()),
        "malware": float(len(quarantine.names())),
    }


def missing_files() -> int:
    """Return the number of files missing in the last completed check, or in the one under way if that has more."""
    ended = FileCheck.objects.exclude(ended_at=None).order_by("-day").values("pk")[:1]
    found = FileCheck.objects.filter(Q(ended_at=None) | Q(pk__in=ended)).aggregate(most=Max("missing"))
    return found["most"] or 0


def disk_free() -> Values:
    """Return the free share of the disk of each folder that the portal writes to."""
    folders = {"open_data": settings.OPEN_DATA_ROOT}
    if isinstance(default_storage, FileSystemStorage):  # a bucket doesn't say
        folders["evidence"] = Path(default_storage.location)
    used = {name: shutil.disk_usage(folder) for name, folder in folders.items() if Path(folder).exists()}
    return {name: disk.free / disk.total for name, disk in used.items()}


def backup_age() -> Values:
    """Return the seconds since the state that the last backup has; nothing without one."""
    last = Backup.last_at()
    return {"": (timezone.now() - last).total_seconds()} if last else {}


def scanner_up() -> Values:
    """Return whether the malware scanner answers; nothing where none is set."""
    if not malware.is_set():
        return {}
    try:
        malware.ping()
    except malware.NotScanned:
        return {"": 0.0}
    return {"": 1.0}


def certificate_days() -> Values:
    """Return for how many days the website's certificate is valid, asked once an hour; nothing without TLS."""
    days = caches["default"].get_or_set("certificate_days", certificate.days_left, CERTIFICATE_STAYS)
    return {} if days is None else {"": float(days)}


def calendar_missing() -> Values:
    """Return whether the work calendar lacks the notice of a year that is needed."""
    return {"": float(missing_year(timezone.localdate()) is not None)}


MEASURES: Final = (
    # First: while requests wait for a connection, each statement of the others waits, too.
    Measure("icp_pool_wait_seconds", "Longest wait for a connection of PgBouncer", pool_seconds),
    Measure("icp_waiting", f"Rows that wait for background work, at most {MOST}", waiting, "queue", of_queues=True),
    Measure(
        "icp_waiting_seconds",
        f"Age of the oldest of those {MOST} rows of each queue",
        waiting_seconds,
        "queue",
        of_queues=True,
    ),
    Measure("icp_overdue_filings", f"Filings overdue at the bureaus, at most {MOST}", overdue),
    Measure("icp_failed_mails", f"Mails that have failed, at most {MOST}", failed_mails),
    Measure("icp_broker_messages", "Messages in each queue of the broker", broker, "queue"),
    Measure("icp_task_seconds", "Seconds since each periodic task last succeeded", task_seconds, "task"),
    Measure(
        "icp_task_allowed_seconds", "What may pass between runs of a task that runs all day", beats.allowed, "task"
    ),
    Measure("icp_database_connections", "Connections to the database, and the most", connections_open, "state"),
    Measure("icp_replica_behind_bytes", "Write-ahead log that the replica has not replayed", replica_bytes),
    Measure("icp_faults", "Faults found by the newest nightly checks", audit_faults, "check"),
    Measure("icp_disk_free_ratio", "Free share of the disk of a folder", disk_free, "folder"),
    Measure("icp_backup_age_seconds", "Age of the last backup", backup_age),
    Measure("icp_scanner_up", "1 when the malware scanner answers, 0 when it does not", scanner_up),
    Measure("icp_certificate_days", "Days until the website's certificate ends", certificate_days),
    Measure("icp_calendar_missing", "1 when the work calendar lacks a year that is needed", calendar_missing),
    Measure("icp_errors_total", "Lines of the log by level, of all processes", errors.counts, "level"),
)


def taken() -> Iterator[tuple[Measure, Values | None]]:
    """Read every measure; None for one that fails, such as that of a broker that is down."""
    since = cache(_since)
    for measure in MEASURES:
        try:
            yield measure, measure.read(since()) if measure.of_queues else measure.read()
        except FAILURES:
            yield measure, None
