"""Background work: an id in, one call. What a crash or a dead broker lost is found by the sweep."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from ministry import audit
from ministry.mail import queue
from ministry.models import PasswordTries, Recovery, Subject
from ministry.passwords import passwords, recoveries, tries

TRIES = 8
SWEEP_AFTER = timedelta(seconds=20)
SWEEP_BATCH = 500
SWEEP_EVERY = 30  # seconds


@shared_task(name="ministry.send_mails")
def send_mails() -> None:
    """Send what is queued. Workers skip what another one is sending."""
    queue.send_due()


@shared_task(name="ministry.send_password")
def send_password(subject_id: int) -> None:
    """Send a password that is owed. One that the mail server does not take is tried again by the sweep."""
    passwords.send(subject_id)


@shared_task(
    name="ministry.look_up_recovery",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=TRIES,
)
def look_up_recovery(recovery_id: int) -> None:
    recoveries.look_up(recovery_id)


@shared_task(
    name="ministry.tell_lock",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=TRIES,
)
def tell_lock(tries_id: int) -> None:
    tries.tell_lock(tries_id)


def owed_passwords() -> "QuerySet[Subject, int]":
    """Return the subjects whose filing password has been owed longer than ``SWEEP_AFTER``."""
    owed = Subject.objects.filter(password_wanted_at__lt=timezone.now() - SWEEP_AFTER)
    return owed.values_list("pk", flat=True)[:SWEEP_BATCH]


@shared_task(name="ministry.sweep")
def sweep() -> None:
    """Queue again what has waited longer than ``SWEEP_AFTER``. Safe to run at any time, twice at once."""
    before = timezone.now() - SWEEP_AFTER
    for pk in owed_passwords():
        # Nobody needs this try once the next sweep has queued another.
        send_password.apply_async((pk,), expires=SWEEP_EVERY)
    for pk in Recovery.objects.filter(looked_up_at=None, asked_at__lt=before).values_list("pk", flat=True)[
        :SWEEP_BATCH
    ]:
        look_up_recovery.delay(pk)
    recoveries.end_expired()
    locked = PasswordTries.objects.filter(untold=True, locked_until__lt=before + settings.PASSWORD_LOCK)
    for pk in locked.values_list("pk", flat=True)[:SWEEP_BATCH]:
        tell_lock.delay(pk)
    tries.clear()


@shared_task(name="ministry.seal_audit")
def seal_audit() -> None:
    """Give what was written since the last run its place in the audit log. Safe to run at any time, twice at once."""
    audit.seal()
    audit.keep_head()


@shared_task(name="ministry.check_audit")
def check_audit() -> None:
    """Prove what is new in the audit log, then the rest in turn; stops in time and goes on the next night.

    The result stands on the ministry's desk and in the log files.
    """
    audit.seal()
    audit.check(settings.AUDIT_CHECK_SECONDS)
