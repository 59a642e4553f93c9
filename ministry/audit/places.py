"""Decrypt the sealed columns of unaudited tables, to find values that were moved or overwritten."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.sealed import SealedField, sealed_fields
from ministry.audit.chain import FIRST_KEY, AuditFault, NotOpened, opened

BATCH = 500

Place = list[Any]
Steps = Callable[[Place | None], Iterator[AuditFault | Place]]

_TOKENS = "SELECT {key}, {columns} FROM {table} WHERE {key} >= %s ORDER BY {key} LIMIT %s"


def walks(known: Collection[str]) -> dict[str, Steps]:
    """Return the walks over tables with sealed columns that are not among the ``known``, audited ones."""
    found = {model._meta.db_table: (model, sealed_fields(model)) for model in apps.get_models()}
    return {
        name: _walk(model, fields) for name, (model, fields) in sorted(found.items()) if fields and name not in known
    }


def _walk(model: type[models.Model], fields: list[SealedField[Any, Any]]) -> Steps:
    name = model._meta.db_table
    quote = connection.ops.quote_name
    sql = _TOKENS.format(
        table=quote(name),
        key=quote(str(model._meta.pk.column)),
        columns=", ".join(quote(str(field.column)) for field in fields),
    )

    def steps(place: Place | None) -> Iterator[AuditFault | Place]:
        start = place[0] if place else FIRST_KEY
        while rows := _fetched(sql, start):
            for row, *tokens in rows:
                for field, token in zip(fields, tokens, strict=True):
                    if what := _wrong(field, row, token):
                        yield AuditFault(0, name, row, what)
            start = rows[-1][0] + 1
            yield [start]

    return steps


def _fetched(sql: str, start: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [start, BATCH])
        return list(cursor.fetchall())


def _wrong(field: SealedField[Any, Any], row: int, token: str | None) -> str:
    """Return what is wrong with a sealed value; empty when it decrypts in its place."""
    try:
        if token is not None:
            opened(field, row, token)
    except NotOpened as error:
        return str(error)
    return ""
