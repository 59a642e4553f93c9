"""A disk that is full, files that nothing names, files that are gone: said in words, and nothing half kept.

The kernel really refuses to write: ``RLIMIT_FSIZE`` lets no file of this process grow beyond some bytes, for as long as
a test wants. Each write beyond fails as on a full disk, by another number (EFBIG instead of ENOSPC). That needs no
rights, and works in every container, where a small file system can't always be mounted.
"""

import errno
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Party
from filings import services
from filings.errors import FileMissing, MoveRefused, NotKept
from filings.evidence import file_checks, pictures
from filings.evidence.files import kept
from filings.models import Evidence, FileCheck, SheetScan
from filings.states import Status
from filings.verification import handovers
from icp_portal.tests.builders import Case, case_at, user, user_of
from icp_portal.tests.hostile import Desk, browser, jpeg
from icp_portal.tests.photos import as_file, photographed

pytestmark = pytest.mark.django_db

NO_ROOM = "文件未能保存：系统存储空间暂时不足，没有任何改动。"


@pytest.fixture(autouse=True)
def _own_storage(tmp_path, settings):
    """A storage of the test's own, which it may count, empty and spoil; and nobody throttled yet."""
    storage = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": storage}


@contextmanager
def disk_full(after: int = 0) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: the kernel ends each write with an error."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def stored() -> set[str]:
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def named() -> set[str]:
    """Every file that a row names."""
    return {
        name
        for model, column in file_checks.columns()
        for name in model._base_manager.exclude(**{column: ""}).values_list(column, flat=True)
    }


def papers_url(desk: Desk) -> str:
    return reverse("filings:papers", args=[desk.case.filing.pk])


def noise(side: int = 1600) -> bytes:
    """A picture of more than the 2.5 MB that are received in memory."""
    return as_file(Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3)), "PNG").read()


def test_the_disk_of_these_tests_is_really_full(tmp_path):
    with disk_full(10), pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        (tmp_path / "file").write_bytes(b"x" * 11)
    assert (tmp_path / "file").stat().st_size == 10


# --- Full -----------------------------------------------------------------------------------------------


def send(desk: Desk, name: str, content: bytes, **typed: str) -> str:
    version = desk.case.refresh().filing.version
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    response = desk.client.post(papers_url(desk), {"version": version, "papers.subject_certificate": file} | typed)
    assert response.status_code in (200, 302)
    return unescape(response.content.decode())


@pytest.mark.parametrize("after", [0, 5000])
def test_a_picture_that_finds_no_room_is_an_error_at_its_field_and_nothing_of_it_is_kept(after):
    desk = Desk()
    rows, files = list(Evidence.objects.order_by("pk").values()), stored()
    version = desk.case.refresh().filing.version

    with disk_full(after):
        page = send(desk, "front.jpg", as_file(photographed(1)).read())

    assert f"“front.jpg”：{NO_ROOM}" in page
    assert (list(Evidence.objects.order_by("pk").values()), stored()) == (rows, files)
    assert desk.case.refresh().filing.version == version
    assert send(desk, "front.jpg", as_file(photographed(1)).read()) == ""  # kept, and on to the next page


def test_a_file_that_finds_no_room_while_it_comes_in_is_an_error_at_its_field():
    desk, content = Desk(), noise()
    assert len(content) > 2.5 * 1024**2
    files = stored()

    with disk_full(100_000):
        page = send(desk, "large.png", content)

    assert f"“large.png”：{NO_ROOM}" in page
    assert stored() == files


def test_when_a_later_file_finds_no_room_those_before_it_are_deleted_again():
    case, picture = Case(), pictures.accept(as_file(photographed(1)))
    rows, files = Evidence.objects.count(), stored()

    def keep_too_much() -> None:
        with kept():
            pictures.store(case.filing, case.host.person_id, "papers.subject_certificate", picture)
            assert len(stored() - files) == 3  # with its official and its small copy
            default_storage.save("longer.jpg", ContentFile(picture.content + b"x"))

    with disk_full(len(picture.content)), pytest.raises(NotKept, match=NO_ROOM):
        keep_too_much()

    assert (Evidence.objects.count(), stored()) == (rows, files)


