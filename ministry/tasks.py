"""Celery tasks: each takes an id and makes one call. The sweep queues again what a crash or a dead broker lost."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from ministry import audit
from ministry.mail import queue
from ministry.models import CertificateQuestion, PasswordTries, Recovery, Subject
from ministry.open_data import editions
from ministry.passwords import passwords, recoveries, tries
from ministry.public import certificate_questions

RETRIED: Any = {"autoretry_for": (OperationalError,), "retry_backoff": True, "retry_jitter": True, "max_retries": 8}
SWEEP_AFTER = timedelta(seconds=20)
SWEEP_BATCH = 500
SWEEP_EVERY = 30  # seconds
OPEN_DATA_SECONDS = 3600  # of the files of a month: some minutes for the whole country


@shared_task(name="ministry.send_mails")
def send_mails() -> None:
    """Send queued mails. Workers skip mails that another one is sending."""
    queue.send_due()


@shared_task(name="ministry.send_password")
def send_password(subject_id: int) -> None:
    """Send an owed filing password. The sweep retries one that the mail server doesn't accept."""
    passwords.send(subject_id)


@shared_task(name="ministry.look_up_recovery", **RETRIED)
def look_up_recovery(recovery_id: int) -> None:
    recoveries.look_up(recovery_id)


@shared_task(name="ministry.answer_certificate_question", **RETRIED)
def answer_certificate_question(question_id: int) -> None:
    certificate_questions.answer(question_id)


@shared_task(name="ministry.tell_lock", **RETRIED)
def tell_lock(tries_id: int) -> None:
    tries.tell_lock(tries_id)


def owed_passwords() -> "QuerySet[Subject, int]":
    """Return the subjects whose filing password has been owed longer than ``SWEEP_AFTER``."""
    owed = Subject.objects.filter(password_wanted_at__lt=timezone.now() - SWEEP_AFTER)
    return owed.values_list("pk", flat=True)[:SWEEP_BATCH]


@shared_task(name="ministry.sweep")
def sweep() -> None:
    """Queue again what has waited longer than ``SWEEP_AFTER``. Safe to run at any time and concurrently."""
    before = timezone.now() - SWEEP_AFTER
    for pk in owed_passwords():
        # The next sweep queues another try.
        send_password.apply_async((pk,), expires=SWEEP_EVERY)
    recoveries_owed = Recovery.objects.filter(looked_up_at=None, asked_at__lt=before)
    for pk in recoveries_owed.values_list("pk", flat=True)[:SWEEP_BATCH]:
        look_up_recovery.delay(pk)
    recoveries.end_expired()
    questions_owed = CertificateQuestion.objects.filter(answered_at=None, asked_at__lt=before)
    for pk in questions_owed.values_list("pk", flat=True)[:SWEEP_BATCH]:
        answer_certificate_question.delay(pk)
    locked = PasswordTries.objects.filter(untold=True, locked_until__lt=before + settings.PASSWORD_LOCK)
    for pk in locked.values_list("pk", flat=True)[:SWEEP_BATCH]:
        tell_lock.delay(pk)
    tries.clear()


@shared_task(name="ministry.seal_audit")
def seal_audit() -> None:
    """Add rows written since the last run to the audit chain. Safe to run at any time and concurrently."""
    audit.seal()
    audit.keep_head()


@shared_task(name="ministry.check_audit")
def check_audit() -> None:
    """Verify new entries of the audit log, then the rest; stop at the time limit and continue the next night.

    The result is shown on the ministry's desk and in the log files.
    """
    audit.seal()
    audit.check(settings.AUDIT_CHECK_SECONDS)


@shared_task(name="ministry.write_open_data", time_limit=OPEN_DATA_SECONDS)
def write_open_data() -> None:
    """Write the open data of this month unless they are there or being written; beat resumes after a killed worker."""
    editions.write_due()
