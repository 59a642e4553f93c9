"""The parts that are killed, and how each comes back."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ops.rehearse.layout import RehearsedPortal
from ops.rehearse.logbook import Logbook, Window

ORDERS = "orders the periodic tasks from now on"  # in the log of the scheduler that has the lock


@dataclass(frozen=True)
class Kill:
    """A part, how it is killed, and what a supervisor does when it has noticed."""

    part: str
    kill: Callable[[RehearsedPortal], None]
    mend: Callable[[RehearsedPortal], None]


def _program(part: str, name: str) -> Kill:
    return Kill(part, lambda portal: portal.parts[name].kill(), lambda portal: portal.parts[name].start())


def _kill_database(portal: RehearsedPortal) -> None:
    portal.databases.primary.kill()


def _mend_database(portal: RehearsedPortal) -> None:
    """Promote the replica and point the pooler to it; make a new replica. Without a pooler start the same server."""
    databases = portal.databases
    if portal.pooler is None:
        databases.primary.start()
        return
    databases.fail_over()
    portal.point()
    databases.make_replica()
    portal.point()


def _kill_beat(portal: RehearsedPortal) -> None:
    """Kill the scheduler that took the lock last."""
    portal.parts[max(portal.beats, key=lambda name: _took_lock(portal.parts[name].log))].kill()


def _took_lock(log: Path) -> str:
    """Return the last line in which a scheduler says that it orders the tasks; lines begin with their time."""
    lines = (line for line in log.read_text().splitlines() if ORDERS in line)
    return max(lines, default="")


def _mend_beat(portal: RehearsedPortal) -> None:
    for name in portal.beats:
        if portal.parts[name].has_ended:
            portal.parts[name].start()


def _kill_pooler(portal: RehearsedPortal) -> None:
    if portal.pooler:
        portal.pooler.kill()


def _mend_pooler(portal: RehearsedPortal) -> None:
    if portal.pooler:
        portal.pooler.start()


KILLS = (
    _program("worker", "worker 1"),
    Kill("beat", _kill_beat, _mend_beat),
    _program("web", "web 1"),
    _program("broker", "broker"),
    Kill("database", _kill_database, _mend_database),
    _program("mail server", "mail server"),
    _program("storage", "storage"),
    Kill("replica", lambda portal: portal.databases.replica.kill(), lambda portal: portal.databases.restart_replica()),
    Kill("pooler", _kill_pooler, _mend_pooler),
    _program("proxy", "proxy"),
)


def possible(portal: RehearsedPortal, wanted: list[str]) -> list[Kill]:
    """Return the wanted kills of parts that this portal has; all where none is named."""
    lacking = {"pooler"} if portal.pooler is None else set()
    lacking |= {"proxy"} - portal.parts.keys()
    return [one for one in KILLS if one.part not in lacking and (not wanted or one.part in wanted)]


def happen(kill: Kill, portal: RehearsedPortal, logbook: Logbook, *, notice: float) -> Window:
    """Kill a part, bring it back after ``notice`` seconds, and restart what did not survive that."""
    window = Window(kill.part, time.time())
    if logbook.windows:
        logbook.windows[-1].ended = window.killed
    window.ended = float("inf")
    logbook.windows.append(window)
    kill.kill(portal)
    time.sleep(notice)
    kill.mend(portal)
    window.back = time.time()
    return window


def revive(portal: RehearsedPortal, window: Window) -> None:
    """Restart parts that have ended by themselves, as a supervisor would, and note them."""
    for name, part in portal.parts.items():
        if part.has_ended:
            window.also_ended.append(name)
            with contextlib.suppress(OSError):
                part.start()
