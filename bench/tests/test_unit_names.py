"""The register of many names and the parts that are looked for in it."""

import pytest
from django.core.management import CommandError
from django.db import connection

from bench import unit_names
from bench.management.commands import bench_names
from ministry.models import Access, Subject, Website
from ministry.reference import code_tables
from ministry.register import public_search


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [list(unit_names.TABLES)])
        return {definition for (definition,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_register_is_filled_and_its_indexes_are_as_before():
    before = indexes()

    unit_names.fill(400)

    assert indexes() == before
    assert [model.objects.count() for model in (Subject, Website, Access)] == [400] * 3
    assert [Subject.objects.filter(**one).count() for one in ({"live": False}, {"nature": code_tables.PERSON})] == [
        40,
        80,
    ]
    units = Subject.objects.exclude(nature=code_tables.PERSON).filter(live=True)
    key, name = units.order_by("pk").values_list("pk", "name")[0]
    assert key in {match.subject.pk for match in public_search.with_part(name)}


def test_parts_are_different_and_the_same_each_time():
    names = [f"杭州华{character}网络科技有限公司" for character in unit_names.characters()[:100]]
    parts = unit_names.parts(names)

    assert parts == unit_names.parts(names)
    assert [kind for kind, texts in parts.items() if not 1 < len(set(texts)) == len(texts) <= unit_names.PARTS] == []
    assert {len(text) for text in parts["3 characters of a name"]} == {3}
    assert all(any(text in name for name in names) for text in parts["4 characters of a name"])
    usual = {trade + form for trade in unit_names.TRADES for form in unit_names.FORMS}
    assert not any(text in word for text in parts["usual pairs, seldom together"] for word in usual)


@pytest.mark.django_db
def test_p99_beyond_the_goal_is_a_miss(monkeypatch):
    monkeypatch.setattr(unit_names, "parts", lambda names: {"brand": ["华云", "远山"]})
    monkeypatch.setattr(
        bench_names.world, "database", lambda name: connection.execute_wrapper(lambda call, *a: call(*a))
    )
    monkeypatch.setattr(unit_names, "fill", lambda subjects: None)
    command = bench_names.Command()

    command.handle(register=[10])
    monkeypatch.setattr(bench_names, "GOAL", 0.0)
    with pytest.raises(CommandError, match="3 times p99 is more than 0 ms"):
        command.handle(register=[10])


@pytest.mark.parametrize("many", [0, public_search.MANY])
@pytest.mark.django_db(transaction=True)
def test_a_usual_name_of_a_late_province_is_found_and_suggested(monkeypatch, many):
    """Many names have it, but none of the earliest, where the register is in the order of provinces."""
    unit_names.fill(20_000)
    monkeypatch.setattr(public_search, "MANY", many, raising=False)

    assert len(public_search.names_with_part("重庆")) == public_search.MOST_NAMES
    assert len(public_search.with_part("重庆")) == public_search.MOST + 1