def test_files_of_a_refused_change_are_deleted_again_and_those_of_an_inner_one_too():
    files = stored()

    with suppress(MoveRefused), kept():
        with kept():
            default_storage.save("inner.jpg", ContentFile(b"x"))
        assert stored() - files == {"inner.jpg"}
        raise MoveRefused("refused")

    assert stored() == files


def test_a_phone_is_told_that_there_is_no_room_and_its_code_still_counts():
    desk = Desk()
    _handover, token = handovers.open_for(desk.case.filing.pk, desk.case.host, "papers.subject_certificate")
    url = reverse("filings:phone", args=[token])

    with disk_full():
        page = Client().post(url, {"picture": SimpleUploadedFile("p.jpg", jpeg())})

    assert (page.status_code, NO_ROOM in unescape(page.content.decode())) == (200, True)
    assert Client().post(url, {"picture": as_file(photographed(2))}).status_code == 302


def test_a_signed_sheet_that_finds_no_room_leaves_neither_row_nor_file():
    case = case_at(Status.WITH_BUREAU)
    sheet = case.filing.verifications.get().sheets.get()

    with disk_full(), pytest.raises(NotKept, match=NO_ROOM):
        services.add_scan(case.filing.pk, case.staff, sheet.pk, [as_file(photographed(3))])

    assert (SheetScan.objects.count(), stored() - named()) == (0, set())


# --- Gone -----------------------------------------------------------------------------------------------


def lose(evidence: Evidence) -> None:
    for file in (evidence.file, evidence.official, evidence.thumb):
        Path(file.path).unlink(missing_ok=True)


def test_a_missing_file_is_a_page_that_says_so_and_a_picture_in_the_place_of_a_picture(caplog):
    desk = Desk()
    evidence = desk.case.filing.evidence.get(path="papers.subject_certificate")
    url = reverse("filings:evidence", args=[desk.case.filing.pk, evidence.pk])
    lose(evidence)

    page = desk.client.get(url, headers={"Accept": "text/html,*/*"})
    picture = desk.client.get(url, headers={"Accept": "image/avif,image/webp,*/*"})

    assert (page.status_code, picture.status_code, picture["Content-Type"]) == (410, 410, "image/svg+xml")
    assert ["文件缺失" in answer.content.decode() for answer in (page, picture)] == [True, True]
    assert f"filings.Evidence {evidence.pk}" in caplog.text
    assert browser(user(Party.HOST)).get(url).status_code == 404


def test_pages_case_file_and_zip_go_on_without_a_missing_file():
    case = case_at(Status.FILED)
    for evidence in case.filing.evidence.all():
        lose(evidence)
    host, provider = browser(user_of(case.host)), browser(user_of(case.staff))
    pages = {
        "the host's": host.get(reverse("filings:status", args=[case.filing.pk])),
        "the provider's": provider.get(reverse("provider_desk:verify", args=[case.filing.pk])),
        **{
            form: provider.get(reverse("provider_desk:case_file", args=[case.filing.pk, form]))
            for form in ("pdf", "zip")
        },
    }

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)


def test_a_copy_of_a_filing_leaves_a_missing_picture_out_and_asks_for_it_again():
    case = Case().withdraw()
    lost = case.filing.evidence.get(path="papers.subject_certificate")
    lose(lost)

    copy = services.copy(case.filing.pk, case.host)

    paths = set(case.filing.evidence.filter(replaced_at=None).values_list("path", flat=True))
    assert set(copy.evidence.values_list("path", flat=True)) == paths - {lost.path}
    with pytest.raises(FileMissing, match="系统存储中缺少一个文件"):
        pictures.copied(lost, copy)


# --- The nightly check ------------------------------------------------------------------------------------


def left_behind(name: str, *, days: int) -> None:
    """A file that nothing names, written so many days ago."""
    default_storage.save(name, SimpleUploadedFile("x", b"x"))
    long_ago = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(name), (long_ago, long_ago))


