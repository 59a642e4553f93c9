"""Measure cases against a floor in the same process: CPU time, SQL statements and buffers.

Cases take turns with the floor, so that other load on the machine affects all alike, and their CPU time is given in
floors. The floor is measured twice: if it differs from itself by more than ``NOISE``, the CPU times of that run can't
be compared. Statements and buffers don't depend on the machine.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

NOISE = 0.08
WARM_UP = 3  # calls of each case before the first that counts

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure, with the most floors of CPU time, SQL statements and buffers it may cost; None: no goal."""

    name: str
    call: Call
    floors: float | None = None
    statements: int | None = None
    buffers: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Costs of a case, each the median of a call, and its goals; ``micros`` is CPU time in microseconds."""

    name: str
    micros: float
    floors: float
    statements: int
    buffers: int
    goals: tuple[float | None, int | None, int | None]

    def missed(self, *, with_time: bool) -> list[str]:
        """Return the names of the goals that are missed; that of CPU time only if asked for."""
        costs = {"CPU time": self.floors, "statements": self.statements, "buffers": self.buffers}
        return [
            what
            for (what, cost), goal in zip(costs.items(), self.goals, strict=True)
            if goal is not None and cost > goal and (with_time or what != "CPU time")
        ]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"micros": round(self.micros), "floors": round(self.floors, 1)}


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
    """Measure the cases in turns with the floor, ``rounds`` times each."""
    calls: list[Call] = [floor, *(case.call for case in cases), floor]
    for _turn in range(WARM_UP):
        for call in calls:
            call()
    costs = [_costs(case.call) for case in cases]
    took: list[list[float]] = [[] for _call in calls]
    for turn in range(rounds):
        places = range(len(calls))
        for place in reversed(places) if turn % 2 else places:
            took[place].append(_micros(calls[place]))
    first, *medians, again = (statistics.median(times) for times in took)
    unit = (first + again) / 2
    rows = tuple(
        Measured(case.name, micros, micros / unit, *cost, (case.floors, case.statements, case.buffers))
        for case, micros, cost in zip(cases, medians, costs, strict=True)
    )
    return Result(rows, abs(first / again - 1))


def _micros(call: Call) -> float:
    """Return the CPU time of this process in a call, in microseconds."""
    begin = time.process_time_ns()
    call()
    return (time.process_time_ns() - begin) / 1000


def _costs(call: Call) -> tuple[int, int]:
    """Return how many SQL statements a call sends, and how many buffers of the database they read."""
    sent = 0

    def count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        call()
    own = _buffers_of(lambda: None)
    return sent, max(round((_buffers_of(call) - own) / COUNTED), 0)


COUNTED = 10  # calls whose buffers are counted together, because counting reads some, too


def _buffers_of(call: Call) -> int:
    """Return how many buffers of the database ``COUNTED`` calls and the counting read."""
    before = _buffers()
    for _turn in range(COUNTED):
        call()
    return _buffers() - before


def _buffers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
