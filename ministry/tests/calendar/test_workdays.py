from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts import languages
from ministry.calendar import statutory
from ministry.calendar.data import SEEDS, seed_calendar
from ministry.calendar.workdays import (
    Day,
    DayKind,
    book,
    days_of,
    is_provisional,
    is_working_day,
    nth_working_day,
    working_days_between,
)
from ministry.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

RECEIVED_AND_DUE = [
    (date(2026, 7, 6), date(2026, 8, 3)),
    (date(2026, 7, 10), date(2026, 8, 7)),
    (date(2026, 4, 24), date(2026, 5, 26)),
    (date(2026, 9, 19), date(2026, 10, 22)),
    (date(2026, 9, 17), date(2026, 10, 21)),
    (date(2026, 2, 13), date(2026, 3, 19)),
]


@pytest.fixture(autouse=True)
def _seeded_calendar():
    seed_calendar(CalendarYear, CalendarDay)


@pytest.mark.parametrize(("received", "due"), RECEIVED_AND_DUE, ids=str)
def test_the_twentieth_working_day_is_the_day_the_dossier_computes(received, due):
    assert nth_working_day(received, 20) == due
    assert working_days_between(received, due) == 20


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: str(seed.year))
def test_every_day_of_a_seeded_year_agrees_with_two_other_calendars(seed):
    before, last = date(seed.year - 1, 12, 31), date(seed.year, 12, 31)
    one, days = holidays.country_holidays("CN", years=seed.year), days_of(before, last)

    counted = {day.date for day in days if day.number}

    assert counted == {day.date for day in days if chinese_calendar.is_workday(day.date)}
    assert counted == {day.date for day in days if one.is_working_day(day.date)}


def test_the_seeds_are_the_notices_since_2020():
    assert [seed.year for seed in SEEDS] == list(range(2020, 2027))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: str(seed.year))
def test_each_day_fixed_by_law_is_in_the_notice_of_its_year(seed):
    noticed = {day: name for day, name, is_worked in seed.days() if not is_worked}

    for day, name in statutory.days_off(seed.year).items():
        assert name in noticed[day] or set(name.split("、")) == set(noticed[day].split("、")), day


@pytest.mark.parametrize(("year", "count"), [(2013, 11), (2024, 11), (2025, 13), (2027, 13), (2099, 13)])
def test_the_law_of_the_day_says_how_many_days_are_off(year, count):
    days = statutory.days_off(year)

    assert sum(len(name.split("、")) for name in days.values()) == count
    assert (date(year, 5, 2) in days) is (year >= 2025)


@pytest.mark.parametrize("year", [1, 1949, 2101, 9999])
def test_a_year_beyond_the_lunar_tables_has_ordinary_weeks(year):
    assert statutory.days_off(year) == {}


def test_a_year_without_a_notice_follows_the_law_until_its_notice_is_published():
    new_year = date(2027, 1, 1)
    assert days_of(date(2026, 12, 31), new_year) == [Day(new_year, DayKind.HOLIDAY, "元旦", None)]
    assert nth_working_day(date(2026, 12, 31), 1) == date(2027, 1, 4)

    year = CalendarYear.objects.create(year=2027)
    assert not is_working_day(new_year)
    CalendarDay.objects.create(day=date(2027, 1, 4), year=year, name="元旦")
    assert nth_working_day(date(2026, 12, 31), 1) == date(2027, 1, 5)

    CalendarYear.objects.filter(year=2027).update(published=True, source="通知")
    assert is_working_day(new_year)


def test_a_working_day_is_told_from_a_day_off():
    days = [date(2026, 9, 18), date(2026, 9, 19), date(2026, 9, 20), date(2026, 9, 25), date(2026, 10, 10)]

    assert [is_working_day(day) for day in days] == [True, False, True, False, True]


@pytest.mark.parametrize("n", [0, -1])
def test_working_days_are_counted_from_one(n):
    with pytest.raises(ValueError, match="from 1"):
        nth_working_day(date(2026, 7, 6), n)


@pytest.mark.parametrize("end", [date(2026, 7, 6), date(2026, 7, 5), date(2020, 1, 1)])
def test_a_span_that_has_not_begun_has_no_working_days(end):
    assert working_days_between(date(2026, 7, 6), end) == 0
    assert days_of(date(2026, 7, 6), end) == []


