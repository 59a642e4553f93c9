"""The public figures of a month: counted from what happened in it, for every province and the whole country."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from filings import services, tasks
from filings.figures import monthly
from filings.figures.monthly import MonthCount
from filings.models import COUNTRY, ClockEntry, MonthFigures
from filings.services import RemarkDraft, splitting
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case
from ministry.calendar import workdays
from ministry.models import RegisterPiece
from ministry.register import sizes

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
PLACES = 32
NOTHING = MonthCount()


def counted(month: date, province: str = BEIJING) -> MonthCount:
    """Count a month anew; return the figures stored for a province."""
    monthly.count(month)
    return MonthCount(**MonthFigures.objects.get(month=month, province=province).content)


@pytest.fixture
def cases(time_machine) -> list[Case]:
    """Five filings received on 6 July, the last of them in Guangdong; decided about the ends of July and August.

    One approved in the last minute of July and one returned in the first of August, in China time; one approved a day
    late; one of Beijing and that of Guangdong are not decided.
    """
    time_machine.move_to("2026-07-06 10:00 +0800")
    made = [Case().submit().verify() for _n in range(4)] + [Case(province=GUANGDONG).submit().verify()]
    time_machine.move_to("2026-07-31 23:59 +0800")
    made[0].approve()
    time_machine.move_to("2026-08-01 00:01 +0800")
    made[1].return_to_provider()
    time_machine.move_to("2026-08-04 09:00 +0800")
    made[2].approve()
    time_machine.move_to("2026-09-01 01:00 +0800")
    return made


def took(until: date) -> str:
    return str(workdays.working_days_between(date(2026, 7, 6), until))


def test_a_month_is_what_happened_in_it_in_china_time(cases):
    on_record = {"4": {"all": 1, "new": 1}}

    assert counted(JULY) == MonthCount(
        received={"new_filing": 4},
        decided={"new_filing": {"approved": 1, "returned": 0, "in_time": 1}},
        days={took(date(2026, 7, 31)): 1},
        subjects=on_record,
        services={"1": {"all": 1, "new": 1}},
    )
    assert counted(AUGUST) == MonthCount(
        decided={"new_filing": {"approved": 1, "returned": 1, "in_time": 1}},
        days={took(date(2026, 8, 1)): 1, took(date(2026, 8, 4)): 1},
        codes={"P301": 1},
        overdue=1,
        subjects={"4": {"all": 2, "new": 1}},
        services={"1": {"all": 2, "new": 1}},
    )


def test_the_country_is_the_sum_and_a_province_with_nothing_has_a_row_of_zeros(cases):
    assert counted(JULY, GUANGDONG) == MonthCount(received={"new_filing": 1})
    assert counted(JULY, COUNTRY).received == {"new_filing": 5}
    assert counted(AUGUST, COUNTRY).overdue == 2
    assert counted(AUGUST, "540000") == NOTHING
    assert MonthFigures.objects.count() == 2 * PLACES


def test_a_filing_overdue_and_decided_later_stays_overdue_at_the_end_of_its_month(cases, time_machine):
    time_machine.move_to("2026-09-10 09:00 +0800")
    assert counted(SEPTEMBER).overdue == 1
    cases[3].approve()

    august, september = counted(AUGUST), counted(SEPTEMBER)

    assert (august.overdue, august.late) == (1, 1)
    assert (september.overdue, september.late, september.in_all) == (0, 1, 1)


def test_a_filing_received_again_counts_again_and_its_days_from_then(cases, time_machine):
    time_machine.move_to("2026-09-07 09:00 +0800")
    cases[1].verify()
    time_machine.move_to("2026-09-09 09:00 +0800")
    cases[1].approve()

    september = counted(SEPTEMBER)

    assert september.received == {"new_filing": 1}
    assert september.days == {"2": 1}


def test_a_part_split_off_is_neither_received_nor_overdue_twice(time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800")
    case = Case(websites=2, same=False).submit().verify()
    time_machine.move_to("2026-09-02 10:00 +0800")
    remark = RemarkDraft("websites.1.name", "P301", "与企业业务不符", "改为能反映业务的名称")
    services.claim(case.filing.pk, case.reviewer)
    splitting.approve_in_part(case.filing.pk, case.reviewer, version=case.refresh().filing.version, remarks=[remark])

    assert ClockEntry.objects.filter(why="split").count() == 1
    assert counted(AUGUST).overdue == 1
    assert counted(SEPTEMBER).received == {}


def test_times_are_stated_from_five_decisions_on_and_within_a_day_at_least():
    few = MonthCount(decided={"new_filing": {"approved": 4, "returned": 0, "in_time": 4}}, days={"3": 4})
    assert (few.median, few.nine_tenths) == (None, None)
    days = MonthCount(days={"0": 6, "9": 3, "21": 1})
    assert (days.median, days.nine_tenths) == (1, 9)


def test_the_first_run_counts_all_months_and_each_day_the_last_two_again(
    cases, time_machine, django_assert_num_queries
):
    today = timezone.localdate()
    assert monthly.due(today) == [SEPTEMBER, AUGUST, JULY]
    assert [monthly.count_next() for _n in range(4)] == [True, True, True, False]
    with django_assert_num_queries(3):
        assert monthly.count_next() is False

    time_machine.move_to("2026-09-02 00:35 +0800")
    assert monthly.due(timezone.localdate()) == [SEPTEMBER, AUGUST]
    time_machine.move_to("2026-10-01 00:35 +0800")
    assert monthly.due(timezone.localdate()) == [date(2026, 10, 1), SEPTEMBER]


def test_after_an_import_every_month_is_counted_again(cases, time_machine):
    """Once it has ended: the months' register has its records too."""
    while monthly.count_next():
        pass
    counts = {"pieces": 1, "subjects": 1, "websites": 0, "accesses": 0, "versions": 0}
    time_machine.shift(60)
    RegisterPiece.objects.create(files="a" * 64, number=0, **counts)
    assert monthly.due(timezone.localdate()) == []

    time_machine.shift(monthly.IMPORT_ENDED - timedelta(minutes=1))
    assert monthly.due(timezone.localdate()) == []
    time_machine.shift(timedelta(minutes=1))
    assert monthly.due(timezone.localdate()) == [SEPTEMBER, AUGUST, JULY]
    assert [monthly.count_next() for _n in range(4)] == [True, True, True, False]


