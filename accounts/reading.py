"""Whether the request under way only reads: by a safe method (RFC 9110, 9.2.1) nobody changes anything.

The middleware says so of each request, and what changes a filing asks here, so that a view which forgets to tell
methods apart refuses instead of writing. Notes of who has looked at what are no changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


class ChangeRefused(Exception):
    """Something was to be changed by a request that only reads."""


@contextmanager
def request(method: str) -> Iterator[None]:
    """Hold for the time of a request whether its method is a safe one."""
    token = _reads_only.set(method in SAFE_METHODS)
    try:
        yield
    finally:
        _reads_only.reset(token)


def refuse_change() -> None:
    """Raise ChangeRefused inside a request that only reads."""
    if _reads_only.get():
        raise ChangeRefused
