"""Celery tasks of the interface, one call each. The sweep queues again what a crash or a dead broker lost."""

from celery import shared_task

from interchange import authentication, checking, erasing, ledger, proofs
from interchange.reporting import applying, fetching, queueing, running

SWEPT_EVERY = 60  # seconds between two sweeps
CHECK_SECONDS = 300  # of an upload of 1,000 records


@shared_task(name=ledger.TASK, time_limit=CHECK_SECONDS)
def check_upload(upload_id: int) -> None:
    """Check an accepted upload and write its results. If it fails, the sweep retries."""
    checking.check(upload_id)


@shared_task(name="interchange.sweep")
def sweep() -> None:
    """Queue the uploads that still wait to be checked; forget the random values and proofs of past days."""
    for upload_id in checking.due():
        check_upload.apply_async((upload_id,), expires=SWEPT_EVERY)
    authentication.forget_values()
    proofs.forget()


@shared_task(name=queueing.TASK)
def report(connection_id: int) -> None:
    """Send what waits for a bureau's system, and fetch what is there. If it fails, the sweep retries."""
    running.run(connection_id)


@shared_task(name=fetching.TASK, time_limit=CHECK_SECONDS)
def apply_file(file_id: int) -> None:
    """Apply a file that a bureau's system has handed out. If it fails, the sweep retries."""
    applying.apply(file_id)


@shared_task(name="interchange.sweep_reports")
def sweep_reports() -> None:
    """Queue the connections that have to call, and the files that are not applied."""
    for connection_id in running.due():
        report.apply_async((connection_id,), expires=SWEPT_EVERY)
    for file_id in running.not_applied():
        apply_file.apply_async((file_id,), expires=SWEPT_EVERY)


@shared_task(name="interchange.erase_old")
def erase_old() -> None:
    """Delete the contents of old uploads and downloads."""
    erasing.erase_old()
