"""Start and stop child processes: each in its own session, with a log file, and never orphaned (see guard.py)."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.guard import guard


@dataclass
class Child:
    """A running process. ``log`` holds everything it printed."""

    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    is_stopping: bool = False

    @property
    def has_ended(self) -> bool:
        """Return whether the process has ended; if so, kill what is left of its session."""
        if self.process.returncode is None and self.process.poll() is not None:
            self._clear_up()
        return self.process.returncode is not None

    def ask_to_stop(self) -> None:
        """Send the stop signal once: to a second one a worker reacts by dropping its tasks."""
        if not self.has_ended and not self.is_stopping:
            self.is_stopping = True
            self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float) -> None:
        """Ask the process to stop; kill it when it hasn't stopped within ``seconds``."""
        self.ask_to_stop()
        if self.has_ended:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._clear_up()

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        self.process.kill()
        self.process.wait()
        self._clear_up()

    def _clear_up(self) -> None:
        """Kill what is left of the session. Only once, right after the process ended: its id may be reused later."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        guard().forget(self.process.pid)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log, for an error message."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Part:
    """A part of the portal that is one child process, started and stopped as often as need be."""

    name: str
    log: Path
    child: Child | None = None
    stop_seconds = 3.0

    def start(self) -> None:
        """Start the process; return once the part can be used, or raise."""
        raise NotImplementedError

    def ask_to_stop(self) -> None:
        """Begin to stop, if that may happen while other parts are still running."""

    def stop(self) -> None:
        """Stop cleanly, with everything the process has started."""
        if self.child:
            self.child.stop(self.stop_seconds)

    def kill(self) -> None:
        """Kill the process at once, as a power cut would."""
        if self.child:
            self.child.kill()

    @property
    def has_ended(self) -> bool:
        """Return whether the process has ended."""
        return self.child is None or self.child.has_ended


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    stop_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    folder: str | Path = "/",
) -> Child:
    """Start ``command`` in ``folder``, its output appended to ``log``.

    It gets its own session, so Ctrl-C in the terminal doesn't reach it and children are stopped in order.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=folder,
            start_new_session=True,
        )
    guard().watch(process.pid, stop_signal)
    return Child(process, log, stop_signal)
