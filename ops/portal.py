"""``manage.py portal``: run the whole portal on one machine until Ctrl-C."""

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from types import FrameType
from typing import Any, NoReturn

from ops.bootstrap import ROOT
from ops.children import Part, spawn
from ops.engines import EngineError, Postgres, Valkey
from ops.programs import free_port
from ops.state import PortalError, State
from ops.supervisor import Program, Supervisor

HEALTH_SECONDS = 60.0
WEB = ["--graceful-timeout", "2"]  # the rest is in gunicorn.conf.py
# Who runs the demo; both are invented.
OPERATOR = {"OPERATOR_NAME": "示例备案服务中心", "OPERATOR_PHONE": "010-66001234", "OPERATOR_HOURS": "9:00–17:00"}
WORKER = [
    *("--queues", "mail,documents,sweeps", "--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO"),
    *("--without-gossip", "--without-mingle"),  # only useful with several workers
]
# Sends messages to providers' systems: it waits for them, so threads.
COURIER = [
    *("--queues", "webhooks", "--hostname", "webhooks@%h", "--pool", "threads", "--concurrency", "16"),
    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
]
# Reads certificates: its models take some 600 MB, so one process, replaced when it has grown.
READER = [
    *("--queues", "reading", "--hostname", "reader@%h", "--pool", "prefork", "--concurrency", "1"),
    *("--max-memory-per-child", "800000", "--loglevel", "INFO"),  # kilobytes
    *("--without-gossip", "--without-mingle"),
]


@dataclass(frozen=True)
class Options:
    """Options of the command line."""

    port: int
    demo: bool

    @property
    def address(self) -> str:
        """Return the portal's address."""
        return f"http://localhost:{self.port}"  # a host name: passkeys don't work with an IP address


def main(arguments: list[str]) -> int:
    """Run the portal; return the exit status, which is 0 after Ctrl-C, SIGTERM or a closed terminal."""
    options = _parsed(arguments)
    _let_signals(signal.default_int_handler)
    portal = Portal(options, State.of_this_machine())
    try:
        portal.run()
    except KeyboardInterrupt:
        return 0
    except (PortalError, EngineError) as error:
        _say(str(error))
        return 1
    finally:
        _let_signals(signal.SIG_IGN)  # don't let another signal interrupt the stopping of children
        portal.stop()


