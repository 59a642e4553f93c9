"""Approvals of several clients at once: numbers a second, beside a bare counter row.

Each client is a process with its own connection and approves its own filings: first all of one province, so that all
use the same number series, then each of another province. Then the same clients only take the next value of one counter
row, each in its own transaction.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from bench import world
from bureaus.access import reviewer
from filings import facts, services
from filings.models import Filing
from icp_portal.demo import invent
from ministry.models import NumberSeries, Subject
from ministry.reference.provinces import PROVINCES

NAME: Final = "numbers of approvals at once"
CLIENTS: Final = (1, 4, 16)
EACH, COUNTED = 25, 250  # filings, and values of the bare counter, of each client
GOAL: Final = 0.85  # of the bare counter
EVERYWHERE = tuple(one.code for one in PROVINCES)
DATABASE = "bench_numbers"
CLAIM = timedelta(hours=8)
NO_YEAR = 1999  # key of the bare counter's row
_PARALLEL = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class MeasuredApprovals:
    """Numbers a second with so many clients; ``faults``: a number missing or given twice, a refusal, a deadlock."""

    clients: int
    together: float
    apart: float
    counted: float
    faults: tuple[str, ...]

    @property
    def is_slow(self) -> bool:
        """Return whether the goal is missed."""
        return self.together < GOAL * self.counted

    def __str__(self) -> str:
        line = (
            f"{NAME}: {self.clients} clients, {self.together:,.1f} a second in one province, {self.apart:,.1f} in a "
            f"province each; a bare counter row {self.counted:,.1f}, ratio {self.together / self.counted:.2%}"
        )
        return "\n".join([f"{line}  misses a goal" if self.is_slow else line, *self.faults])


def measured(clients: int, each: int = EACH) -> MeasuredApprovals:
    """Let so many clients approve so many filings each, on throw-away databases."""
    rates: list[float] = []
    wrong: list[str] = []
    for spread in (1, clients):
        with world.database(DATABASE):
            work = fill(clients, each, EVERYWHERE[:spread])
            took, refused = _at_once(approve, work)
            bare, _none = _at_once(_count, [COUNTED] * clients)
            wrong += refused + faults(clients * each, EVERYWHERE[:spread])
        rates.append(clients * each / took)
    together, apart = rates
    return MeasuredApprovals(clients, together, apart, clients * COUNTED / bare, tuple(wrong))


def fill(clients: int, each: int, provinces: Sequence[str] = (world.PROVINCE,)) -> list[tuple[int, list[int]]]:
    """Create each client's reviewer and claimed filings, copies of one with different subjects; return their keys.

    The clients work in these provinces in turn.
    """
    case = world.filing_with_bureau()
    work = []
    for client in range(clients):
        province = provinces[client % len(provinces)]
        user = world.reviewer(client + 1, province=province)
        made = [_copy(case, client * each + number + 2, user, province) for number in range(each)]
        work.append((user.pk, [filing.pk for filing in Filing.objects.bulk_create(made)]))
    return work


def _copy(case: Filing, number: int, user: User, province: str) -> Filing:
    values = invent.values(number, province=province)
    filing = Filing.objects.get(pk=case.pk)
    filing.pk, filing._state.adding, filing.bureau_id = None, True, province
    filing.facts = facts.written(case.facts, values)
    filing.domain, filing.subject_name = filing.get("websites.0.domain"), filing.get("subject.name")
    filing.subject_digest = f"{number:064d}"
    filing.claimed_by, filing.claimed_until = user, timezone.now() + CLAIM
    return filing


def _at_once(call: Callable[[Any], None], work: Iterable[Any]) -> tuple[float, list[str]]:
    """Start all clients at the same moment; return the seconds until the last ends, and what went wrong."""
    pieces = list(work)
    connection.close()
    start, told = _PARALLEL.Barrier(len(pieces) + 1), _PARALLEL.SimpleQueue()
    processes = [_PARALLEL.Process(target=_client, args=(call, piece, start, told)) for piece in pieces]
    for process in processes:
        process.start()
    start.wait()
    begin = time.perf_counter()
    for process in processes:
        process.join()
    took = time.perf_counter() - begin
    return took, [fault for _process in processes if (fault := told.get())]


def _client(call: Callable[[Any], None], piece: Any, start: Any, told: Any) -> None:
    connection.ensure_connection()
    start.wait()
    try:
        call(piece)
    except Exception as fault:  # any failure is a result of the measurement
        told.put(repr(fault))
    else:
        told.put("")
    connection.close()


def approve(piece: tuple[int, list[int]]) -> None:
    user_id, filing_ids = piece
    actor = reviewer(User.objects.get(pk=user_id))
    for filing_id in filing_ids:
        services.approve(filing_id, actor, version=None)


def _count(times: int) -> None:
    """Take the next value of one row under its lock, ``times`` times."""
    with connection.cursor() as cursor:
        for _n in range(times):
            with transaction.atomic():
                cursor.execute(
                    "INSERT INTO ministry_numberseries (province, year, last) VALUES (%s, %s, 1)"
                    " ON CONFLICT ON CONSTRAINT one_series_per_province_and_year"
                    " DO UPDATE SET last = ministry_numberseries.last + 1 RETURNING last",
                    [world.PROVINCE, NO_YEAR],
                )


def faults(count: int, provinces: Sequence[str] = (world.PROVINCE,)) -> list[str]:
    """Return what is wrong with the numbers given, as many in each province, and deadlocks that occurred."""
    year, share = timezone.localdate().year, count // len(provinces)
    found = []
    for province in provinces:
        rows = Subject.objects.filter(province=province, year=year).order_by("serial")
        serials = list(rows.values_list("serial", flat=True))
        last = NumberSeries.objects.get(province=province, year=year).last
        if serials != list(range(1, share + 1)) or last != share:
            found.append(
                f"{share} approvals gave {len(serials)} numbers, {len(set(serials))} of them different, up to {last}"
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        if deadlocks := cursor.fetchone()[0]:
            found.append(f"{deadlocks} deadlocks")
    return found
