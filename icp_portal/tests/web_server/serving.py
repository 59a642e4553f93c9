"""A web server process as ``manage.py portal`` starts it, on the test's database, and a client that reads streams."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from icp_portal.tests.killing import LONGEST, database_url, until
from ops.bootstrap import ROOT
from ops.portal import WEB

HOST = "testserver"


class WebServer:
    """Processes of gunicorn; ``kill`` ends them at once."""

    def __init__(self, log: Path, **variables: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self._command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", *WEB]
        self._env = {**os.environ, "DATABASE_URL": database_url(), **variables}
        self._log = log
        self._opened: list[http.client.HTTPResponse] = []
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, stdout=output, stderr=output, start_new_session=True
            )
        until(self._answers, f"the server answers, see {self._log}")

    @property
    def pid(self) -> int:
        """Process id of gunicorn's first process."""
        return self._process.pid

    def ended(self) -> int:
        """Wait for the end of the first process and return its exit status."""
        return self._process.wait(LONGEST)

    def kill(self) -> None:
        """kill -9 of every process at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(LONGEST)

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Return the answer, with its body still to be read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            connection.request("GET", path, headers={"Host": HOST, "Connection": "close", **headers})
            self._opened.append(response := connection.getresponse())
        except OSError:
            connection.close()
            raise
        return response

    def stop(self) -> None:
        """Kill it and close what was requested."""
        self.kill()
        for response in self._opened:
            response.close()

    def _answers(self) -> bool:
        assert self._process.poll() is None, self._log.read_text()
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False


class Stream:
    """A stream of events as a program reads it."""

    def __init__(self, server: WebServer, path: str, **headers: str) -> None:
        self.response = server.get(path, Accept="text/event-stream", **headers)
        self.last = ""

    @property
    def status(self) -> int:
        return self.response.status

    def next(self) -> dict[str, Any]:
        """Return the data of the next event; its id is ``last`` then."""
        while line := self.response.readline().decode():
            if line.startswith("id: "):
                self.last = line.removeprefix("id: ").rstrip("\n")
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found
        raise EOFError

    def leave(self) -> None:
        """Close the connection."""
        self.response.close()
