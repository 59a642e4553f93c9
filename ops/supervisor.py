"""Keep parts running: start them in order, restart those that die, stop them in reverse order."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.bootstrap import ROOT
from ops.children import Part, spawn
from ops.engines import EngineError
from ops.state import PortalError

QUICK_SECONDS = 20.0  # a part that died younger died quickly
MOST_QUICK_DEATHS = 5
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before a restart, by the number of quick deaths before


class Program(Part):
    """A part that is one command, run in the project's folder."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str],
        stop_seconds: float,
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self.stop_seconds = stop_seconds

    def start(self) -> None:
        """Start the command, without waiting for more than its process."""
        self.child = spawn(self._command, self.log, env=self._environment, folder=ROOT)

    def ask_to_stop(self) -> None:
        """Begin to stop; the programs stop at the same time, the engines after them."""
        if self.child:
            self.child.ask_to_stop()


@dataclass
class _Watched:
    part: Part
    started: float = field(default_factory=time.monotonic)
    quick_deaths: int = 0
    due: float | None = None  # when to restart, while it is down


class Supervisor:
    """Owns the running parts. Used by one thread; call ``check`` a few times a second."""

    def __init__(self) -> None:
        self._watched: list[_Watched] = []

    def take_over(self, parts: Iterable[Part]) -> None:
        """Supervise parts that have just been started, in this order."""
        self._watched += map(_Watched, parts)

    def start(self, part: Part) -> None:
        """Start and supervise ``part``."""
        part.start()
        self.take_over([part])

    def check(self) -> None:
        """Restart parts that died; raise PortalError when a part keeps dying."""
        now = time.monotonic()
        for watched in self._watched:
            if watched.due is not None:
                if now >= watched.due:
                    self._restart(watched)
            elif watched.part.has_ended:
                self._note_death(watched, now)

    @property
    def is_busy(self) -> bool:
        """Return whether there is anything to stop."""
        return bool(self._watched)

    def stop(self) -> None:
        """Stop every part, the last one started first; programs all begin at once."""
        for watched in reversed(self._watched):
            watched.part.ask_to_stop()
        while self._watched:
            self._watched[-1].part.stop()
            self._watched.pop()

    def _note_death(self, watched: _Watched, now: float) -> None:
        part = watched.part
        watched.quick_deaths = watched.quick_deaths + 1 if now - watched.started < QUICK_SECONDS else 1
        if watched.quick_deaths >= MOST_QUICK_DEATHS:
            raise PortalError(f"{part.name} died {MOST_QUICK_DEATHS} times. See why in {part.log}")
        print(f"{part.name} has died; restarting it. Its log: {part.log}", flush=True)
        watched.due = now + PAUSES[watched.quick_deaths - 1]

    def _restart(self, watched: _Watched) -> None:
        watched.due = None
        watched.started = time.monotonic()
        try:
            watched.part.start()
        except EngineError as error:
            print(error, flush=True)  # counted as another death at the next look
