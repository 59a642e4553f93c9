"""Pictures that cost more than they may, and whose turn it is when many files are uploaded or made at once."""

import re
import resource
import threading
from contextlib import ExitStack
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from filings.evidence import pictures
from filings.evidence.limited import FileRefused, children, concurrency, running
from filings.states import Status
from filings.verification import handovers
from icp_portal.tests.builders import case_at, reviewer_user
from icp_portal.tests.hostile import Desk, browser, jpeg, long_png, scans_again, scans_hidden, with_frames
from icp_portal.tests.hostile_input.uploads import current, upload
from icp_portal.tests.photos import as_file
from records import proofs

pytestmark = pytest.mark.django_db


# --- What costs more than a picture may ------------------------------------------------------------------


# file → what is said; each was built to hold a thread for minutes or to take a gigabyte
COSTLY = {
    "a JPEG of 1,210 scans": (
        lambda: scans_again(Image.new("L", (7700, 7700), 128), 1200),
        "“card.jpg”：图片的渐进扫描超过 32 遍",
    ),
    "the same with an index of frames": (
        lambda: with_frames(scans_again(Image.new("L", (7700, 7700), 128), 1200)),
        "“card.jpg”：图片的渐进扫描超过 32 遍",
    ),
    "a JPEG of scans behind markers that are none": (
        lambda: scans_hidden(Image.new("L", (7700, 7700), 128), 1200),
        "“card.jpg”：图片的渐进扫描超过 32 遍",
    ),
    "a PNG of 60,000 × 1,000": (lambda: long_png(60_000, 1000), "“card.jpg”：图片长边超过 16000 像素"),
    "a PNG of 36 megapixels": (lambda: long_png(6000, 6000), "“card.jpg”：图片像素过多（超过 3000 万）"),
    "a PNG of 50 megapixels with transparency": (lambda: long_png(10_000, 5000, "RGBA"), "像素过多（超过 3000 万）"),
}


