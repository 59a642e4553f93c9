"""Run an import: check everything, then write the pieces that aren't written yet."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection
from django.utils import timezone

from ministry.imports.checking import orphan
from ministry.imports.copying import PieceOf
from ministry.imports.files import FilesRefused, RegisterFiles, SubjectRows
from ministry.imports.records import RowFault
from ministry.imports.reports import FaultReport, ImportProgress
from ministry.imports.staging import Staging
from ministry.imports.tuples import MODELS
from ministry.imports.workers import CheckedPiece, ImportWork, Spool, Spooled, Workers
from ministry.models import Access, RegisterPiece, SubjectContact

if TYPE_CHECKING:
    from providers.models import Provider

# Subjects of a piece; approvals in its provinces are blocked while it is copied, less than a second
PIECE: Final = 2_000
IMPORTS_LOCK: Final = 7_264_120_035
PROCESSES: Final = (os.cpu_count() or 1) + 1  # one more than cores: they wait for the database in turn


@dataclass(slots=True)
class ImportOutcome:
    """Counts of an import: read, faulty and written; ``left`` are subjects that the register has already."""

    subjects: int = 0
    websites: int = 0
    faults: int = 0
    left: int = 0
    written_subjects: int = 0
    written_websites: int = 0
    was_complete: bool = False


@dataclass(slots=True)
class RegisterImport:
    """An import of files; ``skip_faulty``: write the subjects without faults although others have some."""

    files: RegisterFiles
    progress: ImportProgress
    report: FaultReport
    check_only: bool = False
    skip_faulty: bool = False
    processes: int = PROCESSES
    piece: int = PIECE
    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    # Places of the faulty subjects of each piece
    _faulty: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def run(self) -> ImportOutcome:
        """Check and write; raise FilesRefused or PieceRefused. What was written before that stays."""
        digest = self.files.digest()
        done = dict(RegisterPiece.objects.filter(files=digest).values_list("number", "pieces"))
        if done and len(done) == next(iter(done.values())):
            self.outcome.was_complete = True
            return self.outcome
        spool = Spool()
        workers = Workers(ImportWork(spool, timezone.localdate(), providers()), self.processes)
        try:
            self._run(digest, set(done), workers)
        finally:
            workers.close()
            spool.close()
            self.report.close()
        return self.outcome

    def _run(self, digest: str, done: set[int], workers: Workers) -> None:
        with _alone():
            staging = Staging()
            spooled = self._check(workers, staging)
            left_out = self._left_out(workers, staging, spooled, done)
            self.outcome.faults = self.report.count
            if self.check_only or (self.report.count and not self.skip_faulty):
                return
            pieces = [PieceOf(self._named(digest, number), number, len(spooled)) for number in range(len(spooled))]
            written = done | _recorded(piece for piece in pieces if piece.files != digest)
            jobs = [
                (piece, spooled[piece.number], frozenset(left_out[piece.number]))
                for piece in pieces
                if piece.number not in written
            ]
            self._write(workers, jobs)

    def _named(self, digest: str, number: int) -> str:
        """Return the digest by which a piece is recorded.

        That of a piece without its faulty subjects differs, so that the next import of the same files adds those that
        are correct by then, for example because their provider has been created.
        """
        places = sorted(self._faulty[number])
        return sha256(f"{digest} without {places}".encode()).hexdigest() if places else digest

    def _check(self, workers: Workers, staging: Staging) -> list[Spooled]:
        self.progress.begin("Checking")
        spooled = []
        for checked in workers.each(ImportWork.check, enumerate(_pieces(self.files.subjects(), self.piece))):
            spooled.append(checked.spooled)
            staging.add(checked.number, checked.keys)
            self._count(checked)
            self.progress.show(self.outcome.websites, self.files.share_read)
        self._report(self._orphans())  # those after the last subject
        self.progress.end(self.outcome.websites)
        return spooled

    def _count(self, checked: CheckedPiece) -> None:
        self.outcome.subjects += checked.subjects
        self.outcome.websites += checked.websites
        self._faulty[checked.number] |= checked.faulty
        self._report([*self._orphans(), *checked.faults])

    def _orphans(self) -> list[RowFault]:
        """Return the faults of the rows without their subject that were found since the last call."""
        found, self.files.orphans[:] = self.files.orphans[:], []
        return [orphan(*one) for one in found]

    def _report(self, faults: list[RowFault]) -> None:
        self.report.add(faults)
        if self.report.is_full:
            raise FilesRefused(f"More than {FaultReport.MOST:,} faults: the rest was not read. See {self.report.path}.")

    def _left_out(
        self, workers: Workers, staging: Staging, spooled: list[Spooled], done: set[int]
    ) -> dict[int, set[int]]:
        """Return the places of each piece that are not to be written: in the register already, or faulty."""
        left_out: dict[int, set[int]] = defaultdict(set)
        known = staging.known_numbers(done)
        for clash in (*staging.repeated(), *staging.known(done, known)):
            self.report.add([clash.fault])
            self._faulty[clash.piece].add(clash.place)
        jobs = ((spooled[number], places) for number, places in known.items())
        for number, differing in zip(known, workers.each(ImportWork.compare, jobs), strict=True):
            for place, faults in differing.items():
                self.report.add(faults)
                (self._faulty if faults else left_out)[number].add(place)
                self.outcome.left += not faults
        for number, places in self._faulty.items():
            left_out[number] |= places
        return left_out

    def _write(self, workers: Workers, jobs: list[tuple[Any, ...]]) -> None:
        self.progress.begin("Writing")
        for turn, piece in enumerate(workers.each(ImportWork.write, jobs), start=1):
            self.outcome.written_subjects += piece.subjects
            self.outcome.written_websites += piece.websites
            self.progress.show(self.outcome.written_websites, turn / len(jobs))
        _analyse()
        self.progress.end(self.outcome.written_websites)


def _recorded(pieces: Iterable[PieceOf]) -> set[int]:
    """Return the numbers of those pieces that have been written. One query."""
    asked = {(piece.files, piece.number) for piece in pieces}
    rows = RegisterPiece.objects.filter(files__in={files for files, _number in asked}).values_list("files", "number")
    return {number for files, number in rows if (files, number) in asked}


def providers() -> dict[str, int | None]:
    """Return the primary keys of all providers by licence number and slug; None for a licence number of several."""
    found: dict[str, int | None] = {}
    model = cast("type[Provider]", Access._meta.get_field("provider").related_model)
    rows = model.objects.values_list("pk", "licence", "slug")
    for key, licence, _slug in rows:
        found[licence] = None if licence in found else key
    return found | {slug: key for key, _licence, slug in rows}


def _pieces(subjects: Iterable[SubjectRows], size: int) -> Iterator[list[SubjectRows]]:
    piece: list[SubjectRows] = []
    for subject in subjects:
        piece.append(subject)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


def _analyse() -> None:
    """Analyse the tables, so that searches have good plans at once; autovacuum would do it some minutes later."""
    tables = ", ".join(model._meta.db_table for model in (*MODELS, SubjectContact))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}, ministry_livedomain")


@contextmanager
def _alone() -> Iterator[None]:
    """Run the block unless another import runs; raise FilesRefused then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [IMPORTS_LOCK])
        if not cursor.fetchone()[0]:
            raise FilesRefused("Another import is running.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [IMPORTS_LOCK])
