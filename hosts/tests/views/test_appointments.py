"""The page after the submission, and the host's pages of an appointment."""

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from filings.appointments import booking, slots
from filings.models import Appointment, MeetingPlace
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, meeting_place, sign_in, user_of
from providers.models import Provider

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 8, tzinfo=CHINA)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=CHINA)


@pytest.fixture
def case(time_machine) -> Case:
    time_machine.move_to(MONDAY, tick=False)
    return case_at(Status.WITH_PROVIDER)


@pytest.fixture
def place(case) -> MeetingPlace:
    return meeting_place(case.provider)


@pytest.fixture
def client(case) -> Client:
    return sign_in(Client(), user_of(case.host))


def url(case: Case, page: str = "appointment/") -> str:
    return f"/filings/{case.filing.pk}/{page}"


def key(place: MeetingPlace, day: int, hour: int) -> str:
    return f"{place.pk}.2026-09-{day:02d}T{hour:02d}:00"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- After the submission ---------------------------------------------------------------------------------


def test_the_submission_leads_to_a_page_of_its_own_that_can_be_opened_again():
    case = case_at(Status.DRAFT)
    Provider.objects.filter(pk=case.provider.pk).update(promised_days=3)
    client = sign_in(Client(), user_of(case.host))

    sent = client.post(url(case, "submit/"), {"version": case.filing.version})

    assert sent["Location"] == url(case, "submitted/")
    again = client.post(url(case, "submit/"), {"version": case.filing.version})
    assert again["Location"] == url(case, "submitted/")
    for page in (client.get(url(case, "submitted/")), client.get(url(case, "submitted/"))):
        assert f"备案单 {case.filing.pk}" in text_of(page)
        assert page.context["next_step"].whose == "接入服务商"
        assert "承诺 3 个工作日内核验" in page.context["next_step"].by
        assert case.provider.contact_phone in text_of(page)


def test_what_to_bring_comes_from_the_facts_of_the_filing(client, case):
    bring = client.get(url(case, "submitted/")).context["bring"]

    host, person = case.filing.facts["subject"], case.filing.facts["responsible"]
    manager = person if case.filing.facts["websites"][0]["responsible"].get("same") else None
    name = (manager or case.filing.facts["websites"][0]["responsible"])["name"]
    assert bring.people == (name,)
    assert bring.originals == (f"{host['name']}的营业执照(个人或企业)", f"{name}的居民身份证")
    assert bring.seal


def test_an_individual_brings_no_seal_and_one_certificate():
    case = case_at(Status.WITH_PROVIDER, individual=True)

    page = sign_in(Client(), user_of(case.host)).get(url(case, "submitted/"))

    bring = page.context["bring"]
    assert (len(bring.people), bring.originals, bring.seal) == (1, (f"{bring.people[0]}的居民身份证",), False)
    assert "公章" not in text_of(page)


@pytest.mark.parametrize("status", [Status.WITH_BUREAU, Status.FILED, Status.RETURNED_TO_HOST, Status.DRAFT])
def test_once_the_provider_has_not_got_it_the_status_page_opens_instead(status):
    case = case_at(status)
    client = sign_in(Client(), user_of(case.host))

    for page in ("submitted/", "appointment/"):
        assert client.get(url(case, page))["Location"] == url(case, "")
    assert client.post(url(case), {"slot": "1.2026-09-15T09:00"})["Location"] == url(case, "")


def test_a_filing_whose_provider_has_closed_opens_its_status_page(client, case, place):
    Provider.objects.filter(pk=case.provider.pk).update(is_active=False)

    for page in ("submitted/", "appointment/"):
        assert client.get(url(case, page))["Location"] == url(case, "")
    assert url(case, "submitted/") not in client.get(url(case, "")).content.decode()


def test_without_places_the_provider_is_to_be_called(client, case):
    page = client.get(url(case, "submitted/"))

    assert f"会与您约定时间，您也可以致电：{case.provider.contact_phone}" in text_of(page)
    assert case.provider.address in text_of(page)
    assert url(case) not in page.content.decode()
    assert "暂无可约时段" in text_of(client.get(url(case)))


def test_the_places_are_shown_with_telephone_and_way(client, case, place):
    text = text_of(client.get(url(case, "submitted/")))
    for said in (place.name, place.address, place.phone, place.directions):
        assert said in text


# --- Choosing a time --------------------------------------------------------------------------------------


def test_place_and_day_are_chosen_by_links_and_the_time_by_a_button(client, case, place):
    second = meeting_place(case.provider, name="二号厅")

    page = client.get(f"{url(case)}?place={second.pk}&day=2026-09-16")

    offer = page.context["offer"]
    assert [(tab.label, tab.current) for tab in offer.place_tabs()] == [(place.name, False), ("二号厅", True)]
    assert [tab.label for tab in offer.day_tabs() if tab.current] == ["9月16日（周三）"]
    assert [choice for choice, _label in page.context["form"].fields["slot"].choices] == [
        key(second, 16, 9),
        key(second, 16, 10),
    ]


