"""The parts that are killed, and how each comes back."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ops.rehearse.layout import RehearsedPortal
from ops.rehearse.logbook import Logbook, Window

# In the log of the scheduler that has the lock, and of the worker that writes an import
ORDERS, IMPORTS = "orders the periodic tasks from now on", "Task providers.write_import"
AT_WORK = "SELECT count(*) FROM providers_import WHERE state = 'writing'"
LONGEST = 30.0  # seconds to wait for a worker to be in the middle of an import


@dataclass(frozen=True)
class Kill:
    """A part, how it is killed, and what a supervisor does when it has noticed."""

    part: str
    kill: Callable[[RehearsedPortal], None]
    repair: Callable[[RehearsedPortal], None]


def _program(part: str, name: str) -> Kill:
    return Kill(part, lambda portal: portal.parts[name].kill(), lambda portal: portal.parts[name].start())


def _kill_database(portal: RehearsedPortal) -> None:
    portal.databases.primary.kill()


def _repair_database(portal: RehearsedPortal) -> None:
    """Promote the replica and point the pooler to it; make a new replica. Without a pooler start the same server."""
    databases = portal.databases
    if portal.pooler is None:
        databases.primary.start()
        return
    databases.fail_over()
    portal.point()
    databases.make_replica()
    portal.point()


def _one_of_two(part: str, words: str) -> Kill:
    """Return the kill of the one that said these words last: it is at work."""
    names = (f"{part} 1", f"{part} 2")

    def kill(portal: RehearsedPortal) -> None:
        portal.parts[max(names, key=lambda name: _last_line(portal.parts[name].log, words))].kill()

    def repair(portal: RehearsedPortal) -> None:
        for name in names:
            if portal.parts[name].has_ended:
                portal.parts[name].start()

    return Kill(part, kill, repair)


def _last_line(log: Path, words: str) -> str:
    """Return the last line with these words; lines begin with their time."""
    return max((line for line in log.read_text().splitlines() if words in line), default="")


def _kill_pooler(portal: RehearsedPortal) -> None:
    if portal.pooler:
        portal.pooler.kill()


def _repair_pooler(portal: RehearsedPortal) -> None:
    if portal.pooler:
        portal.pooler.start()


KILLS = (
    _one_of_two("worker", IMPORTS),
    _one_of_two("beat", ORDERS),
    _program("web", "web 1"),
    _program("broker", "broker"),
    Kill("database", _kill_database, _repair_database),
    _program("mail server", "mail server"),
    _program("storage", "storage"),
    Kill("replica", lambda portal: portal.databases.replica.kill(), lambda portal: portal.databases.restart_replica()),
    Kill("pooler", _kill_pooler, _repair_pooler),
    _program("proxy", "proxy"),
)


def possible(portal: RehearsedPortal, wanted: list[str]) -> list[Kill]:
    """Return the wanted kills of parts that this portal has; all where none is named."""
    lacking = {"pooler"} if portal.pooler is None else set()
    lacking |= {"proxy"} - portal.parts.keys()
    return [one for one in KILLS if one.part not in lacking and (not wanted or one.part in wanted)]


def happen(kill: Kill, portal: RehearsedPortal, logbook: Logbook, *, notice: float) -> Window:
    """Kill a part in the middle of an import, and bring it back after ``notice`` seconds."""
    _wait_for_import(portal)
    window = Window(kill.part, time.time())
    if logbook.windows:
        logbook.windows[-1].ended = window.killed
    window.ended = float("inf")
    logbook.windows.append(window)
    kill.kill(portal)
    time.sleep(notice)
    kill.repair(portal)
    window.back = time.time()
    return window


def _wait_for_import(portal: RehearsedPortal) -> None:
    deadline = time.time() + LONGEST
    with psycopg.connect(portal.database_url(), autocommit=True) as connection:
        while connection.execute(AT_WORK).fetchone() == (0,) and time.time() < deadline:
            time.sleep(0.1)


def revive(portal: RehearsedPortal, window: Window) -> None:
    """Restart parts that have ended by themselves, as a supervisor would, and note them."""
    for name, part in portal.parts.items():
        if part.has_ended:
            window.also_ended.append(name)
            with contextlib.suppress(OSError):
                part.start()
