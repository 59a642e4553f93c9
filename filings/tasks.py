"""Background work of the filings: a name, one call. Beat runs each of these too, so nothing stays lost."""

from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.db import OperationalError, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from filings import adoptions, codes, derivation, digests, sweeps, waiting
from filings.imports import writing
from filings.models import ImportState
from filings.orders import matters
from filings.orders import reminders as order_reminders
from filings.records import reminders as record_reminders

MAILS_A_RUN = 200
# The mail server may be down, and each try can take its whole time-out.
REFUSALS_A_RUN = 3
TRIES = 8


@shared_task(name="filings.send_mails")
def send_mails() -> None:
    """Send what is queued, one mail a transaction. Workers skip what another one is sending."""
    refused = 0
    for _n in range(MAILS_A_RUN):
        if (was_sent := _send_next()) is None:
            return
        refused += not was_sent
        if refused == REFUSALS_A_RUN:
            return


def _send_next() -> bool | None:
    """Send the next due mail under its row's lock; answer whether it went out, None when there is none.

    A refusal by the mail server is tried again later.
    """
    with transaction.atomic():
        mail = (
            Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued], scheduled_time__lte=timezone.now())
            .select_for_update(skip_locked=True)
            .order_by("pk")
            .first()
        )
        if mail is None:
            return None
        if mail.dispatch(log_level=1) == STATUS.failed:
            _try_later(mail)
            return False
    return True


def _try_later(mail: Email) -> None:
    """Wait twice as long after each refusal; after ``TRIES`` the mail stays failed for an operator to see."""
    tries = (mail.number_of_retries or 0) + 1
    if tries < TRIES:
        mail.number_of_retries = tries
        mail.status = STATUS.requeued
        mail.scheduled_time = timezone.now() + timedelta(seconds=15 * 2**tries)
        mail.save(update_fields=["number_of_retries", "status", "scheduled_time"])


@shared_task(
    name="filings.send_code",
    autoretry_for=(OSError, SMTPException, OperationalError),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=TRIES,
)
def send_code(check_id: int) -> None:
    codes.send(check_id)


@shared_task(name="filings.sweep_codes")
def sweep_codes() -> None:
    """Send the codes that a crash has left owed, and return what has waited too long."""
    for check_id in codes.owed():
        send_code.delay(check_id)
    codes.end_expired()


@shared_task(name="filings.end_adoptions")
def end_adoptions() -> None:
    """Write down which records a new password has taken out of an account."""
    adoptions.end_lapsed()


@shared_task(name="filings.watch_deadlines")
def watch_deadlines() -> None:
    sweeps.watch_deadlines()


@shared_task(name="filings.derive_due_dates")
def derive_due_dates() -> None:
    derivation.derive_due_dates()
    derivation.tell_moved()


@shared_task(name="filings.tell_moved")
def tell_moved() -> None:
    derivation.tell_moved()


@shared_task(name="filings.write_digests")
def write_digests() -> None:
    digests.write()


@shared_task(name="filings.warn_of_missing_calendar")
def warn_of_missing_calendar() -> None:
    digests.warn_of_missing_calendar()


@shared_task(name="filings.lapse_drafts")
def lapse_drafts() -> None:
    """Lapse one batch and queue the next, so that a long night's work is no long task."""
    if sweeps.lapse_drafts():
        lapse_drafts.delay()


@shared_task(name="filings.warn_waiting")
def warn_waiting() -> None:
    waiting.warn()


@shared_task(name="filings.lapse_waiting")
def lapse_waiting() -> None:
    """Lapse one batch and queue the next."""
    if waiting.lapse():
        lapse_waiting.delay()


@shared_task(name="filings.remind_hosts")
def remind_hosts() -> None:
    sweeps.remind_hosts()


@shared_task(name="filings.remind_of_records")
def remind_of_records() -> None:
    record_reminders.sweep()


@shared_task(name="filings.erase_lapsed")
def erase_lapsed() -> None:
    """Erase one batch and queue the next."""
    if sweeps.erase_lapsed():
        erase_lapsed.delay()


@shared_task(name="filings.remind_of_orders")
def remind_of_orders() -> None:
    order_reminders.remind()


@shared_task(name="filings.watch_matters")
def watch_matters() -> None:
    matters.sweep()
    matters.remind()


# --- Imports: each run does a piece and queues the next, so that no task is long ---------------------------


@shared_task(name="filings.check_import")
def check_import(import_id: int) -> None:
    if writing.check_some(import_id):
        check_import.delay(import_id)


@shared_task(name="filings.write_import")
def write_import(import_id: int) -> None:
    if writing.write_some(import_id):
        write_import.delay(import_id)


RUNS = {ImportState.CHECKING: check_import, ImportState.WRITING: write_import}


@shared_task(name="filings.resume_imports")
def resume_imports() -> None:
    """Take up again what a killed worker or a dead broker has left."""
    for import_id, state in writing.stalled():
        RUNS[ImportState(state)].delay(import_id)


@shared_task(name="filings.erase_imports")
def erase_imports() -> None:
    writing.erase_old()
