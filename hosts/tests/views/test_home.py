"""The host's home page: the to-do list, the link to the next step, and days until the due date."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from desks.progress import due, next_step
from filings import services
from filings.models import Filing
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, client_of, host, provider, sign_in

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def leads_to(case: Case) -> str:
    return client_of(case.host).get(reverse("filings:resume", args=[case.filing.pk]))["Location"]


# --- The pages of the form ------------------------------------------------------------------------


def test_the_list_of_pages_says_how_many_are_done_and_offers_to_go_on():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.mobile": ""}, version=None)
    go_on, check = (reverse(f"filings:{page}", args=[case.filing.pk]) for page in ("resume", "check"))

    page = client_of(case.host).get(reverse("filings:overview", args=[case.filing.pk]))
    assert (page.context["done"], page.context["pages"]) == (6, 7)
    assert [page.content.decode().count(f'href="{link}"') for link in (go_on, check)] == [1, 1]

    services.save_facts(case.filing.pk, case.host, {"responsible.mobile": "13800138000"}, version=None)
    page = client_of(case.host).get(reverse("filings:overview", args=[case.filing.pk]))
    assert [page.content.decode().count(f'href="{link}"') for link in (go_on, check)] == [0, 1]


# --- The one link ---------------------------------------------------------------------------------


def test_a_draft_goes_on_at_the_first_page_with_something_open():
    case = Case()
    values = {"websites.0.access.ip_ranges": "", "responsible.mobile": ""}
    services.save_facts(case.filing.pk, case.host, values, version=None)
    assert leads_to(case) == reverse("filings:section", args=[case.filing.pk, "responsible"])


def test_a_draft_goes_on_at_its_pictures_when_only_those_are_missing():
    case = Case()
    case.filing.evidence.all().delete()
    assert leads_to(case) == reverse("filings:papers", args=[case.filing.pk])


def test_a_new_draft_begins_at_the_beginning_and_a_complete_one_is_checked():
    case = Case()
    assert leads_to(case) == reverse("filings:check", args=[case.filing.pk])
    case.filing = services.start(case.host, provider_id=case.provider.pk, entrance="ministry")
    assert leads_to(case) == reverse("filings:section", args=[case.filing.pk, "basics"])


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
def test_an_old_link_leads_to_where_the_filing_is_now(status):
    case = case_at(status)
    page = "correct" if status == Status.RETURNED_TO_HOST else "status"
    assert leads_to(case) == reverse(f"filings:{page}", args=[case.filing.pk])


# --- The to-do list -------------------------------------------------------------------------------


def test_the_list_holds_what_lies_with_the_host_the_last_touched_first(time_machine):
    time_machine.move_to(START, tick=False)
    owner = host()
    cases = {status: Case(owner=owner).to(status) for status in reversed(Status)}
    time_machine.move_to(START + timedelta(days=3), tick=False)
    newest = services.start(owner, provider_id=provider().pk, entrance="ministry")
    returned, draft = (cases[status].filing for status in (Status.RETURNED_TO_HOST, Status.DRAFT))

    items = client_of(cases[Status.DRAFT].host).get("/filings/").context["to_do"]

    assert [(item.filing.pk, item.tone, item.age, item.kept_until) for item in items] == [
        (newest.pk, "neutral", "今天", "2027年1月27日（周三）"),
        (draft.pk, "neutral", "3 天前", "2027年1月24日（周日）"),
        (returned.pk, "attention", "3 天前", ""),
    ]
    assert [(item.action_url, item.action_label) for item in items] == [
        (reverse("filings:resume", args=[newest.pk]), "继续填写"),
        (reverse("filings:resume", args=[draft.pk]), "继续填写"),
        (reverse("filings:correct", args=[returned.pk]), "修改备案单"),
    ]


def test_nobody_sees_what_others_have_to_do(client):
    Case()
    stranger = sign_in(client, User.objects.get(pk=host().user_id))
    assert stranger.get("/filings/").context["to_do"] == []
    assert stranger.get("/").context["resting"] is None


def test_the_list_is_on_the_first_page_alone():
    case = Case()
    assert len(client_of(case.host).get("/filings/").context["to_do"]) == 1
    assert not client_of(case.host).get("/filings/?after=x").context["to_do"]


def test_the_home_page_leads_a_host_to_what_was_touched_last(time_machine):
    time_machine.move_to(START, tick=False)
    case = Case()
    time_machine.move_to(START + timedelta(days=1), tick=False)
    Case(owner=case.host).submit()
    page = client_of(case.host).get("/").content.decode()
    assert f"您有未完成的备案：{case.filing.domain}。" in page
    assert reverse("filings:resume", args=[case.filing.pk]) in page

    case.withdraw()
    assert client_of(case.host).get("/").context["resting"] is None
    assert Client().get("/").context["resting"] is None


def test_a_draft_is_deleted_and_a_submitted_filing_withdrawn():
    draft, submitted = Case(), Case().submit()
    said = {}
    for case in (draft, submitted):
        client, address = client_of(case.host), reverse("filings:withdraw", args=[case.filing.pk])
        asked = client.get(address).content.decode()
        leading = client.get(reverse("filings:status", args=[case.filing.pk])).content.decode()
        sent = client.post(address, {"version": case.refresh().filing.version}, follow=True)
        said[case] = (link(leading, address), title(asked), [str(message) for message in sent.context["messages"]])
        assert case.refresh().filing.status == Status.WITHDRAWN

    assert said == {
        draft: ("删除草稿", "是否删除此草稿？", ["草稿已删除。"]),
        submitted: ("撤回备案单", "是否撤回此备案单？", ["备案单已撤回。"]),
    }


def link(page: str, address: str) -> str:
    found = re.search(rf'<a href="{address}">(.*?)</a>', page, re.S)
    assert found
    return found[1].strip()


def title(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert found
    return found[1].strip()


# --- Days -----------------------------------------------------------------------------------------


def with_bureau(time_machine, today: str) -> Filing:
    """Return a filing received on Wednesday 2026-11-25, so due on 2026-12-23, and move the clock to ``today``."""
    time_machine.move_to(START, tick=False)
    case = case_at(Status.WITH_BUREAU)
    assert case.filing.due_on == date(2026, 12, 23)
    time_machine.move_to(f"{today} 10:00 +0800", tick=False)
    return case.filing


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-11-25", "还剩 20 个工作日（12月23日前）；自下一个工作日起计算"),
        ("2026-12-14", "还剩 7 个工作日（12月23日前）；第 13/20 个工作日"),
        ("2026-12-23", "今天（12月23日）到期；第 20/20 个工作日"),
        ("2026-12-24", "已逾期 1 个工作日；应于2026年12月23日（周三）前办结"),
        ("2026-12-28", "已逾期 3 个工作日；应于2026年12月23日（周三）前办结"),
    ],
)
def test_the_time_limit_is_said_in_working_days_with_its_date(time_machine, today, words):
    assert due.due_words(with_bureau(time_machine, today)) == words


def test_a_due_date_of_another_year_names_the_year_and_a_weekend_is_no_working_day(time_machine):
    filing = with_bureau(time_machine, "2026-12-14")
    filing.due_on = date(2027, 1, 5)
    assert "（2027年1月5日前）" in due.due_words(filing)
    filing.due_on = date(2026, 12, 11)
    time_machine.move_to("2026-12-12 10:00 +0800", tick=False)
    assert due.due_words(filing) == "已逾期；应于2026年12月11日（周五）前办结"


@pytest.mark.parametrize(("days", "words"), [(0, "今天"), (1, "昨天"), (2, "2 天前"), (59, "59 天前")])
def test_ages_in_words(days, words):
    assert next_step.age_words(date(2026, 11, 25) - timedelta(days=days), date(2026, 11, 25)) == words