def _let_signals(handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    """Handle all stop signals alike, also when a script started us with Ctrl-C ignored."""
    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, handler)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def _parsed(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser("manage.py portal", description="Run the whole portal on this machine.")
    parser.add_argument(
        "--port",
        type=_port,
        metavar="PORT",
        default=8000,
        help="where it answers (8000)",
    )
    parser.add_argument("--no-demo", action="store_true", help="start empty, with every safety on")
    options = parser.parse_args(arguments)
    return Options(options.port, not options.no_demo)


class Portal:
    """One run of the portal."""

    def __init__(self, options: Options, state: State) -> None:
        self._options = options
        self._state = state
        self._supervisor = Supervisor()
        self._environment: dict[str, str] = {}

    def run(self) -> NoReturn:
        """Start everything, print the address, and restart what dies; ended only by an exception."""
        self._state.lock(self._options.address)
        _refuse_taken(self._options.port)
        self._state.prepare()
        self._start_services()
        _say("Bringing the database up to date …")
        self._manage("migrate", "--noinput")
        self._manage("collectstatic", "--noinput", "--verbosity", "0")
        accounts = self._load_demo() if self._options.demo else ""
        _say("Starting web server, worker and clock …")
        for program in self._programs():
            self._supervisor.start(program)
        self._wait_until_healthy()
        self._supervisor.start(self._program("webhooks", ["celery", "-A", "icp_portal", "worker", *COURIER], 3))
        if self._reads_certificates():
            self._supervisor.start(self._program("reader", ["celery", "-A", "icp_portal", "worker", *READER], 3))
        _say(f"\nThe portal is ready at {self._options.address}/\n{accounts}Ctrl-C stops it.")
        while True:
            self._supervisor.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop every part, the web server first, the database last."""
        if self._supervisor.is_busy:
            _say("\nStopping …")
            self._supervisor.stop()

    def _start_services(self) -> None:
        """Start the services that the environment doesn't name, and complete the environment."""
        services = list(self._services())
        if services:
            _say(f"Starting {', '.join(part.name for part in services)} …")
        self._supervisor.take_over(services)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda part: part.start(), services))
        for part in services:
            if isinstance(part, Postgres):
                part.ensure_database("portal")
        self._state.keep_environment(self._environment)

    def _services(self) -> Iterator[Part]:
        state, ours = self._state, self._environment
        ours.update(self._own_settings())
        if "DATABASE_URL" not in os.environ:
            postgres = Postgres(state.folder / "pg", state.log("postgres"))
            ours["DATABASE_URL"] = postgres.url("portal")
            yield postgres
        if not {"REDIS_URL", "CELERY_BROKER_URL"} <= os.environ.keys():
            valkey = Valkey(state.folder / "valkey", state.log("valkey"))
            ours |= {"REDIS_URL": valkey.cache_url(), "CELERY_BROKER_URL": valkey.broker_url()}
            yield valkey
        if "EMAIL_URL" not in os.environ:
            port, mail = free_port(), str(state.folder / "mail")
            ours |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAILBOX_DIR": mail}
            yield self._program("mail sink", ["ops.mailsink", str(port), mail], 1)

    def _own_settings(self) -> dict[str, str]:
        demo = str(self._options.demo).lower()
        return {
            "PORTAL_ENV": "local",
            **self._state.secrets(),
            "SITE_URL": self._options.address,
            "DEFAULT_FROM_EMAIL": "ICP <noreply@localhost>",
            "EVIDENCE_ROOT": str(self._state.folder / "evidence"),
            "LOCKS_ROOT": str(self._state.folder / "locks"),
            "OPEN_DATA_ROOT": str(self._state.folder / "open-data"),
            "STATIC_ROOT": str(self._state.folder / "static"),
            "DEMO": demo,
            **(OPERATOR if self._options.demo else {}),
            "RELAX_SECOND_FACTOR": demo,
        }

    def _programs(self) -> list[Program]:
        celery = ["celery", "-A", "icp_portal"]
        return [
            self._program("worker", [*celery, "worker", *WORKER], 3),
            self._program("clock", [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""], 1),
            self._program("web server", ["gunicorn", "--bind", f"127.0.0.1:{self._options.port}", *WEB], 3),
        ]

    def _reads_certificates(self) -> bool:
        """Return whether certificates are read from their pictures, as the settings decide it."""
        value = self._whole_environment().get("READ_CERTIFICATES", "true").lower()
        return value in ("1", "true", "yes", "on") and find_spec("rapidocr") is not None

    def _program(self, name: str, module: list[str], stop_seconds: float) -> Program:
        command = [sys.executable, "-m", *module]
        log = self._state.log(name.replace(" ", "-"))
        return Program(name, command, log, self._whole_environment(), stop_seconds)

    def _whole_environment(self) -> dict[str, str]:
        """Return the programs' environment: the caller's variables win, except over those the command line sets."""
        decided = {name: self._environment[name] for name in ("PORTAL_ENV", "DEMO", "RELAX_SECOND_FACTOR")}
        return self._environment | os.environ | decided | {"PYTHONUNBUFFERED": "1"}

    def _load_demo(self) -> str:
        """Load the demo unless it was loaded into this same database; return the table of its accounts."""
        kept = self._state.folder / "demo.json"
        database = _identity(self._whole_environment()["DATABASE_URL"])
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(kept.read_text())
            if known["database"] == database:
                return str(known["accounts"])
        _say("Loading the demo …")
        self._manage("seed_demo")
        accounts = self._manage("seed_demo", "--accounts")
        kept.write_text(json.dumps({"database": database, "accounts": accounts}))
        return accounts

    def _manage(self, *words: str) -> str:
        """Run a management command to its end and return its output; raise PortalError when it fails."""
        log = self._state.log("-".join(word.strip("-") for word in words))
        log.unlink(missing_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        child = spawn(command, log, env=self._whole_environment(), folder=ROOT)
        try:
            while not child.has_ended:
                self._supervisor.check()
                time.sleep(0.02)
        finally:
            child.stop(1)
        if child.process.returncode:
            raise PortalError(f"manage.py {' '.join(words)} failed; see {log}:\\n{child.last_lines()}")
        return log.read_text()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + HEALTH_SECONDS
        while not _is_healthy(self._options.port):
            if time.monotonic() > deadline:
                raise PortalError(f"The portal does not answer; see {self._state.log('web-server')}")
            self._supervisor.check()
            time.sleep(0.05)


def _refuse_taken(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        advice = "Stop what is using it, or choose another one with --port."
        raise PortalError(f"Port {port} can't be used: {os.strerror(error.errno or 0)}. {advice}") from error


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _identity(database_url: str) -> str:
    """Return an identifier that changes when a database is recreated under the same name."""
    import psycopg

    query = """SELECT system_identifier, oid FROM pg_control_system(), pg_database
               WHERE datname = current_database()"""
    with psycopg.connect(database_url) as connection:
        return str(connection.execute(query).fetchone())


def _say(text: str) -> None:
    print(text, flush=True)
