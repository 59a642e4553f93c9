"""Compute row digests and chain entries, and list the audited tables."""

import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pgtrigger
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sealed import Misplaced, SealedField
from accounts.sealed import sealed_fields as fields_of
from ministry.models import AuditEntry
from ministry.models.audit import Audited

START = "0" * 64
# The smallest key a row can have. Keys are positive, but a row that was inserted past the portal may have any.
FIRST_KEY = -(2**63)
# Key of ``erasure`` in the logged content; no audited table has a column of this name.
ERASED = "erased"

Columns = Mapping[str, Any]


class NotOpened(Exception):
    """A sealed column can't be decrypted: a key is missing, or its value was overwritten or moved."""


class Moved(NotOpened):
    """A sealed column contains a value that was encrypted for another table, column or row."""


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
    # Column → value once erased; and the trigger that otherwise forbids that: see ``ministry.audit.erase``.
    erasable: Mapping[str, Any]
    protection: str

    def rows(self, keys: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return, by key, the current content of rows as the trigger would log it. One query."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.key}, ({self.content})::text FROM {self.quoted} t WHERE {self.key} = ANY(%s)",  # noqa: S608
                [list(keys)],
            )
            return {key: json.loads(content) for key, content in cursor.fetchall()}

    def person_in(self, row: int, content: Columns) -> int | None:
        """Return the account that a row's content refers to first, or the row itself if it is an account."""
        if issubclass(self.model, User):
            return row
        people = (field.get_attname() for field in self.model._meta.concrete_fields if field.related_model is User)
        return next((content[column] for column in people if content.get(column)), None)

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


@cache
def path_to_filing(model: type[models.Model]) -> str:
    """Return the shortest path of at most three foreign keys from a model to a filing; empty if there is none."""
    reached = [(model, "")]
    for _step in range(3):
        fields = [(path, field) for start, path in reached for field in start._meta.concrete_fields]
        steps = [(field.related_model, f"{path}{field.name}") for path, field in fields if field.related_model]
        if found := next((path for there, path in steps if there._meta.label == "filings.Filing"), ""):
            return found
        reached = [(there, f"{path}__") for there, path in steps]
    return ""


def _table(model: type[models.Model], trigger: Audited) -> AuditedTable:
    return AuditedTable(
        model._meta.db_table,
        model,
        trigger.key.format("t"),
        trigger.content("t"),
        trigger.is_mutable,
        trigger.erasable,
        f"{model._meta.label}:{trigger.protection}",
    )


def mac(purpose: str, text: str) -> str:
    """Return the HMAC of ``text`` with AUDIT_KEY as 64 hex characters; different for each purpose."""
    return hmac.digest(settings.AUDIT_KEY.encode(), f"{purpose}\n{text}".encode(), "sha256").hex()


def row_digest(table: AuditedTable | None, row: int, content: Columns) -> str:
    """Return the digest of a row's columns; raise NotOpened when a column can't be decrypted."""
    return opened_digest({name: _opened(table, row, name, value) for name, value in content.items()})


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def opened_digest(columns: Columns) -> str:
    """Return the digest of a row's columns whose sealed ones are decrypted."""
    return mac("row", _canonical(columns))


def moved_digest(row: int, content: Columns) -> str:
    """Return the digest of a row's columns as stored, for a row with a value that was moved there."""
    return mac("moved", f"{row} {json.dumps(content, sort_keys=True)}")


def erasure(table: AuditedTable, row: int, content: Columns) -> dict[str, Any]:
    """Return the mark that an erased row's content has in the log.

    It is keyed, so that only a process with AUDIT_KEY can log an erasure: others can't have a changed row accepted.
    """
    return {ERASED: mac("erased", f"{table.name} {row} {row_digest(table, row, content)}")}


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
    """Decrypt a sealed column of a row; raise NotOpened with what is wrong, Moved for a value of another place."""
    try:
        return field.opened(token, row)
    except Misplaced as error:
        what = _("the content of column %(column)s was sealed for another place and moved here")
        raise Moved(what % {"column": field.column}) from error
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
