"""The periodic tasks, measured with nothing due: what a run costs that finds no work."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from bench.measuring import Case
from icp_portal.celery import app
from ministry import audit
from records.models import CopyComparison

# Measured in full elsewhere or by nature: a night's check reads the log.
LEFT_OUT = frozenset({"ministry.check_audit"})
# The most buffers of a run without work, at any size of the tables.
BUFFERS = {
    "bureaus.distribute": 50,
    "bureaus.warn_of_missing_calendar": 20,
    "bureaus.write_morning_mails": 20,
    "filings.collect_mails": 10,
    "filings.count_figures": 20,
    "filings.lapse_drafts": 20,
    "filings.lapse_waiting": 20,
    "filings.sweep_codes": 50,
    "filings.sweep_readings": 10,
    "filings.sweep_webhooks": 10,
    "filings.tell_moved": 40,
    "filings.tell_stranded": 10,
    "filings.watch_deadlines": 120,
    "ministry.send_mails": 10,
    "ministry.sweep": 40,
    "providers.erase_imports": 20,
    "providers.measure_work": 120,
    "providers.resume_imports": 20,
    "records.compare_copies": 60,
    "records.end_adoptions": 20,
    "records.remind_of_orders": 20,
    "records.remind_of_spot_checks": 20,
}
RUNS = 3  # until nothing is due: the first ones do what the filled tables leave to do


def cases() -> Iterator[Case]:
    """Yield a case for each periodic task; first let them do what is due."""
    app.loader.import_default_modules()
    names = sorted({str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} - LEFT_OUT)
    Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)  # nobody is to get these mails
    _compare_nothing()
    # The filled rows have one row's cipher texts, and the audit log would report each of them.
    logging.disable(logging.CRITICAL)
    for _run in range(RUNS):
        for name in names:
            app.tasks[name]()
            Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)
    logging.disable(logging.NOTSET)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does
    for name in names:
        yield Case(f"task: {name}", app.tasks[name], None, None, BUFFERS.get(name))


def _compare_nothing() -> None:
    """End tonight's share of the comparison of the copies: no key opens the filled rows."""
    today = timezone.localdate()
    ended = {"entry": audit.last().number, "place": 0, "until": 0, "pass_began_on": today}
    CopyComparison.objects.create(on=today, finished_at=timezone.now(), **ended)
