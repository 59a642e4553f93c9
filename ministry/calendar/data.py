"""Work calendars as the State Council announced them: days off and weekend days that are worked.

Days off include the weekend days inside a holiday, so that each carries the holiday's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MAKE_UP = "调休上班"


@dataclass(frozen=True, slots=True)
class YearSeed:
    """A year's notice: number and date; its holidays (name → first and last day), and the weekend days worked."""

    year: int
    number: str
    announced_on: date
    holidays: dict[str, str]
    make_up_days: str

    @property
    def source(self) -> str:
        """Return the notice's title."""
        return f"国务院办公厅关于{self.year}年部分节假日安排的通知"

    def days(self) -> Iterator[tuple[date, str, bool]]:
        """Yield each day off and each weekend day that is worked: (day, name, whether it is worked)."""
        for name, span in self.holidays.items():
            first, last = self._dates(span)
            for offset in range((last - first).days + 1):
                yield first + timedelta(days=offset), name, False
        for day in self._dates(self.make_up_days):
            yield day, MAKE_UP, True

    def _dates(self, text: str) -> list[date]:
        return [date.fromisoformat(f"{self.year}-{day}") for day in text.split()]


SEEDS = (
    YearSeed(
        2020,
        # The second notice (关于延长2020年春节假期的通知, 2020-01-26) extended 春节 from 30 January to 2 February,
        # which also ended the make-up day on 1 February.
        "国办发明电〔2019〕16号、国办发明电〔2020〕1号",
        date(2019, 11, 21),
        {
            "元旦": "01-01 01-01",
            "春节": "01-24 02-02",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "06-25 06-27",
            "国庆节、中秋节": "10-01 10-08",
        },
        "01-19 04-26 05-09 06-28 09-27 10-10",
    ),
    YearSeed(
        2021,
        "国办发明电〔2020〕27号",
        date(2020, 11, 25),
        {
            "元旦": "01-01 01-03",
            "春节": "02-11 02-17",
            "清明节": "04-03 04-05",
            "劳动节": "05-01 05-05",
            "端午节": "06-12 06-14",
            "中秋节": "09-19 09-21",
            "国庆节": "10-01 10-07",
        },
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    YearSeed(
        2022,
        "国办发明电〔2021〕11号",
        date(2021, 10, 25),
        {
            "元旦": "01-01 01-03",
            "春节": "01-31 02-06",
            "清明节": "04-03 04-05",
            "劳动节": "04-30 05-04",
            "端午节": "06-03 06-05",
            "中秋节": "09-10 09-12",
            "国庆节": "10-01 10-07",
        },
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    YearSeed(
        2023,
        "国办发明电〔2022〕16号",
        date(2022, 12, 8),
        {
            "元旦": "01-01 01-02",
            "春节": "01-21 01-27",
            "清明节": "04-05 04-05",
            "劳动节": "04-29 05-03",
            "端午节": "06-22 06-24",
            "中秋节、国庆节": "09-29 10-06",
        },
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    YearSeed(
        2024,
        "国办发明电〔2023〕7号",
        date(2023, 10, 25),
        {
            "元旦": "01-01 01-01",
            "春节": "02-10 02-17",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "06-10 06-10",
            "中秋节": "09-15 09-17",
            "国庆节": "10-01 10-07",
        },
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    YearSeed(
        2025,
        "国办发明电〔2024〕12号",
        date(2024, 11, 12),
        {
            "元旦": "01-01 01-01",
            "春节": "01-28 02-04",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "05-31 06-02",
            "国庆节、中秋节": "10-01 10-08",
        },
        "01-26 02-08 04-27 09-28 10-11",
    ),
    YearSeed(
        2026,
        "国办发明电〔2025〕7号",
        date(2025, 11, 4),
        {
            "元旦": "01-01 01-03",
            "春节": "02-15 02-23",
            "清明节": "04-04 04-06",
            "劳动节": "05-01 05-05",
            "端午节": "06-19 06-21",
            "中秋节": "09-25 09-27",
            "国庆节": "10-01 10-07",
        },
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
)


def seed_calendar(calendar_year: Any, calendar_day: Any) -> None:
    """Create the known years as published; leave existing years unchanged.

    Takes the two model classes, so that a migration can pass its historical ones.
    """
    for seed in SEEDS:
        notice = {"source": seed.source, "number": seed.number, "announced_on": seed.announced_on}
        year, is_new = calendar_year.objects.get_or_create(year=seed.year, defaults={"published": True, **notice})
        if is_new:
            calendar_day.objects.bulk_create(
                calendar_day(day=day, year=year, name=name, is_working=worked) for day, name, worked in seed.days()
            )