def test_a_time_is_booked_moved_and_cancelled(client, case, place):
    done = client.post(f"{url(case)}?day=2026-09-15", {"slot": key(place, 15, 9), "seen": "0"}, follow=True)
    assert done.redirect_chain[-1][0] == url(case, "submitted/")
    booked = Appointment.objects.get()
    assert (booked.filing_id, booked.starts_at) == (case.filing.pk, at(15))
    assert "2026年9月15日（周二）09:00–10:00" in text_of(done)
    for page in (client.get(url(case, "")), client.get(url(case, "submitted/"))):
        assert "2026年9月15日（周二）09:00–10:00" in text_of(page)

    page = client.get(f"{url(case)}?day=2026-09-17")
    assert page.context["form"]["seen"].value() == booked.pk
    client.post(f"{url(case)}?day=2026-09-17", {"slot": key(place, 17, 10), "seen": booked.pk})
    booked.refresh_from_db()
    assert booked.starts_at == at(17, 10)

    assert "2026年9月17日（周四）" in text_of(client.get(url(case, "appointment/cancel/")))
    client.post(url(case, "appointment/cancel/"))
    booked.refresh_from_db()
    assert booked.state == "cancelled"
    assert client.get(url(case, "appointment/cancel/"))["Location"] == url(case, "submitted/")


def test_the_appointment_goes_into_a_calendar(client, case, place):
    assert client.get(url(case, "appointment.ics")).status_code == 404
    booking.book(case.filing.pk, case.host, place.pk, at(15), seen=0)

    file = client.get(url(case, "appointment.ics"))

    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    lines = file.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    said = file.content.replace(b"\r\n ", b"").decode().splitlines()
    assert "DTSTART:20260915T010000Z" in said  # nine o'clock in China
    assert "DTEND:20260915T020000Z" in said
    assert f"SUMMARY:ICP备案当面核验：{case.filing.domain}" in said
    assert f"LOCATION:{place.name}\\, {place.address}" in said


def test_a_time_taken_meanwhile_is_named_with_the_next_ones_and_can_be_sent_again(client, case, place):
    other = case_at(Status.WITH_PROVIDER, of=case.provider)
    booking.book(other.filing.pk, other.host, place.pk, at(15), seen=0)

    page = client.post(f"{url(case)}?day=2026-09-15", {"slot": key(place, 15, 9), "seen": "0"})

    assert page.context["form"].errors["slot"] == [
        "该时段已约满。最近的可约时段：2026年9月14日（周一）09:00；2026年9月14日（周一）10:00；2026年9月15日（周二）10:00。"
    ]
    assert [tab.label for tab in page.context["offer"].day_tabs() if tab.current] == ["9月15日（周二）"]


def test_a_page_left_open_after_another_window_booked_says_so_and_then_moves(client, case, place):
    booking.book(case.filing.pk, case.host, place.pk, at(15), seen=0)

    page = client.post(f"{url(case)}?day=2026-09-16", {"slot": key(place, 16, 9), "seen": "0"})

    assert page.context["form"].errors["slot"][0].startswith("您已在其他窗口预约2026年9月15日（周二）09:00")
    again = {"slot": key(place, 16, 9), "seen": page.context["form"]["seen"].value()}
    client.post(f"{url(case)}?day=2026-09-16", again)
    assert Appointment.objects.get().starts_at == at(16)


@pytest.mark.parametrize(
    "query", ["place=\x00&day=\ud800", "place=99999999999999999999&day=9999-99-99", "place=-1&day=2026-09-19", "day="]
)
def test_hostile_queries_show_the_first_free_day(client, case, place, query):
    page = client.get(f"{url(case)}?{query.encode('utf-8', 'surrogatepass').decode('latin-1')}")

    assert page.status_code == 200
    assert page.context["offer"].day == at(14).date()


HOSTILE_SLOTS = ("", "\x00", "1", f"{10**30}.2026-09-15T09:00", "x" * 5000, "1.9999-99-99T99:99")


def test_hostile_times_are_refused_at_the_field(client, case, place):
    got = {}
    for slot, seen in product(HOSTILE_SLOTS, ("0", "\x00", "9" * 40)):
        page = client.post(f"{url(case)}?day=2026-09-15", {"slot": slot, "seen": seen})
        got[slot, seen] = (page.status_code, list(page.context["form"].errors), Appointment.objects.count())

    assert got == dict.fromkeys(got, (200, ["slot"], 0))


def test_the_pages_cost_the_same_however_many_times_are_offered(client, case, place, django_assert_num_queries):
    client.get(url(case))
    with django_assert_num_queries(7):
        client.get(url(case))
    for name in ("二号厅", "三号厅"):
        meeting_place(case.provider, name=name, minutes=10)
    with django_assert_num_queries(7):
        client.get(url(case))
    assert len(slots.places_of(case.provider.pk)) == 3