def test_a_span_is_told_day_by_day():
    assert days_of(date(2026, 9, 18), date(2026, 9, 21)) == [
        Day(date(2026, 9, 19), DayKind.WEEKEND, "", None),
        Day(date(2026, 9, 20), DayKind.MAKEUP, "调休上班", 1),
        Day(date(2026, 9, 21), DayKind.COUNTED, "", 2),
    ]
    assert days_of(date(2026, 9, 24), date(2026, 9, 25)) == [Day(date(2026, 9, 25), DayKind.HOLIDAY, "中秋节", None)]


@pytest.mark.parametrize(
    ("start", "end", "provisional"),
    [
        (date(2026, 7, 6), date(2026, 8, 3), False),
        (date(2025, 12, 10), date(2026, 1, 8), False),
        (date(2026, 12, 10), date(2027, 1, 8), True),
        (date(2024, 12, 10), date(2025, 1, 8), False),
        (date(2019, 12, 10), date(2020, 1, 8), True),
        (date(2027, 1, 4), date(2027, 2, 1), True),
    ],
)
def test_a_span_is_provisional_where_a_year_has_no_notice(start, end, provisional):
    assert is_provisional(start, end) is provisional


def test_a_year_that_is_entered_but_not_published_is_provisional():
    CalendarYear.objects.create(year=2027)

    assert is_provisional(date(2027, 1, 4), date(2027, 2, 1))


def test_a_change_of_the_calendar_counts_at_once():
    CalendarDay.objects.create(day=date(2026, 7, 7), year_id=2026, name="临时放假")

    assert nth_working_day(date(2026, 7, 6), 20) == date(2026, 8, 4)


def test_each_question_costs_one_query(django_assert_num_queries):
    start, end = date(2026, 2, 13), date(2026, 3, 19)
    for ask in (
        lambda: book(start),
        lambda: nth_working_day(start, 20),
        lambda: working_days_between(start, end),
        lambda: is_provisional(start, end),
        lambda: is_working_day(start),
        lambda: days_of(start, end),
    ):
        with django_assert_num_queries(1):
            ask()


def test_seeding_again_leaves_an_operators_change_alone():
    CalendarDay.objects.filter(day=date(2026, 10, 7)).delete()

    seed_calendar(CalendarYear, CalendarDay)

    assert is_working_day(date(2026, 10, 7))


class CountingForthAndBack(TestCase):
    """The two ways of counting undo each other."""

    def setUp(self) -> None:
        seed_calendar(CalendarYear, CalendarDay)

    @settings(max_examples=40)
    @given(
        st.dates(date(2022, 12, 31), date(2027, 3, 1)),
        st.integers(min_value=1, max_value=30),
    )
    def test_the_nth_working_day_closes_a_span_of_n(self, start: date, n: int) -> None:
        end = nth_working_day(start, n)

        assert is_working_day(end)
        assert working_days_between(start, end) == n
        assert book(start).nth_working_day(start, n) == end

    @settings(max_examples=40)
    @given(st.dates(date(2022, 12, 31), date(2027, 3, 1)), st.integers(min_value=0, max_value=40))
    def test_who_is_received_later_is_due_later_or_on_the_same_day(self, start: date, later: int) -> None:
        read = book(start)
        due = read.nth_working_day(start, 20)

        assert due <= read.nth_working_day(start + timedelta(days=later), 20)
        assert due < read.nth_working_day(read.nth_working_day(start, 1), 20)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 20])
@pytest.mark.parametrize("end", [date(2026, 11, 24), date(2026, 11, 28), date(2026, 10, 8), date(2026, 10, 10)])
def test_the_latest_start_is_the_last_day_from_which_so_many_working_days_have_gone_by(end, n):
    start = book(date.min, end).latest_start(end, n)

    assert working_days_between(start, end) == n
    assert working_days_between(start + timedelta(days=1), end) == n - 1


def test_the_latest_start_counts_from_one():
    with pytest.raises(ValueError, match="from 1"):
        book(date.min).latest_start(date(2026, 11, 24), 0)


@pytest.mark.parametrize(
    ("name", "in_english"),
    [
        ("国庆节", "National Day"),
        ("中秋节、国庆节", "Mid-Autumn Festival, National Day"),
        ("调休上班", "Make-up day"),
        ("临时放假", "临时放假"),
        ("", ""),
    ],
)
def test_a_day_is_shown_with_its_name_in_the_language_of_the_page(name, in_english):
    day = Day(date(2026, 10, 1), DayKind.HOLIDAY, name, None)
    with languages.of_page("en"):
        assert day.label == in_english
    with languages.of_page("zh-hans"):
        assert day.label == name
