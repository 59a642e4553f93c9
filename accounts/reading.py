"""Refuse changes during requests with a safe method (RFC 9110, 9.2.1).

The middleware marks each request, and code that changes a filing checks here, so that a view which doesn't check the
method raises instead of writing. Access log entries are not changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


class ChangeRefused(Exception):
    """A request with a safe method tried to change something."""


@contextmanager
def request(method: str) -> Iterator[None]:
    """Remember, for the duration of a request, whether its method is safe."""
    token = _reads_only.set(method in SAFE_METHODS)
    try:
        yield
    finally:
        _reads_only.reset(token)


def refuse_change() -> None:
    """Raise ChangeRefused inside a request with a safe method."""
    if _reads_only.get():
        raise ChangeRefused
