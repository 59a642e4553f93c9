"""The benchmark counts what a call costs, and tells a costly one from its floor."""

import hashlib
from dataclasses import replace

import pytest
from django.db import connection

from bench import register_rows
from bench.floors import floor
from bench.management.commands import bench as bench_command
from bench.measuring import Case, Measured, Result, measure
from ministry.models import LiveDomain

ROWS = 200


@pytest.fixture
def register(db):
    register_rows.fill(ROWS)


def domains(*, each: bool) -> None:
    """Read ten domains in one statement, or each in its own."""
    wanted = [register_rows.domain_of(number) for number in range(1, 11)]
    for part in [[one] for one in wanted] if each else [wanted]:
        assert len(LiveDomain.objects.filter(domain__in=part)) == len(part)


def test_a_query_for_each_row_is_noticed(register):
    cases = [
        Case("one", lambda: domains(each=False), statements=1),
        Case("ten", lambda: domains(each=True), statements=1),
    ]

    rows = measure(cases, floor(register_rows.domain_of(1)), 1).rows

    assert [(row.statements, row.missed(with_time=False)) for row in rows] == [(1, []), (10, ["statements"])]


def test_work_is_told_from_the_floor(register):
    work = Case("work", lambda: hashlib.pbkdf2_hmac("sha256", b"x", b"y", 200_000), floors=5)

    (row,) = measure([work], floor(register_rows.domain_of(1)), 3).rows

    assert row.missed(with_time=True) == ["CPU time"]
    assert row.missed(with_time=False) == []


def test_cpu_times_of_a_noisy_run_are_not_compared():
    row = Measured("page", 1000, 2.0, 1, 5, (1.0, 1, 4))

    assert row.missed(with_time=False) == ["buffers"]
    assert [Result((row,), noise).is_conclusive for noise in (0.08, 0.09)] == [True, False]
    assert replace(row, goals=(None, None, None)).missed(with_time=True) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("by_index", "missed"), [("on", []), ("off", ["buffers"])])
def test_a_scan_of_the_whole_table_is_noticed(by_index, missed):
    register_rows.fill(20_000)
    case = Case("domain", lambda: domains(each=False), buffers=60)
    with connection.cursor() as cursor:
        cursor.execute(f"SET enable_indexscan = {by_index}; SET enable_bitmapscan = {by_index}")
        cursor.execute(f"SET enable_indexonlyscan = {by_index}")
        try:
            (row,) = measure([case], lambda: sum(range(10_000)), 1).rows
        finally:
            cursor.execute("RESET ALL")

    assert row.missed(with_time=False) == missed


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"statements": 3, "buffers": 100}, []),
        ({"statements": 2, "buffers": 100}, ["page: 3 statements, 2 before."]),
        ({"statements": 4, "buffers": 33}, ["page: 100 buffers, 33 before."]),
        (None, ["page is not in the saved result."]),
    ],
    ids=["the same", "more statements", "more buffers", "new"],
)
def test_what_costs_more_than_was_held_is_named(held, said):
    row = Measured("page", 1000, 2.0, 3, 100, (None, None, None))

    assert [*bench_command._dearer(Result((row,), 0), {"page": held} if held else {})] == said
