"""Read the files of an import as subjects with all their rows, without holding many subjects in memory.

Three files in a folder, each CSV (``.csv``, ``.csv.gz``) or Parquet (``.parquet``), with the subjects in one order in
all of them. A row is a tuple (number of the row, texts of its columns).
"""

import csv
import gzip
import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ministry.imports.columns import TABLES, RegisterColumn
from ministry.imports.values import SEPARATOR

# Limits against files that would fill the memory; all are our own choice
LONGEST_LINE: Final = 200_000  # characters
MOST_COLUMNS: Final = 100
MOST_ROWS: Final = 50_000  # of one subject in one file
MOST_BYTES: Final = 2**30  # of one row group of a Parquet file, unpacked
BLOCK: Final = 2**20
READ_AHEAD: Final = 2_000  # rows of a file in which the next subject's are looked for, past those without a subject
ENDINGS: Final = (".csv", ".csv.gz", ".parquet")
ENCODINGS: Final = ("utf-8", "gb18030")

FileRow = tuple[int, list[str]]
Orphan = tuple[str, int, str]  # a row without its subject: table, row, its number


class FilesRefused(Exception):
    """The files as a whole can't be imported; the text says why and how to correct it."""


@dataclass(frozen=True, slots=True)
class SubjectRows:
    """The rows of one subject in each file."""

    subjects: list[FileRow]
    websites: list[FileRow]
    accesses: list[FileRow]


