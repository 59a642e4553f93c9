"""Hosts are reminded of what they let rest: each level once, anew after each touch, and told when it ends."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from post_office.models import Email

from filings import services
from filings.deadlines import sweeps
from filings.models import Entrance, Filing
from filings.states import Status
from icp_portal.tests.builders import Case, host, provider

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 25, 22, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # late: days count, not hours


def begin(time_machine, **facts) -> Case:
    time_machine.move_to(START, tick=False)
    case = Case(**facts)
    Email.objects.all().delete()
    return case


def mails_by_day(time_machine, days: int, first: int = 0) -> dict[int, str]:
    """Day after START → subject of the mail sent that day, sweeping twice each morning."""
    sent = {}
    for day in range(first, days + 1):
        time_machine.move_to(START.replace(hour=9) + timedelta(days=day), tick=False)
        before = Email.objects.count()
        sweeps.lapse_drafts()
        sweeps.remind_hosts()
        sweeps.remind_hosts()
        if new := Email.objects.order_by("pk")[before:]:
            [mail] = new
            sent[day] = mail.subject
    return sent


def test_a_draft_is_reminded_of_four_times_and_lapses_after_the_day_it_was_promised(time_machine):
    case = begin(time_machine)

    sent = mails_by_day(time_machine, 70)

    pk = case.filing.pk
    asked = f"备案单 {pk}：请继续填写，草稿保留至2027年1月24日（周日）"
    assert sent == {
        **dict.fromkeys((7, 15, 30, 53), asked),
        61: f"备案单 {pk} 已失效：资料保留至2028年1月25日（周二）",
    }
    assert case.refresh().filing.status == Status.LAPSED
    assert [mail.to for mail in Email.objects.all()] == [[case.filing.host.email]] * 5


def test_a_returned_filing_is_reminded_of_three_times(time_machine):
    time_machine.move_to(START, tick=False)
    case = Case().submit().send_back()
    Email.objects.all().delete()

    sent = mails_by_day(time_machine, 100)

    subject = f"备案单 {case.filing.pk}（{case.filing.domain}）：仍待您修改后重新提交"
    assert sent == dict.fromkeys((7, 15, 30), subject)
    assert case.refresh().filing.status == Status.RETURNED_TO_HOST


def test_touching_a_draft_begins_its_rest_anew(time_machine):
    case = begin(time_machine)
    assert list(mails_by_day(time_machine, 10)) == [7]
    services.save_facts(case.filing.pk, case.host, {"websites.0.name": "示例新名称网站"}, version=None)
    assert case.refresh().filing.host_reminded == 0

    assert list(mails_by_day(time_machine, 27, first=11)) == [10 + 7, 10 + 15]


def test_the_rest_of_a_returned_filing_begins_when_it_comes_back(time_machine):
    time_machine.move_to(START - timedelta(days=40), tick=False)
    case = Case().submit()
    time_machine.move_to(START, tick=False)
    case.send_back()
    Email.objects.all().delete()

    assert list(mails_by_day(time_machine, 16)) == [7, 15]


def test_after_a_silence_of_the_portal_only_the_highest_level_is_told(time_machine):
    begin(time_machine)
    assert list(mails_by_day(time_machine, 40, first=33)) == [33]


def test_what_lapses_tonight_is_past_reminding(time_machine):
    case = begin(time_machine)
    time_machine.move_to(START + timedelta(days=61), tick=False)
    assert sweeps.remind_hosts() == 0
    assert sweeps.lapse_drafts().changed == 1
    assert case.refresh().filing.status == Status.LAPSED


@pytest.mark.parametrize(
    "status", [status for status in Status if status not in (Status.DRAFT, Status.RETURNED_TO_HOST)]
)
def test_nobody_is_reminded_of_what_does_not_lie_with_the_host(time_machine, status):
    begin(time_machine).to(status)
    time_machine.move_to(START + timedelta(days=30), tick=False)
    Email.objects.all().delete()
    assert sweeps.remind_hosts() == 0
    assert not Email.objects.exists()


def remind_after(time_machine, days: int) -> str:
    time_machine.move_to(START + timedelta(days=days), tick=False)
    Email.objects.all().delete()
    assert sweeps.remind_hosts() == 1
    return Email.objects.get().message


def test_the_mail_says_which_pages_are_open_where_to_go_on_and_when_it_ends(time_machine):
    case = begin(time_machine)
    empty = {"responsible.mobile": "", "responsible.email": "x", "websites.0.access.ip_ranges": ""}
    services.save_facts(case.filing.pk, case.host, empty, version=None)

    body = remind_after(time_machine, 7)

    assert "还有 2 页未填完：" in body
    assert "1. 主体负责人：2 项" in body
    assert "2. 接入信息：1 项" in body
    assert f"继续办理： {settings.SITE_URL}/filings/{case.filing.pk}/continue/\n" in body
    assert "截至2027年1月24日（周日）仍未修改的，草稿将自动失效。" in body
    assert case.provider.name in body
    assert case.filing.domain in body


def test_a_complete_draft_only_has_to_be_submitted(time_machine):
    begin(time_machine)
    body = remind_after(time_machine, 7)
    assert "内容已全部填完，请核对后提交核验。" in body
    assert "未填完" not in body


def test_a_draft_nobody_has_written_in_can_be_told_of_too(time_machine):
    time_machine.move_to(START, tick=False)
    services.start(host(), provider_id=provider().pk, entrance="ministry")
    assert "还有 7 页未填完：" in remind_after(time_machine, 7)


def test_the_mail_about_a_returned_filing_names_its_remarks_and_that_it_does_not_stay_for_ever(time_machine):
    time_machine.move_to(START, tick=False)
    case = Case().submit().send_back()
    body = remind_after(time_machine, 15)
    assert f"{case.provider.name}已于2026年11月25日退回此备案单。" in body
    assert "1. 网站信息 · 网站名称：网站名称不符合规范（P301）" in body
    assert "失效前 30 天会通知您" in body


def test_the_mail_about_a_lapse_says_how_long_the_data_stay_and_how_to_go_on(time_machine):
    case = begin(time_machine)
    time_machine.move_to(START + timedelta(days=61), tick=False)
    sweeps.lapse_drafts()
    body = Email.objects.get().message
    assert "2028年1月25日（周二）" in body
    assert "用这份资料重新填写" in body
    assert f"{settings.SITE_URL}/filings/{case.filing.pk}/\n" in body


def test_somebodys_words_are_never_a_template(time_machine):
    time_machine.move_to(START, tick=False)
    hostile = "{% include 'x' %}{{ settings.SECRET_KEY }}示例接入"
    Case(of=provider(name=hostile))
    assert hostile in remind_after(time_machine, 7)


def test_what_a_reminder_costs_is_the_check_of_its_filing_and_nothing_else(time_machine):
    """Locking, writing and queueing cost the same for one as for many; each filing is checked by the one function."""
    costs = []
    for count in (1, 5):
        time_machine.move_to(START, tick=False)
        for _n in range(count):
            Case()
        time_machine.move_to(START + timedelta(days=7), tick=False)
        with CaptureQueriesContext(connection) as captured:
            assert sweeps.remind_hosts() == count
        costs.append(len(captured))
        Filing.objects.update(touched_at=START + timedelta(days=7))
    assert (costs[1] - costs[0]) % 4 == 0
    assert (costs[1] - costs[0]) // 4 == 6


def test_the_sweep_starts_from_its_index(time_machine):
    """Among many filings that rest with nobody, the few that do are found without reading the others."""
    case = begin(time_machine)
    ended = {"host": case.filing.host, "provider": case.filing.provider, "entrance": Entrance.MINISTRY}
    Filing.objects.bulk_create(Filing(status=Status.WITHDRAWN, **ended) for _n in range(2_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE filings_filing")
    assert "filing_rests_with_host" in sweeps._resting().explain()


@pytest.mark.usefixtures("transactional_db")
class TestTwoWorkersAtOnce:
    """Real threads, real commits."""

    def test_each_filing_is_told_of_once(self, monkeypatch):
        for _n in range(6):
            Case()
        Filing.objects.update(touched_at=datetime.now(tz=ZoneInfo("Asia/Shanghai")) - timedelta(days=20))
        Email.objects.all().delete()
        both, told, result = threading.Barrier(2), sweeps.notices.remind_hosts, []

        def tell_together(filings):
            if len(filings) == 3 and Email.objects.count() == 0:
                both.wait(10)  # each holds a batch of its own before either commits
            told(filings)

        def work():
            try:
                result.append(sweeps.remind_hosts(batch=3))
            finally:
                connection.close()

        monkeypatch.setattr(sweeps.notices, "remind_hosts", tell_together)
        workers = [threading.Thread(target=work, daemon=True) for _n in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)

        assert result == [3, 3]
        assert Email.objects.count() == 6
        assert set(Filing.objects.values_list("host_reminded", flat=True)) == {15}


def test_a_draft_touched_between_the_list_and_the_lock_does_not_lapse(time_machine, monkeypatch):
    case = begin(time_machine)
    time_machine.move_to(START + timedelta(days=100), tick=False)
    lock = sweeps.making

    def touched_first(*args, **kwargs):
        Filing.objects.update(touched_at=START + timedelta(days=100))
        return lock(*args, **kwargs)

    monkeypatch.setattr(sweeps, "making", touched_first)

    assert sweeps.lapse_drafts().changed == 0
    assert case.refresh().filing.status == Status.DRAFT
