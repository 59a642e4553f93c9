"""The periodic tasks, measured with nothing due: what a run costs that finds no work."""

from collections.abc import Iterator

from django.conf import settings
from post_office.models import STATUS, Email

from bench.measuring import Case
from icp_portal.celery import app

# Measured in full elsewhere or by nature: a night's check reads the log.
LEFT_OUT = frozenset({"ministry.check_audit"})
RUNS = 3  # until nothing is due: the first ones do what the filled tables leave to do


def cases() -> Iterator[Case]:
    """Yield a case for each periodic task; first let them do what is due."""
    app.loader.import_default_modules()
    names = sorted({str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} - LEFT_OUT)
    Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)  # nobody is to get these mails
    for _run in range(RUNS):
        for name in names:
            app.tasks[name]()
            Email.objects.exclude(status=STATUS.sent).update(status=STATUS.sent)
    for name in names:
        yield Case(f"task: {name}", app.tasks[name])
