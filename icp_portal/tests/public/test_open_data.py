"""The open data: what is in the files, and how they leave."""

import gzip
import hashlib
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from bench import register_rows as many_rows
from hosts.answers import ServiceAnswer
from hosts.records_api import service_answer
from hosts.stream_places import Place
from icp_portal.tests import builders
from icp_portal.tests.public.open_data_files import (
    NAME,
    THIS,
    content_of,
    get,
    one,
    rows_of_csv,
    rows_of_parquet,
    write,
)
from ministry.models import OpenDataEdition, Subject, Website
from ministry.open_data import columns, editions
from ministry.open_data.columns import COLUMNS
from ministry.reference import code_tables
from ministry.register import changes, ends, entry_types, public_records, writer
from ministry.register.public_search import Match
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import RESIDENT_ID, TODAY

pytestmark = pytest.mark.usefixtures("transactional_db", "english", "open_data_root")

LATER = TODAY + timedelta(days=30)


# --- Contents -----------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_public_record():
    assert [column.name for column in COLUMNS] == list(ServiceAnswer.model_fields)


@transaction.atomic
def every_state() -> tuple[list[int], list[Subject]]:
    """Services in every state, by primary key, and the hosts with a row of their own, in the order of the files."""
    first = register_rows.website(register_rows.subject(name="云岭网络科技有限公司"))
    register_rows.website(first.subject, service=code_tables.APP, domain="", home_url="")
    cancelled = register_rows.website(first.subject)
    suspended, leaving, taker = (register_rows.website(register_rows.subject()) for _n in range(3))
    person = register_rows.subject(name="王小明", nature=code_tables.PERSON, cert_type=RESIDENT_ID)
    register_rows.website(person)
    gone = register_rows.website(register_rows.subject(name="李小红", nature=code_tables.PERSON, cert_type=RESIDENT_ID))
    alone, held, ended = (register_rows.subject() for _n in range(3))
    unnamed = register_rows.subject(name="赵小刚", nature=code_tables.PERSON, cert_type=RESIDENT_ID)
    emptied = register_rows.website(register_rows.subject())
    for website in (cancelled, emptied):
        ends.cancel_website(website.pk, LATER)
    for subject_id in (suspended.subject_id, held.pk):
        ends.suspend_subject(subject_id, LATER)
    for subject_id in (gone.subject_id, ended.pk):
        ends.cancel_subject(subject_id, LATER)
    access = entry_types.AccessEntry(
        provider_id=builders.provider().pk, ways=[5], places=[2], ip_ranges=["192.31.196.7"]
    )
    writer.migrate_website(leaving.pk, taker.subject_id, (register_rows.entry_of(leaving), access), LATER)
    writer.enter_access(first.pk, replace(access, provider_id=builders.provider(slug="other").pk), LATER)
    services = list(Website.objects.order_by("subject_id", "sequence").values_list("pk", flat=True))
    hosts = [leaving.subject, alone, held, ended, unnamed, emptied.subject]
    return services, list(Subject.objects.filter(pk__in=[one.pk for one in hosts]).order_by("pk"))


def shown(keys: list[int], hosts: list[Subject]) -> list[dict[str, Any]]:
    """Return these services and hosts as the API shows them, without the names of individuals."""
    found = Website.objects.select_related("subject").in_bulk(keys)
    records, _domains = public_records.of_each([found[key].number for key in keys], [])
    services = [service for record in records for service in record.services]
    services += public_records.services_of([Match(host, None, 0) for host in hosts])
    return [
        {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}
        | ({"host": ""} if row["nature"] == code_tables.PERSON else {})
        for row in map(service_answer, services)
    ]


def test_the_rows_are_those_of_the_public_record():
    services, hosts = every_state()
    write()
    expected = shown(services, hosts)

    for rows in (expected[: len(services)], expected[len(services) :]):
        assert {row["state"] for row in rows} == {"on_record", "suspended", "cancelled"}
    assert ({row["providers"] for row in expected}, any(row["moved_to"] for row in expected)) == ({0, 1, 2}, True)
    assert rows_of_parquet() == expected
    assert rows_of_csv() == [
        {
            name: ";".join(value) if isinstance(value, list) else "" if value is None else str(value)
            for name, value in row.items()
        }
        for row in expected
    ]


def test_no_individual_is_named_and_nothing_personal_is_there():
    every_state()
    write()
    text = gzip.decompress(content_of(NAME)).decode() + str(rows_of_parquet())
    website = Website.objects.select_related("subject").first()

    private = [
        "王小明",
        "李小红",
        "赵小刚",
        website.subject.responsible_mobile,
        website.subject.address,
        website.responsible_email,
    ]
    assert all(private)
    assert [word for word in private if word in text] == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x","y")'])
def test_no_text_is_a_formula_in_csv_and_every_text_is_itself_in_parquet(name):
    one(name=name)
    write()

    assert rows_of_csv()[0]["name"] == f"'{name}"
    assert rows_of_parquet()[0]["name"] == name


def test_cells_with_commas_quotes_and_line_ends_come_back(tmp_path):
    one(name='a,"b"\r\nc')
    write()

    assert rows_of_csv()[0]["name"] == 'a,"b"\r\nc'


