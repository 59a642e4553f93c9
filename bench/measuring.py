"""Measure cases against a floor in the same process: CPU time, SQL statements and buffers.

Cases take turns with the floor, in another order each round, so that other load on the machine and what ran before
(it leaves the processor's caches warm or cold) affect all alike. CPU time is given in floors. The floor is measured as
two cases of the same name: if they differ by more than ``NOISE``, the CPU times of that run can't be compared.
Statements and buffers don't depend on the machine.

CPU time is that of this process and of the child processes that it has waited for, not of the database.
"""

import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

NOISE = 0.08
FLOOR_CALLS = 5  # of each of the two floors in a round: every ratio depends on them
WARM_UP = 3  # calls of each case before the first that counts, but not more than rounds; one of a long case
LONG_EVERY = 3  # a long case is called in one of so many rounds
COUNTED, COUNTED_LONG = 5, 3  # calls whose statements and buffers are counted

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure, with the most floors of CPU time, SQL statements and buffers it may cost; None: no goal.

    ``beside`` is the name of another case with whose CPU time this one's is compared, round by round; ``apart``: by
    what share they may differ. A ``long`` case takes a tenth of a second or more and is called less often. ``within``
    opens what the call needs around it and what isn't measured, such as another database.
    """

    name: str
    call: Call
    floors: float | None = None
    statements: int | None = None
    buffers: int | None = None
    beside: str = ""
    apart: float | None = None
    long: bool = False
    within: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass(frozen=True, slots=True)
class Measured:
    """Costs of a case, each the median of a call, and its goals; ``micros`` is CPU time in microseconds.

    ``ratio`` is the median ratio of its CPU time to that of the case ``beside``; None if that was not measured.
    """

    name: str
    micros: float
    floors: float
    statements: int
    buffers: int
    goals: tuple[float | None, int | None, int | None]
    beside: str = ""
    apart: float | None = None
    ratio: float | None = None

    @property
    def is_apart(self) -> bool:
        """Return whether the CPU time differs by more than it may from that of the case beside."""
        if self.apart is None or self.ratio is None:
            return False
        return max(self.ratio, 1 / self.ratio) > 1 + self.apart

    def missed(self, *, with_time: bool) -> list[str]:
        """Return the names of the goals that are missed; that of CPU time only if asked for."""
        costs = {"CPU time": self.floors, "statements": self.statements, "buffers": self.buffers}
        found = [
            what
            for (what, cost), goal in zip(costs.items(), self.goals, strict=True)
            if goal is not None and cost > goal and (with_time or what != "CPU time")
        ]
        return [*found, f"CPU time of {self.beside}"] if with_time and self.is_apart else found

    def as_json(self) -> dict[str, Any]:
        ratio = self.ratio and round(self.ratio, 2)
        return asdict(self) | {"micros": round(self.micros), "floors": round(self.floors, 1), "ratio": ratio}


@dataclass(frozen=True, slots=True)
class Result:
    """Measured cases of a run; ``noise``: by how much the floor differed from itself."""

    rows: tuple[Measured, ...]
    noise: float

    @property
    def is_conclusive(self) -> bool:
        """Return whether the ratios of CPU time mean something."""
        return self.noise <= NOISE


def measure(cases: Sequence[Case], floor: Call, rounds: int) -> Result:
    """Measure the cases in turns with the floor, ``rounds`` times each, the long ones in some of the rounds."""
    calls = [Case("", floor), *cases, Case("", floor)]
    for turn in range(min(WARM_UP, rounds)):
        for case in calls:
            if turn == 0 or not case.long:
                with case.within():
                    case.call()
    costs = [_costs(case) for case in cases]
    took: list[list[float]] = [[] for _case in calls]
    for turn in range(rounds):
        for place in _order(calls, turn):
            took[place].append(_micros(calls[place]))
    first, *times, again = took
    unit = (statistics.median(first) + statistics.median(again)) / 2
    rows = tuple(
        _measured(case, micros, unit, cost, _beside(case, cases, times))
        for case, micros, cost in zip(cases, times, costs, strict=True)
    )
    return Result(rows, abs(statistics.median(first) / statistics.median(again) - 1))


def _order(calls: Sequence[Case], turn: int) -> list[int]:
    """Return the places of the cases that are called in this round, shuffled; those of the floors several times."""
    places = [place for place, case in enumerate(calls) if not case.long or turn % LONG_EVERY == 0]
    order = places + [0, len(calls) - 1] * (FLOOR_CALLS - 1)
    random.Random(turn).shuffle(order)  # noqa: S311 - no secret; the same orders in every run
    return order


def _beside(case: Case, cases: Sequence[Case], times: Sequence[list[float]]) -> list[float]:
    """Return the CPU times of the case with which this one is compared; empty if it is not measured."""
    return next((took for other, took in zip(cases, times, strict=True) if other.name == case.beside), [])


def _measured(case: Case, times: list[float], unit: float, cost: tuple[int, int], beside: list[float]) -> Measured:
    micros = statistics.median(times)
    ratios = [mine / other for mine, other in zip(times, beside, strict=True)] if beside else []
    return Measured(
        case.name,
        micros,
        micros / unit,
        *cost,
        (case.floors, case.statements, case.buffers),
        case.beside,
        case.apart,
        statistics.median(ratios) if ratios else None,
    )


def _micros(case: Case) -> float:
    """Return the CPU time in a call, in microseconds."""
    with case.within():
        begin = _seconds()
        case.call()
        return (_seconds() - begin) * 1_000_000


def _seconds() -> float:
    """Return the CPU time so far, of this process and of its ended children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _costs(case: Case) -> tuple[int, int]:
    """Return how many SQL statements a call sends, and how many buffers of the database they read.

    Each is the median of the calls, the least of a few long ones: without those for which a session, a copy of a small
    table or the database's own catalogue is read anew.
    """
    with case.within():
        own = min(_counted(lambda: None)[1] for _turn in range(COUNTED))
        counted = [_counted(case.call) for _turn in range(COUNTED_LONG if case.long else COUNTED)]
    usual = min if case.long else statistics.median_low
    statements, buffers = (usual(counts) for counts in zip(*counted, strict=True))
    return statements, max(buffers - own, 0)


def _counted(call: Call) -> tuple[int, int]:
    """Return how many statements a call sends, and how many buffers they and the counting read."""
    sent = 0

    def count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(sql, params, many, context)

    before = _buffers()
    with connection.execute_wrapper(count):
        call()
    return sent, _buffers() - before


def _buffers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
