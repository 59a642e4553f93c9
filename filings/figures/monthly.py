"""Count the public figures of a month for every province and the whole country, and store them (``MonthFigures``).

Decisions, reasons and the register are counted by the functions that the bureaus' bulletins use, so the two can't
differ. A month's rows are written in one transaction and replaced when it is counted again. The cost grows with the
month's receipts and decisions, and with the register, which is read once for each month that is counted.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from filings.figures import decisions
from filings.figures.provider_work import NINE_TENTHS, Span, share_within
from filings.models import COUNTRY, ClockEntry, Filing, MonthFigures, Tick, Why
from filings.states import Status
from ministry.calendar import workdays
from ministry.models import RegisterPiece
from ministry.reference import code_tables, provinces
from ministry.register import sizes

# Fewer filings give no median: one of three means little, and tells too much about the three. Our own limit.
FEWEST = 5
# An import that has written nothing for so long has ended; a piece takes seconds. Our own limit.
IMPORT_ENDED = dt.timedelta(minutes=10)
CODES = [province.code for province in provinces.PROVINCES]


@dataclass(slots=True)
class MonthCount:
    """The figures of a month and a place; its fields are the keys of ``MonthFigures.content``.

    ``received`` are filings that reached a bureau, again after a return included, by kind; ``decided`` by kind and by
    "approved", "returned" and "in_time" (of both). ``days`` maps working days from receipt to decision to the number of
    decisions; ``codes`` maps the reasons of returns to the number of remarks. ``overdue`` were with a bureau after
    their due date at the end of the month; in the current month, when it was counted. ``subjects`` by nature and
    ``services`` by service type are on record at the end of the month ("all"), and of these approved in it ("new").
    """

    received: dict[str, int] = field(default_factory=dict)
    decided: dict[str, dict[str, int]] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    subjects: dict[str, dict[str, int]] = field(default_factory=dict)
    services: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def received_in_all(self) -> int:
        return sum(self.received.values())

    @property
    def approved(self) -> int:
        return _sum_of(self.decided, "approved")

    @property
    def returned(self) -> int:
        return _sum_of(self.decided, "returned")

    @property
    def in_all(self) -> int:
        """Return the number of decisions."""
        return self.approved + self.returned

    @property
    def late(self) -> int:
        """Return the number of decisions after the due date."""
        return self.in_all - _sum_of(self.decided, "in_time")

    @property
    def return_rate(self) -> float | None:
        """Return the share of the decisions that were returns; None without any."""
        return self.returned / self.in_all if self.in_all else None

    @property
    def median(self) -> int | None:
        """Return within how many working days, 1 or more, half were decided; None for fewer than ``FEWEST``."""
        return self._within(0.5)

    @property
    def nine_tenths(self) -> int | None:
        """Return within how many working days nine of ten were decided; otherwise as ``median``."""
        return self._within(NINE_TENTHS)

    def _within(self, share: float) -> int | None:
        days = {int(number): count for number, count in self.days.items()}
        return max(1, share_within(days, share)) if sum(days.values()) >= FEWEST else None

    @property
    def individuals(self) -> int:
        return self.subjects.get(str(code_tables.PERSON), {}).get("all", 0)

    @property
    def organisations(self) -> int:
        return _sum_of(self.subjects, "all") - self.individuals

    @property
    def services_in_all(self) -> int:
        """Return the websites and other services on record."""
        return _sum_of(self.services, "all")

    @property
    def new_services(self) -> int:
        return _sum_of(self.services, "new")


def _sum_of(rows: dict[str, dict[str, int]], name: str) -> int:
    return sum(row[name] for row in rows.values())


# --- Which months -------------------------------------------------------------------------------------


def count_next() -> bool:
    """Count the newest month that is due; return whether one was. Safe to run at any time and concurrently."""
    month = next(iter(due(timezone.localdate())), None)
    if month is None:
        return False
    count(month)
    return True


def due(today: dt.date) -> list[dt.date]:
    """Return the months to be counted today, newest first. Three queries.

    From the first month in which a bureau received a filing: this month and the last once a day, because orders and
    changes of records still reach into them, and any other once; each again after an import of a register, which brings
    records of all months.
    """
    months, imported_at = _months_until(today), _imported_at()
    counted = dict(MonthFigures.objects.filter(province=COUNTRY).values_list("month", "counted_at"))
    again = {
        month
        for month, at in counted.items()
        if (month in months[-2:] and timezone.localdate(at) < today) or (imported_at and at < imported_at)
    }
    return [month for month in reversed(months) if month in again or month not in counted]


def _imported_at() -> dt.datetime | None:
    """Return when the last piece of an import was written; None without one, and while an import may still go on."""
    last = RegisterPiece.objects.order_by("pk").values_list("at", flat=True).last()
    return last if last and last < timezone.now() - IMPORT_ENDED else None


def _months_until(today: dt.date) -> list[dt.date]:
    first = ClockEntry.objects.order_by("pk").values_list("on", flat=True).first() or today
    return Span(first.replace(day=1), Span.of(today).end).months


# --- Counting -----------------------------------------------------------------------------------------


def count(month: dt.date) -> None:
    """Count a month again for every province and the whole country, and store it. Ten queries at most."""
    span = Span.of(month)
    with transaction.atomic():
        found = _found(span)
        found[COUNTRY] = together(found.values())
        now = timezone.now()
        rows = [
            MonthFigures(month=month, province=code, content=content_of(of), counted_at=now)
            for code, of in found.items()
        ]
        MonthFigures.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["province", "month"],
            update_fields=["content", "counted_at"],
        )


def content_of(count: MonthCount) -> dict[str, Any]:
    """Return the counts as ``MonthFigures.content`` has them."""
    return asdict(count)


def _found(span: Span) -> dict[str, MonthCount]:
    """Return the figures of each province."""
    received, decided, days = _received(span), decisions.by_kind(CODES, span), _days(span)
    codes, overdue = decisions.by_code(CODES, span), _overdue(span)
    subjects = sizes.subjects(CODES, span.first, span.end)
    services = sizes.services(CODES, span.first, span.end)
    return {
        code: MonthCount(
            received.get(code, {}),
            {row.pop("kind"): row for row in decided.get(code, [])},
            days.get(code, {}),
            codes.get(code, {}),
            overdue[code],
            subjects.get(code, {}),
            services.get(code, {}),
        )
        for code in CODES
    }


def _received(span: Span) -> dict[str, dict[str, int]]:
    """Return, by bureau and kind, the filings received in the span; parts split off from a filing don't count."""
    rows = ClockEntry.objects.filter(
        bureau__in=CODES, what__in=[Tick.STARTED, Tick.RESTARTED], on__gte=span.first, on__lt=span.end
    ).exclude(why=Why.SPLIT)
    return _by_bureau(rows.order_by().values_list("bureau", "filing__kind").annotate(count=Count("pk")))


