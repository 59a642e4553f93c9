"""Compute row digests and chain entries, and list the audited tables."""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pgtrigger
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext as _

from accounts.sealed import Misplaced, SealedField
from accounts.sealed import sealed_fields as fields_of
from ministry.models import AuditEntry
from ministry.models.audit import Audited

START = "0" * 64

Columns = Mapping[str, Any]


class NotOpened(Exception):
    """A sealed column can't be decrypted: a key is missing, or its value was overwritten or moved."""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What is wrong, with which entry (0: none) and which row."""

    number: int
    table: str
    row: int
    what: str

    def __str__(self) -> str:
        place = _("entry %(number)d") % {"number": self.number} if self.number else _("no entry")
        return f"{place}: {self.table} {self.row}: {self.what}"


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an entry (0 before the first) and the chain up to it."""

    number: int
    chain: str


@dataclass(frozen=True, slots=True)
class AuditedTable:
    """An audited table. ``key`` and ``content`` are what its trigger logs of a row, as SQL on the alias ``t``."""

    name: str
    model: type[models.Model]
    key: str
    content: str
    # Its rows may change: only the newest entry of each row describes its current state.
    is_mutable: bool

    def rows(self, keys: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return, by key, the current content of rows as the trigger would log it. One query."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.key}, ({self.content})::text FROM {self.quoted} t WHERE {self.key} = ANY(%s)",  # noqa: S608
                [list(keys)],
            )
            return {key: json.loads(content) for key, content in cursor.fetchall()}

    @property
    def quoted(self) -> str:
        """Return the name quoted for SQL."""
        return connection.ops.quote_name(self.name)


def tables() -> dict[str, AuditedTable]:
    """Return the tables whose rows are audited, by name."""
    registered: Iterable[tuple[Any, pgtrigger.Trigger]] = pgtrigger.registered()
    return {
        model._meta.db_table: _table(model, trigger) for model, trigger in registered if isinstance(trigger, Audited)
    }


def _table(model: type[models.Model], trigger: Audited) -> AuditedTable:
    return AuditedTable(model._meta.db_table, model, trigger.key.format("t"), trigger.content("t"), trigger.is_mutable)


def mac(purpose: str, text: str) -> str:
    """Return the HMAC of ``text`` with AUDIT_KEY as 64 hex characters; different for each purpose."""
    return hmac.new(settings.AUDIT_KEY.encode(), f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()


def row_digest(table: AuditedTable | None, row: int, content: Columns) -> str:
    """Return the digest of a row's columns; raise NotOpened when a column can't be decrypted."""
    opened = {name: _opened(table, row, name, value) for name, value in content.items()}
    return mac("row", json.dumps(opened, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def resealed(table: AuditedTable | None, row: int, content: Columns) -> dict[str, Any]:
    """Return a row's columns with the sealed ones encrypted by the newest key; raise NotOpened."""
    fields = sealed_fields(table)
    return {
        name: fields[name].sealed(_opened(table, row, name, value), row) if name in fields else value
        for name, value in content.items()
    }


def _opened(table: AuditedTable | None, row: int, name: str, value: Any) -> Any:
    """Return a column's value, decrypted if it is sealed; raise NotOpened."""
    field = sealed_fields(table).get(name)
    if field is None or value is None:
        return value
    return opened(field, row, value)


def opened(field: SealedField[Any, Any], row: int, token: str) -> Any:
    """Decrypt a sealed column of a row; raise NotOpened with what is wrong."""
    try:
        return field.opened(token, row)
    except Misplaced as error:
        what = _("the content of column %(column)s was sealed for another place and moved here")
        raise NotOpened(what % {"column": field.column}) from error
    except (InvalidToken, ValueError) as error:
        what = _("no key opens the column %(column)s: a key is missing, or it was overwritten")
        raise NotOpened(what % {"column": field.column}) from error


def sealed_fields(table: AuditedTable | None) -> dict[str, SealedField[Any, Any]]:
    """Return the sealed fields of a table, by column."""
    return {str(field.column): field for field in fields_of(table.model)} if table else {}


def chained(before: Head, name: str, row: int, digest: str, *, removes: bool = False) -> str:
    """Return the chain up to the entry after ``before``."""
    what = "removed" if removes else "written"
    return mac("link", f"{before.chain} {before.number + 1} {name} {row} {what} {digest}")


def link_of(before: Head, entry: AuditEntry) -> str:
    """Return the value that an entry's chain must have."""
    return chained(before, entry.shape.name, entry.row, entry.digest, removes=entry.removes)


def last() -> Head:
    """Return the chain's last entry, or its start when it is empty."""
    entry = AuditEntry.objects.order_by("-number").first()
    return Head(entry.number, entry.chain) if entry else Head(0, START)
