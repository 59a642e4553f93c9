"""Celery tasks of the interface, one call each. The sweep queues again what a crash or a dead broker lost."""

from celery import shared_task

from interchange import authentication, checking, erasing, ledger, proofs

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


@shared_task(name="interchange.erase_old")
def erase_old() -> None:
    """Delete the contents of old uploads and downloads."""
    erasing.erase_old()
