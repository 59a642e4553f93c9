"""The supervisor: what dies is restarted, what keeps dying ends the portal, and the end has an order."""

import sys
import time
from pathlib import Path

import pytest

from ops import supervisor
from ops.engines import EngineError
from ops.state import PortalError
from ops.supervisor import Program, Supervisor
from ops.tests.test_guard import wait_until


class Fake:
    """A part that does as it is told."""

    def __init__(self, name: str, log: list[str], failures: int = 0) -> None:
        self.name = name
        self.log = Path(f"{name}.log")
        self.has_ended = True
        self._log = log
        self._failures = failures

    def start(self) -> None:
        self._log.append(f"start {self.name}")
        if self._failures:
            self._failures -= 1
            raise EngineError("it did not start")
        self.has_ended = False

    def ask_to_stop(self) -> None:
        """It stops when its turn comes."""

    def stop(self) -> None:
        self._log.append(f"stop {self.name}")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSES", (0.0,) * 5)


def test_the_last_part_started_is_the_first_stopped() -> None:
    log: list[str] = []
    keeper = Supervisor()
    for name in ("database", "worker", "web"):
        keeper.start(Fake(name, log))

    keeper.stop()

    assert log[3:] == ["stop web", "stop worker", "stop database"]
    assert not keeper.is_busy


WAITS = """
import pathlib, signal, sys, time
own, other = map(pathlib.Path, sys.argv[1:])
def end(*_):
    own.touch()
    while not other.exists():
        time.sleep(0.01)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
signal.pause()
"""


def test_programs_stop_at_the_same_time_and_get_one_signal(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    keeper, programs = Supervisor(), []
    for own, other in ((first, second), (second, first)):
        command = [sys.executable, "-c", WAITS, str(own), str(other)]
        programs.append(Program(own.name, command, own.with_suffix(".log"), {}, stop_seconds=30))
        keeper.start(programs[-1])
    assert wait_until(lambda: all(program.log.read_text() == "ready\n" for program in programs))

    keeper.stop()

    assert [program.child and program.child.process.returncode for program in programs] == [0, 0]


def test_a_part_that_died_is_started_again(capsys: pytest.CaptureFixture[str]) -> None:
    log: list[str] = []
    keeper, part = Supervisor(), Fake("worker", log)
    keeper.start(part)

    part.has_ended = True
    keeper.check()
    keeper.check()
    keeper.check()

    assert log == ["start worker", "start worker"]
    assert capsys.readouterr().out == "worker has died; restarting it. Its log: worker.log\n"


def test_a_part_that_fails_to_restart_is_tried_again() -> None:
    log: list[str] = []
    keeper, part = Supervisor(), Fake("database", log, failures=2)
    keeper.take_over([part])

    for _ in range(6):
        keeper.check()

    assert log == ["start database"] * 3
    assert not part.has_ended


def test_a_part_that_keeps_dying_ends_the_portal(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    keeper = Supervisor()
    command = [sys.executable, "-c", "print('no luck')"]
    keeper.start(Program("worker", command, log, {}, stop_seconds=1))

    with pytest.raises(PortalError, match=f"worker died 5 times. See why in {log}"):
        _look_for_seconds(keeper, 10)

    assert log.read_text() == "no luck\n" * 5


def test_a_death_after_a_long_life_counts_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "QUICK_SECONDS", 0.0)
    log: list[str] = []
    keeper, part = Supervisor(), Fake("worker", log)
    keeper.start(part)

    for _ in range(20):
        part.has_ended = True
        keeper.check()

    assert len(log) == 11


def _look_for_seconds(keeper: Supervisor, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        keeper.check()
        time.sleep(0.02)