def test_the_timepoint_is_that_of_the_state():
    one()
    write()
    edition, before = OpenDataEdition.objects.get(), changes.newest()
    later = one()

    assert edition.timepoint == before
    assert [change.number for change in changes.after(edition.timepoint, 10).changes] == [
        str(later.subject.number),
        str(later.number),
    ]
    assert (
        Client()
        .get("/api/v1/changes", {"after": get("manifest.json").json()["editions"][0]["timepoint"]})
        .json()["timepoint"]
        == changes.newest()
    )


def test_changes_while_it_is_written_are_not_half_in_it(monkeypatch: pytest.MonkeyPatch):
    one()
    rows = columns.rows

    def meanwhile(found: list[Any]) -> Iterator[list[Any]]:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("UPDATE ministry_website SET name = '后来的名称'")
        other.close()
        return rows(found)

    monkeypatch.setattr(editions, "AT_ONCE", 1)
    monkeypatch.setattr(columns, "rows", meanwhile)
    one()
    write()

    assert "后来的名称" not in {row["name"] for row in rows_of_csv()}
    assert set(Website.objects.values_list("name", flat=True)) == {"后来的名称"}


def test_memory_does_not_grow_with_the_register(monkeypatch: pytest.MonkeyPatch):
    """Five pieces of rows take little more than one piece."""
    monkeypatch.setattr(editions, "AT_ONCE", 1_000)
    most = []
    for count in (1_000, 5_000):
        many_rows.empty()
        many_rows.fill(count)
        write()  # so that the libraries are loaded
        tracemalloc.start()
        write()
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    many_rows.empty()

    assert OpenDataEdition.objects.get().files[0]["rows"] == 5_000
    assert most[1] < 1.5 * most[0]


# --- Pages and files ------------------------------------------------------------------------------------------


def test_the_page_names_every_file_with_its_checksum(settings):
    settings.OPERATOR = {"name": "示例中心", "phone": "", "hours": ""}
    one()
    write()
    page = get().content.decode()
    files = OpenDataEdition.objects.get().files

    assert [file["name"] for file in files] == [NAME, NAME.replace("csv.gz", "parquet")]
    assert [file for file in files if file["sha256"] not in page or file["name"] not in page] == []
    assert [column.name for column in COLUMNS if f"<code>{column.name}</code>" not in page] == []
    assert "Published by 示例中心." in page


def test_before_the_first_edition_the_page_says_so():
    page = get()

    assert (page.status_code, "No files yet" in page.content.decode()) == (200, True)
    assert get("manifest.json").json()["editions"] == []


def test_the_checksum_file_and_the_manifest_agree_with_the_file():
    one()
    write()
    digest = hashlib.sha256(content_of(NAME)).hexdigest()
    told = get("manifest.json").json()["editions"][0]["files"][0]

    assert get(f"{NAME}.sha256").content.decode() == f"{digest}  {NAME}\n"
    assert (told["sha256"], told["size"], told["rows"]) == (digest, len(content_of(NAME)), 1)
    assert told["url"] == f"http://testserver/open-data/{NAME}"


def test_caches_keep_a_file_no_longer_than_what_names_its_checksum():
    """A file that is written again matches its checksum, page and manifest as soon as these are asked for again."""
    one()
    write()
    kept = {get(path)["Cache-Control"].split("max-age=")[1] for path in (NAME, f"{NAME}.sha256", "manifest.json", "")}
    former = get(NAME)["ETag"]
    same = get(NAME, if_none_match=former)
    one()
    write()

    assert kept == {"300"}
    assert (same.status_code, same["ETag"], same["Cache-Control"]) == (304, former, "public, max-age=300")
    assert get(NAME, if_none_match=former).status_code == 200


def test_a_file_comes_in_ranges():
    write()
    whole = content_of(NAME)
    part = get(NAME, range="bytes=2-5")

    assert (part.status_code, part.read) == (206, whole[2:6])
    assert get(NAME, range="bytes=2-5", if_none_match=part["ETag"]).status_code == 304
    assert get(NAME, accept_encoding="gzip")["Content-Encoding"] == "identity"


HOSTILE = [
    "register-2020-01.csv.gz",
    f"register-{THIS:%Y-%m}.csv",
    "register-9999-99.csv.gz",
    "register-0000-00.csv.gz.sha256",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    ".sha256",
    "x" * 3000,
    f"{NAME}%0d%0aX: y",
    f"{NAME}/",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_other_names_are_not_found(name):
    write()

    assert get(name).status_code == 404


def test_a_file_that_is_gone_is_not_found_and_gives_its_place_back(open_data_root):
    write()
    (open_data_root / OpenDataEdition.objects.get().folder / NAME).unlink()

    assert [get(NAME).status_code for _n in range(5)] == [404] * 5


def test_downloads_are_few_at_once_and_the_page_says_when_to_try_again(settings):
    settings.DOWNLOADS_PER_PROCESS = 1
    write()
    tag = get(NAME)["ETag"]
    place = Place("DOWNLOADS_PER_PROCESS")
    busy, known = get(NAME), get(NAME, if_none_match=tag)
    place.back()

    assert (busy.status_code, busy["Retry-After"], "Try again in half a minute" in busy.content.decode()) == (
        503,
        "30",
        True,
    )
    assert (known.status_code, known["ETag"]) == (304, tag)
    assert [get(NAME, if_none_match=tag).status_code for _n in range(3)] == [304] * 3
    assert content_of(NAME) == content_of(NAME)
