"""Places for responses that stay open, so that they never take all threads of the web server.

A process has a number of places, the whole portal has one, and a network address has one. The places of the portal and
of addresses are counted in the cache and end by themselves, should a process be killed; while the cache is down each
process counts for itself.
"""

from threading import Lock
from typing import Final

from django.conf import settings
from django.core.cache import cache

KEPT_FOR: Final = 40  # seconds after which a place is free that was not kept
_lock = Lock()
_taken = 0  # in this process


class NoPlace(Exception):
    """All places are taken; ``is_own``: that of the address which asks."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__()
        self.is_own = is_own


class Place:
    """A place that somebody has; ``keep`` it more often than ``KEPT_FOR``, and give it ``back`` once."""

    def __init__(self, address: str) -> None:
        """Take a place for a network address; raise NoPlace."""
        self._keys: list[str] = []
        self._counts = False  # in this process
        try:
            self._take([f"stream:of:{address}"], is_own=True)
            self._take_of_process()
            self._take([f"stream:place:{number}" for number in range(settings.STREAMS)], is_own=False)
        except NoPlace:
            self.back()
            raise

    def _take_of_process(self) -> None:
        global _taken  # noqa: PLW0603 — one number for all threads
        with _lock:
            if _taken >= settings.STREAMS_PER_PROCESS:
                raise NoPlace(is_own=False)
            _taken += 1
            self._counts = True

    def _take(self, keys: list[str], *, is_own: bool) -> None:
        for key in keys:
            if cache.add(key, 1, timeout=KEPT_FOR):
                self._keys.append(key)
                return
        raise NoPlace(is_own=is_own)

    def keep(self) -> None:
        """Keep the place for another ``KEPT_FOR`` seconds."""
        for key in self._keys:
            cache.set(key, 1, timeout=KEPT_FOR)

    def back(self) -> None:
        """Free the place."""
        global _taken  # noqa: PLW0603
        for key in self._keys:
            cache.delete(key)
        with _lock:
            _taken -= self._counts
            self._counts = False
