"""The audit log's chain: rows take their place in it, and it is proved.

``digest`` of a row is a keyed SHA-256 over its columns in one canonical form, personal data opened, so that sealing
them with a new key changes nothing. ``chain`` is a SHA-256 over the chain so far, the number, the table, the row's key
and its digest. A row that was changed, a row or a link that was taken out, and a row that came in past the triggers
are all found; what the chain was on a day is in the log files, where whoever owns the database can't change it.
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

import pgtrigger
from cryptography.fernet import InvalidToken
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sealed import SealedJSONField, SealedTextField
from ministry.models import AuditCheck, AuditEntry, AuditKey, AuditShape, AuditWaiting
from ministry.models.audit import TRIGGER

log = logging.getLogger(__name__)

BATCH = 1000
# A row that has waited longer means that nobody seals.
PATIENCE = timedelta(hours=1)
_SEALERS_LOCK = 7_264_120_033
START = "0" * 64

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which link (0: none) and with which row."""

    number: int
    table: str
    row: int
    what: str

    def __str__(self) -> str:
        place = _("entry %(number)d") % {"number": self.number} if self.number else _("no entry")
        return f"{place}: {self.table} {self.row}: {self.what}"


@dataclass(frozen=True, slots=True)
class Head:
    """The last link: its number (0 before the first) and the chain up to it."""

    number: int
    chain: str


def tables() -> dict[str, type[models.Model]]:
    """The tables whose rows are audited."""
    registered: Iterable[tuple[Any, pgtrigger.Trigger]] = pgtrigger.registered()
    return {model._meta.db_table: model for model, trigger in registered if trigger.name == TRIGGER}


# --- Taking rows up ---------------------------------------------------------------------------------------


def seal() -> int:
    """Give every waiting row its place in the chain; answer how many. While another does so, nothing is done."""
    sealed = 0
    while count := _seal_batch():
        sealed += count
    return sealed


def _seal_batch() -> int:
    with transaction.atomic():
        if not _is_our_turn():
            return 0
        waiting = list(AuditWaiting.objects.order_by("pk")[:BATCH])
        if waiting:
            _append(waiting)
            AuditWaiting.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting)


def _is_our_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALERS_LOCK])
        return bool(cursor.fetchone()[0])


def _append(waiting: Iterable[AuditWaiting]) -> None:
    key, models_of, shapes = _key(), tables(), _Shapes()
    head, links = last(), []
    for row in waiting:
        digest = _digest(key, models_of.get(row.name), row.content)
        head = Head(head.number + 1, _chained(head, row.name, row.row, digest))
        shape = shapes.of(row.name, sorted(row.content))
        links.append(AuditEntry(number=head.number, shape=shape, row=row.row, digest=digest, chain=head.chain))
    AuditEntry.objects.bulk_create(links)


class _Shapes:
    """The shapes of a batch, each looked up or made once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], AuditShape] = {}

    def of(self, name: str, columns: list[str]) -> AuditShape:
        key = (name, *columns)
        if key not in self._found:
            self._found[key], _made = AuditShape.objects.get_or_create(name=name, columns=columns)
        return self._found[key]


def last() -> Head:
    """The chain's last link."""
    entry = AuditEntry.objects.order_by("-number").first()
    return Head(entry.number, entry.chain) if entry else Head(0, START)


def _key() -> bytes:
    row, _made = AuditKey.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(32)})
    return bytes.fromhex(row.key)


