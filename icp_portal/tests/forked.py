"""Processes of their own that run one function of the portal: forked from one that has loaded the portal once."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from typing import Any
from unittest.mock import patch

from django.db import connection

from icp_portal.tests.killing import LONGEST, database_url

CONTEXT = multiprocessing.get_context("forkserver")
LOADED = "icp_portal.tests.loaded"

Start = Callable[[Callable[[], Any]], ForkServerProcess]


@contextmanager
def processes() -> Iterator[Start]:
    """Yield what starts a process that runs one function of the portal. What is left at the end is killed."""
    running: list[ForkServerProcess] = []
    CONTEXT.set_forkserver_preload([LOADED])

    def run(function: Callable[[], Any]) -> ForkServerProcess:
        running.append(CONTEXT.Process(target=function))
        own = {"DJANGO_SETTINGS_MODULE": "icp_portal.settings", "DATABASE_URL": database_url()}
        with patch.dict(os.environ, own):  # the first one starts the server, which keeps its environment
            running[-1].start()
        return running[-1]

    try:
        yield run
    finally:
        for process in running:
            kill(process)


def kill(process: ForkServerProcess) -> None:
    """kill -9, and wait for the end."""
    process.kill()
    process.join(LONGEST)


def exit_code(process: ForkServerProcess) -> int | None:
    """Wait for the end; return the exit code, or None when it did not come."""
    process.join(LONGEST)
    return process.exitcode


def connected() -> int:
    """Return how many other connections of this database there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
