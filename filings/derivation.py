"""Open due dates anew after the work calendar has changed, and the mails to those whose date has moved.

Filings that were received on one day and are due on one day move together. They move in batches under their rows'
locks, each batch a short transaction: whoever decides on a filing waits for one batch at most, and what somebody has
locked is left for a second pass. A run that is killed has done whole batches; the next one finds the rest.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import transaction
from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from filings import clock, ladder, notices
from filings.actors import portal
from filings.models import ClockEntry, Event, Filing, MovedDate, Tick, Why
from filings.moving import event_of
from filings.states import Status
from ministry import workdays
from ministry.work_calendar import Draft

BATCH = 250
TOLD_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Group:
    """So many open filings that were received on one day and have one due date; one of them, and the date they should
    have.
    """

    received_on: date
    due_on: date
    is_provisional: bool
    filings: int
    example: int
    due: clock.Due

    @property
    def is_stale(self) -> bool:
        return (self.due_on, self.is_provisional) != (self.due.on, self.due.is_provisional)

    @property
    def moves(self) -> bool:
        return self.due_on != self.due.on

    def rows(self) -> QuerySet[Filing]:
        """The group's filings, as far as they are still there."""
        return Filing.objects.filter(
            status=Status.WITH_BUREAU,
            due_on=self.due_on,
            due_is_provisional=self.is_provisional,
            received_at__gte=clock.moment(self.received_on),
            received_at__lt=clock.moment(self.received_on + workdays.ONE_DAY),
        )


def groups(change: Draft | None = None) -> list[Group]:
    """All open filings by the day of receipt and the due date they have; with the date by the calendar, or by the
    calendar as the change would make it. Three queries.
    """
    found = list(
        Filing.objects.filter(status=Status.WITH_BUREAU)
        .order_by()
        .annotate(day=TruncDate("received_at"))
        .values_list("day", "due_on", "due_is_provisional")
        .annotate(count=Count("pk"), example=Min("pk"))
    )
    if not found:
        return []
    book = workdays.book(min(row[0] for row in found))
    if change:
        book = book.changed(change.year, change.days)
    dues = {day: clock.due(day, book) for day in {row[0] for row in found}}
    return [
        Group(received_on, due_on, is_provisional, count, example, dues[received_on])
        for received_on, due_on, is_provisional, count, example in sorted(found)
    ]


def derive_due_dates(batch: int = BATCH) -> int:
    """Derive every open due date from the work calendar again; answer how many moved."""
    moved = 0
    for waits in (False, True):  # what was locked, once more
        for group in groups():
            if group.is_stale:
                moved += _derive(group, batch, waits=waits)
    return moved


def _derive(group: Group, batch: int, *, waits: bool) -> int:
    moved, last = 0, 0
    while filings := _next(group, last, batch, waits=waits):
        moved += len(filings) if group.moves else 0
        last = filings[-1].pk
    return moved


def _next(group: Group, after: int, batch: int, *, waits: bool) -> list[Filing]:
    """Set the due dates of the group's next filings; none when there are no more, or the calendar changed meanwhile."""
    with transaction.atomic():
        book = workdays.book(group.received_on)
        if clock.due(group.received_on, book) != group.due:
            return []
        rows = group.rows().filter(pk__gt=after).order_by("pk").defer("facts", "answers_draft")
        filings = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=not waits)[:batch])
        if filings:
            _set(filings, group, book)
    return filings


def _set(filings: list[Filing], group: Group, book: workdays.Book) -> None:
    due = group.due
    changes = {"due_on": due.on, "due_is_provisional": due.is_provisional}
    if group.moves:
        # what the new date has not reached will be told again; what it has, nobody hears twice
        changes["reminded_level"] = Least(F("reminded_level"), ladder.reached(due.on, ladder.cutoffs()))
    Filing.objects.filter(pk__in=[filing.pk for filing in filings]).update(**changes)
    _record(filings, group, book)


def _record(filings: list[Filing], group: Group, book: workdays.Book) -> None:
    due = group.due
    rests_on = [book.notices[year] for year in range(group.received_on.year, due.on.year + 1) if year in book.notices]
    said = {"notice": "；".join(year.notice for year in rests_on), "was_due_on": group.due_on if group.moves else None}
    for filing in filings:
        filing.due_on, filing.due_is_provisional = due.on, due.is_provisional
    what = Tick.MOVED if group.moves else Tick.CONFIRMED
    ClockEntry.objects.bulk_create(clock.entry(filing, what, Why.CALENDAR, **said) for filing in filings)
    if group.moves:
        note = f"{group.due_on} → {due.on}"
        Event.objects.bulk_create(event_of(filing, "clock", portal(), note=note) for filing in filings)
        now = timezone.now()
        MovedDate.objects.bulk_create(
            [
                MovedDate(filing=filing, provider_id=filing.provider_id, was_due_on=group.due_on, moved_at=now)
                for filing in filings
            ],
            ignore_conflicts=True,  # one that is still to be told keeps the date its host knows
        )


def tell_moved(batch: int = TOLD_AT_ONCE) -> int:
    """Write to the hosts whose due date has moved, and to each provider one mail for many; answer how many filings."""
    told = 0
    while filings := _tell_some(batch):
        told += filings
    return told


def _tell_some(batch: int) -> int:
    with transaction.atomic():
        rows = MovedDate.objects.select_related("filing__host", "filing__provider", "filing__bureau")
        moved = list(
            rows.defer("filing__facts", "filing__answers_draft")
            .order_by("provider", "filing")
            .select_for_update(of=("self",), skip_locked=True)[:batch]
        )
        news = [row for row in moved if _is_news(row)]
        for _provider, of_one in groupby(news, key=lambda row: row.provider_id):
            notices.tell_moved([(row.filing, row.was_due_on) for row in of_one])
        MovedDate.objects.filter(pk__in=[row.pk for row in moved]).delete()
    return len(moved)


def _is_news(row: MovedDate) -> bool:
    """Whether the date still runs and is another one than its host was told last."""
    return row.filing.status == Status.WITH_BUREAU and row.filing.due_on != row.was_due_on
