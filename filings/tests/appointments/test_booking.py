"""Appointments: which times are free, who may book and cancel, what ends one, and who is told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from post_office.models import Email

from filings.appointments import booking, reminders, slots
from filings.errors import MoveRefused
from filings.models import Appointment, AppointmentState, Filing, MeetingPlace, time_words
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, meeting_place, staff
from providers.models import StaffRole
from providers.organisation import places

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
# A Monday; 25 to 27 September (Friday to Sunday) and 1 to 7 October are off, Sunday 20 September is worked.
MONDAY = datetime(2026, 9, 14, 8, tzinfo=CHINA)


def at(day: int, hour: int = 9, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=CHINA)


@pytest.fixture
def case(time_machine) -> Case:
    time_machine.move_to(MONDAY, tick=False)
    return case_at(Status.WITH_PROVIDER)


@pytest.fixture
def place(case) -> MeetingPlace:
    return meeting_place(case.provider)


def book(case: Case, place: MeetingPlace, when: datetime, seen: int = 0) -> Appointment:
    return booking.book(case.filing.pk, case.host, place.pk, when, seen=seen)


def mails(case: Case) -> list[str]:
    """The subjects of the mails about appointments to the host, oldest first."""
    found = Email.objects.filter(to__contains=case.filing.host.email).order_by("pk").values_list("subject", flat=True)
    return [
        subject.partition("）：")[2] for subject in found if "预约" in subject or "到场" in subject or "改为" in subject
    ]


def events(case: Case) -> list[tuple[str, str]]:
    names = ("book", "rebook", "unbook", "call_off", "drop_booking", "no_show")
    return [(event.name, event.note) for event in case.filing.events.filter(name__in=names)]


def test_times_are_offered_by_the_weekly_times_without_holidays_closed_days_and_what_has_passed(place, time_machine):
    time_machine.move_to(at(14, 9), tick=False)
    places.close_day(staff(place.provider, StaffRole.ADMINISTRATOR), date(2026, 9, 16), "盘点")

    free = slots.free(place)

    assert [(slot.starts.astimezone(CHINA).hour, slot.left) for slot in free if slot.day == date(2026, 9, 15)] == [
        (9, 1),
        (10, 1),
    ]
    assert free[0].starts == at(14, 10)  # nine o'clock has begun
    days = {slot.day for slot in free}
    assert max(days) <= date(2026, 9, 14) + timedelta(days=slots.DAYS_AHEAD)
    off = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8)), date(2026, 9, 16)}
    assert not days & off
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_a_rest_shorter_than_an_appointment_is_not_offered_and_capacity_counts_side_by_side(case):
    place = meeting_place(case.provider, starts=time(9), ends=time(10, 40), minutes=45, at_once=2)
    book(case, place, at(15))

    of_day = [slot for slot in slots.free(place) if slot.day == date(2026, 9, 15)]

    assert [(slot.starts.astimezone(CHINA).time(), slot.left) for slot in of_day] == [(time(9), 1), (time(9, 45), 2)]


def test_what_is_booked_at_one_place_is_free_at_another_and_what_is_over_takes_no_room(case, place, time_machine):
    other = meeting_place(case.provider, "二号厅")
    second = case_at(Status.WITH_PROVIDER, of=case.provider)
    book(case, place, at(15))

    assert book(second, other, at(15)).place_id == other.pk
    assert slots.free(other)[2].starts == at(15, 10)

    time_machine.move_to(at(16, 8), tick=False)
    assert [slot.left for slot in slots.free(other)] == [1] * len(slots.free(place))


def test_a_host_books_moves_and_cancels_and_is_told_each_time(case, place):
    booked = book(case, place, at(15))
    assert case.refresh().filing.meets_at == at(15)
    assert [slot.starts for slot in slots.free(place) if slot.day == date(2026, 9, 15)] == [at(15, 10)]

    moved = book(case, place, at(16, 10), seen=booked.pk)
    assert moved.pk == booked.pk
    assert at(15) in [slot.starts for slot in slots.free(place)]
    assert book(case, place, at(16, 10), seen=booked.pk) == moved  # nothing to move: no event and no mail

    booking.cancel(case.filing.pk, case.host)

    assert case.refresh().filing.meets_at is None
    assert Appointment.objects.get().state == AppointmentState.CANCELLED
    assert events(case) == [
        ("book", "2026年9月15日（周二）09:00 · 营业厅"),
        ("rebook", "2026年9月15日（周二）09:00 · 营业厅 → 2026年9月16日（周三）10:00 · 营业厅"),
        ("unbook", "2026年9月16日（周三）10:00 · 营业厅"),
    ]
    assert case.filing.events.get(name="unbook").note_english == "Wed 16 September 2026, 10:00 · 营业厅"
    assert mails(case) == [
        "已预约2026年9月15日（周二）09:00–10:00当面核验",
        "当面核验改为2026年9月16日（周三）10:00–11:00",
        "2026年9月16日（周三）10:00–11:00的预约已取消",
    ]
    with pytest.raises(MoveRefused, match="没有待办的预约"):
        booking.cancel(case.filing.pk, case.host)


def test_a_mail_says_when_where_how_and_what_to_bring(case, place):
    book(case, place, at(15))

    body = Email.objects.latest("pk").message
    for said in ("9月15日", "示例路9号营业厅", "010-66001234", "地铁1号线A口", f"/filings/{case.filing.pk}/submitted/"):
        assert said in body


def test_the_second_host_of_a_time_is_told_the_next_free_ones(case, place):
    book(case, place, at(15))
    other = case_at(Status.WITH_PROVIDER, of=case.provider)

    with pytest.raises(MoveRefused) as refused:
        book(other, place, at(15))

    assert str(refused.value) == (
        "该时段已约满。最近的可约时段：2026年9月14日（周一）09:00；2026年9月14日（周一）10:00；2026年9月15日（周二）10:00。"
    )
    assert other.refresh().filing.meets_at is None


@pytest.mark.parametrize("when", [at(14, 7), at(15, 8), at(19), at(25), at(14, month=12), at(14, 9, month=8)])
def test_a_time_that_is_not_offered_cannot_be_booked(case, place, when):
    with pytest.raises(MoveRefused, match="该时段已约满"):
        book(case, place, when)


def test_nobody_books_in_a_place_of_another_provider_or_one_that_has_ended(case, place):
    other = meeting_place(case_at(Status.WITH_PROVIDER).provider)
    with pytest.raises(MoveRefused, match="该地点已停止预约"):
        book(case, other, at(15))

    places.end_place(staff(case.provider, StaffRole.ADMINISTRATOR), place.pk, version=1)
    with pytest.raises(MoveRefused, match="该地点已停止预约"):
        book(case, place, at(15))


def test_another_window_that_has_booked_meanwhile_is_named(case, place):
    book(case, place, at(15))
    with pytest.raises(MoveRefused, match="您已在其他窗口预约2026年9月15日"):
        book(case, place, at(16))
    assert case.refresh().filing.meets_at == at(15)


def test_strangers_and_other_parties_book_nothing(case, place):
    stranger = case_at(Status.DRAFT).host
    with pytest.raises(Filing.DoesNotExist):
        booking.book(case.filing.pk, stranger, place.pk, at(15), seen=0)
    with pytest.raises(MoveRefused, match="才能预约"):
        booking.book(case.filing.pk, case.staff, place.pk, at(15), seen=0)
    booked = book(case, place, at(15))
    for outsider in (staff(case_at(Status.DRAFT).provider), case.host, case.reviewer):
        with pytest.raises(Appointment.DoesNotExist):
            booking.call_off(booked.pk, outsider, "停电")
    with pytest.raises(MoveRefused, match="只有网站主办者"):
        booking.cancel(case.filing.pk, case.staff)


@pytest.mark.parametrize("step", ["withdraw", "send_back", "verify", "close"])
def test_an_appointment_ends_with_the_turn_of_the_provider(case, place, step):
    book(case, place, at(15))

    getattr(case, step)()

    assert case.filing.meets_at is None
    assert Appointment.objects.get().state == AppointmentState.DROPPED
    assert events(case)[-1] == ("drop_booking", "2026年9月15日（周二）09:00 · 营业厅")
    assert mails(case)[-1] == "2026年9月15日（周二）09:00–10:00的预约已自动取消"
    assert at(15) in [slot.starts for slot in slots.free(place)]


@pytest.mark.parametrize(
    ("step", "says"), [("send_back", "可以再次预约"), ("verify", "无需到场。"), ("withdraw", "无需到场。")]
)
def test_whose_filing_is_returned_hears_that_another_time_can_be_booked(case, place, step, says):
    book(case, place, at(15))

    getattr(case, step)()

    mail = Email.objects.filter(subject__contains="已自动取消").get()
    assert says in mail.message
    assert ("再次预约" in mail.message) is (step == "send_back")


def test_a_meeting_that_took_place_ends_without_a_mail(case, place, time_machine):
    book(case, place, at(15))
    time_machine.move_to(at(15, 9) + timedelta(minutes=20), tick=False)

    case.verify()

    assert Appointment.objects.get().state == AppointmentState.PAST
    assert [name for name, _note in events(case)] == ["book"]
    with pytest.raises(MoveRefused, match="才能预约"):
        book(case, place, at(16))


def test_after_a_time_has_passed_another_can_be_booked(case, place, time_machine):
    book(case, place, at(15))
    time_machine.move_to(at(15, 12), tick=False)

    book(case, place, at(16))

    assert list(Appointment.objects.order_by("pk").values_list("state", flat=True)) == ["past", "booked"]


def test_staff_cancel_with_a_reason_that_reaches_the_host(case, place):
    booked = book(case, place, at(15))
    with pytest.raises(MoveRefused, match="请填写取消原因"):
        booking.call_off(booked.pk, case.staff, "  ")

    booking.call_off(booked.pk, case.staff, "当日停电")

    assert events(case)[-1] == ("call_off", "2026年9月15日（周二）09:00 · 营业厅\n当日停电")
    assert mails(case)[-1] == "接入服务商已取消2026年9月15日（周二）09:00–10:00的预约"
    assert "“当日停电”" in Email.objects.latest("pk").message
    book(case, place, at(16))  # and another can be booked


def test_nobody_came_is_said_only_of_what_has_begun(case, place, time_machine):
    booked = book(case, place, at(15))
    with pytest.raises(MoveRefused, match="预约时间未到"):
        booking.mark_missed(booked.pk, case.staff)
    time_machine.move_to(at(15, 9) + timedelta(minutes=30), tick=False)
    with pytest.raises(MoveRefused, match="没有待办的预约"):
        booking.call_off(booked.pk, case.staff, "停电")

    booked.refresh_from_db()
    assert booked.state == AppointmentState.BOOKED
    booking.mark_missed(booked.pk, case.staff)

    assert events(case)[-1] == ("no_show", "2026年9月15日（周二）09:00 · 营业厅")
    assert mails(case)[-1] == "2026年9月15日（周二）09:00–10:00预约未到场"
    assert case.refresh().filing.meets_at is None


@pytest.mark.parametrize(
    ("booked_for", "today", "told"),
    [
        (at(17), at(16), True),
        (at(17), at(15), False),
        (at(21), at(20), True),  # Sunday 20 is worked, so it is the working day before
        (at(28), at(24), True),  # 25 to 27 are off
        (at(28), at(26), False),  # nothing is sent on a day off
        (at(14, 10), at(14), False),
    ],
)
def test_a_reminder_comes_once_on_the_working_day_before(case, place, time_machine, booked_for, today, told):
    book(case, place, booked_for)
    time_machine.move_to(today, tick=False)

    assert reminders.remind() == told
    assert reminders.remind() == 0
    assert mails(case)[1:] == (["请于" + booked_mail(booked_for)] if told else [])


def booked_mail(when: datetime) -> str:
    return f"{time_words(when, when + timedelta(hours=1))}到场核验"


def test_who_has_booked_today_is_not_reminded_today(case, place):
    book(case, place, at(15))
    assert reminders.remind() == 0


def test_an_idle_sweep_asks_twice(case, django_assert_num_queries):
    with django_assert_num_queries(4):  # calendar, appointments, and the two ends of the transaction
        reminders.remind()
