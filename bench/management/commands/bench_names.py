"""``manage.py bench_names``: measure the search for a part of a unit's name, in milliseconds, at several sizes.

Uses a throw-away database of each size, one after the other, on the same machine. Many different parts of each kind
are looked for: as the public query does it, as suggestions do it, and among cancelled filings. Beside them the bare
index of pairs is read until it has filled the list. Milliseconds are CPU time of this process and of the database's,
the least of some calls: what a call takes on an idle machine that has the rows in memory. Fails when p99 of any kind
takes longer than ``GOAL``.
"""

import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bench import unit_names, world
from ministry.models import Subject
from ministry.reference import code_tables
from ministry.register import public_search
from ministry.register.public_search import SearchScope

SIZES = (100_000, 1_000_000, 5_000_000)
GOAL = 10.0  # milliseconds
TURNS = 3  # calls of each part; the first loads what is not in memory
NAMES = 2_000  # from which parts are taken
DATABASE = "bench_names"
_BARE = f"""
SELECT name FROM ministry_subject
WHERE live AND nature <> {code_tables.PERSON} AND name_pairs(name) @> name_pairs(%s) LIMIT {public_search.MOST + 1}
"""  # noqa: S608 — our constants


class Command(BaseCommand):
    help = "Measure the search for a part of a unit's name at several sizes, in throw-away databases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--register", type=int, nargs="*", default=SIZES, help="subjects in the register")

    def handle(self, *args: Any, **options: Any) -> None:
        missed = 0
        for size in options["register"]:
            with world.database(DATABASE):
                begin = time.perf_counter()
                unit_names.fill(size)
                took = time.perf_counter() - begin
                self.stdout.write(f"{size:,} subjects, filled in {took:.0f} s; p50 and p99 in ms, goal {GOAL:g}")
                missed += self._measure(size)
        if missed:
            raise CommandError(f"{missed} times p99 is more than {GOAL:g} ms.")

    def _measure(self, subjects: int) -> int:
        """Print a line for each kind of parts; return how many times the goal is missed."""
        missed = 0
        for what, parts in unit_names.parts(_names(subjects)).items():
            line = f"{what:<30}{len(parts):>5}"
            for name, call in CALLS.items():
                took = [_milliseconds(call, part) for part in parts]
                p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[-1]
                line += f"   {name} {p50:.1f} {p99:.1f}"
                if p99 > GOAL and call is not _bare:
                    missed += 1
                    line += " misses"
            self.stdout.write(line)
        return missed


def _cancelled(part: str) -> object:
    return public_search.with_part(part, SearchScope.CANCELLED)


def _bare(part: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [part])
        return cursor.fetchall()


CALLS: dict[str, Callable[[str], object]] = {
    "query": public_search.with_part,
    "suggestions": public_search.names_with_part,
    "cancelled": _cancelled,
    "bare index": _bare,
}


def _names(subjects: int) -> list[str]:
    """Return names of units from all parts of the register."""
    units = Subject.objects.filter(live=True).exclude(nature=code_tables.PERSON)
    keys = range(2, subjects, max(1, subjects // NAMES))
    return [*units.filter(pk__in=keys).order_by("pk").values_list("name", flat=True)]


def _milliseconds(call: Callable[[str], object], part: str) -> float:
    """Return the CPU time of a call at best, of this process and of the database's."""
    took = []
    for _turn in range(TURNS):
        begin = _cpu_time()
        call(part)
        took.append(_cpu_time() - begin)
    return min(took)


def _cpu_time() -> float:
    """Return the milliseconds that this process and its session's of the database have computed so far."""
    if (session := connection.connection) is None:
        connection.ensure_connection()
        return _cpu_time()
    nanoseconds = Path(f"/proc/{session.info.backend_pid}/schedstat").read_text().split()[0]
    return (time.process_time() + int(nanoseconds) / 1e9) * 1_000
