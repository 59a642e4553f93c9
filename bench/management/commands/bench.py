"""``manage.py bench``: measure pages against a floor in the same process, on a throw-away database.

Prints CPU time in floors, SQL statements, buffers and the goals that are missed. Fails when a goal of statements or
buffers is missed; with ``--time`` also when one of CPU time is, unless the floor differed too much from itself.
A full run ends with the growth of costs from a small to a large register, which ``--growth`` prints alone.
``--hold`` fails instead when something costs more statements or buffers than in a saved result; ``.ci/run`` holds
``bench/held.json`` like this, which ``bench --quick --json bench/held.json`` writes anew.
"""

import json
import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from bench import approvals, floors, growth, imports, pages, register_rows, reported_records, start, world
from bench.measuring import NOISE, Measured, Result, measure
from bench.portal import MeasuredPortal

REGISTER, FILINGS, ROUNDS = 100_000, 20_000, 30
IMPORTED = 60_000
QUICK: dict[str, Any] = {
    **{"register": 20_000, "filings": 20_000, "rounds": 1, "imported": 4_000, "reported": 20},
    "clients": (),
}
# Buffers depend on how the tables happen to be filled: what may be more than was held.
SHARE, SPARE = 1.5, 50
STARTS = 3  # of each kind of process
DATABASE = "bench_pages"


class Command(BaseCommand):
    help = "Measure pages against a floor in the same process, on a throw-away database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--register", type=int, default=REGISTER, help="websites in the register")
        parser.add_argument("--filings", type=int, default=FILINGS, help="filings, half of them of one provider")
        parser.add_argument("--imported", type=int, default=IMPORTED, help="websites of the imported register")
        parser.add_argument("--reported", type=int, default=reported_records.RECORDS, help="records of the upload")
        parser.add_argument("--clients", type=int, nargs="*", default=approvals.CLIENTS, help="that approve at once")
        parser.add_argument("--rounds", type=int, default=ROUNDS, help="measured calls of each case")
        parser.add_argument("--only", default="", help="measure only cases whose name contains this")
        parser.add_argument("--json", type=Path, help="save the result in this file")
        parser.add_argument("--against", type=Path, help="compare with a saved result")
        parser.add_argument("--time", action="store_true", help="fail on CPU time, too")
        parser.add_argument("--quick", action="store_true", help="small tables and few rounds")
        parser.add_argument("--hold", type=Path, help="fail on what costs more than in this saved result")
        parser.add_argument("--growth", action="store_true", help="compare a small with a large register instead")
        parser.add_argument("--small", type=int, default=growth.SMALL, help="websites in the small one")
        parser.add_argument("--large", type=int, default=growth.LARGE, help="websites in the large one")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["quick"]:
            options |= QUICK
        # Otherwise each measured request, refusal and mail would print a line.
        for name in ("django.request", "icp_portal.requests", "ministry.mail"):
            logging.getLogger(name).setLevel(logging.ERROR)
        with override_settings(RELAX_SECOND_FACTOR=True, SITE_URL="http://localhost"):
            missed = 0 if options["growth"] else self._measure(options)
            is_full = not (options["only"] or options["quick"])
            grown = self._compare_sizes(options) if options["growth"] or is_full else 0
        if missed or grown:
            raise CommandError(f"{missed} goals are missed, {grown} costs grow with the register.")

    def _measure(self, options: dict[str, Any]) -> int:
        """Measure all cases at one size; return how many goals that count are missed."""
        portal = MeasuredPortal(options["register"], options["filings"])
        with world.database(DATABASE):
            self.stdout.write(f"Filling {portal.register:,} websites and {portal.filings:,} filings …")
            portal.fill()
            wanted = [case for case in pages.cases(portal) if options["only"] in case.name]
            result = measure(wanted, floors.floor(register_rows.domain_of(1)), options["rounds"])
        before = json.loads(options["against"].read_text()) if options["against"] else {}
        missed = self._tell(result, before, with_time=options["time"])
        if options["only"] in imports.NAME:
            imported = imports.measured(options["imported"])
            self.stdout.write(str(imported))
            missed += options["time"] and imported.is_slow
        if options["only"] in reported_records.NAME:
            reported = reported_records.measured(options["reported"])
            self.stdout.write(str(reported))
            missed += options["time"] and reported.is_slow
        if options["only"] in approvals.NAME:
            missed += self._approve(options)
        if not options["only"]:
            self.stdout.write("\n".join(map(str, start.starts(min(options["rounds"], STARTS)))))
        if options["json"]:
            options["json"].write_text(json.dumps({row.name: row.as_json() for row in result.rows}, indent=1))
        if options["hold"]:
            dearer = [*_dearer(result, json.loads(options["hold"].read_text()))]
            if dearer:
                raise CommandError("\n".join(dearer))
            return 0
        return missed

    def _approve(self, options: dict[str, Any]) -> int:
        """Measure approvals at once; return how many goals are missed. Wrong numbers always are."""
        missed = 0
        for clients in options["clients"]:
            approved = approvals.measured(clients)
            self.stdout.write(str(approved))
            missed += len(approved.faults) + (options["time"] and approved.is_slow)
        return missed

    def _compare_sizes(self, options: dict[str, Any]) -> int:
        """Measure a small and a large register in turns; return how many costs grow."""
        sizes = (options["small"], options["large"])
        grown, noise = growth.measured(sizes, options["only"], options["rounds"], self.stdout.write)
        self.stdout.write("\n".join([growth.HEAD, *map(str, grown)]))
        self._tell_noise(noise)
        return sum(len(one.missed(with_time=options["time"] and noise <= NOISE)) for one in grown)

    def _tell(self, result: Result, before: dict[str, dict[str, Any]], *, with_time: bool) -> int:
        """Print a line per case; return how many goals that count are missed."""
        self.stdout.write(f"{'':<40}{'ms':>8}{'floors':>9}{'goal':>7}{'SQL':>6}{'goal':>6}{'buffers':>9}{'goal':>6}")
        for row in result.rows:
            self.stdout.write(_line(row, before.get(row.name)))
        self._tell_noise(result.noise)
        counts_time = with_time and result.is_conclusive
        return sum(len(row.missed(with_time=counts_time)) for row in result.rows)

    def _tell_noise(self, noise: float) -> None:
        if noise > NOISE:
            self.stdout.write(f"The floor differed from itself by {noise:.0%}: CPU times can't be compared.")


def _dearer(result: Result, held: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each case that costs more statements, or clearly more buffers, than was held, or is not held."""
    for row in result.rows:
        before = held.get(row.name)
        if before is None:
            yield f"{row.name} is not in the saved result."
        elif row.statements > before["statements"]:
            yield f"{row.name}: {row.statements} statements, {before['statements']} before."
        elif row.buffers > before["buffers"] * SHARE + SPARE:
            yield f"{row.name}: {row.buffers:,} buffers, {before['buffers']:,} before."


def _line(row: Measured, before: dict[str, Any] | None) -> str:
    floors_goal, statements, buffers = (f"{goal:g}" if goal is not None else "" for goal in row.goals)
    line = (
        f"{row.name:<40}{row.micros / 1000:>8.2f}{row.floors:>9.2f}{floors_goal:>7}{row.statements:>6}{statements:>6}"
        f"{row.buffers:>9,}{buffers:>6}"
    )
    if row.ratio is not None:
        line += f"  {row.ratio:.2f} of {row.beside}"
    if missed := row.missed(with_time=True):
        line += f"  misses {', '.join(missed)}"
    if before:
        line += f"  was {before['floors']:.2f}, {before['statements']}, {before['buffers']:,}"
    return line
