"""Tabs and keyset pagination of long lists: each page costs the same, however far down it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, dumps, loads
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows of one page, its cursor (empty on the first) and that of the next one (empty on the last)."""

    rows: list[Any]
    cursor: str
    next_cursor: str


def page(
    rows: QuerySet[Any], key: str, query: Mapping[str, str], *, descending: bool = False, size: int = 0
) -> ListPage:
    """Return the page named ``after`` in a URL's query, by (``key``, pk); the first for an invalid one. One query.

    It has ``size`` rows, by default ``PAGE_SIZE``.
    """
    size = size or PAGE_SIZE
    cursor = query.get("after", "")
    comparison, sign = (TupleLessThan, "-") if descending else (TupleGreaterThan, "")
    rows = rows.order_by(f"{sign}{key}", f"{sign}pk")
    if after := _position(cursor, key):
        # Compared as a row, so that an index on both columns is read from this place on.
        rows = rows.filter(comparison(Tuple(F(key), F("pk")), after))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return ListPage(found[:size], cursor, dumps([str(getattr(last, key)), last.pk], salt=key) if last else "")


def _position(cursor: str, key: str) -> list[Any] | None:
    try:
        return loads(cursor, salt=key) if cursor else None
    except BadSignature:
        return None
