"""The import of a national register, measured in websites a second, beside a bare COPY of the same rows.

The floor is COPY of the rows that the import wrote into tables without keys, indexes, constraints and triggers, from
one process, in the same run.
"""

import io
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from bench import world
from icp_portal.demo import country
from ministry.imports.files import RegisterFiles
from ministry.imports.reports import FaultReport, ImportProgress
from ministry.imports.running import RegisterImport
from ministry.imports.tuples import MODELS
from ministry.models import LiveDomain, SubjectContact

NAME = "import of a register"
DATABASE = "bench_import"
GOAL = 5_000  # websites a second on two cores
SEED_GOAL = 2_000  # the same with the invention of the files
SEED = 1


@dataclass(frozen=True, slots=True)
class MeasuredImport:
    """An import of so many websites, the floor, and the invention of the files; all in seconds."""

    websites: int
    seconds: float
    floor: float
    invented: float

    @property
    def rate(self) -> float:
        """Return websites a second."""
        return self.websites / self.seconds

    @property
    def seeded(self) -> float:
        """Return websites a second of ``seed_register``, which invents the files and imports them."""
        return self.websites / (self.invented + self.seconds)

    @property
    def is_slow(self) -> bool:
        """Return whether a goal is missed."""
        return self.rate < GOAL or self.seeded < SEED_GOAL

    def __str__(self) -> str:
        imported = (
            f"{NAME}: {self.websites:,} websites in {self.seconds:.1f} s, {self.rate:,.0f} a second, goal {GOAL:,}; "
            f"bare COPY {self.floor:.2f} s, {self.seconds / self.floor:.1f} floors"
        )
        seeded = f"seed_register: {self.seeded:,.0f} websites a second, goal {SEED_GOAL:,}"
        lines = ((imported, self.rate < GOAL), (seeded, self.seeded < SEED_GOAL))
        return "\n".join(f"{line}  misses its goal" if is_missed else line for line, is_missed in lines)


def measured(websites: int) -> MeasuredImport:
    """Import an invented country of so many websites and other services, on a throw-away database."""
    with world.database(DATABASE), TemporaryDirectory() as folder:
        begin = time.perf_counter()
        country.write(Path(folder), websites, country.example_providers(), SEED)
        invented = time.perf_counter() - begin
        begin = time.perf_counter()
        report = FaultReport(Path(folder, "faults.csv"))
        outcome = RegisterImport(
            RegisterFiles.found_in(Path(folder)), ImportProgress(io.StringIO(), is_terminal=False), report
        ).run()
        took = time.perf_counter() - begin
        if outcome.written_websites != websites:
            raise ValueError(f"{outcome.written_websites} of {websites} websites were written, {outcome.faults} faults")
        return MeasuredImport(websites, took, _floor(), invented)


def _floor() -> float:
    """Return the seconds of copying all imported rows into bare tables."""
    took = 0.0
    with connection.cursor() as cursor:
        for model in (*MODELS, SubjectContact, LiveDomain):
            table, bare = model._meta.db_table, f"bare_{model._meta.model_name}"
            with cursor.copy(f"COPY {table} TO STDOUT") as copied:
                rows = b"".join(copied)
            cursor.execute(f"CREATE TABLE {bare} (LIKE {table})")
            begin = time.perf_counter()
            with cursor.copy(f"COPY {bare} FROM STDIN") as copy:
                copy.write(rows)
            took += time.perf_counter() - begin
    return took
