"""Parse a year's work calendar as announced by the State Council, compare it with the stored one, and save it.

The only writer of the calendar. Each change stores the whole content before and after.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.races import faster
from ministry.calendar.data import MAKE_UP
from ministry.mail.outbox import after_commit
from ministry.models import CalendarChange, CalendarDay, CalendarYear

# From this month on, the next year's notice is expected; the State Council publishes it in October to December.
LOOKED_FOR_FROM = 11
LONGEST_NAME = 64
LONGEST_SPAN = 31
# Serialises operators who change a year at once, so that the second compares with what the first has saved.
_WRITERS_LOCK = 1_003_004

# 2027-01-01, 2027年1月1日, 1月1日, 1日 (after “至”); a weekday in brackets may follow.
_DAY = r"(?:(?:(\d{4})[-/.年])?(\d{1,2})[-/.月])?(\d{1,2})日?(?:[（(](?:周|星期)([一二三四五六日天])[）)])?"
_SPAN = re.compile(rf"{_DAY}(?:\s*(?:至|到|~|—|–|-|\.\.)\s*{_DAY})?")
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
_WORKED = re.compile(r"上班|补班|make-?up|work", re.IGNORECASE)
_OFF = re.compile(r"放假|调休|休息|共\s*\d+\s*天|与周末连休")
_WORDS = re.compile(r"[^\W\d_]+(?:、[^\W\d_]+)*")
_HEADING = re.compile(r"^\s*[一二三四五六七八九十]+、")
_CHINESE_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class CalendarDraft:
    """A year as entered by an operator; ``days`` are unsaved rows."""

    year: CalendarYear
    days: tuple[CalendarDay, ...]

    @property
    def off(self) -> list[CalendarDay]:
        return [day for day in self.days if not day.is_working]

    @property
    def worked(self) -> list[CalendarDay]:
        return [day for day in self.days if day.is_working]


@dataclass(frozen=True, slots=True)
class Difference:
    """A day that differs between calendar and draft; each side's description, empty for an ordinary day."""

    day: date
    before: str
    after: str


def parse(text: str, year: int) -> tuple[CalendarDay, ...]:
    """Parse a list with one holiday or make-up day per line, or the paragraphs of the notice itself.

    Raise ValidationError with one message for each line that is not understood.
    """
    found: dict[date, CalendarDay] = {}
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            for day in _read_line(line, year):
                if day.day in found and found[day.day].is_working != day.is_working:
                    raise ValidationError(_("%(day)s is both a day off and a working day.") % {"day": day.day})
                found.setdefault(day.day, day)
        except ValidationError as error:
            errors.append(_("Line %(number)d: %(error)s") % {"number": number, "error": error.messages[0]})
    if not found and not errors:
        errors.append(_("Enter the days off and the make-up days."))
    if errors:
        raise ValidationError(errors)
    return tuple(found[day] for day in sorted(found))


def _read_line(line: str, year: int) -> Iterator[CalendarDay]:
    """Yield the days of a line; each of its sentences lists either days off or days that are worked."""
    if not line.strip():
        return
    text = _BRACKETS.sub(_weekday_alone, _HEADING.sub("", line))
    heading, colon, rest = re.sub(r"：", ":", text).partition(":")
    name, body = (heading.strip(), rest) if colon and not re.search(r"\d", heading) else ("", text)
    seen = False
    for sentence in re.split(r"[。；;]", body):
        spans = list(_SPAN.finditer(_without_counts(sentence)))
        if not spans:
            continue
        seen = True
        is_working = bool(_WORKED.search(sentence))
        words = MAKE_UP if is_working else name or _name_in(sentence)
        if not words:
            raise ValidationError(_("Name the holiday."))
        for span in spans:
            yield from _days(span, year, words[:LONGEST_NAME], is_working=is_working)
    if not seen:
        raise ValidationError(_("There is no date in “%(line)s”.") % {"line": line.strip()[:40]})


def _weekday_alone(brackets: re.Match[str]) -> str:
    """Return only the weekday of a text in brackets: “(周一)” for “（农历正月初七、周一）”."""
    weekday = re.search(r"(?:周|星期)[一二三四五六日天]", brackets.group())
    return f"({weekday.group()})" if weekday else ""


def _without_counts(sentence: str) -> str:
    """Return the sentence without “共3天”, which is not a date."""
    return re.sub(r"共\s*\d+\s*天", "", sentence)


def _name_in(sentence: str) -> str:
    """Return the holiday's name: the first words of a sentence apart from dates and words like “放假”."""
    words = _OFF.sub("", _SPAN.sub(" ", _without_counts(sentence)))
    found = _WORDS.search(words)
    return found.group() if found else ""


