"""Two schedulers of the periodic tasks: one orders, the other takes over when it is killed, nothing comes twice."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from django.db import connection

from icp_portal import schedule
from icp_portal.deployment import queues
from icp_portal.deployment.beat import ASK_SECONDS, BEATS_LOCK, ORDERED
from icp_portal.tests.killing import LONGEST, Backend, database_url, until
from ops.bootstrap import ROOT

pytestmark = pytest.mark.django_db

# Not ordered again in the seconds of a test
SELDOM = {name for name, run in schedule.RUNS.items() if isinstance(run["schedule"], int) and run["schedule"] >= 60}
TAKES_OVER = b"orders the periodic tasks from now on"


class Beat:
    """A process of ``celery beat``."""

    def __init__(self, backend: Backend, log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "icp_portal", "beat", "--pidfile", "", "--loglevel", "INFO"],
                cwd=ROOT,
                env=backend.env,
                stdout=output,
                stderr=output,
            )

    def orders(self) -> bool:
        return TAKES_OVER in self.log.read_bytes()

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(LONGEST)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    made = Backend(tmp_path, database_url())
    made.broker.start()
    yield made
    made.stop()


@pytest.fixture
def begin(backend: Backend, tmp_path: Path) -> Iterator[Callable[[], Beat]]:
    begun: list[Beat] = []

    def begin_one() -> Beat:
        begun.append(Beat(backend, tmp_path / f"beat-{len(begun)}.log"))
        return begun[-1]

    yield begin_one
    for beat in begun:
        beat.stop()


def ordered(backend: Backend) -> Counter[str]:
    """How often each of the tasks that run seldom is in the broker."""
    with backend.client() as client:
        messages = [text for name in queues.NAMES for text in client.lrange(name, 0, -1)]
    return Counter(task for text in messages if (task := json.loads(text)["headers"]["task"]) in SELDOM)


def due(backend: Backend, *names: str) -> None:
    """As if these tasks were ordered an hour ago."""
    path = backend.env["REDIS_URL"].partition("://")[2].partition("?")[0]
    hour_ago = json.dumps((datetime.now(UTC) - timedelta(hours=1)).isoformat())
    with redis.Redis(unix_socket_path=path, db=1) as cache:
        for name in names:
            cache.set(f":2:{ORDERED}{name}", hour_ago)


def cut_connection() -> list[tuple[bool]]:
    """End the connection of the database that has the lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s",
            [BEATS_LOCK & 0xFFFFFFFF],
        )
        return cursor.fetchall()


def test_one_of_two_orders_and_the_other_takes_over_when_it_is_killed(backend, begin):
    due(backend, *SELDOM)
    two = [begin(), begin()]
    first = until(lambda: next((beat for beat in two if beat.orders()), None), "one of them orders")
    second = two[1 - two.index(first)]
    until(lambda: set(ordered(backend)) == SELDOM, "all that is due is ordered")
    until(lambda: b"beat: Starting" in second.log.read_bytes(), "the other one runs")
    assert not second.orders()

    due(backend, "ministry.send_mails")
    os.kill(first.process.pid, signal.SIGKILL)
    killed = time.monotonic()
    until(second.orders, "the other one takes over")

    assert time.monotonic() - killed < ASK_SECONDS + 5  # the machine may be busy
    until(lambda: b"Sending due task ministry.send_mails" in second.log.read_bytes(), "the other one orders")
    assert ordered(backend) == dict.fromkeys(SELDOM, 1)

    assert cut_connection() == [(True,)]
    until(lambda: second.log.read_bytes().count(TAKES_OVER) == 2, "it asks for the lost lock again")
    assert b"the lock of the periodic tasks is lost" in second.log.read_bytes()
    assert ordered(backend) == dict.fromkeys(SELDOM, 1)
