"""The scheduler of the periodic tasks (``celery beat``): several may run, one of them orders the tasks.

That one holds a lock of the database in an open transaction, for which a pooler keeps a connection. When its process
dies, the lock is free at once, and the others ask for it every ``ASK_SECONDS``. When it hangs or its machine is lost,
the database ends the transaction after ``HANG_SECONDS`` without a statement. When each task was ordered last is in the
cache, so the next scheduler goes on where the last one stopped.
"""

import logging
from datetime import datetime
from typing import Any, Final

from celery.beat import ScheduleEntry, Scheduler
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, connections

BEATS_LOCK: Final = 7_264_120_041  # advisory
ASK_SECONDS: Final = 2
HANG_SECONDS: Final = 20
ORDERED: Final = "ordered:"  # in the cache, before the name of a task: when it was last ordered

logger = logging.getLogger(__name__)


class BeatLock:
    """The lock of the scheduler that orders the tasks. Only for a process in which nothing else uses the database."""

    def __init__(self) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS]
        self._is_held = False

    def is_held(self) -> bool:
        """Take the lock or check that it is still held; return whether it is. One statement; False if it fails."""
        try:
            self._is_held = self._asked()
        except Error as error:
            self._is_held = False
            logger.error("the lock of the periodic tasks is lost: %s", error)
            self._connection.close()
        return self._is_held

    def _asked(self) -> bool:
        if not self._is_held:
            self._connection.set_autocommit(False)
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true), pg_try_advisory_xact_lock(%s)",
                [f"{HANG_SECONDS}s", BEATS_LOCK],
            )
            is_held = bool(cursor.fetchone()[1])
        if not is_held:
            self._connection.rollback()
        return is_held


class SharedScheduler(Scheduler):
    """The scheduler of this module's text; ``CELERY_BEAT_SCHEDULER`` names it."""

    max_interval = ASK_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._lock = BeatLock()
        self._orders = False
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Read the schedule of the settings, as if no task had ever run; ``_begin`` reads when they last did."""
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Order the next due task, if this scheduler holds the lock; return after how many seconds to call again."""
        if not self._lock.is_held():
            self._wait()
            return ASK_SECONDS
        if not self._orders:
            self._begin()
        return super().tick(*args, **kwargs)

    def _wait(self) -> None:
        if self._orders:
            logger.warning("another scheduler may order the periodic tasks now")
        self._orders = False
        # What is due until now is ordered by the one that holds the lock; used where the cache has no entry.
        self._set({})

    def _begin(self) -> None:
        """Go on where the last scheduler stopped."""
        found = cache.get_many([f"{ORDERED}{name}" for name in self.schedule])
        self._set({key.removeprefix(ORDERED): datetime.fromisoformat(at) for key, at in found.items()}, keep=True)
        self._orders = True
        logger.info("this scheduler orders the periodic tasks from now on; %d were ordered before", len(found))

    def _set(self, ordered: dict[str, datetime], *, keep: bool = False) -> None:
        for name, entry in self.schedule.items():
            now = entry.default_now()
            known = ordered.get(name) or (entry.last_run_at if keep else None) or now
            entry.last_run_at = min(known, now)  # a clock may have been put back
        self._heap = None

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Order a task, then note when: one that is ordered while the process dies is ordered once more."""
        super().apply_entry(entry, producer=producer)
        cache.set(f"{ORDERED}{entry.name}", entry.default_now().isoformat(), None)
