"""Background work of the filings: a name, one call. Beat runs each of these too, so nothing stays lost."""

from celery import shared_task

from filings.deadlines import clearing, recalculation, sweeps, waiting
from filings.evidence import file_checks
from filings.rules import mailboxes
from filings.services import transfers
from filings.verification import one_time_codes

CODES_EVERY = 60  # seconds between two sweeps


@shared_task(name="filings.send_code")
def send_code(check_id: int) -> None:
    """Send a code that is owed. One that the gateway does not take is tried again by the sweep."""
    one_time_codes.send(check_id)


@shared_task(name="filings.send_mailbox_code")
def send_mailbox_code(box_id: int) -> None:
    """Send a code to an address that is to be proved. One that the mail server does not take waits for the sweep."""
    mailboxes.send(box_id)


@shared_task(name="filings.sweep_codes")
def sweep_codes() -> None:
    """Send the codes that are still owed, and return what has waited too long."""
    for check_id in one_time_codes.owed():
        # Nobody needs this try once the next sweep has queued another.
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
    """Lapse one batch and queue the next, so that a long night's work is no long task."""
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
    """Compare storage and record, a piece at a time; beat takes up again what a killed worker has left."""
    if file_checks.go_on():
        check_files.delay()


@shared_task(name="filings.clear")
def clear() -> None:
    clearing.clear()
