"""Encrypt personal data at rest, bound to its table, column and row; and keyed digests to look it up by.

Keys come from the environment (``FIELD_KEYS``, ``DIGEST_KEY``). The first field key encrypts and all of
them decrypt, so a key is rotated by putting a new one in front and running ``manage.py reseal``.

The plaintext contains its place (table, column and row), so a value moved elsewhere by SQL fails to decrypt. A row's
primary key must therefore be known before the row is written (``RowKey``), and queries select it with each encrypted
column (``SealedField.select_format``). See docs/adr/0017-sealed-in-place.md.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection, models

M = TypeVar("M", bound=models.Model)
# Types that a field accepts and returns
S_contra = TypeVar("S_contra", contravariant=True)
G_co = TypeVar("G_co", covariant=True)

# Separates place and text in the plaintext; never part of a place's name
_END_OF_PLACE = "\0"
# Separates primary key and token in a query's result; never part of a token
_END_OF_ROW = ":"


class Misplaced(InvalidToken):
    """A value was sealed for another place than the one it is stored in: it was moved."""

    may_be_logged = True  # the message names table, column and row


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str, place: str) -> str:
    """Encrypt ``text`` with the first key, bound to ``place``."""
    return _sealed(f"{place}{_END_OF_PLACE}{text}")


def unseal(token: str, place: str) -> str:
    """Decrypt what ``seal`` encrypted for this place with any of the keys.

    Raise cryptography's InvalidToken for anything else; its subclass Misplaced for a token sealed for another place.
    """
    opened = _opened(token)
    found, end, text = opened.partition(_END_OF_PLACE)
    if not end and _takes_unbound.get():
        return opened
    if not end or found != place:
        raise Misplaced(f"sealed for another place than {place}")
    return text


def _sealed(text: str) -> str:
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def _opened(token: str) -> str:
    return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


_takes_unbound: ContextVar[bool] = ContextVar("takes_unbound", default=False)


@contextmanager
def taking_unbound() -> Iterator[None]:
    """Accept also tokens without a place, written by migrations and older releases (``manage.py reseal --unbound``)."""
    token = _takes_unbound.set(True)
    try:
        yield
    finally:
        _takes_unbound.reset(token)


def digest(text: str) -> str:
    """Return a keyed SHA-256 of ``text`` as 64 hex characters."""
    return hmac.digest(settings.DIGEST_KEY.encode(), text.encode(), "sha256").hex()


# --- Fields -----------------------------------------------------------------------------------------------


class _Token(str):
    """A value sealed for a row, about to be written to the database."""

    __slots__ = ()


class SealedField(models.Field[S_contra, G_co]):
    """Base of the sealed columns: each value decrypts only in its table, column and row.

    Only ``isnull`` is supported as a lookup; any other would silently find nothing.
    """

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def sealed(self, value: Any, row: object) -> str | None:
        """Encrypt a value for the row with this primary key."""
        return None if value is None else _Token(seal(self._written(value), self._place(row)))

    def opened(self, token: str | None, row: object) -> Any:
        """Decrypt a token of the row with this primary key; raise InvalidToken as ``unseal`` does."""
        if token is None:
            return None
        if not self._is_historical:
            return self._read(unseal(token, self._place(row)))
        with taking_unbound():
            return self._read(unseal(token, self._place(row)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if hasattr(value, "resolve_expression") or model_instance.pk is None:
            return value
        return self.sealed(value, model_instance.pk)

    def get_prep_value(self, value: Any) -> str | None:
        if value is None or isinstance(value, _Token):
            return value
        if self._is_historical:  # the default of a new column, a new row
            return _sealed(self._written(value))
        raise TypeError(f"{self} is sealed for one row: write it with the row's save() or create(), not with update().")

    def select_format(self, _compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Select the row's primary key with the column."""
        quote = connection.ops.quote_name
        table, column, rest = sql.rpartition(f".{quote(str(self.column))}")
        if not column or rest:
            return sql, params
        return f"{table}.{quote(str(self.model._meta.pk.column))} || '{_END_OF_ROW}' || {sql}", params

    def from_db_value(self, value: str | None, *_: object) -> Any:
        if value is None:
            return None
        row, _end, token = value.partition(_END_OF_ROW)
        return self.opened(token, row)

    @property
    def _is_historical(self) -> bool:
        """Return whether the field's model is a migration's, whose rows get their primary keys when written."""
        return self.model.__module__ == "__fake__"

    def _place(self, row: object) -> str:
        return f"{self.model._meta.db_table}.{self.column}.{row}"

    def _written(self, value: Any) -> str:
        return str(value)

    def _read(self, text: str) -> Any:
        return text


