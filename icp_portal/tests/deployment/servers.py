"""A database server of its own with a streaming replica, filled with a copy of the test's database, and web servers."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from django.db import connection

from icp_portal.tests.killing import until
from ops.bootstrap import ROOT
from ops.children import spawn
from ops.engines import Postgres

DATABASE = "public"
VISITOR = count()  # each request comes from another network address, so that none has asked too often


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Web:
    """A web server of the portal."""

    address: str

    def get(self, path: str, *, data: bytes | None = None, **headers: str) -> Answer:
        sent = {"X-Forwarded-For": f"192.0.2.{next(VISITOR) % 256}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if data is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        with closing(HTTPConnection(urlsplit(self.address).netloc, timeout=30)) as portal:
            portal.request("GET" if data is None else "POST", quote(path, safe="/?&=%#"), data, sent)
            answer = portal.getresponse()
            charset = answer.headers.get_content_charset("utf-8")
            return Answer(answer.status, answer.read().decode(charset), dict(answer.headers))


class Servers:
    """A primary and its replica under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.primary = Postgres(folder / "primary", folder / "primary.log", fast=True)
        self.replica = Postgres(folder / "replica", folder / "replica.log", fast=True, replica_of=self.primary)

    @contextmanager
    def running(self) -> Iterator["Servers"]:
        """Fill the primary with what the test has committed and start the replica; stop both at the end."""
        try:
            self.primary.start()
            self.primary.ensure_database(DATABASE)
            self._copy()
            self.replica.start()
            yield self
        finally:
            self.replica.stop()
            self.primary.stop()

    def _copy(self) -> None:
        source = re.sub(r"/portal\b", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
        copy = str(self.folder / "copy.sql")
        self._run("pg_dump", f"--file={copy}", _conninfo(source))
        self._run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={copy}", _conninfo(self.primary.url(DATABASE)))

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.primary._binaries / program), *arguments]
        subprocess.run(command, capture_output=True, check=True)

    def on_primary(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        return _asked(self.primary, statement, values)

    def on_replica(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        return _asked(self.replica, statement, values)

    def manage(self, *command: str) -> str:
        """Run a management command on the primary."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            env=os.environ | {"DATABASE_URL": self.primary.url(DATABASE)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @contextmanager
    def web(self, **env: str) -> Iterator[Web]:
        """Run a web server with these settings, as the portal's documentation starts it."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        address = f"http://localhost:{port}"
        server = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2"]
        child = spawn(
            server,
            self.folder / "web.log",
            env=os.environ
            | {"DATABASE_URL": self.primary.url(DATABASE), "SITE_URL": address, "BEHIND_PROXY": "true"}
            | env,
            folder=ROOT,
        )
        web = Web(address)
        try:
            until(lambda: _answers(port, child.has_ended), f"the web server answers: {child.last_lines()}")
            yield web
        finally:
            child.stop(10)


def _answers(port: int, has_ended: bool) -> bool:
    assert not has_ended
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _conninfo(url: str) -> str:
    return url.replace("postgres://", "postgresql://", 1)


def _asked(server: Postgres, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(DATABASE), autocommit=True) as database:
        done = database.execute(statement, values)
        return done.fetchall() if done.description else []


def is_found(answer: Answer) -> bool:
    assert answer.status == HTTPStatus.OK, (answer.status, answer.text[:3000])
    return "Nothing on record" not in answer.text
