"""The whole portal on this machine: it comes up, is one of its kind, heals, and leaves nothing behind."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops import throwaway
from ops.bootstrap import ROOT
from ops.programs import free_port
from ops.tests.conftest import new_folder

pytestmark = pytest.mark.xdist_group("portal")  # two portals at once would only be slow
REPLACES = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL", "MAILBOX_DIR"}
REPLACES |= {"EVIDENCE_ROOT", "OPEN_DATA_ROOT"}
READY = "Ctrl-C stops it.\n"
# Words of a process's command → its log
DYING = {
    "bin/postgres": "postgres",
    "celery -A icp_portal worker": "worker",
    "celery -A icp_portal beat": "clock",
    "gunicorn": "web-server",
}
ADVICE = "Stop what is using it, or choose another one with --port."


class Run:
    """One ``manage.py portal`` with its state in ``var``; ``output`` is what it has said so far."""

    def __init__(self, var: Path, *options: str) -> None:
        self.var = var
        self.output = ""
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "portal", *options],
            env=environment_of_a_person(var),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, line: str) -> None:
        assert self.process.stdout
        while not self.output.endswith(line):
            said = self.process.stdout.readline()
            assert said, self.output
            self.output += said

    def end(self, number: signal.Signals) -> int:
        """Send the signal, unless it has ended already; answer the exit status."""
        self.process.send_signal(number)
        self.process.wait(timeout=20)
        assert self.process.stdout
        self.process.stdout.close()
        return self.process.returncode

    def one(self, words: str) -> int:
        """The process whose command contains ``words``; of several, the first started."""
        return min(pid for pid, command in processes_of(self.var).items() if words in command)


def environment_of_a_person(var: Path) -> dict[str, str]:
    tests = REPLACES | throwaway.SETTINGS.keys() | {throwaway.HOME, throwaway.OWN_VALKEY, "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in tests} | {"PORTAL_VAR": str(var)}


def processes_of(var: Path) -> dict[int, str]:
    """Every process of this portal, however distant: all of them carry the path of its state."""
    return {pid: words for pid, words in all_processes() if str(var) in words}


def all_processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        yield int(folder.name), words.replace(b"\0", b" ").decode(errors="replace")


def is_free(port: str) -> bool:
    try:
        socket.create_server(("127.0.0.1", int(port))).close()
    except OSError:
        return False
    return True


def status(port: str, path: str = "/healthz") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool], seconds: float = 12) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


@pytest.fixture
def port() -> str:
    return str(free_port())


@pytest.fixture
def start(open_folder: Path) -> Iterator[Callable[..., Run]]:
    """Starts portals that share one state; in the end, none of their processes may be left."""
    runs: list[Run] = []

    def start(*options: str) -> Run:
        runs.append(Run(open_folder, *options))
        return runs[-1]

    yield start
    for run in runs:
        run.end(signal.SIGKILL)
    assert wait_until(lambda: not processes_of(open_folder))


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """The state that a first start has left: migrating it again for each test would only be slow."""
    with new_folder() as folder:
        run = Run(folder, "--no-demo", "--port", str(free_port()))
        try:
            run.wait_for(READY)
            assert run.end(signal.SIGTERM) == 0
        finally:
            run.process.kill()
        yield folder


@pytest.fixture
def portal(migrated: Path, start: Callable[..., Run], open_folder: Path, port: str) -> Run:
    """A running portal without the demonstration."""
    subprocess.run(["cp", "-a", f"{migrated}/.", str(open_folder)], check=True)
    run = start("--no-demo", "--port", port)
    run.wait_for(READY)
    return run


def test_it_takes_commands_is_one_of_its_kind_heals_and_leaves_nothing_behind(
    portal: Run, start: Callable[..., Run], port: str
) -> None:
    assert f"The portal is ready at http://localhost:{port}/" in portal.output
    assert status(port) == 200
    assert status(port, "/") == 200

    question = "from accounts.models import User; print(User.objects.count())"
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "-c", question],
        env=environment_of_a_person(portal.var),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("0\n", 0), done.stderr

    second = start("--port", str(free_port()))
    second.wait_for(f"The portal is already running at http://localhost:{port}\n")
    assert second.process.wait() == 1

    for process, log in DYING.items():
        os.kill(portal.one(process), signal.SIGKILL)
        portal.wait_for(f"{log}.log\n")
    assert wait_until(lambda: status(port) == 200)

    assert portal.end(signal.SIGINT) == 0
    assert processes_of(portal.var) == {}


def test_killed_it_leaves_no_orphans_and_starts_again_even_with_its_numbers_given_to_others(
    portal: Run, start: Callable[..., Run], port: str
) -> None:
    portal.process.kill()
    successor = start("--no-demo", "--port", port)
    successor.wait_for(READY)
    assert status(port) == 200

    kill_whole(successor)
    assert wait_until(lambda: is_free(port)), "the kernel closes what the killed had open"
    last = start("--no-demo", "--port", port)
    last.wait_for(READY)
    assert status(port) == 200
    assert "has died" not in last.output
    last.process.kill()
    assert wait_until(lambda: not processes_of(portal.var))


def kill_whole(portal: Run) -> None:
    """Leave what a power cut leaves: every lock names a process that is there and is somebody else's."""
    while left := processes_of(portal.var):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        portal.process.wait()
    locks = [portal.var / "pg" / name for name in ("data/postmaster.pid", "socket/.s.PGSQL.5432.lock")]
    for lock in locks:
        lock.write_text("\n".join([str(os.getppid()), *lock.read_text().split("\n")[1:]]))
    owner = json.loads((portal.var / "lock").read_text())
    (portal.var / "lock").write_text(json.dumps(owner | {"pid": os.getppid()}))
    (portal.var / "schedule").write_bytes(b"half a page")


def test_a_taken_port_is_said_before_anything_is_started(start: Callable[..., Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        run = start("--port", port)
        run.wait_for(f"Port {port} can't be used: Address already in use. {ADVICE}\n")

    assert run.process.wait() == 1
    assert not (run.var / "pg").exists()
