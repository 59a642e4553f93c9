"""Rows that an import of the register wrote: recorded by table and piece instead of one entry each (ADR 0021).

A later change of such a row has its own entry, which replaces what is recorded here.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ministry.audit.chain import AuditedTable, AuditFault, Columns, NotOpened, opened_digest, row_digest
from ministry.models import AuditEntry, AuditShape, AuditWaiting, RegisterPiece, RegisterPieceRows

BATCH = 1000
BYTES = 16  # of each digest

Place = list[Any]


def imported_rows(piece: RegisterPiece, name: str, rows: Mapping[int, Columns]) -> RegisterPieceRows:
    """Return the unsaved record of the rows (key → columns, sealed ones decrypted) that a piece writes to a table.

    The columns are the JSON values that the table's trigger would log.
    """
    keys = sorted(rows)
    shape, _new = AuditShape.objects.get_or_create(name=name, columns=sorted(rows[keys[0]]))
    return RegisterPieceRows(
        piece=piece,
        shape=shape,
        first=keys[0],
        last=keys[-1],
        keys=keys,
        digests=b"".join(_kept(opened_digest(rows[key])) for key in keys),
    )


def recorded(name: str, keys: Collection[int]) -> set[int]:
    """Return those of a table's rows that an import recorded. One query; none without keys."""
    if not keys:
        return set()
    pieces = RegisterPieceRows.objects.filter(shape__name=name, first__lte=max(keys), last__gte=min(keys))
    return {key for found in pieces.values_list("keys", flat=True) for key in found}.intersection(keys)


def steps(known: Mapping[str, AuditedTable], place: Place | None) -> Iterator[AuditFault | Place]:
    """Yield the imported rows that were changed or removed without the log; a place is the key of a record."""
    pieces = RegisterPieceRows.objects.select_related("shape").order_by("pk")
    for piece in pieces.filter(pk__gt=place[0] if place else 0).iterator(chunk_size=10):
        table, columns = known[piece.shape.name], set(piece.shape.columns)
        digests = dict(zip(piece.keys, _split(bytes(piece.digests)), strict=True))
        for at in range(0, len(piece.keys), BATCH):
            yield from _faults(table, columns, {key: digests[key] for key in piece.keys[at : at + BATCH]})
        yield [piece.pk]


def _faults(table: AuditedTable, columns: set[str], digests: Mapping[int, bytes]) -> Iterator[AuditFault]:
    """Yield the faults among some rows. Reads them first, then their later entries: see ``proving._RowsOf``."""
    now = table.rows(digests.keys())
    later = set(AuditWaiting.objects.filter(name=table.name, row__in=digests).values_list("row", flat=True))
    later |= set(AuditEntry.objects.filter(shape__name=table.name, row__in=digests).values_list("row", flat=True))
    for key in digests.keys() - later:
        if key not in now:
            yield AuditFault(0, table.name, key, _("the row was removed"))
            continue
        kept = {name: value for name, value in now[key].items() if name in columns}
        try:
            if _kept(row_digest(table, key, kept)) != digests[key]:
                yield AuditFault(0, table.name, key, _("the row was changed"))
        except NotOpened as error:
            yield AuditFault(0, table.name, key, str(error))


def _kept(digest: str) -> bytes:
    return bytes.fromhex(digest)[:BYTES]


def _split(digests: bytes) -> Sequence[bytes]:
    return [digests[at : at + BYTES] for at in range(0, len(digests), BYTES)]
