"""What conflicts and a dry run cost on a register of 100,000 subjects: query counts, indexes, buffers, time.

The rows are written by SQL; what would be sealed is never read. They are committed, because a rolled-back register
would stay behind as dead rows that slow every later test; emptying the tables takes them away for good.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Mod
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from bench import register_rows
from bench.floors import floor
from bench.register_rows import COMMON_NAME
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, sign_in
from ministry.models import BlacklistedDomain, ContactKind, Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import understand
from ministry.register import digests, public_records, public_search, query
from ministry.register.conflict_types import AskedContact, AskedWebsite, ConflictQuestion
from ministry.register.conflicts import conflicts
from ministry.register.public_search import MOST, SearchScope, with_part

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("big register")]

SUBJECTS = 100_000
SEALED = ("address", "responsible_name", "responsible_mobile", "responsible_email")


@pytest.fixture(scope="module")
def big_register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        # Not entered in the audit log: whatever is sealed in later tests would begin with a million of these rows.
        register_rows.fill(SUBJECTS)
        try:
            yield
        finally:
            register_rows.empty()


def asked(websites: int) -> ConflictQuestion:
    """A filing that meets something in every table: one certificate and one contact are given its digests."""
    number = invent.credit_code(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ministry_subjectcertificate SET digest = %s, unit_digest = %s WHERE subject_id = -7",
            [digests.of_certificate(number), digests.of_unit(1, number)],
        )
        cursor.execute(
            "UPDATE ministry_subjectcontact SET digest = %s WHERE subject_id = -8",
            [digests.of_contact("mobile", "13800138000")],
        )
    return ConflictQuestion(
        date(2026, 7, 1),
        1,
        number,
        [
            AskedWebsite(f"d{n}.cn", f"www.d{n + SUBJECTS // 2}.cn", COMMON_NAME if n % 2 else f"网站{n + 1}")
            for n in range(1, websites + 1)
        ],
        [
            AskedContact(ContactKind.MOBILE, "13800138000", "张三"),
            AskedContact(ContactKind.EMAIL, "zhang.san@example.cn", "张三"),
        ],
    )


def plan(sql: str) -> dict[str, Any]:
    """How the database went about a query: the root of its plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        (answer,) = cursor.fetchone()
    return (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from nodes(inner)


def plans(question: ConflictQuestion) -> list[dict[str, Any]]:
    with CaptureQueriesContext(connection) as queries:
        conflicts(question)
    return [plan(one["sql"]) for one in queries]


def read_whole(found: list[dict[str, Any]]) -> set[str]:
    """The big tables that were read from end to end."""
    scans = (node for root in found for node in nodes(root) if node["Node Type"] == "Seq Scan")
    return {node["Relation Name"] for node in scans} & register_rows.TABLES


@pytest.mark.parametrize(("websites", "blocks"), [(1, 150), (10, 600)])
def test_one_query_finds_every_conflict_by_index(big_register, websites, blocks):
    found = plans(asked(websites))

    assert len(found) == 1
    assert read_whole(found) == set()
    assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in found) <= blocks


@pytest.mark.parametrize("live", [True, False])
def test_a_bureau_finds_a_host_by_its_domain_by_index(big_register, live):
    Website.objects.filter(pk=-7).update(live=live)
    Subject(pk=-7, **dict.fromkeys(SEALED, "x")).save(force_update=True, update_fields=SEALED)  # so that it can be read
    with CaptureQueriesContext(connection) as queries:
        found = query.on_record("110000", "d7.cn")
    (root,) = [plan(one["sql"]) for one in queries]

    assert [subject.pk for subject in found] == [-7]
    assert read_whole([root]) == set()
    assert root["Shared Hit Blocks"] + root["Shared Read Blocks"] <= 50


def websites(matches: list[public_search.Match]) -> list[Website]:
    return [match.website for match in matches]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("ask", ["domain", "number", "record of the domain", "record of the number"])
def test_the_public_finds_current_and_cancelled_services_by_index(big_register, ask, live):
    ended = {"live": False, "cancelled_on": date(2026, 6, 1)}
    Website.objects.filter(pk=-7).update(**({} if live else ended))
    (((_subject, website, _providers),),) = public_search.with_domains(["d7.cn"])
    scope = SearchScope.ALL if live else SearchScope.CANCELLED
    look = {
        "domain": lambda: websites(public_search.found(understand("d7.cn"), scope)),
        "number": lambda: websites(public_search.found(understand(str(website.number)), scope)),
        "record of the domain": lambda: public_records.of_domain("d7.cn").services,
        "record of the number": lambda: public_records.of_number(website.number).services,
    }
    with CaptureQueriesContext(connection) as queries:
        found = look[ask]()
    roots = [plan(one["sql"]) for one in queries]

    assert [one.number for one in found] == [website.number]
    assert read_whole(roots) == set()
    assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots) <= 100


def test_a_hundred_numbers_and_domains_are_found_by_index(big_register):
    names = [f"d{n}.cn" for n in range(1, 51)]
    numbers = [match.website.number for (match,) in public_search.with_domains(names)]
    with CaptureQueriesContext(connection) as queries:
        records, of_names = public_records.of_each(numbers, names)
    roots = [plan(one["sql"]) for one in queries]

    assert [record.services[0].number for record in records] == numbers
    assert [found.services[0].number for found in of_names] == numbers
    assert len(roots) == 3
    assert read_whole(roots) == set()
    assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots) <= 2_500


