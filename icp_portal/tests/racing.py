"""Threads held inside their transactions until another one waits for them, and what they return."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from post_office.connections import connections as mail_servers

from filings import services
from filings.errors import MoveRefused
from filings.models import Filing
from icp_portal.tests.builders import Case

LONGEST = 10.0  # seconds; a wait that comes near it means that something is broken


class Racer(threading.Thread):
    """Runs one call in a thread with a connection of its own, and keeps what came of it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self.result: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._call()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()
            mail_servers.close()  # each thread keeps a connection of its own

    def finish(self) -> "Racer":
        self.join(LONGEST)
        assert not self.is_alive(), "a thread hangs"
        if self.error and not isinstance(self.error, MoveRefused):
            raise self.error
        return self


class Gate:
    """Stands in for a function: its first caller waits inside until ``open``; all others pass."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self._original = getattr(owner, name)
        self._first = threading.Lock()
        self.reached, self._opened = threading.Event(), threading.Event()
        monkeypatch.setattr(owner, name, self._call)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        answer = self._original(*args, **kwargs)
        if self._first.acquire(blocking=False):
            self.reached.set()
            assert self._opened.wait(LONGEST), "the gate was never opened"
        return answer

    def open(self) -> None:
        self._opened.set()


def meet(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, parties: int) -> None:
    """Let each thread's first call of a function wait inside it for those of all the others."""
    original, barrier, came = getattr(owner, name), threading.Barrier(parties), threading.local()

    def call(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if not getattr(came, "already", False):
            came.already = True
            barrier.wait(LONGEST)
        return answer

    monkeypatch.setattr(owner, name, call)


def waiting_at_a_lock() -> int:
    """Return how many other connections of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the same answer for ever
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def one_then_the_other(gate: Gate, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Racer, Racer]:
    """Hold the first inside its transaction until the second waits at the lock, or has passed without one."""
    leader = Racer(first)
    assert gate.reached.wait(LONGEST) or leader.error, "the first never came to the gate"
    follower = Racer(second)
    deadline = time.monotonic() + LONGEST
    while follower.is_alive() and not waiting_at_a_lock():
        assert time.monotonic() < deadline, "the second neither waits nor ends"
        time.sleep(0.01)
    gate.open()
    return leader.finish(), follower.finish()


def won(*racers: Racer) -> list[bool]:
    return [racer.error is None for racer in racers]


def words(racer: Racer) -> str:
    assert isinstance(racer.error, MoveRefused)
    return str(racer.error)


def submit(case: Case) -> Callable[[], None]:
    return lambda: services.submit(case.filing.pk, case.host, version=case.filing.version)


def copies(case: Case, count: int, **changes: Any) -> list[Filing]:
    """The case's filing and copies of its row up to ``count``, each under a domain and a certificate of its own."""
    made = [case.filing]
    for number in range(1, count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.save(force_insert=True)
        made.append(row)
    Filing.objects.filter(pk__in=[row.pk for row in made]).update(**changes)
    return made