def _days(span: re.Match[str], year: int, name: str, *, is_working: bool) -> Iterator[CalendarDay]:
    y1, m1, d1, w1, y2, m2, d2, w2 = span.groups()
    if not m1:
        raise ValidationError(_("“%(text)s” has no month.") % {"text": span.group()})
    first = _date(int(y1 or year), int(m1), int(d1), w1)
    last = _date(int(y2 or first.year), int(m2 or m1), int(d2), w2) if d2 else first
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise ValidationError(_("“%(text)s” is not a valid period.") % {"text": span.group()})
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.year == year:
            yield _day(day, name, is_working=is_working)
        elif day.weekday() < 5 or is_working:
            raise ValidationError(
                _("%(day)s is in %(year)d. Enter it with the list of that year.") % {"day": day, "year": day.year}
            )


def _date(year: int, month: int, day: int, weekday: str | None) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValidationError(
            _("There is no day %(year)d-%(month)d-%(day)d.") % {"year": year, "month": month, "day": day}
        ) from None
    if weekday and _CHINESE_WEEKDAYS.index(weekday.replace("天", "日")) != found.weekday():
        raise ValidationError(
            _("%(day)s is a %(weekday)s, which differs from the list.")
            % {"day": found, "weekday": WEEKDAYS[found.weekday()]}
        )
    return found


def _day(day: date, name: str, *, is_working: bool) -> CalendarDay:
    if is_working and day.weekday() < 5:
        raise ValidationError(_("%(day)s is not on a weekend and can't be a make-up day.") % {"day": day})
    return CalendarDay(day=day, year_id=day.year, name=name, is_working=is_working)


def as_list(days: Iterable[CalendarDay]) -> str:
    """Return the days as a list that ``parse`` reads, one per line."""
    return "\n".join(f"{day.day} {MAKE_UP if day.is_working else day.name}" for day in days)


def differences(draft: CalendarDraft) -> list[Difference]:
    """Return the days that differ between the draft and the stored calendar. One query."""
    before = {day.day: _words(day) for day in CalendarDay.objects.filter(year=draft.year.year)}
    after = {day.day: _words(day) for day in draft.days}
    return [
        Difference(day, before.get(day, ""), after.get(day, ""))
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    ]


def _words(day: CalendarDay) -> str:
    return _("%(name)s (working day)") % {"name": day.name} if day.is_working else day.name


def save(draft: CalendarDraft, by: User, *, seen: int) -> bool:
    """Save the draft with a log entry and queue the derivation of due dates; return False when nothing changes.

    Raise ValidationError when the year was changed after the change that was ``seen``.
    """
    year = draft.year.year
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])
        if newest_change(year) != seen:
            newest = CalendarChange.objects.filter(year=year).select_related("by").order_by("-pk").first()
            raise ValidationError(
                _(
                    "%(name)s changed this year in the meantime. What you typed has been kept; "
                    "compare and send it again."
                )
                % {"name": faster(newest.by_id, newest.by, reader_id=by.pk) if newest else _("Somebody else")}
            )
        before, after = content(year), _content(draft.year, draft.days)
        if before == after:
            return False
        draft.year.full_clean(validate_unique=False)
        draft.year.save()
        CalendarDay.objects.filter(year=year).delete()
        CalendarDay.objects.bulk_create(draft.days)
        CalendarChange.objects.create(year=draft.year, by=by, before=before, after=after)
        after_commit("filings.derive_due_dates")
    return True


def newest_change(year: int) -> int:
    """Return the primary key of a year's newest change; 0 when there is none. One query."""
    return CalendarChange.objects.filter(year=year).order_by("-pk").values_list("pk", flat=True).first() or 0


def content(year: int) -> dict[str, Any]:
    """Return a year's whole calendar as stored in a change; empty when no notice is published. Two queries."""
    row = CalendarYear.objects.filter(year=year, published=True).first()
    return _content(row, CalendarDay.objects.filter(year=year)) if row else {}


def _content(year: CalendarYear, days: Any) -> dict[str, Any]:
    return {
        "source": year.source,
        "number": year.number,
        "announced_on": str(year.announced_on or ""),
        "url": year.url,
        "off": {str(day.day): day.name for day in days if not day.is_working},
        "worked": [str(day.day) for day in days if day.is_working],
    }


def missing_year(today: date) -> int | None:
    """Return the year whose notice is missing: this one or, from November on, the next; otherwise None. One query."""
    wanted = [today.year, *([today.year + 1] if today.month >= LOOKED_FOR_FROM else [])]
    there = set(CalendarYear.objects.filter(year__in=wanted, published=True).values_list("year", flat=True))
    return next((year for year in wanted if year not in there), None)
