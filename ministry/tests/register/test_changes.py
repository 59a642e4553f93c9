"""The feed of changes: what enters it, in which order, and that a reader misses nothing and gets nothing twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from icp_portal.tests.builders import provider
from icp_portal.tests.committed import as_at_commit
from ministry.imports.columns import TABLES
from ministry.models import RegisterChange, RegisterPiece, RegisterVersion, Website
from ministry.reference import code_tables
from ministry.register import changes, ends, entry_types, writer
from ministry.register.changes import BEGINNING, NOW, PublicChange, UnknownTimepoint
from ministry.tests.imports import national_files
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

LATER = TODAY + timedelta(days=30)


def read(point: str = BEGINNING, limit: int = changes.MOST) -> list[PublicChange]:
    """The changes after a timepoint, those of this transaction too, which enter when it commits."""
    if connection.in_atomic_block:
        as_at_commit()
    return changes.after(point, limit).changes


def point() -> str:
    read()
    return changes.newest()


@pytest.fixture
def website(db: None) -> Website:
    return register_rows.website(register_rows.subject(name="云岭网络科技有限公司"))


def said(found: list[PublicChange]) -> list[tuple[str, str, date]]:
    return [(change.what, change.number, change.on) for change in found]


def test_an_entry_of_a_host_and_of_its_website(website):
    found = read()

    assert said(found) == [
        ("entered", str(website.subject.number), TODAY),
        ("entered", str(website.number), TODAY),
    ]
    assert found[1] == PublicChange(
        timepoint=changes.newest(),
        what="entered",
        number=str(website.number),
        subject_number=str(website.subject.number),
        province="110000",
        service=code_tables.WEBSITE,
        domains=[website.domain],
        on=TODAY,
        at=RegisterChange.objects.latest("pk").at,
        moved_to="",
    )


def test_an_app_has_its_letter_and_no_domain(website):
    before = point()
    app = register_rows.website(website.subject, service=code_tables.APP, domain="", home_url="")

    assert [(change.number, change.service, change.domains) for change in read(before)] == [
        (f"{website.subject.number}-2A", code_tables.APP, [])
    ]
    assert str(app.number) == f"{website.subject.number}-2A"


def test_what_the_public_sees_is_a_change_and_nothing_else_is(website):
    before = point()
    entry = register_rows.entry_of(website)
    writer.change_website(website.pk, replace(entry, responsible_mobile="13800000099"), LATER)
    writer.change_email(website.subject_id, "new@example.cn", LATER)
    register_rows.website(website.subject)  # counts up the sequence of its host
    assert [change.what for change in read(before)] == ["entered"]

    before = point()
    writer.change_website(website.pk, replace(entry, home_url=f"blog.{website.domain}"), LATER)
    assert [(change.what, change.number) for change in read(before)] == [("changed", str(website.number))]


def test_suspensions_and_their_ends(website):
    before = point()
    ends.suspend_website(website.pk, LATER)
    first = read(before)
    ends.suspend_subject(website.subject_id, LATER)
    ends.resume_website(website.pk)
    ends.resume_subject(website.subject_id)

    assert said(first) == [("suspended", str(website.number), LATER)]
    assert [(one.what, one.number) for one in read(first[-1].timepoint)] == [
        ("suspended", str(website.subject.number)),
        ("resumed", str(website.number)),
        ("resumed", str(website.subject.number)),
    ]


def test_a_cancelled_host_is_told_after_its_websites(website):
    before = point()
    ends.cancel_subject(website.subject_id, LATER)

    assert said(read(before)) == [
        ("cancelled", str(website.number), LATER),
        ("cancelled", str(website.subject.number), LATER),
    ]


def test_a_website_that_moves_is_moved_and_entered_not_cancelled(website):
    taker = register_rows.subject()
    before = point()
    access = entry_types.AccessEntry(provider_id=provider().pk, ways=[5], places=[2], ip_ranges=["192.31.196.7"])
    there = writer.migrate_website(website.pk, taker.pk, (register_rows.entry_of(website), access), LATER)

    assert [(one.what, one.number, one.domains, one.moved_to) for one in read(before)] == [
        ("moved", str(website.number), [website.domain], str(there.number)),
        ("entered", str(there.number), [website.domain], ""),
    ]


def test_no_name_is_in_the_feed(website):
    person = register_rows.subject(name="王小明", nature=code_tables.PERSON, cert_type=register_rows.RESIDENT_ID)
    register_rows.website(person, name="王小明的主页")
    ends.cancel_subject(person.pk, LATER)

    told = str(read())

    assert len(RegisterChange.objects.all()) == 6
    assert [name for name in ("王小明", "云岭", website.name) if name in told] == []
    assert "name" not in {field.name for field in RegisterChange._meta.get_fields()}


def test_an_import_is_one_entry_and_not_one_for_each_record(past_pooler, db, tmp_path):
    provider(slug="jieru", licence="B1-20200001")
    before = point()
    versions = [national_files.subject(), national_files.subject(valid_from="2022-01-01", name="示例改名有限公司")]
    national_files.run(
        national_files.files(tmp_path / "in", versions, [national_files.website()], [national_files.access()])
    )

    assert RegisterVersion.objects.count() == 2  # its history is written, and not told
    found = read(before)
    assert [(one.what, one.number, one.subject_number, one.province, one.domains) for one in found] == [
        ("imported", "", "", "", [])
    ]
    assert set(TABLES) == {"subjects", "websites", "accesses"}
    register_rows.subject()
    assert [one.what for one in read(found[-1].timepoint)] == ["entered"]  # only the import is left out


def test_an_import_that_writes_nothing_is_no_entry(past_pooler, db, tmp_path):
    """Its pieces are recorded all the same, so that the same files are read once."""
    provider(slug="jieru", licence="B1-20200001")
    folder = national_files.files(tmp_path / "in", [national_files.subject()], [national_files.website()])
    national_files.run(folder)
    before = point()

    national_files.packed(folder / "websites.csv")  # other files with the same records
    assert "1 subject is in the register already." in national_files.run(folder)

    assert RegisterPiece.objects.filter(subjects=0).count() == 1
    assert read(before) == []


def test_a_number_of_an_earlier_system(db):
    before = point()
    website = register_rows.website(register_rows.subject())
    website.subject.__class__.objects.filter(pk=website.subject_id).update(
        year=None, serial=None, earlier_number="京ICP证040001号", approved_on=date(2004, 3, 1)
    )

    assert [one.number for one in read(before)] == ["京ICP证040001号", "京ICP证040001号-1"]


def test_entries_can_be_neither_changed_nor_removed(website):
    point()
    for change in ("UPDATE ministry_registerchange SET what = 'x'", "DELETE FROM ministry_registerchange"):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete rows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


# --- Timepoints ---------------------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gap_and_overlap(website):
    for _number in range(3):
        register_rows.website(website.subject)
    whole, paged, at = read(), [], BEGINNING
    while True:
        page = changes.after(at, 2)
        paged += page.changes
        at = page.timepoint
        if not page.has_more:
            break

    assert (len(whole), paged) == (5, whole)
    assert changes.after(at, 2) == changes.ChangesPage([], at, has_more=False)


def test_now_is_the_point_after_the_newest_change(website):
    newest = point()

    assert changes.after(NOW, 2) == changes.ChangesPage([], newest, has_more=False)


def test_of_an_empty_feed_now_is_the_beginning(db):
    assert changes.after(NOW, 1) == changes.ChangesPage([], BEGINNING, has_more=False)
    assert changes.after(BEGINNING, 1) == changes.ChangesPage([], BEGINNING, has_more=False)


@pytest.mark.parametrize("by", ["another time", "a later key", "beyond bigint"])
def test_a_timepoint_that_no_change_has_is_unknown(website, by):
    key, micros = point().split("-")
    asked = {
        "another time": f"{key}-{(int(micros) + 1) % 10**6:06d}",
        "a later key": f"{int(key) + 1}-{micros}",
        "beyond bigint": f"9999999999999999999-{micros}",
    }[by]

    with pytest.raises(UnknownTimepoint):
        changes.after(asked, 10)


def test_timepoints_survive_a_dump_and_restore(website):
    """COPY keeps the keys, and the sequence goes on after them, as pg_dump has it; ids of transactions play no part."""
    before, at = read(), point()
    with connection.cursor() as cursor:
        with cursor.copy("COPY ministry_registerchange TO STDOUT") as dumped:
            rows = b"".join(dumped)
        cursor.execute("SELECT last_value FROM ministry_registerchange_id_seq")
        (last,) = cursor.fetchone()
        cursor.execute("TRUNCATE ministry_registerchange RESTART IDENTITY")
        with cursor.copy("COPY ministry_registerchange FROM STDIN") as restored:
            restored.write(rows)
        cursor.execute("SELECT setval('ministry_registerchange_id_seq', %s)", [last])
    register_rows.website(website.subject)

    assert [change.what for change in read(at)] == ["entered"]
    assert read()[: len(before)] == before


# --- Order --------------------------------------------------------------------------------------------------


@pytest.fixture
def other(transactional_db: None) -> Iterator[BaseDatabaseWrapper]:
    """Another connection, in a transaction."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.close()


