"""A circuit breaker for servers that the portal can do without, so that requests don't each wait for a dead one."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

PAUSE = 5.0  # seconds; our own choice: one request per process and five seconds may wait for a server that hangs

logger = logging.getLogger(__name__)


class Breaker:
    """Remember in this process that a server fails; let one caller every ``PAUSE`` seconds try it again."""

    def __init__(self, server: str, failures: tuple[type[Exception], ...]) -> None:
        self._server, self._failures = server, failures
        self._lock = Lock()
        self._ask_again_at: float | None = None  # None while the server answers

    @property
    def is_open(self) -> bool:
        """Return whether the server failed when it was last asked."""
        return self._ask_again_at is not None

    def ask(self, server: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """Return ``server()``, or ``otherwise()`` when the server fails now or is paused after a failure."""
        if not self._may_ask():
            return otherwise()
        try:
            answer = server()
        except self._failures as error:
            self._note_failure(error)
            return otherwise()
        self._note_answer()
        return answer

    def _may_ask(self) -> bool:
        with self._lock:
            if self._ask_again_at is None:
                return True
            if time.monotonic() < self._ask_again_at:
                return False
            self._ask_again_at = time.monotonic() + PAUSE  # other callers don't try meanwhile
            return True

    def _note_failure(self, error: Exception) -> None:
        with self._lock:
            self._ask_again_at = time.monotonic() + PAUSE
        # Afterwards, because a handler of the log may ask the same server.
        logger.error("%s does not answer (%s); not asked for %d s", self._server, type(error).__name__, PAUSE)

    def _note_answer(self) -> None:
        if self.is_open:
            logger.warning("%s answers again", self._server)
            with self._lock:
                self._ask_again_at = None
