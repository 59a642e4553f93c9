"""The periodic tasks, measured with nothing due: what a run costs that finds no work."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from bench.measuring import Case
from filings.deadlines import recalculation
from filings.models import CalendarApplied
from icp_portal.celery import app
from ministry import audit
from records.models import CopyComparison

# Measured in full elsewhere or by nature: a night's check reads the log.
LEFT_OUT = frozenset({"ministry.check_audit"})
# The most buffers of a run without work, at any size of the tables.
BUFFERS = 10
RUNS = 3  # until nothing is due: the first ones do what the filled tables leave to do


def cases() -> Iterator[Case]:
    """Yield a case for each periodic task; first let them do what is due."""
    app.loader.import_default_modules()
    names = sorted({str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} - LEFT_OUT)
    Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)  # nobody is to get these mails
    _keep_due_dates()
    # The filled rows have one row's cipher texts, and the audit log would report each of them.
    logging.disable(logging.CRITICAL)
    audit.seal()
    _compare_nothing()
    for _run in range(RUNS):
        for name in names:
            app.tasks[name]()
            Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)
    logging.disable(logging.NOTSET)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does
    for name in names:
        yield Case(f"task: {name}", app.tasks[name], None, None, BUFFERS)


def _keep_due_dates() -> None:
    """Record the work calendar as applied: the filled due dates are such that nobody has to be reminded."""
    now, digest = timezone.now(), recalculation.calendar_digest()
    CalendarApplied.objects.create(digest=digest, seen_at=now - recalculation.SETTLES, compared_at=now)


def _compare_nothing() -> None:
    """Record tonight's comparison of the copies as done, and skip the audit entries of the filled rows.

    Their ciphertexts can't be decrypted with any key.
    """
    today = timezone.localdate()
    ended = {"entry": audit.last().number, "place": 0, "until": 0, "pass_began_on": today}
    CopyComparison.objects.create(on=today, finished_at=timezone.now(), **ended)
