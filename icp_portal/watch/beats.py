"""Store in the cache when each periodic task last succeeded, which shows workers that are dead or have no beat."""

import time
from collections.abc import Mapping
from typing import Any, Final

from celery.signals import task_success
from django.core.cache import cache

from icp_portal import schedule

PREFIX: Final = "succeeded:"
SINCE: Final = "watched-since"


@task_success.connect
def record_success(sender: Any = None, **_kwargs: Any) -> None:
    """Note that a periodic task has succeeded now."""
    if sender is not None and sender.name in schedule.RUNS:
        cache.set(f"{PREFIX}{sender.name}", int(time.time()), None)


def last() -> Mapping[str, int]:
    """Return when tasks last succeeded, in seconds since 1970; without those of which nothing is known."""
    found = {task: cache.get(f"{PREFIX}{task}") for task in schedule.RUNS}
    return {task: int(at) for task, at in found.items() if at is not None}


def since() -> int:
    """Return when the runs of tasks were first asked for, in seconds since 1970: what ran before may be unknown."""
    now = int(time.time())
    cache.add(SINCE, now, None)
    return int(cache.get(SINCE, now))
