"""The benchmark counts what a call costs, and tells a costly one from its floor."""

import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection

from bench import register_rows
from bench.floors import floor
from bench.management.commands import bench as bench_command
from bench.measuring import Call, Case, Measured, Result, measure
from ministry.models import LiveDomain, Website

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


@pytest.fixture
def many(transactional_db):
    """A register in committed rows: the database counts its buffers at the end of a transaction."""
    register_rows.fill(20_000)


@pytest.fixture
def without_index(many):
    """The register without an index, which is made again in the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'live_website_name'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX live_website_name")
        yield
        cursor.execute(definition)


def named() -> None:
    """Look a website up by its name."""
    assert Website.objects.filter(name="网站7", live=True).count() == 1


def buffers_missed(call: Call) -> bool:
    """Return whether a call reads more than an index and a few rows."""
    (row,) = measure([Case("page", call, buffers=60)], lambda: sum(range(10_000)), 1).rows
    return row.missed(with_time=False) == ["buffers"]


def test_an_index_is_enough(many):
    assert not buffers_missed(named)


def test_a_dropped_index_is_noticed(without_index):
    assert buffers_missed(named)


@pytest.mark.parametrize("offset", [0, 15_000])
def test_a_page_that_reads_all_rows_before_it_is_noticed(many, offset):
    rows = LiveDomain.objects.order_by("domain")[offset : offset + 10]

    assert buffers_missed(lambda: list(rows.all())) is bool(offset)


def hashed(times: int) -> Call:
    return lambda: hashlib.pbkdf2_hmac("sha256", b"x", b"y", times)


@pytest.mark.parametrize(("times", "missed"), [(100_000, []), (20_000, ["CPU time of right"])])
def test_a_case_is_compared_with_another(db, times, missed):
    """An answer to wrong data that is faster than that to right data is noticed like a slower one."""
    cases = [Case("right", hashed(100_000)), Case("wrong", hashed(times), beside="right", apart=0.5)]

    right, wrong = measure(cases, hashed(1_000), 5).rows

    assert right.ratio is None
    assert wrong.missed(with_time=True) == missed
    assert wrong.missed(with_time=False) == []


def test_the_case_to_compare_with_may_be_left_out(db):
    (row,) = measure([Case("wrong", hashed(1_000), beside="right", apart=0.03)], hashed(1_000), 1).rows

    assert row.ratio is None
    assert row.missed(with_time=True) == []


def test_work_in_a_child_process_counts(db):
    code = "import hashlib; hashlib.pbkdf2_hmac('sha256', b'x', b'y', 1_000_000)"
    case = Case("child", lambda: subprocess.run([sys.executable, "-c", code], check=True), long=True)

    (row,) = measure([case], hashed(100_000), 1).rows

    assert row.floors > 5


def test_a_long_case_is_called_less_often(db):
    calls: Counter[str] = Counter()

    def called(name: str) -> Call:
        return lambda: calls.update([name])

    measure([Case("short", called("short")), Case("long", called("long"), long=True)], hashed(1_000), 3)

    assert calls == {"short": 11, "long": 5}


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
