"""Celery tasks of the filings, one call each. Beat runs each of them, or a sweep that queues it, so none is lost."""

from typing import Any

from celery import Task, shared_task
from django.conf import settings

from filings.appointments import reminders
from filings.deadlines import batches, clearing, erasing, looks, recalculation, sweeps, waiting
from filings.evidence import file_checks, rescan
from filings.figures import monthly
from filings.mail import staff_mails
from filings.reading import requests
from filings.rules import mailboxes
from filings.services import transfers
from filings.verification import one_time_codes
from filings.webhooks import sending, writing

CODES_EVERY = READINGS_EVERY = 60  # seconds between two sweeps
WEBHOOKS_EVERY = 15
READING_SECONDS = 45  # of one picture, which takes about one


@shared_task(name="filings.send_code")
def send_code(check_id: int) -> None:
    """Send a code that is due. If the gateway refuses it, the sweep retries."""
    one_time_codes.send(check_id)


@shared_task(name="filings.send_mailbox_code")
def send_mailbox_code(box_id: int) -> None:
    """Send a code to an address to be verified. If the mail server refuses it, the sweep retries."""
    mailboxes.send(box_id)


@shared_task(name="filings.sweep_codes")
def sweep_codes() -> None:
    """Queue the codes that are still due, and return filings whose codes have expired to the provider."""
    for check_id in one_time_codes.owed():
        # Superseded once the next sweep has queued another.
        send_code.apply_async((check_id,), expires=CODES_EVERY)
    for box_id in mailboxes.owed():
        send_mailbox_code.apply_async((box_id,), expires=CODES_EVERY)
    one_time_codes.end_expired()


@shared_task(name=requests.TASK, soft_time_limit=READING_SECONDS, time_limit=READING_SECONDS + 15)
def read_picture(reading_id: int) -> None:
    """Read a picture, in the worker of the queue ``reading``. If it fails, the sweep retries."""
    requests.fulfil(reading_id)


@shared_task(name="filings.sweep_readings")
def sweep_readings() -> None:
    """Queue the pictures that are still to be read."""
    for reading_id in requests.due():
        read_picture.apply_async((reading_id,), expires=READINGS_EVERY)


@shared_task(name=writing.TASK)
def deliver_webhooks(endpoint_id: int) -> None:
    """Send the messages due to an address, in a worker of the queue ``webhooks``. The sweep queues what is left."""
    if sending.deliver(endpoint_id):
        deliver_webhooks.delay(endpoint_id)


@shared_task(name="filings.sweep_webhooks")
def sweep_webhooks() -> None:
    """Queue the addresses with messages due."""
    for endpoint_id in sending.due():
        deliver_webhooks.apply_async((endpoint_id,), expires=WEBHOOKS_EVERY)


@shared_task(name="filings.watch_deadlines")
def watch_deadlines() -> None:
    sweeps.watch_deadlines()


@shared_task(name="filings.collect_mails")
def collect_mails() -> None:
    staff_mails.collect()


@shared_task(name="filings.derive_due_dates")
def derive_due_dates() -> None:
    recalculation.derive_due_dates()
    recalculation.tell_moved()


@shared_task(name="filings.tell_moved")
def tell_moved() -> None:
    recalculation.tell_moved()


def _go_on(task: "Task[Any, Any]", run: batches.Run) -> None:
    """Queue the rest behind the tasks that wait meanwhile."""
    if run.after is not None:
        task.delay(run.after)


@shared_task(name="filings.lapse_drafts")
def lapse_drafts(after: int = 0) -> None:
    """Lapse drafts with keys above ``after`` for a limited time, then queue the rest."""
    _go_on(lapse_drafts, sweeps.lapse_drafts(after))


@shared_task(name="filings.tell_stranded")
def tell_stranded() -> None:
    transfers.tell_hosts()


@shared_task(name="filings.warn_waiting")
def warn_waiting() -> None:
    waiting.warn()


@shared_task(name="filings.lapse_waiting")
def lapse_waiting(after: int = 0) -> None:
    """Lapse filings with keys above ``after`` for a limited time, then queue the rest."""
    _go_on(lapse_waiting, waiting.lapse(after))


@shared_task(name="filings.remind_hosts")
def remind_hosts() -> None:
    sweeps.remind_hosts()
    reminders.remind()


@shared_task(name="filings.erase_ended")
def erase_ended(after: int = 0) -> None:
    """Erase filings with keys above ``after`` for a limited time, then queue the rest."""
    _go_on(erase_ended, erasing.erase_ended(after))


@shared_task(name="filings.erase_looks")
def erase_looks() -> None:
    """Erase who looked at data long ago, for a limited time, then queue the rest."""
    if looks.erase_old():
        erase_looks.delay()


@shared_task(name="filings.check_files")
def check_files() -> None:
    """Compare storage and database, one batch per task; beat resumes after a killed worker."""
    if file_checks.go_on():
        check_files.delay()


@shared_task(name="filings.rescan")
def rescan_files() -> None:
    """Have the next stored files scanned again; the next run continues."""
    rescan.go_on(settings.RESCAN_SECONDS)


@shared_task(name="filings.clear")
def clear() -> None:
    clearing.clear()


@shared_task(name="filings.count_figures")
def count_figures() -> None:
    """Count the newest month that is due and queue the next; beat resumes after a killed worker."""
    if monthly.count_next():
        count_figures.delay()