@dataclass(frozen=True, slots=True)
class RegisterFiles:
    """The files of an import, by table; ``encoding`` is that of the CSV files."""

    paths: dict[str, Path]
    encoding: str = ENCODINGS[0]
    # Rows of websites and accesses without their subject that ``subjects`` has found so far
    orphans: list[Orphan] = field(default_factory=list, init=False, compare=False)
    # How many bytes of each file have been read, as they are stored
    _read: dict[str, Callable[[], float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def share_read(self) -> float:
        """Return the share of the files' bytes that ``subjects`` has read so far."""
        return sum(read() for read in self._read.values()) / sum(map(_size, self.paths.values()))

    @classmethod
    def found_in(cls, folder: Path, encoding: str = ENCODINGS[0]) -> "RegisterFiles":
        """Return the files of a folder; raise FilesRefused unless there is one for each table."""
        paths = {}
        for table in TABLES:
            found = [path for ending in ENDINGS if (path := folder / f"{table}{ending}").is_file()]
            if len(found) != 1:
                names = ", ".join(f"{table}{ending}" for ending in ENDINGS)
                raise FilesRefused(f"{folder} must have one of {names}; it has {len(found)}.")
            paths[table] = found[0]
        return cls(paths, encoding)

    def digest(self) -> str:
        """Return the SHA-256 over the files and how they are read."""
        whole = hashlib.sha256(self.encoding.encode())
        for table, path in sorted(self.paths.items()):
            with path.open("rb") as file:
                whole.update(f"{table}{''.join(path.suffixes)}".encode() + hashlib.file_digest(file, "sha256").digest())
        return whole.hexdigest()

    def subjects(self) -> Iterator[SubjectRows]:
        """Yield the subjects in the order of the files, and add rows without one to ``orphans``; raise FilesRefused."""
        websites, accesses = (
            _Following(self._rows("websites"), "websites", self.orphans),
            _Following(self._rows("accesses"), "accesses", self.orphans),
        )
        for number, rows in groupby(self._rows("subjects"), key=lambda row: row[1][0]):
            own = _limited(rows, "subjects")
            yield SubjectRows(own, websites.of(number), accesses.of(number))
        for file in (websites, accesses):
            file.end()

    def _rows(self, table: str) -> Iterator[FileRow]:
        path = self.paths[table]
        try:
            yield from self._parquet_rows(table) if path.suffix == ".parquet" else self._csv_rows(table)
            self._read[table] = partial(_size, path)
        except UnicodeDecodeError as error:
            raise FilesRefused(
                f"{path.name} isn't {self.encoding}: give its --encoding ({', '.join(ENCODINGS)})."
            ) from error
        except (OSError, EOFError, zlib.error, csv.Error) as error:
            raise FilesRefused(f"{path.name} can't be read: {error}.") from error

    def _csv_rows(self, table: str) -> Iterator[FileRow]:
        path = self.paths[table]
        unpacked: Callable[..., Any] = gzip.open if path.suffix == ".gz" else nullcontext
        with path.open("rb") as file, unpacked(file) as content, _text(content, self.encoding) as text:
            self._read[table] = file.tell
            csv.field_size_limit(LONGEST_LINE)
            rows = csv.reader(_lines(text, path.name), strict=True)
            places = _places(next(rows, []), TABLES[table], path.name)
            for number, cells in enumerate(rows, start=2):
                if any(cells):
                    if len(cells) <= max(places):
                        raise FilesRefused(f"{path.name}, row {number}: it has {len(cells)} cells, too few.")
                    yield number, [cells[place].strip() if place >= 0 else "" for place in places]

    def _parquet_rows(self, table: str) -> Iterator[FileRow]:
        from pyarrow import ArrowException, parquet

        path = self.paths[table]
        try:
            with parquet.ParquetFile(path) as file:
                _refuse_large_groups(file, path.name)
                names, rows = file.schema_arrow.names, file.metadata.num_rows
                places = _places(names, TABLES[table], path.name)
                number = 1
                for batch in file.iter_batches(batch_size=5_000):
                    texts = [
                        list(map(_as_text, batch.column(place).to_pylist())) if place >= 0 else None for place in places
                    ]
                    for at in range(batch.num_rows):
                        number += 1
                        yield number, [text[at] if text else "" for text in texts]
                    self._read[table] = partial(_part, path, (number - 1) / rows)
        except ArrowException as error:
            raise FilesRefused(f"{path.name} can't be read: {error}.") from error


def _size(path: Path) -> int:
    return path.stat().st_size


def _part(path: Path, share: float) -> float:
    return share * _size(path)


def _refuse_large_groups(file: Any, name: str) -> None:
    groups = range(file.metadata.num_row_groups)
    if any(file.metadata.row_group(one).total_byte_size > MOST_BYTES for one in groups):
        raise FilesRefused(f"{name} has a row group of more than {MOST_BYTES // 2**20} MB.")


def _text(content: Any, encoding: str) -> TextIOWrapper:
    name = "utf-8-sig" if encoding == ENCODINGS[0] else encoding
    return TextIOWrapper(content, encoding=name, newline="")


def _lines(text: TextIOWrapper, name: str) -> Iterator[str]:
    """Yield the lines of a file; raise FilesRefused for one that is too long, before all of it is in memory."""
    for line in iter(lambda: text.readline(LONGEST_LINE + 1), ""):
        if len(line) > LONGEST_LINE:
            raise FilesRefused(f"{name} has a line of more than {LONGEST_LINE:,} characters.")
        yield line


def _places(headings: Sequence[str], columns: Sequence[RegisterColumn], name: str) -> list[int]:
    """Return where each column is in a file, -1 for one that it lacks; raise FilesRefused for unknown ones."""
    if len(headings) > MOST_COLUMNS:
        raise FilesRefused(f"{name} has {len(headings):,} columns, at most {MOST_COLUMNS} are read.")
    known = {heading: one.name for one in columns for heading in (one.name, one.heading)}
    typed = [heading.strip() for heading in headings]
    if unknown := [heading for heading in typed if heading not in known]:
        raise FilesRefused(f"{name} has unknown columns: {', '.join(ascii(one[:40]) for one in unknown[:5])}.")
    there = [known[heading] for heading in typed]
    if twice := sorted({one for one in there if there.count(one) > 1}):
        raise FilesRefused(f"{name} has columns twice: {', '.join(twice)}.")
    if missing := [one.name for one in columns if one.is_needed and one.name not in there]:
        raise FilesRefused(f"{name} lacks columns: {', '.join(missing)}.")
    return [there.index(one.name) if one.name in there else -1 for one in columns]


def _as_text(value: Any) -> str:
    """Return a value of Parquet as a cell of CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return SEPARATOR.join(map(_as_text, value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _limited(rows: Iterable[FileRow], table: str) -> list[FileRow]:
    """Return the rows of one subject; raise FilesRefused for too many."""
    found: list[FileRow] = []
    for row in rows:
        found.append(row)
        if len(found) > MOST_ROWS:
            raise FilesRefused(f"{table}, row {row[0]}: one subject has more than {MOST_ROWS:,} rows.")
    return found


class _Following:
    """The rows of websites or accesses, taken subject by subject.

    As all files have one order, rows before those of a subject belong to it, to an earlier one, or to none.
    """

    def __init__(self, rows: Iterator[FileRow], table: str, orphans: list[Orphan]) -> None:
        self._table, self._orphans = table, orphans
        self._groups = groupby(rows, key=lambda row: row[1][0].rpartition("-")[0])
        self._ahead: deque[tuple[str, list[FileRow]]] = deque()  # rows read ahead, with the number of their subject
        self._numbers: set[str] = set()  # of the subjects in ``_ahead``
        self._count = 0  # of the rows in ``_ahead``

    def of(self, number: str) -> list[FileRow]:
        """Return the next rows of the subject with this number; those passed over are orphans."""
        self._read_ahead(1)
        if self._ahead and self._ahead[0][0] != number:
            self._read_ahead(READ_AHEAD)
        if number not in self._numbers:
            return []
        while (found := self._next())[0] != number:
            self._add_orphans(found[1])
        return found[1]

    def end(self) -> None:
        """Take what is left for orphans; raise FilesRefused if it is more than is read ahead."""
        self._read_ahead(READ_AHEAD)
        if self._ahead and next(self._groups, None) is not None:
            row = self._ahead[0][1][0][0]
            raise FilesRefused(
                f"{self._table}, row {row}: its subject isn't in subjects, or comes at another place, as those of all "
                "rows after it. Write all files in one order of the subjects, and their numbers in one spelling."
            )
        while self._ahead:
            self._add_orphans(self._next()[1])

    def _read_ahead(self, rows_at_least: int) -> None:
        while self._count < rows_at_least and (group := next(self._groups, None)):
            number, rows = group[0], _limited(group[1], self._table)
            self._ahead.append((number, rows))
            self._numbers.add(number)
            self._count += len(rows)

    def _next(self) -> tuple[str, list[FileRow]]:
        number, rows = found = self._ahead.popleft()
        self._numbers.discard(number)
        self._count -= len(rows)
        return found

    def _add_orphans(self, rows: list[FileRow]) -> None:
        self._orphans += [(self._table, row, cells[0]) for row, cells in rows]
