"""Progress of an import or of the open data on the terminal; faults of an import as a CSV file."""

import csv
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from ministry.imports.records import RowFault

EVERY, EVERY_LINE = 0.5, 10.0  # seconds between two updates on a terminal, and between two lines elsewhere
WIDTH: Final = 30  # characters of the bar
# The first characters by which a spreadsheet takes a cell for a formula
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def counted(number: int, noun: str) -> str:
    """Return a number with its English noun: 1 fault, 1,200 faults."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class ImportProgress:
    """A line that is written again on a terminal; elsewhere a line every few seconds."""

    def __init__(self, out: Any, is_terminal: bool) -> None:
        self._out, self._is_terminal = out, is_terminal
        self._step, self._counted, self._begin, self._told = "", "", 0.0, 0.0

    def begin(self, step: str, counted: str = "websites") -> None:
        """Begin a step, such as “Checking”; ``counted`` says what is counted."""
        self._step, self._counted, self._begin, self._told = step, counted, time.monotonic(), time.monotonic()

    def show(self, count: int, share: float | None = None) -> None:
        """Show how many are done, and which share of all if that is known."""
        now = time.monotonic()
        if now - self._told >= (EVERY if self._is_terminal else EVERY_LINE):
            self._told = now
            self._write(self._line(count, share), is_last=False)

    def end(self, count: int) -> None:
        """End the step with a last line."""
        self._write(self._line(count, None), is_last=True)

    def _line(self, count: int, share: float | None) -> str:
        took = max(time.monotonic() - self._begin, 0.001)
        done = "" if share is None else f"[{'#' * round(share * WIDTH):<{WIDTH}}] {share:.0%}, "
        return f"{self._step}: {done}{count:,} {self._counted} in {took:.1f} s, {count / took:,.0f} a second"

    def _write(self, line: str, *, is_last: bool) -> None:
        if self._is_terminal:
            self._out.write(f"\r{line}\033[K" + ("\n" if is_last else ""), ending="")
        else:
            self._out.write(line)
        self._out.flush()


class FaultReport:
    """The faults of an import as CSV, written as they are found; the file is made with the first."""

    MOST: Final = 100_000  # faults in the file; our own choice

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, faults: Iterable[RowFault]) -> None:
        for fault in faults:
            self.count += 1
            if self.count <= self.MOST:
                self._row([f"{fault.file}", str(fault.row), fault.column, fault.heading, fault.value, fault.message])

    @property
    def is_full(self) -> bool:
        """Return whether there are more faults than the file takes."""
        return self.count > self.MOST

    def close(self) -> None:
        """Close the file; without faults remove that of an earlier import."""
        if self._file:
            self._file.close()
        elif self.path.is_file() and self._is_report():
            self.path.unlink()

    def _is_report(self) -> bool:
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return next(csv.reader(file), None) == self._headings()

    @staticmethod
    def _headings() -> list[str]:
        return [_("File"), _("Row"), _("Column"), _("Heading"), _("Value"), _("Fault and correction")]

    def _row(self, cells: list[str]) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(self._headings())
        self._writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
