"""The processes of an import, and the file through which they hand each other what was checked."""

import gc
import multiprocessing
import os
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile
from typing import IO, Any, Final, NamedTuple, TypeVar

from django.db import connection

from ministry.imports import comparing, copying
from ministry.imports.checking import SubjectCheck
from ministry.imports.copying import PieceOf
from ministry.imports.files import FilesRefused, SubjectRows
from ministry.imports.records import RowFault, SubjectRecord
from ministry.imports.staging import StagedKey, keys_of
from ministry.models import RegisterPiece

T = TypeVar("T")
R = TypeVar("R")

_FORK: Final = multiprocessing.get_context("fork")
AHEAD: Final = 2  # pieces that wait for each process


class Spooled(NamedTuple):
    """Where the checked subjects of a piece are in the spool: a record, or None for a faulty one, by place."""

    offset: int
    length: int


class Spool:
    """A file without a name, which all processes write to; it is gone when they have ended, however they ended."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile(buffering=0)  # noqa: SIM115 — open as long as the import
        self._lock = _FORK.Lock()

    def put(self, records: Sequence[SubjectRecord | None]) -> Spooled:
        content = pickle.dumps(records, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            offset = os.lseek(self._file.fileno(), 0, os.SEEK_END)
            left = memoryview(content)
            while left:
                left = left[os.write(self._file.fileno(), left) :]
        return Spooled(offset, len(content))

    def get(self, place: Spooled) -> list[SubjectRecord | None]:
        content = bytearray()
        while len(content) < place.length:
            content += os.pread(self._file.fileno(), place.length - len(content), place.offset + len(content))
        found: list[SubjectRecord | None] = pickle.loads(content)  # noqa: S301 — written by these processes alone
        return found

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class CheckedPiece:
    """The result of a check: where the subjects are, their keys, the faults, whose they are; and how much there is."""

    number: int
    spooled: Spooled
    keys: list[StagedKey]
    faults: list[RowFault]
    faulty: set[int]
    subjects: int
    websites: int


@dataclass(slots=True)
class ImportWork:
    """The steps of an import, each for one piece; the same in every process."""

    spool: Spool
    today: date
    providers: Mapping[str, int | None]

    def check(self, number: int, subjects: Sequence[SubjectRows]) -> CheckedPiece:
        """Check the subjects of a piece and keep them in the spool."""
        records: list[SubjectRecord | None] = []
        faults: list[RowFault] = []
        keys: list[StagedKey] = []
        for place, rows in enumerate(subjects):
            check = SubjectCheck(self.today, self.providers)
            record = check.record(rows)
            records.append(record)
            faults += check.faults
            keys += keys_of(place, record) if record else ()
        websites = sum(len({cells[0] for _row, cells in rows.websites}) for rows in subjects)
        faulty = {place for place, record in enumerate(records) if record is None}
        return CheckedPiece(number, self.spool.put(records), keys, faults, faulty, len(subjects), websites)

    def compare(self, spooled: Spooled, known: Mapping[int, int]) -> dict[int, list[RowFault]]:
        """Return what differs from the register, by place; ``known``: place → primary key in the register."""
        records = self.spool.get(spooled)
        subjects = {key: record for place, key in known.items() if (record := records[place])}
        found = comparing.differences(subjects)
        return {place: found.get(key, []) for place, key in known.items()}

    def write(self, piece: PieceOf, spooled: Spooled, left_out: frozenset[int]) -> RegisterPiece:
        """Write the subjects of a piece without those at some places."""
        records = enumerate(self.spool.get(spooled))
        return copying.write(piece, [one for place, one in records if one and place not in left_out])


class Workers:
    """Processes that do the steps of an import; with one process, this one does them itself."""

    def __init__(self, work: ImportWork, processes: int) -> None:
        self._work, self._processes = work, processes
        self._pool: ProcessPoolExecutor | None = None
        if processes > 1:
            connection.close()  # a connection can't be shared
            self._pool = ProcessPoolExecutor(processes, _FORK, _begin, (work,))
            self._pool.submit(_ready).result()

    def close(self) -> None:
        """End the processes; pieces under way are finished."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def each(self, step: Callable[..., R], jobs: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Yield the results of a step of ``ImportWork`` in the order of the jobs, which are read as they are needed."""
        if self._pool is None:
            yield from (step(self._work, *job) for job in jobs)
            return
        waiting: deque[Future[R]] = deque()
        try:
            for job in jobs:
                waiting.append(self._pool.submit(_do, step, job))
                if len(waiting) >= self._processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise FilesRefused(
                "A process of the import was killed. Run it again: it continues where it stopped."
            ) from error


_work: ImportWork | None = None


def _begin(work: ImportWork) -> None:
    """Prepare a process of the pool; it ends with the one that started it."""
    global _work  # noqa: PLW0603 — what the process was forked for
    _work = work
    # A step makes many objects and hardly any cycles: collected once before each, without what was there at the fork.
    gc.disable()
    gc.freeze()
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _ready() -> None:
    """Do nothing: the pool starts its processes with its first task."""


def _do(step: Callable[..., R], job: tuple[Any, ...]) -> R:
    gc.collect()
    return step(_work, *job)
