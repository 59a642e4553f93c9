"""The work calendar's pages: entering a notice with its preview, and what everybody sees of a filing's clock."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Party, User
from filings import services
from filings.deadlines import recalculation
from filings.models import Tick
from icp_portal.tests.builders import Case, user
from ministry.calendar import work_calendar
from ministry.models import CalendarChange, CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

EDIT = "/ministry/calendar/2026/edit/"


@pytest.fixture
def operator(client, settings):
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY, name="运营员"))
    return client


def received(time_machine, day: str = "2026-07-06") -> Case:
    time_machine.move_to(f"{day} 10:00 +0800")
    return Case().submit().verify()


def typed(client, url: str = EDIT, more: str = "", **changes: str) -> dict[str, str]:
    """Return what the form would send: what it shows, another line of days, other changes."""
    initial = client.get(url).context["form"].initial
    said = {name: "" if value is None else str(value) for name, value in initial.items()}
    return said | {"days": f"{said.get('days', '')}\n{more}"} | changes


def test_a_preview_says_which_due_dates_move_and_saves_nothing(operator, time_machine):
    case, other = received(time_machine), received(time_machine)
    received(time_machine, "2026-07-20")

    page = operator.post(EDIT, typed(operator, more="2026-07-08 停工日"))

    preview = page.context["preview"]
    assert (preview["open"], preview["moving"], preview["off"]) == (3, 2, 34)
    assert [(group.filings, group.due.on) for group in preview["groups"]] == [(2, date(2026, 8, 4))]
    assert [(row.day, row.before, row.after) for row in preview["differences"]] == [(date(2026, 7, 8), "", "停工日")]
    assert {case.refresh().filing.due_on, other.refresh().filing.due_on} == {date(2026, 8, 3)}
    assert not CalendarChange.objects.exists()


def test_what_is_confirmed_is_saved_under_the_operators_name_and_moves_the_dates(
    operator, time_machine, django_capture_on_commit_callbacks
):
    case = received(time_machine)
    data = typed(operator, more="2026-07-08 停工日")

    with django_capture_on_commit_callbacks() as queued:
        answer = operator.post(EDIT, {**data, "confirm": "1"}, follow=True)

    assert len(queued) == 1
    recalculation.derive_due_dates()
    assert case.refresh().filing.due_on == date(2026, 8, 4)
    change = CalendarChange.objects.get()
    assert (str(change.by), change.after["off"]["2026-07-08"]) == ("运营员", "停工日")
    assert "停工日" in answer.content.decode()


def test_a_new_years_notice_is_entered_with_number_date_and_address(operator, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800")
    url = "/ministry/calendar/2027/edit/"
    data = typed(operator, url, more="1月1日（周五）至3日（周日） 元旦 放假")
    notice = {"number": "国办发明电〔2026〕9号", "announced_on": "2026-11-20", "url": "https://www.gov.cn/x"}

    assert operator.post(url, data).context["preview"] is None  # number and date are missing
    shown = operator.post(url, {**data, **notice}).content.decode()
    for said in ("（国办发明电〔2026〕9号）", "2026年11月20日", ">https://www.gov.cn/x<"):
        assert said in shown.replace("<br>", ">").replace("</p>", "<")
    operator.post(url, {**data, **notice, "confirm": "1"})

    row = CalendarYear.objects.get(year=2027)
    assert (row.published, row.notice) == (
        True,
        "《国务院办公厅关于2027年部分节假日安排的通知》（国办发明电〔2026〕9号）",
    )
    assert CalendarDay.objects.filter(year=2027).count() == 3


@pytest.mark.parametrize("text", ["3000", "-1", "abc", "", "9" * 400])
def test_a_year_that_is_none_is_said_to_be_wrong_and_stays_typed(operator, text):
    page = operator.get("/ministry/calendar/", {"year": text})

    assert page.status_code == 200
    assert "2099" in page.context["wrong_year"]
    assert page.context["wrong_year"] in page.content.decode()
    assert f'value="{text}"' in page.content.decode()


@pytest.mark.parametrize(
    "hostile",
    [{"days": "2026-02-30 春节"}, {"announced_on": "2999-01-01"}, {"url": "javascript:alert(1)"}, {"seen": "x"}],
)
def test_nonsense_is_refused_and_nothing_is_saved(operator, hostile):
    page = operator.post(EDIT, {**typed(operator), **hostile, "confirm": "1"})

    assert page.status_code == 200
    assert page.context["form"].errors
    assert not CalendarChange.objects.exists()


def test_who_confirms_an_outdated_preview_is_told_and_may_look_again(operator):
    data = typed(operator, more="2026-07-08 停工日")
    operator.post(EDIT, {**data, "confirm": "1"})
    late = operator.post(EDIT, {**data, "days": data["days"] + "\n2026-07-09 停工日", "confirm": "1"})

    assert "您在其他窗口已修改该年度日历" in late.content.decode()
    assert late.context["preview"] is None
    assert late.context["form"]["seen"].value() == str(work_calendar.newest_change(2026))
    assert not CalendarDay.objects.filter(day=date(2026, 7, 9)).exists()


@pytest.mark.parametrize("year", ["0", "1949", "99999"])
def test_a_year_nobody_means_is_not_there(operator, year):
    assert operator.get(f"/ministry/calendar/{year}/").status_code == 404
    assert operator.get(f"/ministry/calendar/{year}/edit/").status_code == 404


def test_another_year_is_chosen_by_number(operator):
    assert operator.get("/ministry/calendar/?year=2030").headers["Location"] == "/ministry/calendar/2030/edit/"
    assert operator.get("/ministry/calendar/?year=x").status_code == 200


def pages(case: Case) -> list[tuple[int, str]]:
    pk = [case.filing.pk]
    return [
        (case.host.person_id, reverse("filings:status", args=pk)),
        (case.staff.person_id, reverse("provider_desk:verify", args=pk)),
        (case.reviewer.person_id, reverse("bureau_desk:review", args=pk)),
    ]


def test_all_three_parties_see_the_days_the_notice_and_why_the_clock_ran(client, settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    case = received(time_machine, "2026-09-17")
    case.return_to_provider()
    time_machine.move_to("2026-09-18 10:00 +0800")
    case.verify()
    CalendarDay.objects.create(day=date(2026, 10, 9), year_id=2026, name="停工日")
    recalculation.derive_due_dates()

    for person, url in pages(case):
        client.force_login(User.objects.get(pk=person))
        page = client.get(url).content.decode()
        assert "国办发明电〔2025〕7号" in page, url
        for word in (
            "国庆节",
            "中秋节",
            "调休上班",
            "停工日",
            *(str(tick.label) for tick in (Tick.RESTARTED, Tick.MOVED, Tick.STOPPED)),
        ):
            assert word in page, (url, word)


def test_a_provisional_date_says_so_to_all_three_parties(client, settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    case = received(time_machine, "2026-12-15")

    for person, url in pages(case):
        client.force_login(User.objects.get(pk=person))
        page = client.get(url).content.decode()
        assert _("The due date is provisional") in page
        assert _("No notice yet: provisional, only the holidays fixed by law are counted") in page
    assert timezone.localdate().year == 2026


def test_new_years_day_is_off_before_the_notice_of_its_year(client, settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    case = received(time_machine, "2026-12-15")

    assert (case.filing.due_on, case.filing.due_is_provisional) == (date(2027, 1, 13), True)
    for person, url in pages(case):
        client.force_login(User.objects.get(pk=person))
        assert "1月1日\n              元旦" in client.get(url).content.decode(), url


def test_a_year_without_a_notice_has_the_holidays_fixed_by_law(operator, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800")

    page = operator.get("/ministry/calendar/2027/")

    assert [(span.name, str(span.first), str(span.last)) for span in page.context["spans"]] == [
        ("元旦", "2027-01-01", "2027-01-01"),
        ("春节", "2027-02-05", "2027-02-08"),
        ("清明节", "2027-04-05", "2027-04-05"),
        ("劳动节", "2027-05-01", "2027-05-02"),
        ("端午节", "2027-06-09", "2027-06-09"),
        ("中秋节", "2027-09-15", "2027-09-15"),
        ("国庆节", "2027-10-01", "2027-10-03"),
    ]


def test_dates_in_previews_are_marked_as_provisional(client, settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    case = received(time_machine, "2026-12-01")  # due in December
    services.claim(case.filing.pk, case.reviewer)
    client.force_login(User.objects.get(pk=case.reviewer.person_id))
    remark = {"path": "websites.0.name", "code": "P301", "seen": "名称太笼统", "expected": "改用单位全称"}
    sent = {f"remarks-0-{name}": value for name, value in remark.items()} | {
        "remarks-TOTAL_FORMS": "1",
        "remarks-INITIAL_FORMS": "0",
        "version": case.refresh().filing.version,
        "draft": "0",
        "preview": "1",
    }

    page = client.post(reverse("bureau_desk:review", args=[case.filing.pk]), sent)

    costs = [(str(due.on), due.is_provisional) for _words, due in page.context["costs"]]
    assert costs == [("2026-12-29", False), ("2026-12-29", False), ("2027-01-06", True)]
    assert page.content.decode().count(f"</strong> · {_('provisional')}") == 1
