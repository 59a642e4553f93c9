"""Copies of small tables in the memory of a process, so that reading them costs no query."""

import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

KEPT_FOR: Final = 30  # seconds until a process reads a table again; our own choice


T = TypeVar("T")


class ProcessCopy(Generic[T]):
    """What ``read`` has returned, for at most ``KEPT_FOR`` seconds."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._until = 0.0

    def value(self) -> T:
        """Return the copy; read it again when it is too old."""
        if time.monotonic() >= self._until:
            self.set(self._read(), time.monotonic() + KEPT_FOR)
        return self._value

    def set(self, value: T, until: float) -> None:
        """Return this value until a moment of the monotonic clock."""
        self._value, self._until = value, until

    def forget(self) -> None:
        """Read again when it is next asked for."""
        self._until = 0.0