def _digest(key: bytes, model: type[models.Model] | None, content: Columns) -> str:
    opened = {name: _opened(model, name, value) for name, value in content.items()}
    text = json.dumps(opened, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _opened(model: type[models.Model] | None, name: str, value: Any) -> Any:
    """A value as it was before it was encrypted; what none of our keys opens is never equal to what one opened."""
    if model is None:
        return value
    field = next((field for field in model._meta.concrete_fields if field.column == name), None)
    if not isinstance(field, SealedTextField | SealedJSONField):
        return value
    try:
        return field.from_db_value(value)
    except (InvalidToken, ValueError):
        return {"not opened": value}


def _chained(before: Head, name: str, row: int, digest: str) -> str:
    return hashlib.sha256(f"{before.chain} {before.number + 1} {name} {row} {digest}".encode()).hexdigest()


def positions(rows: Mapping[str, Collection[int]]) -> dict[tuple[str, int], AuditEntry]:
    """The links of these rows (table → keys) by table and key; none for a row that still waits. One query."""
    wanted = models.Q(pk=None)
    for name, keys in rows.items():
        wanted |= models.Q(shape__name=name, row__in=keys)
    links = AuditEntry.objects.filter(wanted).select_related("shape")
    return {(link.shape.name, link.row): link for link in links}


# --- Proving ----------------------------------------------------------------------------------------------


def check() -> AuditCheck:
    """Verify the whole log, keep the result, and write the chain's end where the database's owner can't reach it."""
    head = last()
    fault = next(faults(), None)
    if fault:
        log.critical("audit log broken at %s", fault)
    else:
        log.info("audit log proved up to entry %d, chain %s", head.number, head.chain)
    return AuditCheck.objects.create(number=head.number, chain=head.chain, fault=str(fault or ""))


def faults() -> Iterator[Fault]:
    """Everything that is wrong with the log, in the chain's order, then what never entered it.

    Reads every entry and every row once, in batches; a row written meanwhile is no fault.
    """
    key, models_of = _key(), tables()
    head = Head(0, START)
    while links := list(AuditEntry.objects.filter(number__gt=head.number).select_related("shape")[:BATCH]):
        digests = dict(_digests_now(key, models_of, links))
        for link in links:
            yield from _faults_of(link, head, digests.get(link.number))
            head = Head(link.number, link.chain)
    for name in sorted(models_of):
        yield from _never_entered(name)


def changed(links: Iterable[AuditEntry]) -> set[int]:
    """The numbers of those of these links whose rows are not what was sealed, or are gone. A query a shape."""
    asked = list(links)
    digests = dict(_digests_now(_key(), tables(), asked))
    return {link.number for link in asked if digests.get(link.number) != link.digest}


def _faults_of(link: AuditEntry, before: Head, digest_now: str | None) -> Iterator[Fault]:
    name = link.shape.name
    if link.number != before.number + 1:
        yield Fault(before.number + 1, name, link.row, _("an entry before this row was taken out"))
    elif link.chain != _chained(before, name, link.row, link.digest):
        yield Fault(link.number, name, link.row, _("the entry was changed"))
    if digest_now is None:
        yield Fault(link.number, name, link.row, _("the row was taken out"))
    elif digest_now != link.digest:
        yield Fault(link.number, name, link.row, _("the row was changed"))


def _digests_now(
    key: bytes, models_of: Mapping[str, type[models.Model]], links: Iterable[AuditEntry]
) -> Iterator[tuple[int, str]]:
    """Number of the link → digest of its row as it is now; nothing for a row that is gone. One query a shape."""
    by_shape = sorted(links, key=lambda link: link.shape_id)
    for _shape_id, group in groupby(by_shape, key=lambda link: link.shape_id):
        of_shape = list(group)
        shape = of_shape[0].shape
        # Nothing of a table that is gone: its rows were taken out.
        rows = _rows(shape.name, [link.row for link in of_shape]) if shape.name in models_of else {}
        for link in of_shape:
            if (content := rows.get(link.row)) is not None:
                kept = {name: value for name, value in content.items() if name in set(shape.columns)}
                yield link.number, _digest(key, models_of[shape.name], kept)


_ROWS = "SELECT t.id, audit_content(t)::text FROM {table} t WHERE t.id = ANY(%s)"


def _rows(name: str, keys: list[int]) -> dict[int, dict[str, Any]]:
    """The rows of a table as JSON, by key."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(table=connection.ops.quote_name(name)), [keys])
        return {key: json.loads(content) for key, content in cursor.fetchall()}


_NEVER_ENTERED = """
SELECT min(t.id) FROM {table} t
WHERE NOT EXISTS (
    SELECT FROM ministry_auditentry e JOIN ministry_auditshape s ON s.id = e.shape_id WHERE s.name = %s AND e.row = t.id
) AND NOT EXISTS (
    SELECT FROM ministry_auditwaiting w WHERE w.name = %s AND w.row = t.id AND w.at > %s
)
"""


def _never_entered(name: str) -> Iterator[Fault]:
    """The first row that came in past the trigger, or has waited for too long."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(name)
        cursor.execute(_NEVER_ENTERED.format(table=table), [name, name, timezone.now() - PATIENCE])
        ((row,),) = cursor.fetchall()
    if row is not None:
        yield Fault(0, name, row, _("the row never entered the log"))
