"""Add waiting rows to the chain, in one process at a time."""

import logging
from collections.abc import Mapping, Sequence

from django.db import connection, transaction

from ministry.audit.chain import (
    START,
    AuditedTable,
    Head,
    Moved,
    NotOpened,
    chained,
    link_of,
    moved_digest,
    path_to_filing,
    resealed,
    row_digest,
    tables,
)
from ministry.models import AuditEntry, AuditShape, AuditWaiting

log = logging.getLogger(__name__)

BATCH = 1000
SEALERS_LOCK = 7_264_120_033

Place = tuple[str, int]


def seal() -> int:
    """Add every waiting row to the chain; return how many. Do nothing while another process does so.

    A row that none of this process's keys decrypts stays waiting, with later changes of it, for a process with all
    keys; one with a value that was moved there is added as stored, and is a fault until it is put right. Nothing is
    added after an entry that doesn't match this process's AUDIT_KEY.
    """
    sealed, after = 0, 0
    held: set[Place] = set()
    while batch := _seal_batch(after, held):
        after, count = batch
        sealed += count
    if held:
        log.critical("audit log: %d rows wait because no key of this process opens them", len(held))
    return sealed


def _seal_batch(after: int, held: set[Place]) -> tuple[int, int] | None:
    """Seal the next rows; add those that must wait to ``held``. Return the last row's key and how many were sealed.

    None when there is nothing to do, or another process has the lock.
    """
    with transaction.atomic():
        if not is_our_turn():
            return None
        waiting = list(AuditWaiting.objects.filter(pk__gt=after).order_by("pk")[:BATCH])
        if not waiting or (head := _proved_head()) is None:
            return None
        links, taken = _links(head, waiting, held)
        AuditEntry.objects.bulk_create(links)
        AuditWaiting.objects.filter(pk__in=taken).delete()
    return waiting[-1].pk, len(taken)


def is_our_turn() -> bool:
    """Take the lock on the chain until the transaction ends; return False when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALERS_LOCK])
        return bool(cursor.fetchone()[0])


def _proved_head() -> Head | None:
    """Return the last entry; None when it doesn't match this process's key (another key, or a changed entry)."""
    newest = list(AuditEntry.objects.select_related("shape").order_by("-number")[:2])
    if not newest:
        return Head(0, START)
    before = Head(newest[1].number, newest[1].chain) if len(newest) > 1 else Head(0, START)
    entry = newest[0]
    if entry.number == before.number + 1 and entry.chain != link_of(before, entry):
        log.critical("audit log: entry %d does not fit this process's AUDIT_KEY; nothing is added", entry.number)
        return None
    return Head(entry.number, entry.chain)


def _links(head: Head, waiting: Sequence[AuditWaiting], held: set[Place]) -> tuple[list[AuditEntry], list[int]]:
    """Return the entries for these rows, and the primary keys of the waiting rows that they replace."""
    known, shapes = tables(), _Shapes()
    filings = _filings(known, waiting)
    links, taken = [], []
    for row in waiting:
        place = (row.name, row.row)
        if place in held or row.name not in known:  # only a later release knows which columns of it are encrypted
            continue
        try:
            digest = row_digest(known[row.name], row.row, row.content)
        except Moved as moved:
            # No key can decrypt it; held back, it would also hold back the change that repairs the row.
            log.critical("audit log: %s %d: %s", row.name, row.row, moved)
            digest = moved_digest(row.row, row.content)
        except NotOpened:
            held.add(place)
            continue
        head = Head(head.number + 1, chained(head, row.name, row.row, digest, removes=row.removes))
        entry = AuditEntry(number=head.number, row=row.row, removes=row.removes, digest=digest, chain=head.chain)
        entry.shape = shapes.of(row.name, sorted(row.content))
        entry.filing = row.content.get("filing_id") or filings.get(place)
        entry.person = known[row.name].person_in(row.row, row.content)
        links.append(entry)
        taken.append(row.pk)
    return links, taken


def _filings(known: Mapping[str, AuditedTable], waiting: Sequence[AuditWaiting]) -> dict[Place, int]:
    """Return the filings of rows that lead to one through others, such as a sheet's. One query per such table."""
    rows: dict[str, list[int]] = {}
    for row in waiting:
        if row.name in known and "filing_id" not in row.content and path_to_filing(known[row.name].model):
            rows.setdefault(row.name, []).append(row.row)
    found: dict[Place, int] = {}
    for name, keys in rows.items():
        model = known[name].model
        pairs = model._default_manager.filter(pk__in=keys).values_list("pk", path_to_filing(model))
        found |= {(name, key): filing for key, filing in pairs}
    return found


def reseal_waiting() -> tuple[int, int]:
    """Encrypt waiting rows with the newest key. Return how many were encrypted, and how many no key decrypts."""
    known, done, unopened = tables(), 0, 0
    for pk in AuditWaiting.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = AuditWaiting.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            if row.name not in known:  # a later release knows which columns are encrypted
                unopened += 1
                continue
            try:
                row.content = resealed(known[row.name], row.row, row.content)
            except NotOpened:
                unopened += 1
                continue
            row.save(update_fields=["content"])
            done += 1
    return done, unopened


class _Shapes:
    """The shapes of a batch, each fetched or created once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], AuditShape] = {}

    def of(self, name: str, columns: list[str]) -> AuditShape:
        key = (name, *columns)
        if key not in self._found:
            self._found[key], _made = AuditShape.objects.get_or_create(name=name, columns=columns)
        return self._found[key]
