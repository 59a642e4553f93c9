"""Limit concurrent child processes: per account one file in work and one waiting, so two threads and one child.

A large file that the portal makes, such as a case file, counts as a file in work too, without a child.

Each machine also has a limit for all accounts. Children use the memory of their machine, so the slots are a machine's
too: locks of files in LOCKS_ROOT, which the kernel releases when a process dies. They need no session of the database.
"""

import fcntl
import os
import random
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from django.conf import settings

from filings.evidence.limited import FileRefused

BUSY = "busy"
OF_ACCOUNT = ("at work", "waits")  # the slots of an account, one file each
WAIT_SECONDS = 10
_LOOK_SECONDS = 0.02
_FILES = 4096  # of accounts; those with the same number share their slots
# Returns the caller's name during a request; called only when a file is opened.
_caller: ContextVar[Callable[[], str] | None] = ContextVar("caller", default=None)


def account(user_id: int | None) -> str:
    """Return the name of an account's slots."""
    return f"account {user_id}"


@contextmanager
def of(caller: Callable[[], str]) -> Iterator[None]:
    """Use the name that ``caller`` returns for slots inside: an account's, or an anonymous client's address."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


@contextmanager
def slot() -> Iterator[None]:
    """Hold a slot; raise FileRefused when the account has two files already, or the wait is too long.

    The portal's own work, outside any request, needs only the machine's slot.
    """
    with ExitStack() as held:
        if caller := _caller.get():
            _hold_account(held, caller())
        _hold_machine(held)
        yield


@contextmanager
def making() -> Iterator[None]:
    """Hold the account's slot to have a large file made; raise FileRefused as ``slot`` does.

    Making it takes a thread of the web server for seconds, so an account has two threads at most.
    """
    with ExitStack() as held:
        if caller := _caller.get():
            _hold_account(held, caller())
        yield


def _hold_account(held: ExitStack, name: str) -> None:
    """Hold the account's slot, now or after its file in work; raise FileRefused for a third file."""
    at_work, waits = (f"{slot}: {name}" for slot in OF_ACCOUNT)
    if _hold(held, at_work):
        return
    with ExitStack() as queued:
        if not _hold(queued, waits):
            raise FileRefused(BUSY)
        _hold_in_time(held, at_work)


def _hold_machine(held: ExitStack) -> None:
    """Hold one of the machine's slots: a free one, or wait for a random one."""
    names = _of_machine(settings.FILES_AT_ONCE)
    random.shuffle(names)
    if not any(_hold(held, name) for name in names):
        _hold_in_time(held, names[0])


def hold_free(held: ExitStack, most: int) -> int:
    """Hold up to ``most`` of the machine's free slots, never the last of them; return how many."""
    count = 0
    for name in _of_machine(settings.FILES_AT_ONCE - 1):
        count += count < most and _hold(held, name)
    return count


def _of_machine(count: int) -> list[str]:
    return [f"machine {number}" for number in range(count)]


def _hold_in_time(held: ExitStack, name: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not _hold(held, name):
        if time.monotonic() > end:
            raise FileRefused(BUSY)
        time.sleep(_LOOK_SECONDS)


def _hold(held: ExitStack, name: str) -> bool:
    """Take a lock that ``held`` releases, unless somebody has it; return whether it was taken."""
    file = os.open(_path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    held.callback(os.close, file)
    return True


def _path(name: str) -> str:
    folder = settings.LOCKS_ROOT
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return os.path.join(folder, name.replace(" ", "-") if name.startswith("machine ") else _number(name))


def _number(name: str) -> str:
    return f"{zlib.crc32(name.encode()) % _FILES:04}"
