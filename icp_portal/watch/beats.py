"""Store in the cache when each periodic task last succeeded, which shows workers that are dead or have no beat.

A task that has not succeeded yet counts from when it was first waited for: when the first scheduler began, or one of
a release that has a new task.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from celery.signals import beat_init, task_success
from django.core.cache import cache

from icp_portal import schedule

PREFIX: Final = "succeeded:"
SINCE: Final = "waited-for-since:"
# Of a task that runs all day, in each hour. Our own choice.
RUNS_MISSED: Final = 5
LATEST: Final = 300  # seconds that it may be late in any case
HOURS: Final = 24  # of a day


@task_success.connect
def record_success(sender: Any = None, **_kwargs: Any) -> None:
    """Note that a periodic task has succeeded now."""
    if sender is not None and sender.name in schedule.RUNS:
        cache.set(f"{PREFIX}{sender.name}", int(time.time()), None)


@beat_init.connect
def record_start(**_kwargs: Any) -> None:
    """Record the start of a scheduler: tasks are expected from then on."""
    since()


def last() -> Mapping[str, int]:
    """Return when tasks last succeeded, in seconds since 1970; without those of which nothing is known."""
    return _noted(PREFIX)


def since() -> Mapping[str, int]:
    """Return since when each task is waited for, in seconds since 1970; from now on where that is not known yet."""
    now, known = int(time.time()), _noted(SINCE)
    for task in schedule.RUNS.keys() - known.keys():
        cache.add(f"{SINCE}{task}", now, None)
    return dict.fromkeys(schedule.RUNS, now) | known


def allowed() -> dict[str, float]:
    """Return the seconds that may pass between two successes of each task that runs in every hour of the day."""
    every = {task: _interval(run["schedule"]) for task, run in schedule.RUNS.items()}
    return {task: max(RUNS_MISSED * seconds, LATEST) for task, seconds in every.items() if seconds}


def _interval(when: Any) -> int:
    """Return the most seconds between two runs; 0 if some hours of the day have none."""
    if isinstance(when, int):
        return when
    if len(when.hour) < HOURS:
        return 0
    minutes: list[int] = sorted(when.minute)
    return 60 * max(after - before for before, after in zip(minutes, [*minutes[1:], minutes[0] + 60], strict=True))


def _noted(prefix: str) -> dict[str, int]:
    found = cache.get_many([f"{prefix}{task}" for task in schedule.RUNS])
    return {key.removeprefix(prefix): int(at) for key, at in found.items()}
