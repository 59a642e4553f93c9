"""Whatever dies, nothing is left running: children follow their supervisor, grandchildren their parent."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import guard
from ops.children import spawn

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on", flush=True)
time.sleep(60)
"""


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_children_and_folders_follow_a_killed_supervisor(tmp_path: Path) -> None:
    doomed = tmp_path / "doomed"
    doomed.mkdir()
    script = f"""
        import os, signal
        from pathlib import Path
        from ops.children import spawn
        from ops.guard import guard
        guard().erase(Path({str(doomed)!r}))
        print(spawn({SLEEP!r}, Path({str(doomed / "log")!r})).process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)

    assert done.returncode == -signal.SIGKILL
    assert wait_until(lambda: not guard.is_running(int(done.stdout)))
    assert wait_until(lambda: not doomed.exists())


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = spawn([sys.executable, "-c", STUBBORN], tmp_path / "log")
    assert wait_until(lambda: child.log.read_text() != "")
    monkeypatch.setattr(guard, "GRACE", 0.2)

    guard._stop({child.process.pid: signal.SIGTERM})

    assert wait_until(lambda: child.has_ended)
    assert child.process.returncode == -signal.SIGKILL


def test_stopping_a_child_ends_it_even_if_it_does_not_listen(tmp_path: Path) -> None:
    child = spawn([sys.executable, "-c", STUBBORN], tmp_path / "log")
    assert wait_until(lambda: child.log.read_text() != "")

    child.stop(0.2)

    assert child.process.returncode == -signal.SIGKILL


def test_grandchildren_follow_a_child_that_died(tmp_path: Path) -> None:
    script = f"import subprocess; print(subprocess.Popen({SLEEP!r}).pid, flush=True); import time; time.sleep(60)"
    child = spawn([sys.executable, "-c", script], tmp_path / "log")
    assert wait_until(lambda: child.log.read_text() != "")

    child.process.kill()

    assert wait_until(lambda: child.has_ended)
    assert wait_until(lambda: not guard.is_running(int(child.log.read_text())))


def test_the_guard_forgets_what_has_ended() -> None:
    lines = ["watch 11 15\n", "watch 12 2\n", "erase /a folder\n", "forget 11\n"]

    assert guard._keep_watch(lines) == ({12: signal.SIGINT}, ["/a folder"])
