"""A year after a filing ended without a number its data are gone, and only they."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import User
from filings import facts, services, states, tasks
from filings.deadlines import batches, erasing, sweeps
from filings.evidence import pictures
from filings.models import Event, Evidence, Filing
from filings.states import Status
from filings.tests.kept_files import kept_pictures, names_of_files
from icp_portal.tests.builders import Case, case_at, host, provider, sign_in

pytestmark = pytest.mark.django_db

ENDED = states.ENDED_EMPTY_HANDED
START = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def sweep_on(time_machine, days: int) -> int:
    time_machine.move_to(START + timedelta(days=days), tick=False)
    return erasing.erase_ended().changed


@pytest.mark.parametrize("end", ["lapse", "withdraw"])
def test_a_year_after_its_end_a_drafts_data_are_erased_and_its_history_stays(time_machine, end):
    time_machine.move_to(START, tick=False)
    case = Case()
    getattr(case, end)()
    files, events = names_of_files(case.filing), case.filing.events.count()

    assert sweep_on(time_machine, 365) == 0
    assert all(map(default_storage.exists, files))
    assert sweep_on(time_machine, 366) == 1
    assert sweep_on(time_machine, 366) == 0

    filing = case.refresh().filing
    assert filing.facts == facts.blank()
    assert (filing.domain, filing.subject_name, filing.subject_digest) == ("", "", "")
    assert not filing.evidence.exists()
    assert files
    assert not any(map(default_storage.exists, files))
    assert filing.events.count() == events + 1
    assert (filing.events.last().name, filing.events.last().role) == ("erase", "system")


@pytest.mark.parametrize("status", [status for status in Status if status not in ENDED])
def test_what_is_open_or_on_record_is_never_erased(time_machine, status):
    time_machine.move_to(START, tick=False)
    case = case_at(status)
    assert sweep_on(time_machine, 4000) == 0
    assert case.refresh().filing.facts != facts.blank()
    assert kept_pictures(case.filing)


def test_one_night_lapses_and_erases_all_that_is_due_however_much(time_machine, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(current_app.conf, "task_always_eager", True)
    time_machine.move_to(START, tick=False)
    owner, of = host(), provider()
    filings = [Case(owner=owner, of=of).filing for _n in range(5)]
    files = [name for filing in filings for name in names_of_files(filing)]

    time_machine.move_to(START + timedelta(days=61), tick=False)
    tasks.lapse_drafts()
    assert set(Filing.objects.values_list("status", flat=True)) == {Status.LAPSED}

    time_machine.move_to(START + timedelta(days=61 + 366), tick=False)
    tasks.erase_ended()
    assert not Filing.objects.filter(erased_at=None).exists()
    assert not Evidence.objects.exists()
    assert not any(map(default_storage.exists, files))


def test_a_run_ends_when_its_time_is_over_and_the_next_one_continues_after_it(time_machine, monkeypatch):
    monkeypatch.setattr(batches, "SECONDS", 0)
    time_machine.move_to(START, tick=False)
    owner, of = host(), provider()
    first, second = (Case(owner=owner, of=of).filing.pk for _n in range(2))

    time_machine.move_to(START + timedelta(days=61), tick=False)
    lapsed = [sweeps.lapse_drafts(), sweeps.lapse_drafts(first), sweeps.lapse_drafts(second)]
    time_machine.move_to(START + timedelta(days=61 + 366), tick=False)
    erased = [erasing.erase_ended(), erasing.erase_ended(first), erasing.erase_ended(second)]

    assert lapsed == erased == [batches.Run(1, first), batches.Run(1, second), batches.Run(0)]


def test_a_filing_that_no_key_opens_does_not_keep_the_others_from_being_erased(time_machine, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 1)
    time_machine.move_to(START, tick=False)
    owner, of = host(), provider()
    first, second = (Case(owner=owner, of=of).withdraw().filing.pk for _n in range(2))
    erased = erasing._erased

    def opened(filing_id):
        if filing_id == first:
            raise InvalidToken
        return erased(filing_id)

    monkeypatch.setattr(erasing, "_erased", opened)

    assert sweep_on(time_machine, 366) == 1
    assert list(Filing.objects.kept().values_list("pk", flat=True)) == [first]
    assert Filing.objects.get(pk=second).facts == facts.blank()


def test_the_copy_outlives_what_it_was_copied_from(time_machine):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    time_machine.move_to(START + timedelta(days=360), tick=False)
    copy = services.copy(case.filing.pk, case.host)

    assert sweep_on(time_machine, 366) == 1

    assert Filing.objects.get(pk=copy.pk).facts == copy.facts
    assert kept_pictures(copy)


def test_a_sweep_finds_the_files_that_a_killed_one_left(time_machine, monkeypatch):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    files = names_of_files(case.filing)
    delete, calls = pictures.delete_files, []

    def die_at_the_second(evidence):
        calls.append(evidence.pk)
        if len(calls) == 2:
            raise SystemExit
        delete(evidence)

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "delete_files", die_at_the_second)
        with pytest.raises(SystemExit):
            sweep_on(time_machine, 366)
    assert case.refresh().filing.facts == facts.blank()
    assert [default_storage.exists(name) for name in files].count(True) == len(files) - 1

    assert sweep_on(time_machine, 366) == 0
    assert not any(map(default_storage.exists, files))
    assert not Evidence.objects.exists()


def test_a_file_that_is_gone_already_stops_nothing(time_machine):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    default_storage.delete(names_of_files(case.filing)[0])
    assert sweep_on(time_machine, 366) == 1
    assert not Evidence.objects.exists()


def test_after_erasing_the_page_says_so_and_offers_nothing_that_is_gone(time_machine, client):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    status, copy, pdf = (reverse(f"filings:{page}", args=[case.filing.pk]) for page in ("status", "copy", "summary"))
    sweep_on(time_machine, 366)
    sign_in(client, User.objects.get(pk=case.host.user_id))

    page = client.get(status).content.decode()

    assert "此备案单的资料和证件图片已于2027年11月26日删除，仅保留办理记录。" in page
    assert copy not in page
    assert pdf not in page
    assert client.get(pdf).status_code == 404
    assert "此备案单的资料已删除" in client.post(copy, follow=True).content.decode()
    assert Filing.objects.count() == 1


def test_before_erasing_the_page_says_until_when_the_data_are_kept(time_machine, client):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    page = client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    assert "资料和证件图片保留至2027年11月25日（周四），到期删除" in page


def test_erasing_passes_by_what_was_taken_out_meanwhile(time_machine):
    """Two workers: the second finds the filing erased under its lock."""
    time_machine.move_to(START, tick=False)
    case = case_at(Status.LAPSED)
    time_machine.move_to(START + timedelta(days=366), tick=False)
    assert [erasing._erase(case.filing.pk), erasing._erase(case.filing.pk)] == [True, False]
    assert Event.objects.filter(name="erase").count() == 1
