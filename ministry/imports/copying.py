"""Write a piece of an imported register: with COPY, in one transaction with its record.

No other module of the import writes register rows. The triggers that log each row are not run for these rows; the
piece's record in the audit log replaces their entries (ADR 0021). All other triggers and constraints are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import IntegrityError, OperationalError, connection, models, transaction

from accounts.sealed import keyed
from ministry import audit
from ministry.imports.records import SubjectRecord
from ministry.imports.tuples import MODELS, PieceRows, TableRows, logged
from ministry.models import (
    Access,
    RegisterPiece,
    RegisterPieceRows,
    RegisterVersion,
    ReleasedDomain,
    Subject,
    SubjectContact,
    Website,
)
from ministry.models.feed import IMPORTING
from ministry.register.locking import lock_all_units, lock_series

# Columns of a table, and its rows in that order
Copied = tuple[Sequence[str], Sequence[Sequence[Any]]]

_AUDITED = [f"{model._meta.label}:audited" for model in MODELS]


class PieceRefused(Exception):
    """The register has changed since the check, so that a piece conflicts with it now; the text says in what."""


@dataclass(frozen=True, slots=True)
class PieceOf:
    """Which piece of which files: see ``RegisterPiece``."""

    files: str
    number: int
    pieces: int


def write(piece: PieceOf, subjects: Sequence[SubjectRecord]) -> RegisterPiece:
    """Write a piece and return its record; raise PieceRefused.

    Rows are made before the transaction, so that the locks are held only while they are copied: for that long, others
    can't enter units or issue numbers of these provinces and years. The locks are taken in the order of an approval.
    """
    made = PieceRows(subjects)
    record = _record(piece, made)
    digested = [_digested(record, table) for table in made.tables.values() if table.rows]
    copies: dict[type[models.Model], Copied] = {
        table.model: (table.columns, list(table.texts())) for table in made.tables.values()
    }
    copies[SubjectContact] = (["subject_id", "kind", "digest", "person_digest"], made.contacts)
    copies[ReleasedDomain] = (["domain", "website_id"], made.released)
    try:
        with transaction.atomic():
            lock_all_units()
            _refuse_known_units(subjects)
            lock_series(_series(subjects))
            _copy_all(copies)
            record.save(force_insert=True)
            RegisterPieceRows.objects.bulk_create(digested)
    except (IntegrityError, OperationalError) as error:  # a conflict; a deadlock with daily work
        raise PieceRefused(
            f"{str(error).splitlines()[0]}. Run the import again: it resumes with this piece."
        ) from error
    return record


def _refuse_known_units(subjects: Iterable[SubjectRecord]) -> None:
    units = {one.unit_digest for subject in subjects if subject.is_live for one in subject.certificates} - {""}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM ministry_subjectcertificate WHERE live AND unit_digest > ''"
            " AND unit_digest = ANY(%s))",
            [list(units)],
        )
        known = cursor.fetchone()[0]
    if known:
        raise PieceRefused("A unit of this piece has been entered meanwhile.")


def _series(subjects: Iterable[SubjectRecord]) -> list[tuple[str, int, int]]:
    """Return (province, year, highest serial) of the numbers that belong to a series, in ascending order."""
    last: dict[tuple[str, int], int] = defaultdict(int)
    for number in (subject.number for subject in subjects if not subject.number.is_earlier):
        year, serial = number.year_and_serial
        key = (number.province.code, year)
        last[key] = max(last[key], serial)
    return [(*key, last[key]) for key in sorted(last)]


def _copy_all(copies: Mapping[type[models.Model], Copied]) -> None:
    # With a savepoint: after a conflict pgtrigger sets its setting back, which needs a sound transaction.
    with pgtrigger.ignore(*_AUDITED), transaction.atomic(), connection.cursor() as cursor:
        # The feed has one entry for the piece, none for its rows. The statement also brings the setting of pgtrigger
        # that COPY itself can't bring.
        cursor.execute("SELECT set_config(%s, 'on', true)", [IMPORTING])
        for model, (columns, rows) in copies.items():
            _copy(cursor, model._meta.db_table, columns, rows)
        cursor.execute("SELECT set_config(%s, '', true)", [IMPORTING])


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(table)} ({', '.join(map(quote, columns))}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _record(piece: PieceOf, made: PieceRows) -> RegisterPiece:
    """Return the unsaved record of a piece, with its primary key."""
    counts = {model: len(made.tables[model].rows) for model in MODELS}
    (record,) = keyed(
        [
            RegisterPiece(
                files=piece.files,
                number=piece.number,
                pieces=piece.pieces,
                subjects=counts[Subject],
                websites=counts[Website],
                accesses=counts[Access],
                versions=counts[RegisterVersion],
            )
        ]
    )
    return record


def _digested(record: RegisterPiece, table: TableRows) -> RegisterPieceRows:
    rows = {key: logged(table.model, columns) for key, columns in table.rows.items()}
    return audit.imported_rows(record, table.model._meta.db_table, rows)