class SealedTextField(SealedField[str, str], models.TextField[str, str]):
    """Encrypted text. Store a digest beside it to look it up by."""


class OptionalSealedTextField(SealedField[str | None, str | None], models.TextField[str | None, str | None]):
    """Encrypted text or None, which is stored as NULL: also for columns that are added to a table with rows."""


class SealedJSONField(SealedField[Any, Any], models.TextField[Any, Any]):
    """An encrypted JSON document."""

    def to_python(self, value: Any) -> Any:
        return value

    def _written(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def _read(self, text: str) -> Any:
        return json.loads(text)


def sealed_fields(model: type[models.Model]) -> list[SealedField[Any, Any]]:
    """Return the sealed fields of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


# --- Primary keys -----------------------------------------------------------------------------------------


class RowKey(models.BigAutoField[Any, int]):
    """Primary key, fetched before the insert (one more query) for models with sealed columns.

    It is the ``DEFAULT_AUTO_FIELD``; to the database and to migrations it is a BigAutoField.
    """

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigAutoField", args, kwargs

    def has_default(self) -> bool:
        """Return whether we make the key: then Django inserts a new row without trying to update it first."""
        return self._is_early or super().has_default()

    def get_default(self) -> Any:
        return None if self._is_early else super().get_default()

    def get_pk_value_on_save(self, instance: models.Model) -> Any:
        return next_keys(type(instance), 1)[0] if self._is_early else super().get_pk_value_on_save(instance)

    @property
    def _is_early(self) -> bool:
        return hasattr(self, "model") and bool(sealed_fields(self.model))


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Return the next primary keys of a model, ascending. One query, or none inside ``keys_together``."""
    together = _together.get()
    return together.take(model, count) if together else _fetch({model: count})[model]


@contextmanager
def keys_together(counts: Mapping[type[models.Model], int]) -> Iterator[None]:
    """Fetch the primary keys for new rows of several models in one query, when the first of them is needed.

    ``counts``: rows that the block is expected to create; more cost further queries, keys that it doesn't use are lost.
    """
    token = _together.set(_Together(counts))
    try:
        yield
    finally:
        _together.reset(token)


class _Together:
    """Primary keys of several models that were fetched in one query."""

    def __init__(self, counts: Mapping[type[models.Model], int]) -> None:
        self._counts = counts
        self._keys: dict[type[models.Model], list[int]] = {}

    def take(self, model: type[models.Model], count: int) -> list[int]:
        """Return the next keys of a model, ascending."""
        if not self._keys and model in self._counts:
            self._keys = _fetch(self._counts)
        if count > len(keys := self._keys.get(model, [])):
            return _fetch({model: count})[model]
        taken, self._keys[model] = keys[:count], keys[count:]
        return taken


_together: ContextVar[_Together | None] = ContextVar("together", default=None)


def _fetch(counts: Mapping[type[models.Model], int]) -> dict[type[models.Model], list[int]]:
    """Return the next primary keys of models, ascending. One query."""
    part = "SELECT %s, nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    found: dict[str, list[int]] = {model._meta.db_table: [] for model in counts}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([part] * len(counts)),
            [
                parameter
                for model, count in counts.items()
                for table in [model._meta.db_table]
                for parameter in (table, connection.ops.quote_name(table), model._meta.pk.column, count)
            ],
        )
        for table, key in cursor.fetchall():
            found[table].append(key)
    return {model: sorted(found[model._meta.db_table]) for model in counts}


def keyed(rows: Iterable[M]) -> list[M]:
    """Set the primary keys of new rows of one model, for ``bulk_create``, and return the rows. One query in all."""
    found = list(rows)
    if found:
        for row, key in zip(found, next_keys(type(found[0]), len(found)), strict=True):
            row.pk = key
    return found