def test_before_anything_was_received_this_month_is_counted(time_machine):
    time_machine.move_to("2026-09-01 01:00 +0800")
    assert monthly.due(timezone.localdate()) == [SEPTEMBER]
    assert counted(SEPTEMBER, COUNTRY) == NOTHING


def test_counted_twice_it_is_the_same(cases):
    counted(AUGUST)
    first = dict(MonthFigures.objects.values_list("province", "content"))

    counted(AUGUST)

    assert dict(MonthFigures.objects.values_list("province", "content")) == first
    assert len(first) == PLACES


def test_a_month_is_counted_in_ten_queries_whatever_has_happened(cases, django_assert_num_queries):
    with django_assert_num_queries(12):  # two of them the savepoint's
        monthly.count(AUGUST)


def test_a_task_that_fails_half_way_stores_nothing_of_its_month_and_the_next_one_goes_on(cases, monkeypatch):
    monkeypatch.setattr(tasks.count_figures, "delay", lambda: None)
    tasks.count_figures()
    with monkeypatch.context() as broken:
        broken.setattr(sizes, "services", lambda *_of: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.count_figures()
    assert set(MonthFigures.objects.values_list("month", flat=True)) == {SEPTEMBER}

    tasks.count_figures()

    assert set(MonthFigures.objects.values_list("month", flat=True)) == {SEPTEMBER, AUGUST}


def test_the_task_queues_itself_until_nothing_is_due(cases, monkeypatch):
    monkeypatch.setattr(tasks.count_figures, "delay", tasks.count_figures)

    tasks.count_figures()

    assert monthly.due(timezone.localdate()) == []
    assert MonthFigures.objects.count() == 3 * PLACES