def _days(span: Span) -> dict[str, dict[str, int]]:
    """Return, by bureau, how many decisions took how many working days from receipt."""
    stops = decisions.stops_of(CODES, span)
    rows = list(stops.values_list("bureau", "received_on", "on").annotate(count=Count("pk")))
    if not rows:
        return {}
    counted = workdays.counted_from(min(row[1] for row in rows), max(row[2] for row in rows))
    took = ((bureau, str(counted[on] - counted[since]), number) for bureau, since, on, number in rows)
    return _by_bureau(sorted(took, key=lambda row: (row[0], int(row[1]))))


def _by_bureau(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for bureau, key, number in rows:
        found[bureau][key] += number
    return {bureau: dict(counts) for bureau, counts in found.items()}


def _overdue(span: Span) -> Counter[str]:
    """Return, by bureau, the filings that waited after their due date at the end of the span, or wait so now.

    At an earlier end they are those still waiting and those whose clock stopped later.
    """
    until = min(span.end, timezone.localdate())
    waiting = Filing.objects.filter(bureau__in=CODES, status=Status.WITH_BUREAU, due_on__lt=until)
    found = _counts(waiting.exclude(_split_off(until, "pk")) if until == span.end else waiting)
    if until == span.end:
        later = ClockEntry.objects.filter(bureau__in=CODES, what=Tick.STOPPED, on__gte=until)
        found += _counts(later.filter(due_on__lt=until).exclude(_split_off(until, "filing")))
    return found


def _split_off(day: dt.date, filing: str) -> Exists:
    """Return the condition for filings split off from another one since a day: until then they were part of it."""
    split = ClockEntry.objects.filter(bureau__in=CODES, what=Tick.STARTED, why=Why.SPLIT, on__gte=day)  # by an index
    return Exists(split.filter(filing=OuterRef(filing)))


def _counts(rows: QuerySet[Any]) -> Counter[str]:
    return Counter(dict(rows.order_by().values_list("bureau").annotate(count=Count("pk"))))


def together(counts: Collection[MonthCount]) -> MonthCount:
    """Return the figures of all places together."""
    whole = MonthCount()
    for one in counts:
        for sums, part in ((whole.received, one.received), (whole.days, one.days), (whole.codes, one.codes)):
            _add(sums, part)
        for rows, parts in (
            (whole.decided, one.decided),
            (whole.subjects, one.subjects),
            (whole.services, one.services),
        ):
            for key, part in parts.items():
                _add(rows.setdefault(key, {}), part)
        whole.overdue += one.overdue
    return whole


def _add(sums: dict[str, int], more: dict[str, int]) -> None:
    for key, number in more.items():
        sums[key] = sums.get(key, 0) + number