def own_memory() -> int:
    """The memory of this process now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("what", COSTLY)
def test_a_picture_that_costs_too_much_is_refused_before_it_is_decoded(what):
    make, words = COSTLY[what]
    desk, content = Desk(), make()
    before, memory, cpu = current(desk), own_memory(), resource.getrusage(resource.RUSAGE_CHILDREN)

    page = upload(desk, content).content.decode()

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (len(content) < 400_000, words in unescape(page), current(desk)) == (True, True, before)
    assert after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime < 2
    assert own_memory() - memory < 40 * 1024**2


WITHIN_LIMITS = {
    "a phone's 48 megapixels": lambda: as_file(Image.new("RGB", (8000, 6000), "#88aacc")).read(),
    "a progressive JPEG of 39 megapixels": lambda: scans_again(Image.new("RGB", (7200, 5400), "#88aacc"), 20),
    "a PNG of 30 megapixels with transparency": lambda: long_png(6000, 4999, "RGBA"),
    "a very long PNG": lambda: long_png(16_000, 1800, "RGBA"),
}


@pytest.mark.parametrize("what", WITHIN_LIMITS)
def test_the_costliest_pictures_that_are_taken_need_no_more_than_a_child_has(what):
    """The kernel gives a child no more than 300 MB: what decodes has kept within."""
    content = WITHIN_LIMITS[what]()  # drawn here, before the memory is measured
    memory = own_memory()

    taken = pictures.accept(SimpleUploadedFile("a.jpg", content))

    assert (children.MEMORY, max(taken.width, taken.height)) == (300 * 1024**2, 3000)
    assert own_memory() - memory < 60 * 1024**2


# --- Whose turn it is ------------------------------------------------------------------------------------


class Reader(threading.Thread):
    """Somebody whose file is in work until ``done`` is set."""

    def __init__(self, account: str) -> None:
        super().__init__(daemon=True)
        self.account, self.has_turn, self.done = account, threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with concurrency.of(lambda: self.account), concurrency.slot():
            self.has_turn.set()
            self.done.wait(60)


@pytest.fixture
def waits(monkeypatch) -> threading.Event:
    """Set when somebody begins to wait for a turn; a look at the lock itself would take it from who tries to wait."""
    begun, wait = threading.Event(), concurrency._hold_in_time
    monkeypatch.setattr(concurrency, "_hold_in_time", lambda held, name: (begun.set(), wait(held, name)))
    return begun


def test_an_account_has_one_file_in_work_and_one_that_waits_and_a_third_is_told_to_come_again(settings, waits):
    settings.FILES_AT_ONCE = 2
    desk, other = Desk(), Desk()
    account = concurrency.account(desk.case.filing.host_id)
    before = current(desk)
    first = Reader(account)
    assert first.has_turn.wait(10)
    assert not waits.is_set()
    second = Reader(account)
    assert waits.wait(10)

    page = unescape(upload(desk, jpeg()).content.decode())

    assert "“card.jpg”：您的其他文件正在处理，请几秒后重新上传。" in page
    assert current(desk) == before
    assert upload(other, jpeg()).status_code == 302
    first.done.set()
    assert second.has_turn.wait(10)
    second.done.set()
    for one in (first, second):
        one.join(10)
    assert upload(desk, jpeg()).status_code == 302


def test_a_phone_takes_its_turns_as_the_account_that_made_its_code(settings, monkeypatch):
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 1)
    desk = Desk()
    _handover, token = handovers.open_for(desk.case.filing.pk, desk.case.host, "papers.subject_certificate")
    reader = Reader(concurrency.account(desk.case.filing.host_id))
    assert reader.has_turn.wait(10)

    page = Client().post(reverse("filings:phone", args=[token]), {"picture": SimpleUploadedFile("p.jpg", jpeg())})

    reader.done.set()
    reader.join(10)
    assert "“p.jpg”：您的其他文件正在处理" in unescape(page.content.decode())


def test_an_account_has_one_large_file_made_and_one_that_waits_and_a_third_is_told_to_come_again():
    case = case_at(Status.WITH_BUREAU)
    client, other = browser(User.objects.get(pk=case.reviewer.user_id)), browser(reviewer_user())
    account = concurrency.account(case.reviewer.user_id)
    url = reverse("bureau_desk:case_file", args=[case.filing.pk, "pdf"])

    with ExitStack() as others:
        assert concurrency._hold(others, f"at work: {account}")
        assert concurrency._hold(others, f"waits: {account}")
        refused = client.get(url)
        assert other.get(url).status_code == 200

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert "您的其他文件正在生成" in refused.content.decode()
    assert client.get(url).status_code == 200


def one_with_a_large_file(what: str) -> tuple[User, str]:
    """Return somebody's account and the URL of a file that is made for each request of theirs."""
    if what == "a draft of a bulletin":
        month = f"{timezone.localdate():%Y-%m}"
        return reviewer_user(), reverse("bureau_desk:bulletin_file", args=[month, "pdf"])
    if what == "a proof":
        case = case_at(Status.FILED)
        proof = proofs.of_subject(case.filing.subject_id, case.host)
        return case.filing.host, reverse("records:proof_pdf", args=[proof.pk])
    case = case_at(Status.WITH_PROVIDER)
    if what == "a filing on paper":
        return case.filing.host, reverse("filings:summary", args=[case.filing.pk])
    urls = {
        "a blank sheet": reverse("provider_desk:blank_sheet", args=[case.filing.pk, 1]),
        "a template of an import": reverse("provider_desk:import_template"),
    }
    return User.objects.get(pk=case.staff.user_id), urls[what]


@pytest.mark.parametrize(
    "what", ["a filing on paper", "a template of an import", "a blank sheet", "a draft of a bulletin", "a proof"]
)
def test_other_large_files_wait_for_each_other_likewise(what):
    member, url = one_with_a_large_file(what)
    client = browser(member)

    with ExitStack() as others:
        for way in ("at work", "waits"):
            assert concurrency._hold(others, f"{way}: {concurrency.account(member.pk)}")
        assert client.get(url).status_code == 429
    assert client.get(url).status_code == 200


def test_the_machine_opens_no_more_files_at_once_than_the_settings_say(settings, monkeypatch):
    settings.FILES_AT_ONCE = 1
    monkeypatch.setattr(concurrency, "WAIT_SECONDS", 1)
    reader = Reader("account of somebody else")
    assert reader.has_turn.wait(10)

    with pytest.raises(FileRefused, match=concurrency.BUSY):
        running.run("picture", jpeg(), least=(1, 1), side=100)

    reader.done.set()
    reader.join(10)


def test_addresses_without_number_leave_a_folder_of_locks_with_a_limit(settings, tmp_path, monkeypatch):
    """An anonymous client can call from any number of IPv6 addresses; a lock's file is named after none of them."""
    settings.LOCKS_ROOT = tmp_path
    monkeypatch.setattr(concurrency, "_FILES", 3)
    for number in range(12):
        with concurrency.of(lambda number=number: f"address 2001:db8::{number}"), concurrency.slot():
            pass
    kept = {file.name for file in tmp_path.iterdir() if not re.fullmatch(r"machine-\d+", file.name)}
    assert kept == {"0000", "0001", "0002"}
