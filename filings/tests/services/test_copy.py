"""A filing that ended without a number begins another one for a year; then its data are gone, and only they."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from cryptography.fernet import InvalidToken
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from filings import facts, services, states, tasks
from filings.deadlines import batches, erasing, sweeps
from filings.errors import MoveRefused
from filings.evidence import pictures
from filings.models import Event, Evidence, Filing
from filings.states import Status
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case, case_at, host, provider, sign_in
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures

pytestmark = pytest.mark.django_db

ENDED = states.ENDED_EMPTY_HANDED
START = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def kept_pictures(filing: Filing) -> list[tuple[str, str, int]]:
    rows = filing.evidence.filter(replaced_at=None).exclude(path__endswith=".photo")
    return sorted((row.path, row.sha256, row.file.size) for row in rows)


def names_of_files(filing: Filing) -> list[str]:
    return sorted(filing.evidence.values_list("file", flat=True))


# --- Beginning again ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ENDED)
def test_a_copy_holds_facts_and_pictures_and_can_be_submitted(status):
    case = case_at(status)

    copy = services.copy(case.filing.pk, case.host)

    assert (copy.status, copy.round, copy.version, copy.copied_from_id) == (Status.DRAFT, 0, 1, case.filing.pk)
    assert (copy.host_id, copy.provider_id, copy.entrance) == (
        case.host.user_id,
        case.provider.pk,
        case.filing.entrance,
    )
    assert copy.facts == case.filing.facts
    assert (copy.domain, copy.subject_name, copy.subject_digest) == (
        case.filing.domain,
        case.filing.subject_name,
        case.filing.subject_digest,
    )
    assert kept_pictures(copy) == kept_pictures(case.filing) != []
    assert not set(names_of_files(copy)) & set(names_of_files(case.filing))
    services.submit(copy.pk, case.host, version=copy.version)


def test_both_filings_say_what_was_taken_over():
    case = case_at(Status.LAPSED)
    copy = services.copy(case.filing.pk, case.host)

    note = f"备案单 {case.filing.pk} 的资料用于备案单 {copy.pk}"
    assert [(event.name, event.note) for event in copy.events.all()] == [("start", ""), ("copy", note)]
    last = case.filing.events.last()
    assert (last.name, last.note, last.user_id) == ("copy", note, case.host.user_id)
    assert case.refresh().filing.status == Status.LAPSED


def test_replaced_pictures_and_the_face_to_face_photo_stay_behind():
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    case.send_back()
    services.unlock(case.filing.pk, case.host, version=None)
    services.add_evidence(case.filing.pk, case.host, "papers.responsible_front", invent.portrait(2))
    case.withdraw()

    copy = services.copy(case.filing.pk, case.host)

    assert kept_pictures(copy) == kept_pictures(case.filing)
    assert copy.evidence.count() == case.filing.evidence.count() - 2
    assert not copy.evidence.filter(path__endswith=".photo").exists()


@pytest.mark.parametrize("status", [status for status in Status if status not in ENDED])
def test_what_is_under_way_or_filed_is_not_copied(status, client):
    case, words = case_at(status), _("Only a withdrawn or lapsed filing can be filled in again.")
    with pytest.raises(MoveRefused, match=words):
        services.copy(case.filing.pk, case.host)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    answer = client.post(reverse("filings:copy", args=[case.filing.pk]), follow=True)
    assert [str(message) for message in answer.context["messages"]] == [words]
    assert Filing.objects.count() == 1


def test_nobody_else_copies_it(client):
    case = case_at(Status.WITHDRAWN)
    with pytest.raises(Filing.DoesNotExist):
        services.copy(case.filing.pk, host())
    with pytest.raises(MoveRefused, match=_("Only a withdrawn or lapsed filing can be filled in again.")):
        services.copy(case.filing.pk, case.staff)  # may know of it, and may not
    stranger = sign_in(client, User.objects.get(pk=host().user_id))
    assert stranger.post(reverse("filings:copy", args=[case.filing.pk])).status_code == 404
    assert Filing.objects.count() == 1


def test_the_button_leads_to_the_new_filing_and_a_second_click_to_the_same(client):
    case = case_at(Status.LAPSED)
    sign_in(client, User.objects.get(pk=case.host.user_id))
    assert "用这份资料重新填写" in client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()

    answers = [client.post(reverse("filings:copy", args=[case.filing.pk])) for _n in range(2)]

    copy = Filing.objects.get(status=Status.DRAFT)
    assert [answer["Location"] for answer in answers] == [reverse("filings:overview", args=[copy.pk])] * 2
    assert copy.events.count() == 2


def test_after_the_copy_has_gone_on_another_one_may_be_made():
    case = case_at(Status.LAPSED)
    first = services.copy(case.filing.pk, case.host)
    services.withdraw(first.pk, case.host, version=None)
    assert services.copy(case.filing.pk, case.host).pk != first.pk


@pytest.mark.parametrize("change", [{"is_active": False}, {"accepts_new": False}])
def test_a_provider_that_takes_nothing_new_is_said_so_and_another_one_offered(client, change):
    case = case_at(Status.LAPSED)
    type(case.provider).objects.update(**change)
    sign_in(client, User.objects.get(pk=case.host.user_id))

    page = client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
    answer = client.post(reverse("filings:copy", args=[case.filing.pk]), follow=True)

    for shown in (page, answer.content.decode()):
        assert f"{case.provider.name}目前不受理新的备案" in shown
        assert reverse("directory:ministry") in shown
    assert "用这份资料重新填写</button>" not in page
    assert Filing.objects.count() == 1


def test_facts_of_another_day_are_copied_as_they_are_and_checked_anew():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    case.lapse()
    copy = services.copy(case.filing.pk, case.host)
    assert copy.get("websites.0.domain") == "www.x"


@pytest.mark.usefixtures("committed")
class TestTwoClicksAtOnce:
    def test_one_draft_is_made(self, monkeypatch):
        case = case_at(Status.LAPSED)
        made, inside, go_on, original = [], threading.Event(), threading.Event(), pictures.copied

        def slowly(evidence, filing):
            inside.set()
            assert go_on.wait(10)
            return original(evidence, filing)

        def click():
            try:
                made.append(services.copy(case.filing.pk, case.host).pk)
            finally:
                connection.close()

        monkeypatch.setattr(pictures, "copied", slowly)
        first, second = (threading.Thread(target=click, daemon=True) for _n in range(2))
        first.start()
        assert inside.wait(10)
        second.start()
        second.join(0.3)
        assert second.is_alive()  # at the lock
        go_on.set()
        first.join(10)
        second.join(10)

        assert made == [Filing.objects.get(status=Status.DRAFT).pk] * 2


# --- Erasing --------------------------------------------------------------------------------------


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
