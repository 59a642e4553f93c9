"""Queue Celery tasks after the commit, by name and with ids only."""

from celery import signature
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.outages import Breaker

FAILURES = (OperationalError, OSError)
BROKER = Breaker("the broker", FAILURES)


def after_commit(task: str, *ids: int) -> None:
    """Queue the task when the transaction is committed.

    By name, because tasks import services and services must not import tasks. A broker that is down or hangs is only
    logged: the sweep of each task finds what was not queued. With ``robust``, any other error is only logged too.
    """
    transaction.on_commit(lambda: BROKER.ask(lambda: _queue(task, ids), lambda: None), robust=True)


def _queue(task: str, ids: tuple[int, ...]) -> None:
    signature(task, args=ids).delay()