def age_all() -> None:
    for name in stored():
        long_ago = (timezone.now() - timedelta(days=9)).timestamp()
        os.utime(default_storage.path(name), (long_ago, long_ago))


def test_the_check_removes_what_nothing_names_and_reports_what_is_missing(monkeypatch, caplog):
    monkeypatch.setattr(file_checks, "BATCH", 2)
    case = Case()
    files = stored()
    assert files == named()
    age_all()
    for name in ("7/old.jpg", "7/older.jpg", "papers/9/left.jpg", "loose.jpg"):
        left_behind(name, days=3)
    left_behind("7/of-now.jpg", days=1)
    lost = case.filing.evidence.first()
    Path(lost.official.path).unlink()

    assert file_checks.go_on() is False

    check = FileCheck.objects.get()
    assert stored() == files - {lost.official.name} | {"7/of-now.jpg"}
    assert (check.unnamed, check.removed, check.missing, check.fault) == (4, 4, 1, "")
    assert check.examples == [f"filings.Evidence {lost.pk} official"]
    assert f"1 files on record are missing, first filings.Evidence {lost.pk} official" in caplog.text
    page = browser(user(Party.MINISTRY)).get(reverse("ministry_desk:filings_filecheck_change", args=[check.pk]))
    assert f"filings.Evidence {lost.pk} official" in page.content.decode()


def test_a_check_that_was_ended_goes_on_at_its_place_and_ends_once_a_day(monkeypatch):
    monkeypatch.setattr(file_checks, "BATCH", 1)
    Case()
    for number in range(5):
        left_behind(f"7/{number}.jpg", days=3)
    monkeypatch.setattr(file_checks, "SECONDS", 0)
    assert file_checks.go_on() is True  # there is more, for the next run
    places = []
    while file_checks.do_piece():  # each might be the last one of a run that is killed
        places.append((FileCheck.objects.get().step, FileCheck.objects.get().place))

    assert (stored() - named(), FileCheck.objects.get().removed) == (set(), 5)
    assert {step for step, _place in places} == {0, 1, 2, 3}
    assert len(set(places)) > 2 * len(named())
    left_behind("7/later.jpg", days=3)
    monkeypatch.setattr(file_checks, "SECONDS", 60)
    assert file_checks.go_on() is False
    assert stored() - named() == {"7/later.jpg"}


def test_no_check_begins_while_one_of_another_day_goes_on(monkeypatch):
    begun = FileCheck.objects.create(day=timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr(file_checks, "SECONDS", 0)
    assert file_checks.go_on() is True
    assert FileCheck.objects.get() == begun

    monkeypatch.setattr(file_checks, "SECONDS", 60)
    assert file_checks.go_on() is False
    assert FileCheck.objects.get().ended_at

    file_checks.go_on()
    assert set(FileCheck.objects.values_list("day", flat=True)) == {begun.day, timezone.localdate()}


def test_with_the_wrong_database_nothing_is_removed(monkeypatch, caplog):
    monkeypatch.setattr(file_checks, "MANY", 3)
    for number in range(4):
        left_behind(f"7/{number}.jpg", days=3)

    file_checks.go_on()

    check = FileCheck.objects.get()
    assert (check.unnamed, check.removed, len(stored())) == (4, 0, 4)
    assert check.fault == "4 个文件中有 4 个没有记录，请确认数据库与存储是否对应。"
    assert [line.levelname for line in caplog.records if check.fault in line.getMessage()] == ["CRITICAL"]


def test_every_column_of_files_is_looked_at():
    assert {(model._meta.label, name) for model, name in file_checks.columns()} == {
        ("filings.Evidence", "file"),
        ("filings.Evidence", "official"),
        ("filings.Evidence", "thumb"),
        ("filings.SheetPdf", "file"),
        ("filings.SheetScan", "file"),
        ("filings.SheetScan", "official"),
        ("interchange.Upload", "content"),
        ("interchange.Download", "content"),
        ("interchange.ReportUpload", "content"),
        ("interchange.FetchedFile", "content"),
        ("filings.OfficialPage", "file"),
        ("providers.Provider", "logo"),
        ("post_office.Attachment", "file"),
    }
