"""Celery tasks of the filings, one call each. Beat runs each of them, or a sweep that queues it, so none is lost."""

from celery import shared_task

from filings.deadlines import clearing, recalculation, sweeps, waiting
from filings.evidence import file_checks
from filings.rules import mailboxes
from filings.services import transfers
from filings.verification import one_time_codes

CODES_EVERY = 60  # seconds between two sweeps


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


@shared_task(name="filings.watch_deadlines")
def watch_deadlines() -> None:
    sweeps.watch_deadlines()


@shared_task(name="filings.derive_due_dates")
def derive_due_dates() -> None:
    recalculation.derive_due_dates()
    recalculation.tell_moved()


@shared_task(name="filings.tell_moved")
def tell_moved() -> None:
    recalculation.tell_moved()


@shared_task(name="filings.lapse_drafts")
def lapse_drafts() -> None:
    """Lapse one batch and queue the next, to keep each task short."""
    if sweeps.lapse_drafts():
        lapse_drafts.delay()


@shared_task(name="filings.tell_stranded")
def tell_stranded() -> None:
    transfers.tell_hosts()


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


@shared_task(name="filings.erase_lapsed")
def erase_lapsed() -> None:
    """Erase one batch and queue the next."""
    if sweeps.erase_lapsed():
        erase_lapsed.delay()


@shared_task(name="filings.check_files")
def check_files() -> None:
    """Compare storage and database, one batch per task; beat resumes after a killed worker."""
    if file_checks.go_on():
        check_files.delay()


@shared_task(name="filings.clear")
def clear() -> None:
    clearing.clear()
