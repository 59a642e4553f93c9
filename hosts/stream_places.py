"""Places for responses that stay open, so that they never take all threads of the web server.

Streams have a limit per process, one for the whole portal and one per network address; downloads have one per process.
Places of the portal and of addresses are counted in the cache and expire if a process is killed; while the cache is
down, each process counts its own.
"""

from collections import Counter
from threading import Lock
from typing import Final

from django.conf import settings
from django.core.cache import cache

KEPT_FOR: Final = 40  # seconds after which a place is free that was not kept
_lock = Lock()
_taken: Counter[str] = Counter()  # in this process, by the setting that limits them


class NoPlace(Exception):
    """All places are taken; ``is_own``: that of the address which asks."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__()
        self.is_own = is_own


class Place:
    """A place in this process: one of as many as the ``setting`` of that name says. Give it ``back``, once or more."""

    def __init__(self, setting: str) -> None:
        """Take a place; raise NoPlace."""
        self._setting, self._has = setting, False
        with _lock:
            if _taken[setting] >= getattr(settings, setting):
                raise NoPlace(is_own=False)
            _taken[setting] += 1
            self._has = True

    def back(self) -> None:
        """Release the place."""
        with _lock:
            _taken[self._setting] -= self._has
            self._has = False


class StreamPlace:
    """A place for a stream; ``extend`` it more often than ``KEPT_FOR``, and give it ``back``, once or more."""

    def __init__(self, address: str) -> None:
        """Take a place for a network address; raise NoPlace."""
        self._keys: list[str] = []
        self._place: Place | None = None
        try:
            self._take([f"stream:of:{address}"], is_own=True)
            self._place = Place("STREAMS_PER_PROCESS")
            self._take([f"stream:place:{number}" for number in range(settings.STREAMS)], is_own=False)
        except NoPlace:
            self.back()
            raise

    def _take(self, keys: list[str], *, is_own: bool) -> None:
        for key in keys:
            if cache.add(key, 1, timeout=KEPT_FOR):
                self._keys.append(key)
                return
        raise NoPlace(is_own=is_own)

    def extend(self) -> None:
        """Keep the place for another ``KEPT_FOR`` seconds."""
        for key in self._keys:
            cache.set(key, 1, timeout=KEPT_FOR)

    def back(self) -> None:
        """Free the place."""
        while self._keys:
            cache.delete(self._keys.pop())
        if self._place:
            self._place.back()
