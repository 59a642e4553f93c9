"""A provider's places, times and closed days, and the list of a day's appointments at its desk."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from post_office.models import Email

from filings.appointments import booking, slots
from filings.models import Appointment, ClosedDay, MeetingHours, MeetingPlace
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, meeting_place, sign_in, staff_user, user_of
from providers.models import OrganisationChange, Provider, StaffRole

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 8, tzinfo=CHINA)
PLACES, DAY = "/provider/organisation/places/", "/provider/appointments/"
WRITTEN = {"name": "营业厅", "address": "示例路9号", "phone": "010-66001234", "directions": "地铁A口", "version": "1"}
TIMES = {"weekdays": ["0", "2"], "starts": "09:00", "ends": "12:00", "minutes": "30", "at_once": "2"}


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def relaxed(settings, time_machine):
    settings.RELAX_SECOND_FACTOR = True
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def case() -> Case:
    return case_at(Status.WITH_PROVIDER)


@pytest.fixture
def place(case) -> MeetingPlace:
    return meeting_place(case.provider)


def browser(of: Provider, role: StaffRole = StaffRole.VERIFIER) -> Client:
    return sign_in(Client(), staff_user(of, role))


def administrator(of: Provider) -> Client:
    return browser(of, StaffRole.ADMINISTRATOR)


def book(case: Case, place: MeetingPlace, when: datetime) -> Appointment:
    return booking.book(case.filing.pk, case.host, place.pk, when, seen=0)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- The organisation --------------------------------------------------------------------------------------------


def test_an_administrator_opens_a_place_sets_its_times_and_ends_it(case):
    client = administrator(case.provider)

    opened = client.post(f"{PLACES}new/", WRITTEN)
    place = MeetingPlace.objects.get()
    assert opened["Location"] == f"{PLACES}{place.pk}/hours/"
    client.post(opened["Location"], TIMES)
    hours = MeetingHours.objects.values_list("weekday", "starts", "ends", "minutes", "at_once")
    assert list(hours) == [(day, time(9), time(12), 30, 2) for day in (0, 2)]
    assert "周三 09:00–12:00，每次 30 分钟，同时 2 人" in text_of(client.get(PLACES))

    client.post(f"{PLACES}{place.pk}/", WRITTEN | {"phone": "010-66005678"})
    client.post(f"{PLACES}hours/{MeetingHours.objects.first().pk}/remove/")
    client.post(f"{PLACES}{place.pk}/", {"end": "1", "version": "2"})

    place.refresh_from_db()
    assert (place.phone, place.ended_at is not None, place.hours.count()) == ("010-66005678", True, 1)
    assert list(
        OrganisationChange.objects.filter(provider=case.provider).order_by("pk").values_list("what", flat=True)
    ) == [
        "place_opened",
        "hours_added",
        "place",
        "hours_removed",
        "place_ended",
    ]
    assert slots.places_of(case.provider.pk) == []


def test_each_act_about_a_place_says_what_it_has_done(case, place):
    client = administrator(case.provider)
    book(case, place, at(15))
    hours, own = f"{PLACES}hours/{place.hours.first().pk}/remove/", f"{PLACES}{place.pk}/"
    rest = "仍有 1 个预约；无法接待的，请在当日预约中取消。"

    def said(url: str, **typed: object) -> str:
        return [str(one) for one in get_messages(client.post(url, typed).wsgi_request)][-1]

    assert said(f"{PLACES}new/", **WRITTEN) == "地点已开放，请设置可约时段。"
    assert said(hours) == "时段已删除，已有的预约不受影响。"
    assert said(f"{own}hours/", **TIMES | {"weekdays": ["0"]}) == "时段已新增，网站主办者可以预约。"
    assert said(f"{PLACES}close/", day="2026-09-15", reason="盘点") == f"该日已停约。 {rest}"
    assert said(f"{PLACES}close/", day="2026-09-16", reason="盘点") == "该日已停约。"
    assert said(f"{PLACES}closed/{ClosedDay.objects.latest('day').pk}/open/") == "该日已恢复预约。"
    assert said(own, **WRITTEN) == "已保存，即时生效。"
    assert said(own, end="1", version="2") == f"地点已停用。 {rest}"


def test_what_is_saved_unchanged_is_no_change_on_record(case, place):
    client = administrator(case.provider)
    same = {"name": place.name, "address": place.address, "phone": place.phone, "directions": place.directions}

    client.post(f"{PLACES}{place.pk}/", same | {"version": "1"})

    place.refresh_from_db()
    assert (place.version, OrganisationChange.objects.filter(what="place").count()) == (1, 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"ends": "09:00"}, "ends"),
        ({"minutes": "200"}, "ends"),
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "9" * 40}, "minutes"),
        ({"at_once": "51"}, "at_once"),
        ({"starts": "\x00"}, "starts"),
        ({"starts": "25:00"}, "starts"),
    ],
)
def test_faulty_times_are_named_at_their_field(case, wrong, field):
    place = MeetingPlace.objects.create(provider=case.provider, name="厅", address="路1号", phone="010-66001234")

    page = administrator(case.provider).post(f"{PLACES}{place.pk}/hours/", TIMES | wrong)

    assert field in page.context["form"].errors
    assert not MeetingHours.objects.exists()


def test_an_end_at_the_start_is_named_as_such(case, place):
    page = administrator(case.provider).post(f"{PLACES}{place.pk}/hours/", TIMES | {"ends": TIMES["starts"]})

    assert page.context["form"].errors == {"ends": ["结束时间应晚于开始时间，请重新填写。"]}


def test_overlapping_times_are_refused_and_what_was_typed_is_kept(case, place):
    page = administrator(case.provider).post(f"{PLACES}{place.pk}/hours/", TIMES | {"starts": "10:00"})

    assert page.context["form"].non_field_errors() == [
        "与已有时段重叠：周一 09:00–11:00，每次 60 分钟，同时 1 人。请先删除该时段或另选时间。"
    ]
    assert 'value="10:00"' in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": ""}, "name"), ({"phone": "无"}, "phone"), ({"address": "a\x00b"}, "address")]
)
def test_a_faulty_place_is_named_at_its_field(case, wrong, field):
    page = administrator(case.provider).post(f"{PLACES}new/", WRITTEN | wrong)
    assert list(page.context["form"].errors) == [field]


def test_a_colleague_who_was_faster_is_named_and_what_was_typed_stays(case, place):
    client = administrator(case.provider)
    client.post(f"{PLACES}{place.pk}/", WRITTEN | {"name": "一号厅"})

    page = client.post(f"{PLACES}{place.pk}/", WRITTEN | {"name": "二号厅"})

    assert "同事已修改该地点" in page.context["form"].non_field_errors()[0]
    assert page.context["form"]["name"].value() == "二号厅"
    assert page.context["form"]["version"].value() == "2"


def test_a_closed_day_offers_nothing_and_leads_to_the_appointments_on_it(case, place):
    book(case, place, at(15))
    client = administrator(case.provider)

    closed = client.post(f"{PLACES}close/", {"day": "2026-09-15", "reason": "盘点"})

    assert closed["Location"] == f"{DAY}?day=2026-09-15"
    assert "当日停约：盘点" in text_of(client.get(closed["Location"]))
    assert date(2026, 9, 15) not in {slot.day for slot in slots.free(place)}
    again = client.post(f"{PLACES}close/", {"day": "2026-09-15", "reason": "盘点"})
    assert again.context["form"].errors["day"] == ["该日已停约。"]
    past = client.post(f"{PLACES}close/", {"day": "2026-09-13", "reason": "盘点"})
    assert list(past.context["form"].errors) == ["day"]
    assert client.post(f"{PLACES}close/", {"day": "2026-09-14", "reason": "盘点"}).status_code == 302  # today

    for row in ClosedDay.objects.all():
        client.post(f"{PLACES}closed/{row.pk}/open/")
    assert not ClosedDay.objects.exists()


def test_places_are_the_own_ones_and_only_administrators_change_them(case, place):
    other = case_at(Status.WITH_PROVIDER).provider
    hours = place.hours.first()
    stranger = administrator(other)
    assert place.name not in text_of(stranger.get(PLACES))
    for path in (f"{place.pk}/", f"{place.pk}/hours/"):
        assert stranger.post(f"{PLACES}{path}", WRITTEN | TIMES).status_code == 404
    assert stranger.post(f"{PLACES}hours/{hours.pk}/remove/").status_code == 404

    for role in (StaffRole.VERIFIER, StaffRole.SUPERVISOR):
        client = browser(case.provider, role)
        assert place.name in text_of(client.get(PLACES))
        for path in ("new/", "close/", f"{place.pk}/", f"{place.pk}/hours/", f"hours/{hours.pk}/remove/"):
            assert client.post(f"{PLACES}{path}", WRITTEN | TIMES).status_code == 404
    assert MeetingHours.objects.filter(pk=hours.pk).exists()


# --- The day ----------------------------------------------------------------------------------------------


def test_the_list_of_a_day_names_time_place_filing_and_host_and_the_days_around(case, place):
    book(case, place, at(15, 10))
    client = browser(case.provider)

    page = client.get(f"{DAY}?day=2026-09-15")

    row = text_of(page).split("10:00–11:00")[1]
    assert place.name in row
    assert case.filing.subject_name in row
    assert f'href="/provider/filings/{case.filing.pk}/"' in page.content.decode()
    assert f'href="{DAY}?day=2026-09-14"' in page.content.decode()
    assert f'href="{DAY}?day=2026-09-16"' in page.content.decode()
    assert "当日无预约" in text_of(client.get(DAY))
    responsible = case.filing.facts["responsible"]
    assert responsible["cert_number"] not in page.content.decode()
    assert "当日无预约" in text_of(browser(case_at(Status.WITH_PROVIDER).provider).get(f"{DAY}?day=2026-09-15"))


def test_the_list_shows_one_place_when_asked(case, place):
    other = meeting_place(case.provider, name="二号厅")
    book(case, place, at(15))
    client = browser(case.provider)

    assert len(client.get(f"{DAY}?day=2026-09-15&place={place.pk}").context["rows"]) == 1
    assert client.get(f"{DAY}?day=2026-09-15&place={other.pk}").context["rows"] == []
    assert len(client.get(f"{DAY}?day=2026-09-15&place=x").context["rows"]) == 1


def test_several_places_have_a_tab_each_and_the_days_around_stay_at_the_chosen_one(case, place):
    client = browser(case.provider)
    assert client.get(DAY).context["tabs"] == []  # one place needs no choice

    other = meeting_place(case.provider, name="二号厅")
    page = client.get(f"{DAY}?place={other.pk}")

    of_today = f"{DAY}?day=2026-09-14"
    assert [(str(tab.label), tab.url, tab.current) for tab in page.context["tabs"]] == [
        ("全部地点", of_today, False),
        (place.name, f"{of_today}&place={place.pk}", False),
        ("二号厅", f"{of_today}&place={other.pk}", True),
    ]
    assert page.context["before_url"] == f"{DAY}?day=2026-09-13&place={other.pk}"
    assert [tab.current for tab in client.get(DAY).context["tabs"]] == [True, False, False]


def test_what_has_begun_can_be_marked_and_only_what_is_to_come_be_cancelled(case, place, time_machine):
    begun = book(case, place, at(15))
    book(case_at(Status.WITH_PROVIDER, of=case.provider), place, at(15, 10))
    client = browser(case.provider)

    def offered() -> tuple[list[tuple[bool, bool]], int]:
        page = client.get(f"{DAY}?day=2026-09-15").context
        return [(is_booked, has_begun) for _one, is_booked, has_begun in page["rows"]], page["left"]

    assert offered() == ([(True, False), (True, False)], 2)
    time_machine.move_to(at(15, 9), tick=False)
    assert offered() == ([(True, True), (True, False)], 1)
    one = client.get(f"{DAY}{begun.pk}/").context
    assert (one["may_cancel"], one["may_miss"]) == (False, True)


def test_a_public_holiday_is_named_and_a_weekend_is_not(case, place, time_machine):
    client = browser(case.provider)
    time_machine.move_to(datetime(2026, 9, 28, 8, tzinfo=CHINA), tick=False)
    assert "法定节假日（国庆节）" in text_of(client.get(f"{DAY}?day=2026-10-01"))
    assert client.get(f"{DAY}?day=2026-10-10").context["holiday"] == ""


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31", "2026-13-45", "1" * 5000])
def test_a_day_nobody_means_is_today(case, day):
    page = browser(case.provider).get(f"{DAY}?day={day}")
    assert (page.status_code, page.context["day"]) == (200, date(2026, 9, 14))


def test_a_verifier_cancels_with_a_reason_and_says_who_did_not_come(case, place, time_machine):
    booked = book(case, place, at(15))
    client = browser(case.provider)
    page = f"{DAY}{booked.pk}/"

    assert client.post(page, {"reason": " "}).context["form"].errors["reason"] == ["请填写取消原因，网站主办者会看到。"]
    client.post(page, {"missed": "1"})
    assert Appointment.objects.get().state == "booked"  # it has not begun
    assert client.post(page, {"reason": "当日停电"})["Location"] == f"{DAY}?day=2026-09-15"
    assert Appointment.objects.get().state == "called_off"
    assert "当日停电" in Email.objects.latest("pk").message
    assert "当日停电" in text_of(sign_in(Client(), user_of(case.host)).get(f"/filings/{case.filing.pk}/"))

    second = book(case, place, at(16))
    time_machine.move_to(at(16, 10), tick=False)
    client.post(f"{DAY}{second.pk}/", {"missed": "1"})
    second.refresh_from_db()
    assert second.state == "missed"
    assert "未到场" in text_of(client.get(f"{DAY}?day=2026-09-16"))


def test_a_whole_day_is_cancelled_with_one_reason(case, place):
    other = case_at(Status.WITH_PROVIDER, of=case.provider)
    book(case, place, at(15))
    book(other, place, at(15, 10))
    book(third := case_at(Status.WITH_PROVIDER, of=case.provider), place, at(16))

    client = browser(case.provider)
    assert "取消2026年9月15日（周二）的 2 个预约" in text_of(client.get(f"{DAY}cancel/?day=2026-09-15"))
    client.post(f"{DAY}cancel/?day=2026-09-15", {"reason": "停电"})

    states = dict(Appointment.objects.values_list("filing", "state"))
    assert states == {case.filing.pk: "called_off", other.filing.pk: "called_off", third.filing.pk: "booked"}


def test_the_reason_of_the_own_closed_day_is_offered_for_what_is_cancelled_on_it(case, place):
    other = case_at(Status.WITH_PROVIDER).provider
    for of, reason in ((other, "搬迁"), (case.provider, "盘点")):
        administrator(of).post(f"{PLACES}close/", {"day": "2026-09-15", "reason": reason})

    assert browser(case.provider).get(f"{DAY}cancel/?day=2026-09-15").context["form"].initial == {"reason": "盘点"}
    assert browser(case.provider).get(f"{DAY}cancel/?day=2026-09-16").context["form"].initial == {"reason": ""}


def test_strangers_find_no_appointment(case, place):
    booked = book(case, place, at(15))
    stranger = browser(case_at(Status.WITH_PROVIDER).provider)

    assert stranger.get(f"{DAY}{booked.pk}/").status_code == 404
    assert stranger.post(f"{DAY}{booked.pk}/", {"reason": "停电"}).status_code == 404
    stranger.post(f"{DAY}cancel/?day=2026-09-15", {"reason": "停电"})
    assert Appointment.objects.get().state == "booked"


def test_the_queue_says_when_somebody_comes(case, place):
    book(case, place, at(15))
    assert "预约 2026年9月15日（周二）09:00" in text_of(browser(case.provider).get("/provider/"))


def test_a_day_costs_the_same_however_many_come(case, place, django_assert_num_queries):
    book(case, place, at(15))
    client = browser(case.provider)
    client.get(DAY)
    with django_assert_num_queries(6):
        client.get(f"{DAY}?day=2026-09-15")
    book(case_at(Status.WITH_PROVIDER, of=case.provider), place, at(15, 10))
    with django_assert_num_queries(6):
        client.get(f"{DAY}?day=2026-09-15")
