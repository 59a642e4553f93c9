"""The twenty working days: vectors, reminders, overdue, a changed calendar."""

from datetime import date

import pytest
from post_office.models import Email

from filings import clock, services
from filings.deadlines import recalculation, sweeps
from filings.states import Status
from icp_portal.tests.builders import Case, case_at
from ministry.calendar import workdays
from ministry.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

VECTORS = [
    ("2026-07-06", "2026-08-03"),
    ("2026-07-10", "2026-08-07"),
    ("2026-04-24", "2026-05-26"),
    ("2026-09-19", "2026-10-22"),
    ("2026-09-17", "2026-10-21"),
    ("2026-02-13", "2026-03-19"),
]


@pytest.mark.parametrize(("received", "due"), VECTORS)
def test_due_is_the_twentieth_working_day_after_receipt(received, due):
    assert clock.due(date.fromisoformat(received)) == clock.Due(date.fromisoformat(due), is_provisional=False)


def test_a_date_beyond_the_published_calendar_is_provisional():
    assert clock.due(date(2026, 12, 15)).is_provisional is True


def test_receipt_late_at_night_counts_as_that_day_in_china(time_machine):
    time_machine.move_to("2026-07-06 23:59 +0800")
    assert Case().submit().verify().filing.due_on == date(2026, 8, 3)


def received(time_machine) -> Case:
    """A filing the bureau received on 2026-07-06, due on 2026-08-03; its mails so far are forgotten."""
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = Case().submit().verify()
    Email.objects.all().delete()
    return case


def mails() -> list[str]:
    return sorted(mail.to[0] for mail in Email.objects.all())


@pytest.mark.parametrize(
    ("today", "level"),
    [("2026-07-24", 0), ("2026-07-27", 1), ("2026-07-29", 1), ("2026-07-30", 2), ("2026-08-03", 3)],
)
def test_the_bureau_is_reminded_at_five_two_and_no_days(time_machine, today, level):
    case = received(time_machine)
    time_machine.move_to(f"{today} 09:00 +0800")

    told = sweeps.watch_deadlines()

    assert told == (1 if level else 0)
    assert case.refresh().filing.reminded_level == level
    bureau = case.filing.bureau
    assert mails() == sorted([[], [bureau.contact_email], *[[bureau.contact_email, bureau.chief_email]] * 2][level])


def test_a_reminder_goes_to_the_reviewer_who_has_the_filing(time_machine):
    case = received(time_machine)
    time_machine.move_to("2026-07-30 09:00 +0800")
    services.claim(case.filing.pk, case.reviewer)
    sweeps.watch_deadlines()
    assert mails() == sorted([case.refresh().filing.claimed_by.email, case.filing.bureau.chief_email])


def test_sweeping_again_tells_nobody_twice(time_machine):
    received(time_machine)
    for hour in (9, 10, 11):
        time_machine.move_to(f"2026-07-30 {hour}:00 +0800")
        sweeps.watch_deadlines()
    assert Email.objects.count() == 2  # the bureau's and its chief's


def test_overdue_never_approves_but_tells_host_provider_and_chief_and_stays_on_record(time_machine):
    case = received(time_machine)
    time_machine.move_to("2026-08-04 00:01 +0800")

    sweeps.watch_deadlines()
    sweeps.watch_deadlines()

    case.refresh()
    assert case.filing.status == "with_bureau"
    assert mails() == sorted([case.filing.host.email, case.provider.contact_email, case.filing.bureau.chief_email])
    assert [event.name for event in case.filing.events.filter(name="overdue")] == ["overdue"]


def test_a_changed_calendar_moves_open_due_dates_and_says_so(time_machine):
    case = received(time_machine)
    CalendarDay.objects.create(day=date(2026, 7, 8), year_id=2026, is_working=False, name="停工日")

    assert recalculation.derive_due_dates() == 1
    assert recalculation.derive_due_dates() == 0

    assert case.refresh().filing.due_on == date(2026, 8, 4)
    assert case.filing.events.get(name="clock").note == "2026-08-03 → 2026-08-04"


def test_a_year_that_gets_its_notice_is_no_longer_provisional(time_machine):
    time_machine.move_to("2026-12-15 10:00 +0800")
    case = Case().submit().verify()
    assert case.filing.due_is_provisional is True
    CalendarYear.objects.create(year=2027, published=True, source="通知")

    recalculation.derive_due_dates()

    assert case.refresh().filing.due_is_provisional is False


def test_days_left_of_many_dates_costs_one_query(django_assert_num_queries):
    days = [date(2026, 7, 6), date(2026, 7, 7), date(2026, 7, 13), date(2026, 8, 3)]
    with django_assert_num_queries(1):
        left = clock.days_left_until(days, today=date(2026, 7, 6))
    assert left == {days[0]: 0, days[1]: 1, days[2]: 5, days[3]: 20}
    book = workdays.book(date(2026, 7, 6))
    assert [clock.days_left(day, date(2026, 7, 6), book) for day in days] == [0, 1, 5, 20]


def test_what_ended_without_a_record_is_kept_a_year_and_with_papers_of_a_verification_five(time_machine):
    time_machine.move_to("2026-03-02 10:00 +0800", tick=False)
    verified = case_at(Status.RETURNED_TO_PROVIDER).send_back()
    cases = [case.withdraw() for case in (Case(), Case().submit(), verified)]

    days = [clock.kept_until(case.filing) for case in cases]

    assert days == [date(2027, 3, 2), date(2027, 3, 2), date(2031, 3, 2)]
