"""Read what the sweep has counted (``filings.figures.monthly``) for the place and month that a URL asks for."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from filings.figures.monthly import MonthCount
from filings.figures.provider_work import MONTHS, Span
from filings.models import COUNTRY, MonthFigures
from ministry.reference import provinces
from ministry.reference.provinces import Province

SLUGS = {province.slug: province for province in provinces.PROVINCES}


@dataclass(frozen=True, slots=True)
class Asked:
    """The place and month that a URL asks for, and the months that are counted, newest first, each with its time.

    ``province`` is None for the whole country. ``problem`` says what can't be shown; what could be read is kept.
    """

    province: Province | None
    month: dt.date | None
    counted: tuple[tuple[dt.date, dt.datetime], ...]
    problem: str

    @property
    def code(self) -> str:
        """Return the province's GB/T 2260 code; ``COUNTRY`` for the whole country."""
        return code_of(self.province)

    @property
    def months(self) -> list[dt.date]:
        return [month for month, _at in self.counted]

    @property
    def is_under_way(self) -> bool:
        """Return whether the month was not over when it was counted."""
        return bool(self.month and self.counted_at and Span.of(self.month).end > timezone.localdate(self.counted_at))

    @property
    def counted_at(self) -> dt.datetime | None:
        """Return when the month was counted."""
        return dict(self.counted)[self.month] if self.month else None


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of a page: of its place by month, up to twelve, and of each province in its month."""

    month: dt.date
    year: list[tuple[dt.date, MonthCount]]
    provinces: list[tuple[Province, MonthCount]]

    @property
    def count(self) -> MonthCount:
        """Return the figures of the month itself."""
        return self.year[-1][1]


def asked(query: Mapping[str, str]) -> Asked:
    """Return what ``?province=beijing&month=2026-10`` asks for; by default the country's last whole month. One query.

    A month still under way is shown by default only if no other has been counted.
    """
    slug, text = query.get("province", ""), query.get("month", "")
    province = SLUGS.get(slug)
    rows = MonthFigures.objects.filter(province=code_of(province)).order_by("-month")
    counted = tuple(rows.values_list("month", "counted_at"))
    months = [month for month, _at in counted]
    month = _month(text, months)
    problem = ""
    if slug and province is None:
        problem = _("There is no province with this name. Choose one from the list.")
    elif months and month is None:
        problem = _("There are figures from %(first)s to %(last)s. Choose one of these months.") % {
            "first": date_format(months[-1], "YEAR_MONTH_FORMAT"),
            "last": date_format(months[0], "YEAR_MONTH_FORMAT"),
        }
    return Asked(province, month, counted, problem)


def code_of(province: Province | None) -> str:
    """Return a province's GB/T 2260 code; ``COUNTRY`` for None."""
    return province.code if province else COUNTRY


def _month(text: str, months: Sequence[dt.date]) -> dt.date | None:
    """Return the first day of a counted month written 2026-10, by default of the last whole one; None for another."""
    if not text:
        whole = (month for month in months if Span.of(month).end <= timezone.localdate())
        return next(whole, months[0] if months else None)
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if month in months else None


def shown(place: str, month: dt.date) -> Shown:
    """Return the figures of a place (a province's code, or ``COUNTRY``) up to a counted month. One query."""
    span = Span.of(month, MONTHS)
    rows = MonthFigures.objects.filter(
        Q(province=place, month__gte=span.first, month__lt=span.end) | Q(month=month)
    ).values_list("province", "month", "content")
    found = {(code, of): MonthCount(**content) for code, of, content in rows}
    return Shown(
        month,
        [(of, found[place, of]) for of in span.months if (place, of) in found],
        [(one, found[one.code, month]) for one in provinces.PROVINCES if (one.code, month) in found],
    )
