"""A year's notice: read from a list or from its own paragraphs, compared, written with a record."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from accounts.models import Party
from icp_portal.tests.builders import user
from ministry.calendar import work_calendar
from ministry.calendar.data import SEEDS
from ministry.calendar.work_calendar import CalendarDraft, Difference, parse
from ministry.calendar.workdays import is_provisional, nth_working_day
from ministry.models import CalendarChange, CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

# The paragraphs as the notice of 2026 words them.
PARAGRAPHS = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def said(days) -> set[tuple[date, str, bool]]:
    return {(day.day, day.name, day.is_working) for day in days}


def in_calendar(year: int) -> set[tuple[date, str, bool]]:
    return said(CalendarDay.objects.filter(year=year))


def draft(text: str, year: int = 2027, **fields: object) -> CalendarDraft:
    notice = {"source": f"关于{year}年部分节假日安排的通知", "number": "国办发明电〔2026〕1号", "url": ""}
    return CalendarDraft(CalendarYear(year=year, published=True, **(notice | fields)), parse(text, year))


def test_the_paragraphs_of_the_notice_are_read_as_they_are():
    assert said(parse(PARAGRAPHS, 2026)) == in_calendar(2026)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: str(seed.year))
def test_a_year_written_as_a_list_is_read_back(seed):
    text = work_calendar.as_list(list(CalendarDay.objects.filter(year=seed.year)))
    assert said(parse(text, seed.year)) == in_calendar(seed.year)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("2027-01-01 元旦", [(date(2027, 1, 1), "元旦", False)]),
        ("1月1日 元旦 放假", [(date(2027, 1, 1), "元旦", False)]),
        ("2027/1/1 至 2027/1/2 元旦", [(date(2027, 1, 1), "元旦", False), (date(2027, 1, 2), "元旦", False)]),
        ("元旦：2026年12月26日至27日、2027年1月1日", [(date(2027, 1, 1), "元旦", False)]),
        ("1月3日（星期天）补班", [(date(2027, 1, 3), "调休上班", True)]),
        ("国庆节、中秋节：10月1日放假", [(date(2027, 10, 1), "国庆节、中秋节", False)]),
    ],
)
def test_a_line_says_its_days(line, days):
    assert said(parse(line, 2027)) == set(days)


def test_of_a_long_line_its_beginning_is_repeated():
    with pytest.raises(ValidationError, match=f"“{'放' * 40}”"):
        parse("放" * 60, 2027)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "Enter the days off"),
        ("元旦放假", "There is no date"),
        ("2027-01-01", "Name the holiday"),
        ("2027-02-30 春节", "There is no day 2027-2-30"),
        ("1月1日（周四）元旦", "2027-01-01 is a Friday"),
        ("1月4日 上班", "not on a weekend"),
        ("1月3日 上班\n1月3日 元旦", "both a day off and a working day"),
        ("元旦：2026年12月31日放假", "is in 2026"),
        ("10月7日至1日 国庆节", "not a valid period"),
        ("1月1日至12月31日 元旦", "not a valid period"),
        ("23日 元旦", "has no month"),
    ],
)
def test_what_cannot_be_meant_is_said_line_by_line(line, words):
    with pytest.raises(ValidationError, match=words):
        parse(line, 2027)


def test_each_line_that_is_wrong_has_its_number():
    with pytest.raises(ValidationError) as refusal:
        parse("2027-01-01 元旦\n又\n2027-13-01 元旦", 2027)
    assert [message.partition(":")[0] for message in refusal.value.messages] == ["Line 2", "Line 3"]


def test_a_new_year_is_no_longer_provisional_and_stands_on_record():
    operator = user(Party.MINISTRY)
    assert is_provisional(date(2027, 1, 4), date(2027, 2, 1))

    assert work_calendar.save(draft("1月1日 元旦\n1月3日 上班"), operator, seen=0)

    assert not is_provisional(date(2027, 1, 4), date(2027, 2, 1))
    assert nth_working_day(date(2027, 1, 2), 1) == date(2027, 1, 3)
    change = CalendarChange.objects.get()
    assert (change.by, change.before) == (operator, {})
    assert (change.after["off"], change.after["worked"]) == ({"2027-01-01": "元旦"}, ["2027-01-03"])


def test_a_change_says_what_differs_and_keeps_both_sides():
    text = work_calendar.as_list(list(CalendarDay.objects.filter(year=2026))).replace("2026-10-10 调休上班\n", "")
    changed = draft(f"{text}\n2026-10-08 国庆节".replace("2026-10-10 调休上班", ""), 2026)

    assert work_calendar.differences(changed) == [
        Difference(date(2026, 10, 8), "", "国庆节"),
        Difference(date(2026, 10, 10), "调休上班 (working day)", ""),
    ]
    work_calendar.save(changed, user(Party.MINISTRY), seen=0)
    change = CalendarChange.objects.get()
    assert change.before["source"] == SEEDS[-1].source
    assert "2026-10-08" in change.after["off"]
    assert "2026-10-10" in change.before["worked"]


def test_saying_the_same_again_changes_nothing():
    row = CalendarYear.objects.get(year=2026)
    same = CalendarDraft(row, parse(PARAGRAPHS, 2026))

    assert work_calendar.save(same, user(Party.MINISTRY), seen=0) is False
    assert not CalendarChange.objects.exists()


def test_who_comes_second_is_told_and_overwrites_nothing():
    first = user(Party.MINISTRY, name="甲")
    work_calendar.save(draft("1月1日 元旦"), first, seen=0)

    for operator, named in ((user(Party.MINISTRY), "甲"), (first, "You (in another window)")):
        with pytest.raises(ValidationError, match=re.escape(f"{named} changed this year in the meantime")):
            work_calendar.save(draft("1月2日 元旦"), operator, seen=0)

    assert in_calendar(2027) == {(date(2027, 1, 1), "元旦", False)}


def test_the_database_keeps_every_change():
    work_calendar.save(draft("1月1日 元旦"), user(Party.MINISTRY), seen=0)
    change = CalendarChange.objects.get()
    for hostile in (lambda: CalendarChange.objects.update(after={}), change.delete):
        with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
            hostile()


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2026, 10, 31), None), (date(2026, 11, 1), 2027), (date(2027, 3, 1), 2027), (date(2025, 12, 1), None)],
)
def test_a_notice_is_missing_from_november_of_the_year_before(today, year):
    assert work_calendar.missing_year(today) == year
