"""Growth of costs with the size of the tables: the same pages on a small and on a large register, in turns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from bench import floors, pages, public_pages, register_rows
from bench.measuring import Case, Measured, measure
from bench.portal import MeasuredPortal
from bench.sizes import Databases

SMALL, LARGE = 3_000, 60_000
FEWEST_FILINGS = 20_000  # with fewer the last pages of a queue are not full: the first filings are in hand
MOST, SPARE = 1.10, 2  # times the CPU time; more buffers
DATABASES = "bench_growth"


@dataclass(frozen=True, slots=True)
class Growth:
    """A case at both sizes; ``ratio``: how many times the CPU time of the small one the large one takes."""

    small: Measured
    large: Measured

    @property
    def ratio(self) -> float:
        return self.large.ratio or 0

    def missed(self, *, with_time: bool) -> list[str]:
        """Return what has grown by more than it may; CPU time only if asked for."""
        grown = {
            "CPU time": with_time and self.ratio > MOST,
            "statements": self.large.statements > self.small.statements,
            "buffers": self.large.buffers > self.small.buffers + SPARE,
        }
        return [what for what, is_missed in grown.items() if is_missed]

    def __str__(self) -> str:
        small, large = self.small, self.large
        line = (
            f"{small.name:<40}{small.micros / 1000:>8.2f}{large.micros / 1000:>9.2f}{self.ratio:>7.2f}"
            f"{small.buffers:>9,}{large.buffers:>9,}"
        )
        missed = self.missed(with_time=True)
        return f"{line}  grows in {', '.join(missed)}" if missed else line


HEAD = f"{'':<40}{'small ms':>8}{'large ms':>9}{'ratio':>7}{'buffers':>9}{'buffers':>9}"


def measured(
    sizes: tuple[int, int], only: str, rounds: int, tell: Callable[[str], object]
) -> tuple[list[Growth], float]:
    """Return the growth of each case whose name contains ``only``, and by how much the floor differed from itself."""
    small, large = sizes
    with Databases.of(DATABASES) as databases:
        databases.migrate(small)
        databases.copy(small, large)
        cases = [[*_filled(databases, size, only, tell)] for size in sizes]
        listed = [case for pair in zip(*cases, strict=True) for case in paired(*pair)]
        with databases.at(small):
            result = measure(listed, floors.floor(register_rows.domain_of(1)), rounds)
    rows = result.rows
    return [Growth(*pair) for pair in zip(rows[::2], rows[1::2], strict=True)], result.noise


def paired(small: Case, large: Case) -> tuple[Case, Case]:
    """Return the cases so that the large one is compared with the small one."""
    return small, replace(large, name=f"{large.name}, large", beside=small.name)


def _filled(databases: Databases, size: int, only: str, tell: Callable[[str], object]) -> Iterator[Case]:
    """Fill the database of this size; yield its cases, each of which runs on it."""
    portal = MeasuredPortal(size, max(size, FEWEST_FILINGS))
    tell(f"Filling {portal.register:,} websites and {portal.filings:,} filings …")
    with databases.at(size):
        portal.fill()
        found = [*public_pages.queries(portal), *public_pages.directory(portal), *pages.queues(portal)]
    for case in found:
        if only in case.name:
            yield replace(case, within=partial(databases.at, size))
