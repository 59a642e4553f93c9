"""The status page of a filing: by when its provider verifies it, and the code to show once it is on record."""

import html
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from filings.states import Status
from icp_portal.tests.builders import GUANGDONG, Case, case_at, sign_in, user_of
from ministry.models import Website
from providers.models import Provider
from records import footers

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def by(case: Case) -> str:
    page = sign_in(Client(), user_of(case.host)).get(f"/filings/{case.filing.pk}/")
    return str(page.context["next_step"].by)


def promise(case: Case, days: int | None) -> None:
    Provider.objects.filter(pk=case.filing.provider_id).update(promised_days=days, contact_phone="010-66001234")


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.RETURNED_TO_PROVIDER])
def test_a_promise_of_the_provider_is_counted_in_working_days_from_the_arrival(status, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    case = case_at(status)
    assert "承诺" not in by(case)

    promise(case, 4)
    assert by(case).startswith("2026年11月27日（周五）前：接入服务商承诺 4 个工作日内核验")
    promise(case, 5)
    assert by(case).startswith("2026年11月30日（周一）前")


def test_a_promised_day_that_has_passed_is_said_with_whom_to_call(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    case = case_at(Status.WITH_PROVIDER)
    promise(case, 1)
    time_machine.move_to(MONDAY + timedelta(days=1), tick=False)
    assert by(case).startswith("2026年11月24日（周二）前")

    time_machine.move_to(MONDAY + timedelta(days=2), tick=False)

    assert by(case).startswith("接入服务商承诺于2026年11月24日（周二）前核验，现已超过，可致电 010-66001234 查询")


def test_the_day_on_which_it_lapses_is_still_said(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    case = case_at(Status.WITH_PROVIDER)
    without = by(case)
    promise(case, 3)

    assert by(case).split("；")[1:] == ([without] if case.filing.waits_until else [])


def test_a_filing_with_the_bureau_promises_nothing_of_the_provider():
    case = case_at(Status.WITH_BUREAU)
    promise(case, 3)

    assert "承诺" not in by(case)


@pytest.mark.parametrize("province", ["110000", GUANGDONG])
def test_the_code_to_copy_is_the_one_that_the_check_of_the_footer_accepts(province):
    case = case_at(Status.FILED, province=province)
    website = Website.objects.select_related("subject").get(subject=case.filing.subject)

    page = sign_in(Client(), user_of(case.host)).get(f"/filings/{case.filing.pk}/").content.decode()

    code = html.unescape(page.split('<pre class="code-block"><code>')[1].split("</code>")[0])
    assert code == footers.snippet(website)
    assert footers.faults(f"<html><body>{code}</body></html>", website) == []


def test_a_returned_filing_waits_for_its_host_on_the_host_s_pages():
    case = case_at(Status.RETURNED_TO_HOST)
    host = sign_in(Client(), user_of(case.host))

    pages = [host.get(address).content.decode() for address in ("/filings/", f"/filings/{case.filing.pk}/")]

    assert [("待您修改" in page, "已退回网站主办者" in page) for page in pages] == [(True, False)] * 2


def test_a_returned_filing_is_with_you_on_the_host_s_page():
    case = case_at(Status.RETURNED_TO_HOST)

    step = sign_in(Client(), user_of(case.host)).get(f"/filings/{case.filing.pk}/").context["next_step"]

    assert (step.where, step.whose) == ("您", "您")
