"""Count the errors that processes log in the cache, so that any process can report the totals of all."""

import logging
from threading import local
from typing import Final

from django.core.cache import cache

PREFIX: Final = "logged:"
LEVELS: Final = ("ERROR", "CRITICAL")


class CountingHandler(logging.Handler):
    """Count a record. What counting itself logs, when the cache is down, is not counted."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._inside = local()

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(self._inside, "counting", False):
            return
        self._inside.counting = True
        try:
            key = f"{PREFIX}{record.levelname}"
            if not cache.add(key, 1, None):
                cache.incr(key)
        except Exception:  # a log line must never fail
            self.handleError(record)
        finally:
            self._inside.counting = False


def counts() -> dict[str, float]:
    """Return how many lines of each level were logged since the cache was emptied."""
    return {level.lower(): float(cache.get(f"{PREFIX}{level}") or 0) for level in LEVELS}
