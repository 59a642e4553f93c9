"""Limit concurrent child processes: per account one file in work and one waiting, so two threads and one child.

Each machine also has a limit for all accounts. The turns are advisory locks of PostgreSQL: they work while Valkey is
down, and are released when a process dies.
"""

import platform
import random
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import OperationalError, connection, transaction

from filings.evidence.limited import FileRefused

BUSY = "busy"
WAIT_SECONDS = 10
_CLASS = 1_003_012  # of these locks; their second number is the digest of a name
# Returns the caller's name during a request; called only when a file is opened.
_caller: ContextVar[Callable[[], str] | None] = ContextVar("caller", default=None)


def account(user_id: int | None) -> str:
    """Return the name of an account's turns."""
    return f"account {user_id}"


@contextmanager
def of(caller: Callable[[], str]) -> Iterator[None]:
    """Use the name that ``caller`` returns for turns inside: an account's, or an anonymous client's address."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


@contextmanager
def turn() -> Iterator[None]:
    """Hold a turn; raise FileRefused when the account has two files already, or the wait is too long.

    The portal's own work, outside any request, needs only the machine's turn.
    """
    with ExitStack() as held:
        if caller := _caller.get():
            _hold_account(held, caller())
        _hold_machine(held)
        yield


def _hold_account(held: ExitStack, name: str) -> None:
    """Hold the account's turn, now or after its file in work; raise FileRefused for a third file."""
    at_work = f"at work: {name}"
    if _locked(at_work):
        held.callback(_unlock, at_work)
        return
    with ExitStack() as queued:
        waits = f"waits: {name}"
        if not _locked(waits):
            raise FileRefused(BUSY)
        queued.callback(_unlock, waits)
        _hold_in_time(held, at_work)


def _hold_machine(held: ExitStack) -> None:
    """Hold one of the machine's turns: a free one, or wait for a random one."""
    names = [f"{platform.node()} {number}" for number in range(settings.FILES_AT_ONCE)]
    random.shuffle(names)
    for name in names:
        if _locked(name):
            held.callback(_unlock, name)
            return
    _hold_in_time(held, names[0])


def hold_free(held: ExitStack, most: int) -> int:
    """Hold up to so many of the machine's free turns, never the last of them; return how many."""
    count = 0
    for number in range(settings.FILES_AT_ONCE - 1):
        name = f"{platform.node()} {number}"
        if count < most and _locked(name):
            held.callback(_unlock, name)
            count += 1
    return count


def _hold_in_time(held: ExitStack, name: str) -> None:
    if not _waited_for(name):
        raise FileRefused(BUSY)
    held.callback(_unlock, name)


def _locked(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, _number(name)])
        return bool(cursor.fetchone()[0])


def _waited_for(name: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_CLASS, _number(name)])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
            raise
        return False
    return True


def _unlock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, _number(name)])


def _number(name: str) -> int:
    """Return a four-byte number for a name; names with the same number share their turns."""
    return int.from_bytes(zlib.crc32(name.encode()).to_bytes(4), signed=True)