@transaction.atomic
def two() -> list[Website]:
    return [register_rows.website(register_rows.subject()) for _n in range(2)]


def rename(by: BaseDatabaseWrapper, website: Website, name: str) -> None:
    with by.cursor() as cursor:
        cursor.execute("UPDATE ministry_website SET name = %s WHERE id = %s", [name, website.pk])


def numbers(page: changes.ChangesPage) -> list[str]:
    return [change.number for change in page.changes]


def test_a_transaction_that_began_earlier_and_commits_later_is_not_missed(other: Any):
    early, late = two()
    start = changes.newest()
    rename(other, early, "先改后交")
    rename(connection, late, "后改先交")

    first = changes.after(start, 10)
    other.commit()
    second = changes.after(first.timepoint, 10)

    assert (numbers(first), numbers(second)) == ([str(late.number)], [str(early.number)])
    assert changes.after(second.timepoint, 10).changes == []


def test_a_change_that_has_its_place_is_followed_by_none_before_it_is_committed(other: Any):
    """Whoever commits meanwhile waits, so no reader can be past a place that is filled later."""
    early, late = two()
    start = changes.newest()
    rename(other, early, "占位")
    with other.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the beginning of the commit
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 50")
    with pytest.raises(DatabaseError, match="lock timeout"):
        rename(connection, late, "等待")
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    assert changes.after(start, 10).changes == []

    other.rollback()
    rename(connection, late, "再来")
    assert numbers(changes.after(start, 10)) == [str(late.number)]


def test_a_change_that_is_rolled_back_was_none(other: Any):
    website, _other = two()
    start = changes.newest()
    rename(other, website, "不算")
    other.rollback()

    assert changes.after(start, 10).changes == []
