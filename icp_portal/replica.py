"""Public pages read from a streaming replica of the database, when DATABASE_REPLICA_URL names one.

Only what everybody sees, and only for visitors who are not signed in and have not just written something: they would
miss their own change. A replica that fails, or has not yet replayed what was written REPLICA_SECONDS ago, is left out
until it has caught up, and the page is answered from the primary. The limits are our own choice.

A batch of the programming interface counts its quota on the primary and only looks up its texts on the replica.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import ceil
from threading import Lock
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from accounts.outages import Breaker
from icp_portal.middleware import Middleware
from icp_portal.public_service import PUBLIC_PAGES

T = TypeVar("T")

ALIAS: Final = "replica"
# Not the feed of changes: a replica that is behind doesn't know the newest timepoint yet.
PAGES: Final = PUBLIC_PAGES - {"healthz", "live", "api:changes"} | {"query", "record"}
# Look up public rows by ``request.read_public``; all else they do is done on the primary
BATCHES: Final = frozenset({"api:batch"})
# Whose rows the pages show; sessions and accounts are always read from the primary.
APPS: Final = frozenset({"ministry", "filings", "records", "providers", "bureaus"})
WROTE: Final = "wrote"  # cookie of a browser that has just written something
WROTE_STAYS: Final = 30  # seconds, at least
CHECKS: Final = (
    3  # times REPLICA_SECONDS: a replica found fresh may be behind by nearly two of them before it is left out
)
SAFE: Final = frozenset({"GET", "HEAD"})

_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)


class ReplicaRouter:
    """Route the reads of ``reading_from_replica`` to the replica, and everything else to the primary."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return ALIAS if _reading.get() and model._meta.app_label in APPS else None

    def allow_relation(self, *_objects: Model, **_hints: Any) -> bool:
        return True  # both are the same database

    def allow_migrate(self, db: str, _app: str, **_hints: Any) -> bool | None:
        return False if db == ALIAS else None


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Read from the replica in the block."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def stays() -> int:
    """Return for how many seconds a browser that has written something is shown the primary's rows."""
    behind: float = settings.REPLICA_SECONDS
    return max(WROTE_STAYS, ceil(CHECKS * behind))


class Freshness:
    """Whether the replica has replayed what the primary had written at the check before; asked by one thread at a time.

    By positions in the write-ahead log, because times say nothing while the replica receives nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._written = ""  # the primary's position at the last check
        self._next_check = 0.0
        self._is_fresh = False

    def __call__(self) -> bool:
        """Return whether the replica is fresh; two statements every REPLICA_SECONDS.

        Raise OperationalError if a server fails.
        """
        with self._lock:
            if time.monotonic() >= self._next_check:
                self._next_check = time.monotonic() + settings.REPLICA_SECONDS
                self._is_fresh = False  # also if a server fails now
                written = _asked(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_lsn()::text")
                behind = _asked(ALIAS, "SELECT %s::pg_lsn > pg_last_wal_replay_lsn()", self._written or written)
                self._written, self._is_fresh = written, behind is False
            return self._is_fresh


def _asked(alias: str, statement: str, *values: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


class ReplicaMiddleware(Middleware):
    """Serve public pages from the replica if it is fresh, else from the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self._is_fresh = Freshness()
        self._replica = Breaker("the read replica", (OperationalError, InterfaceError))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and not _is_batch(request):
            response.set_cookie(
                WROTE, "1", max_age=stays(), secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return the page as read from the replica; None for any other page, and when the replica can't be read."""
        page = request.resolver_match
        if {WROTE, settings.SESSION_COOKIE_NAME} & request.COOKIES.keys():
            return None
        if _is_batch(request):
            request.read_public = self.read_public  # type: ignore[attr-defined]
            return None
        if page is None or page.view_name not in PAGES or request.method not in SAFE:
            return None
        return self._from_replica(lambda: view(request, *args, **kwargs))

    def read_public(self, read: Callable[[], T]) -> T:
        """Return what ``read`` returns from the replica, or from the primary when the replica can't be read."""
        found = self._from_replica(lambda: (read(),))
        return read() if found is None else found[0]

    def _from_replica(self, read: Callable[[], T]) -> T | None:
        def answered() -> T | None:
            if not self._is_fresh():
                return None
            with reading_from_replica():
                return read()

        return self._replica.ask(answered, lambda: None)


def _is_batch(request: HttpRequest) -> bool:
    page = request.resolver_match
    return page is not None and page.view_name in BATCHES
