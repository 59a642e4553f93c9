"""Fetch related rows in the same query as the row they belong to, for pages that are read often.

    filing = carried(get_object_or_404(carrying(Filing.objects.all(), "clock_entries"), pk=pk), "clock_entries")
    filing.clock_entries.all()  # no further query

Django's ``prefetch_related`` takes one query per relation. For few and small rows.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Field, Model, OuterRef, QuerySet
from django.db.models.fields.reverse_related import ManyToOneRel
from django.db.models.functions import JSONObject

from accounts.sealed import SealedField

M = TypeVar("M", bound=Model)


def carrying(rows: QuerySet[M], *names: str) -> QuerySet[M]:
    """Return the queryset annotated with the rows of these relations (related names), in their models' order."""
    for name in names:
        relation = _relation(rows.model, name)
        child: Any = relation.related_model
        columns = {field.attname: field.attname for field in _fields(child)}
        own = child._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        rows = rows.annotate(**{_column(name): ArraySubquery(own.values(row=JSONObject(**columns)))})
    return rows


def carried(row: M, *names: str) -> M:
    """Return a row fetched by ``carrying`` with these relations prefetched from its annotations."""
    for name in names:
        relation = _relation(type(row), name)
        found = [_made(relation, row, values) for values in getattr(row, _column(name))]
        answered = getattr(row, name).get_queryset()
        answered._result_cache, answered._prefetch_done = found, True
        row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = answered
    return row


def _made(relation: ManyToOneRel, owner: Model, values: dict[str, Any]) -> Model:
    child: Any = relation.related_model
    fields = _fields(child)
    names = [field.attname for field in fields]
    made: Model = child.from_db(connection.alias, names, [_read(field, values) for field in fields])
    relation.field.set_cached_value(made, owner)
    return made


def _read(field: Field[Any, Any], values: dict[str, Any]) -> Any:
    """Return the Python value of a field from a row's JSON."""
    value = values[field.attname]
    if isinstance(field, SealedField):
        return field.opened(value, values[field.model._meta.pk.attname])
    return field.to_python(value)


def _relation(model: type[Model], name: str) -> ManyToOneRel:
    relation = model._meta.get_field(name)
    assert isinstance(relation, ManyToOneRel)  # noqa: S101 — a name of the code's own
    return relation


def _fields(model: type[Model]) -> Iterable[Any]:
    return model._meta.concrete_fields


def _column(name: str) -> str:
    return f"carried_{name}"
