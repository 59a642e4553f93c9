"""A worker that checks an upload is killed in the middle; an upload is accepted while the broker is down."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from icp_portal.tests.killing import LONGEST, Backend, until
from icp_portal.tests.racing import Racer, waiting_at_a_lock
from interchange.models import Download, Upload, UploadState
from interchange.tasks import sweep
from interchange.tests.systems import System
from interchange.tests.test_checking import codes, of_ending

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


def swept() -> None:
    """Run the sweep as some time after the upload and its last try."""
    Upload.objects.update(**dict.fromkeys(("received_at", "tried_at"), timezone.now() - timedelta(minutes=1)))
    sweep()


def checked_once() -> bool:
    until(lambda: Upload.objects.get().state == UploadState.CHECKED, "the upload is checked")
    return (codes(Upload.objects.get()), Download.objects.count()) == (["1016"], 1)


def test_a_worker_killed_while_it_writes_the_results(backend: Backend):
    """It is held there by another transaction that writes the one result of the upload, and then doesn't."""
    system = System()
    assert system.upload(of_ending(2, system)).code == 0
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Download.objects.create(connection=system.row, upload=Upload.objects.get(), file_name="a", size=1)
            held.set()
            over.wait(LONGEST)
            transaction.set_rollback(True)

    holder = Racer(hold)
    assert held.wait(LONGEST)
    worker = backend.start_worker()
    until(waiting_at_a_lock, "the worker writes the results")
    worker.kill()
    over.set()
    holder.join(LONGEST)
    assert (Upload.objects.get().state, Upload.objects.get().tries) == (UploadState.WAITING, 1)
    assert not Download.objects.exists()

    backend.start_worker()
    swept()
    assert checked_once()


def test_an_upload_that_was_accepted_while_the_broker_was_down(backend: Backend):
    """As after a kill between the commit and the queue: the row is there, the task is not."""
    system = System()
    backend.broker.kill()
    assert system.upload(of_ending(2, system)).code == 0
    assert (Upload.objects.get().state, system.reload().last_sequence) == (UploadState.WAITING, 1)

    backend.broker.start()
    backend.start_worker()
    assert backend.queued() == 0
    swept()
    assert checked_once()
