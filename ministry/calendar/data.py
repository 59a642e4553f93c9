"""Work calendars as the State Council announced them: days off and weekend days that are worked.

Days off include the weekend days inside a holiday, so that each carries the holiday's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MAKE_UP = "调休上班"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday from ``first`` up to and including ``last``."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield each day of the holiday."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class YearSeed:
    """A year's notice: title, number, date, URL; its holidays and make-up working days."""

    year: int
    source: str
    number: str
    announced_on: date
    url: str
    holidays: tuple[Holiday, ...]
    make_up_days: tuple[date, ...]


SEED_2023 = YearSeed(
    2023,
    "国务院办公厅关于2023年部分节假日安排的通知",
    "国办发明电〔2022〕16号",
    date(2022, 12, 8),
    "",
    (
        Holiday("元旦", date(2023, 1, 1), date(2023, 1, 2)),
        Holiday("春节", date(2023, 1, 21), date(2023, 1, 27)),
        Holiday("清明节", date(2023, 4, 5), date(2023, 4, 5)),
        Holiday("劳动节", date(2023, 4, 29), date(2023, 5, 3)),
        Holiday("端午节", date(2023, 6, 22), date(2023, 6, 24)),
        Holiday("中秋节、国庆节", date(2023, 9, 29), date(2023, 10, 6)),
    ),
    (
        date(2023, 1, 28),
        date(2023, 1, 29),
        date(2023, 4, 23),
        date(2023, 5, 6),
        date(2023, 6, 25),
        date(2023, 10, 7),
        date(2023, 10, 8),
    ),
)

SEED_2024 = YearSeed(
    2024,
    "国务院办公厅关于2024年部分节假日安排的通知",
    "国办发明电〔2023〕7号",
    date(2023, 10, 25),
    "",
    (
        Holiday("元旦", date(2024, 1, 1), date(2024, 1, 1)),
        Holiday("春节", date(2024, 2, 10), date(2024, 2, 17)),
        Holiday("清明节", date(2024, 4, 4), date(2024, 4, 6)),
        Holiday("劳动节", date(2024, 5, 1), date(2024, 5, 5)),
        Holiday("端午节", date(2024, 6, 10), date(2024, 6, 10)),
        Holiday("中秋节", date(2024, 9, 15), date(2024, 9, 17)),
        Holiday("国庆节", date(2024, 10, 1), date(2024, 10, 7)),
    ),
    (
        date(2024, 2, 4),
        date(2024, 2, 18),
        date(2024, 4, 7),
        date(2024, 4, 28),
        date(2024, 5, 11),
        date(2024, 9, 14),
        date(2024, 9, 29),
        date(2024, 10, 12),
    ),
)

SEED_2025 = YearSeed(
    2025,
    "国务院办公厅关于2025年部分节假日安排的通知",
    "国办发明电〔2024〕12号",
    date(2024, 11, 12),
    "",
    (
        Holiday("元旦", date(2025, 1, 1), date(2025, 1, 1)),
        Holiday("春节", date(2025, 1, 28), date(2025, 2, 4)),
        Holiday("清明节", date(2025, 4, 4), date(2025, 4, 6)),
        Holiday("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
        Holiday("端午节", date(2025, 5, 31), date(2025, 6, 2)),
        Holiday("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
    ),
    (
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
    ),
)

SEED_2026 = YearSeed(
    2026,
    "国务院办公厅关于2026年部分节假日安排的通知",
    "国办发明电〔2025〕7号",
    date(2025, 11, 4),
    "",
    (
        Holiday("元旦", date(2026, 1, 1), date(2026, 1, 3)),
        Holiday("春节", date(2026, 2, 15), date(2026, 2, 23)),
        Holiday("清明节", date(2026, 4, 4), date(2026, 4, 6)),
        Holiday("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
        Holiday("端午节", date(2026, 6, 19), date(2026, 6, 21)),
        Holiday("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
        Holiday("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
    ),
    (
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ),
)

SEEDS = (SEED_2023, SEED_2024, SEED_2025, SEED_2026)


def seed_calendar(calendar_year: Any, calendar_day: Any) -> None:
    """Create the known years as published; leave existing years unchanged.

    Takes the two model classes, so that a migration can pass its historical ones.
    """
    for seed in SEEDS:
        notice = {"source": seed.source, "number": seed.number, "announced_on": seed.announced_on, "url": seed.url}
        year, is_new = calendar_year.objects.get_or_create(year=seed.year, defaults={"published": True, **notice})
        if is_new:
            calendar_day.objects.bulk_create(_rows(seed, year, calendar_day))


def _rows(seed: YearSeed, year: Any, calendar_day: Any) -> list[Any]:
    off = [
        calendar_day(day=day, year=year, is_working=False, name=holiday.name)
        for holiday in seed.holidays
        for day in holiday.days()
    ]
    worked = [calendar_day(day=day, year=year, is_working=True, name=MAKE_UP) for day in seed.make_up_days]
    return off + worked