# Part of a unit's name, how many are found, and most blocks: a brand, what one name in fifteen contains,
# usual pairs that are never together, nothing.
@pytest.mark.parametrize(
    ("part", "rows", "blocks"),
    [(register_rows.BRAND, 1, 100), (register_rows.INDUSTRY, MOST + 1, 500), ("科技术有", 0, 1_000), ("龘龘", 0, 100)],
)
def test_a_part_of_a_name_is_found_by_index_however_usual_it_is(big_register, part, rows, blocks):
    with CaptureQueriesContext(connection) as queries:
        found = with_part(part)
    roots = [plan(one["sql"]) for one in queries]

    assert len(found) == rows
    assert read_whole(roots) == set()
    assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots) <= blocks


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_part_of_a_name_is_found_by_index_among_the_cancelled(big_register, is_ended):
    """Of one unit in 31 the record is cancelled, or its services; and of the one with the brand."""
    units = Subject.objects.annotate(rest=Mod("pk", 31)).filter(Q(rest=0) | Q(name__contains=register_rows.BRAND))
    ended = {"live": False, "cancelled_on": date(2026, 6, 1)}
    Website.objects.filter(subject__in=list(units.values_list("pk", flat=True))).update(**ended)
    if is_ended:
        units.update(**ended)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ministry_subject, ministry_website")
    for part, rows, blocks in (
        (register_rows.BRAND, 1, 200),
        (register_rows.INDUSTRY, MOST + 1, 8_000),
        ("龘龘", 0, 200),
    ):
        with CaptureQueriesContext(connection) as queries:
            found = with_part(part, SearchScope.CANCELLED)
        roots = [plan(one["sql"]) for one in queries]

        assert (part, len(found), read_whole(roots)) == (part, rows, set())
        assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots) <= blocks


@pytest.mark.parametrize(("part", "rows"), [(register_rows.INDUSTRY, MOST + 1), ("科技术有", 0), ("龘龘", 0)])
def test_a_part_of_a_name_is_found_among_the_violating_at_the_cost_of_the_blacklist(big_register, part, rows):
    """Of 11,000 domains on it 1,000 are on record; a domain costs a few blocks, and the register is not read whole."""
    BlacklistedDomain.objects.bulk_create(
        BlacklistedDomain(domain=register_rows.domain_of(n), reason="-", source="-", since=date(2026, 6, 1))
        for n in range(1, 1_001)
    )
    with CaptureQueriesContext(connection) as queries:
        found = with_part(part, SearchScope.VIOLATING)
    roots = [plan(one["sql"]) for one in queries]

    assert len(found) == rows
    assert read_whole(roots) == {BlacklistedDomain._meta.db_table}
    assert sum(root["Shared Hit Blocks"] + root["Shared Read Blocks"] for root in roots) <= 40 * 11_000


def test_of_a_usual_name_only_the_first_rows_are_read(big_register):
    """Thousands of people have the same name; a bitmap of all of them, to be sorted, costs more with every one."""
    Subject.objects.filter(pk__lte=-100, pk__gte=-2_100).update(name=register_rows.PERSON, nature=code_tables.PERSON)
    with CaptureQueriesContext(connection) as queries:
        found = public_search.found(understand(register_rows.PERSON))
    (root,) = [plan(one["sql"]) for one in queries]

    assert [match.subject.name for match in found] == [register_rows.PERSON] * (MOST + 1)
    assert max(node["Actual Rows"] for node in nodes(root)) <= 2 * (MOST + 1)


@pytest.mark.parametrize("websites", [1, 10])
def test_they_are_found_among_the_many(big_register, websites):
    met = conflicts(asked(websites))

    assert [match.code for match in met.subjects] == ["1003"]
    assert {match.code for match in met.websites} == {"1005", "1020", "1021"}
    assert [match.code for match in met.contacts] == ["P106"]
    assert [match.code for match in met.blacklist] == ["1064"] * websites


@pytest.mark.parametrize(
    ("index", "table"),
    [
        ("live_unit", "ministry_subjectcertificate"),
        ("live_home_page", "ministry_website"),
        ("live_website_name", "ministry_website"),
        ("blacklisted_unit", "ministry_blacklistedsubject"),
    ],
)
def test_a_missing_index_would_be_noticed(big_register, index, table):
    question = asked(1)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")

    assert read_whole(plans(question)) == {table}


@pytest.mark.parametrize(("websites", "floors"), [(1, 90), (10, 180)])
def test_a_dry_run_takes_nine_queries_and_so_much_time(big_register, client, websites, floors):
    """The whole page, from the session to the last line. The thread's own time, in floors of this machine, the best of
    several visits in turns: other tests run beside it, and what the database does is counted in queries and plans.
    """
    case = Case(websites=websites, same=False)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    url, look_up = reverse("filings:check", args=[case.filing.pk]), floor(register_rows.domain_of(1))
    turns = [(seconds(look_up), visit(client, url)) for _n in range(10)]

    assert {queries for _floor, (queries, _seconds) in turns[1:]} == {9}
    assert min(seconds for _floor, (_queries, seconds) in turns) < floors * min(floor for floor, _visit in turns)


def seconds(call: Callable[[], object]) -> float:
    """The thread's own time in a call."""
    began = time.thread_time()
    call()
    return time.thread_time() - began


def visit(client: Client, url: str) -> tuple[int, float]:
    """How many queries and seconds of the thread a page takes."""
    began = time.thread_time()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured), time.thread_time() - began
