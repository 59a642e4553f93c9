"""A portal in a process of its own: it works and serves in children that a test can kill at any moment.

The process loads Django once and forks for each piece of work, so that a kill and a new beginning cost nothing. See
``portal_process``.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from icp_portal.tests.killing import LONGEST, database_url, until
from ops.bootstrap import ROOT


class Portal:
    """The portal's process, seen from the test. ``call`` waits for the work, ``begin`` doesn't."""

    def __init__(self, folder: Path, database: str, **env: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{urlsplit(database).path.strip('/')}.log"
        settings = {"DATABASE_URL": database, "SITE_URL": self.url, "WEBHOOKS_TO_LOCAL": "true"} | env
        with self.log.open("ab") as log:
            self._process = self._started(log, settings)

    @staticmethod
    def _started(log: IO[bytes], settings: dict[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "interchange.tests.reporting.portal_process"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "icp_portal.settings", **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )

    def _ask(self, *command: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self.log.read_text()[-3000:]
        return json.loads(answer)

    def call(self, work: str, *given: Any) -> Any:
        """Return what a piece of work returns."""
        is_done, answer = self._ask("call", work, *given)
        assert is_done, self.log.read_text()[-3000:]
        return answer

    def begin(self, work: str, *given: Any) -> None:
        """Begin a piece of work in a child; it goes on until its end or ``kill``."""
        self._ask("begin", work, *given)

    def kill(self) -> bool:
        """kill -9 of the child that was begun; return whether it was still at work."""
        return bool(self._ask("kill"))

    def serve(self) -> None:
        """Start the web server, after ``stop`` a new one at the same port."""
        self._ask("serve", self.port)
        until(self._answers, "the server answers")

    def stop(self) -> None:
        """kill -9 of the web server."""
        self._ask("stop")

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        return False

    def end(self) -> None:
        """kill -9 of everything."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=LONGEST)


def copied_database(name: str) -> str:
    """Copy the test's database as it is now; return the copy's address."""
    source = connection.settings_dict["NAME"]
    connection.close()
    dropped_database(name)
    with _maintenance() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return urlsplit(database_url())._replace(path=f"/{name}").geturl()


def dropped_database(name: str) -> None:
    with _maintenance() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _maintenance() -> psycopg.Connection[Any]:
    url = urlsplit(database_url())._replace(path="/postgres").geturl()
    return psycopg.connect(url.replace("postgres://", "postgresql://", 1), autocommit=True)
