"""The log of a rehearsal: acts that were confirmed to users, errors that they saw, kills; each with its time."""

import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

SWEEP = "sweep"
GAVE_UP = "given up"  # the error of somebody who tries no more


@dataclass(frozen=True)
class ConfirmedAct:
    """An act that was confirmed: its kind of work, what it was about, from the first try to the confirmation."""

    work: str
    about: int | str
    began: float
    ended: float


@dataclass(frozen=True)
class SeenError:
    """An error that a user saw."""

    work: str
    at: float
    words: str


@dataclass(frozen=True)
class PageLook:
    """An opened page, and whether it was returned."""

    began: float
    ended: float
    came: bool


@dataclass
class Window:
    """A part that was killed, and the time that belongs to it: until the next kill."""

    part: str
    killed: float
    back: float = 0.0
    ended: float = 0.0
    also_ended: list[str] = field(default_factory=list)  # other parts that did not survive it

    def has(self, moment: float) -> bool:
        """Return whether the moment belongs to this kill."""
        return self.killed <= moment < self.ended


class Logbook:
    """Written by the threads of the load and read when they have ended. Times are those of ``time.time``."""

    def __init__(self) -> None:
        self.acts: list[ConfirmedAct] = []
        self.errors: list[SeenError] = []
        self.looks: list[PageLook] = []
        self.windows: list[Window] = []
        self.rounds: list[float] = []  # when filings were made free to be assigned again
        self._lock = threading.Lock()

    def done(self, work: str, about: int | str, began: float) -> None:
        """Log an act that has just been confirmed."""
        with self._lock:
            self.acts.append(ConfirmedAct(work, about, began, time.time()))

    def failed(self, work: str, words: str) -> None:
        """Log an error that a user has just seen."""
        with self._lock:
            self.errors.append(SeenError(work, time.time(), words))

    def looked(self, began: float, *, came: bool) -> None:
        """Log that a page was opened."""
        with self._lock:
            self.looks.append(PageLook(began, time.time(), came))

    def outage(self, window: Window) -> float:
        """Return the longest time in seconds in which no page came to somebody who looks twice a second."""
        came = [window.killed, *(look.ended for look in self.looks if look.came and window.has(look.ended))]
        return max((later - earlier for earlier, later in pairwise(came)), default=window.ended - window.killed)

    def until_next(self, window: Window, work: str) -> float | None:
        """Return the seconds from the kill until the first work of this kind that was begun and done after it.

        A sweep only comes once a minute: for it, until the first one that was done more than a second after the kill.
        """
        acts = [act for act in self.acts if act.work == work]
        ends = [act.ended for act in acts if window.has(act.ended - 1 if work == SWEEP else act.began)]
        return min(ends) - window.killed if ends else None
