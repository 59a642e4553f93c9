"""Shapes that components in ``templates/components/`` take from several pages; each class names its component."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import pgettext

from filings.fields.display import PictureReading
from filings.fields.findings import Finding
from filings.models import ClockEntry
from ministry.calendar.workdays import Day
from ministry.models import CalendarYear

Text = Promise | str


@dataclass(frozen=True, slots=True)
class StatusPill:
    """``status_pill.html``; ``tone`` is one of neutral, info, done, attention, wrong."""

    label: Text
    tone: str


@dataclass(frozen=True, slots=True)
class NoticeBox:
    """``notice.html``; ``tone`` as of a ``StatusPill``."""

    tone: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class NextStep:
    """``next_step.html``; ``by`` is empty without a due date, the action's texts when there is nothing to do."""

    where: Text
    whose: Text
    next: Text
    by: Text = ""
    action_url: str = ""
    action_label: Text = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An event in ``timeline.html``."""

    title: Text
    who: str
    at: dt.datetime
    note: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class PageTab:
    """A tab in ``tabs.html``."""

    label: Text
    url: str
    current: bool
    count: int | str | None = None


def page_tabs(
    labels: Mapping[str, Text], current: str, address: Callable[[str], str] = "?tab={}".format
) -> list[PageTab]:
    """Return tabs without counts; ``labels`` by key, ``address`` returns the URL of a key."""
    return [PageTab(label, address(key), key == current) for key, label in labels.items()]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row of ``summary_list.html``; those of a filing's facts are ``filings.fields.display.FactRow``.

    ``code``: set the value as a code; ``change_url``: where it can be changed.
    """

    label: Text
    value: Text | int
    code: bool = False
    change_url: str = ""
    reading: PictureReading | None = None


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task in ``task_list.html``."""

    title: Text
    url: str
    hint: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """A finding in ``error_summary.html`` and ``notes.html``; ``page``: the title of the page it is corrected on."""

    message: str
    href: str
    label: str
    fix: str = ""
    code: str = ""
    page: str = ""

    @classmethod
    def of(cls, finding: Finding, href: str, label: str, page: str = "") -> Self:
        """Return a finding of the checker with its link."""
        return cls(message=finding.message, href=href, label=label, fix=finding.fix, code=finding.code, page=page)


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day in ``calendar.html``; ``unused``: the clock stopped before it."""

    date: dt.date
    number: int | None
    label: str
    kind: str
    past: bool = False
    unused: bool = False

    @property
    def is_today(self) -> bool:
        """Return whether it is the current day."""
        return self.kind == "today"

    @classmethod
    def of(cls, day: Day, today: dt.date | None = None, stopped_on: dt.date | None = None) -> Self:
        """Return a day of the work calendar; ``today`` marks the current day and those before it."""
        return cls(
            day.date,
            day.number,
            day.label,
            "today" if day.date == today else day.kind,
            past=today is not None and day.date < today,
            unused=stopped_on is not None and day.date > stopped_on,
        )

    @classmethod
    def received(cls, day: dt.date, today: dt.date) -> Self:
        """Return the day of the receipt, which does not count."""
        return cls(
            day,
            None,
            pgettext("day of the clock", "received"),
            "today" if day == today else "received",
            past=day < today,
        )

    @classmethod
    def late(cls, day: Day, today: dt.date) -> Self:
        """Return a day after the due date, which has no number."""
        label = pgettext("day of the clock", "overdue") if day.number else day.label
        return cls(day.date, None, label, "today" if day.date == today else "late", past=day.date < today)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Consecutive days of one name in ``clock.html``; ``counts``: as working days."""

    first: dt.date
    last: dt.date
    name: str
    counts: bool


@dataclass(frozen=True, slots=True)
class NoticeOfYear:
    """A year in ``clock.html`` with its notice, None while it has none, and the days that come from it."""

    year: int
    notice: CalendarYear | None
    spans: list[DaySpan]


@dataclass(frozen=True, slots=True)
class BureauClock:
    """``clock.html``: the bureau's working days, the notices they come from, and what the clock did."""

    days: list[CalendarCell]
    notices: list[NoticeOfYear]
    entries: list[ClockEntry]
    provisional: bool
    received_on: dt.date


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """``month.html``; ``first`` is its first day."""

    first: dt.date
    days: list[Day] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the number of working days."""
        return sum(day.number is not None for day in self.days)
