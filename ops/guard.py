"""Stop the children of a killed supervisor from a separate process, the guard.

PR_SET_PDEATHSIG would be shorter, but a change of user clears it (PostgreSQL refuses to run as root) and it
fires when the *thread* that started a child ends. A pipe works everywhere: the supervisor holds its only
writing end, so the kernel closes it however the supervisor dies, and the guard, in a session of its own,
reads end-of-file.

Run as a script, the module is the guard itself; imported, it is the supervisor's side of the pipe.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

GRACE = 8.0  # seconds the children of a dead supervisor get before they are killed


_held: list[int] = []


def hold(descriptor: int) -> None:
    """Let the guard keep ``descriptor`` open, so that a lock on it lasts until the last child has ended.

    Call before the first ``guard()``: only a new process inherits the descriptor.
    """
    _held.append(descriptor)


class Guard:
    """The supervisor's side: tell the guard what to stop and what to delete if the supervisor dies."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            pass_fds=_held,
            start_new_session=True,
        )
        os.close(reading)
        self._owner = os.getpid()
        atexit.register(self._dismiss)

    def watch(self, pid: int, stop_signal: signal.Signals) -> None:
        """Stop the process ``pid`` with ``stop_signal`` when we die."""
        self._tell(f"watch {pid} {int(stop_signal)}")

    def forget(self, pid: int) -> None:
        """Stop watching ``pid``, which has ended; its id may be reused."""
        self._tell(f"forget {pid}")

    def erase(self, folder: Path) -> None:
        """Delete ``folder`` when the supervisor and every watched process have ended, for whatever reason."""
        self._tell(f"erase {folder}")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # a dead guard is no reason to stop the portal
            os.write(self._writing, f"{line}\n".encode())

    def _dismiss(self) -> None:
        if os.getpid() == self._owner:
            os.close(self._writing)
            self._process.wait()


@cache
def guard() -> Guard:
    """Return this process's guard, started on first use."""
    return Guard()


def _keep_watch(lines: Iterable[str]) -> tuple[dict[int, int], list[str]]:
    """Read until the supervisor has ended; return the signals by process id and the folders to delete."""
    watched: dict[int, int] = {}
    folders: list[str] = []
    for line in lines:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "watch":
            pid, number = rest.split()
            watched[int(pid)] = int(number)
        elif word == "forget":
            watched.pop(int(rest), None)
        elif word == "erase":
            folders.append(rest)
    return watched, folders


def is_running(pid: int) -> bool:
    """Return whether the process ``pid`` exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def birth(pid: int) -> str:
    """Return the kernel's start time of process ``pid``, to distinguish it from a later process with the same id.

    Empty when there is no such process, or no /proc.
    """
    return _stat(pid, 19)


def _is_zombie(pid: int) -> bool:
    """Return whether ``pid`` is a zombie: an ended orphan that init hasn't reaped; some containers' init never does."""
    return _stat(pid, 0) == "Z"


def _stat(pid: int, field: int) -> str:
    """Return a field of /proc/<pid>/stat, numbered from 0 after the command's name; empty when unreadable."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[field]
    except (OSError, IndexError):
        return ""


def _stop(watched: dict[int, int]) -> None:
    for pid, number in watched.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    deadline = time.monotonic() + GRACE
    while any(map(is_running, watched)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in watched:
        # Every child leads a session, so this also kills its workers, even when the child itself has ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Read standard input until the supervisor has ended, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched, folders = _keep_watch(sys.stdin)
    _stop(watched)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
