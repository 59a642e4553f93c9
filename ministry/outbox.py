"""Jobs are queued after the commit, by name, with ids only."""

from celery import signature
from django.db import transaction


def after_commit(task: str, *ids: int) -> None:
    """Queue the task when the transaction is committed.

    By name, because tasks import services and services must not import tasks. ``robust``: a dead broker is
    logged and nothing else; the sweep that belongs to each task finds what was not queued.
    """
    transaction.on_commit(signature(task, args=ids).delay, robust=True)
