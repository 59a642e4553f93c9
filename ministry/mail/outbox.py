"""Queue Celery tasks after the commit, by name and with ids only."""

import logging
from dataclasses import dataclass

from celery import signature
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.outages import Breaker

FAILURES = (OperationalError, OSError)
BROKER = Breaker("the broker", FAILURES)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queueing:
    """A task to be queued, as what is called after the commit."""

    task: str
    ids: tuple[int, ...]

    def __call__(self) -> None:
        try:
            BROKER.ask(self._queue, lambda: None)
        except Exception:  # what is committed stays done, and its user is told so
            logger.exception("%s was not queued", self.task)

    def _queue(self) -> None:
        signature(self.task, args=self.ids).delay()


def after_commit(task: str, *ids: int) -> None:
    """Queue the task when the transaction is committed, once for any number of calls with the same ids.

    By name, because tasks import services and services must not import tasks. A broker that is down or hangs is only
    logged: the sweep of each task finds what was not queued. So is any other error, by ``Queueing``: Django's
    ``robust`` would log the ``__qualname__`` of the callable, and an instance has none.
    """
    queueing = Queueing(task, ids)
    # What a savepoint has registered goes when it is rolled back, so a call after that is not taken for a second one.
    if queueing not in (waiting for _savepoints, waiting, _robust in transaction.get_connection().run_on_commit):
        transaction.on_commit(queueing)
