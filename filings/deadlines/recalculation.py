"""Recalculate open due dates after the work calendar has changed, and notify those concerned.

Filings with the same day of receipt and due date are updated together, in batches under row locks, each batch a short
transaction: a decision on a filing waits for one batch at most, and rows that somebody has locked are left for a second
pass. A killed run has done whole batches; the next one finds the rest.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.sealed import SealedField, next_keys
from filings import clock
from filings.actors import portal
from filings.deadlines import escalation
from filings.mail import notices
from filings.models import CalendarApplied, Event, Filing, MovedDate, Tick, Why
from filings.states import Status
from ministry.calendar import workdays
from ministry.calendar.work_calendar import CalendarDraft

BATCH = 500
TOLD_AT_ONCE = 500
# A filing received while the calendar changes may still get its date from the earlier one; longer than a transaction.
SETTLES = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Group:
    """Open filings with the same day of receipt and due date: their count, an example, and their correct due date."""

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
        """Return the filings that are still in the group."""
        return Filing.objects.filter(
            status=Status.WITH_BUREAU,
            due_on=self.due_on,
            due_is_provisional=self.is_provisional,
            received_at__gte=clock.moment(self.received_on),
            received_at__lt=clock.moment(self.received_on + workdays.ONE_DAY),
        )


def groups(change: CalendarDraft | None = None) -> list[Group]:
    """Return all open filings grouped by day of receipt and due date, with the correct date by the calendar.

    ``change``: use the calendar as it would be after this change. Three queries.
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
    """Recalculate every open due date from the work calendar; return how many moved.

    Reads no filing if a complete run has compared all with this calendar, ``SETTLES`` or longer after a run saw it
    first. Two queries then.
    """
    began, digest = timezone.now(), calendar_digest()
    known = CalendarApplied.objects.filter(digest=digest).first()
    if known and known.compared_at - known.seen_at >= SETTLES:
        return 0
    moved = sum(
        _derive(group, batch, waits=waits)
        for waits in (False, True)  # second pass for locked rows
        for group in groups()
        if group.is_stale
    )
    applied = {"digest": digest, "seen_at": known.seen_at if known else began, "compared_at": began}
    CalendarApplied.objects.update_or_create(pk=1, defaults=applied)
    return moved


def calendar_digest() -> str:
    """Return the digest of the years of the work calendar on which open due dates depend. One query."""
    year = timezone.now().year
    return workdays.book(date.min).digest(range(year - 1, year + 3))


def _derive(group: Group, batch: int, *, waits: bool) -> int:
    moved, last = 0, 0
    while ids := _next(group, last, batch, waits=waits):
        moved += len(ids) if group.moves else 0
        last = ids[-1]
    return moved


def _next(group: Group, after: int, batch: int, *, waits: bool) -> list[int]:
    """Update the group's next filings; return their ids, empty if there are none or the calendar has changed."""
    with transaction.atomic():
        book = workdays.book(group.received_on)
        if clock.due(group.received_on, book) != group.due:
            return []
        rows = group.rows().filter(pk__gt=after).order_by("pk").select_for_update(no_key=True, skip_locked=not waits)
        ids = list(rows.values_list("pk", flat=True)[:batch])
        if ids:
            _set(ids, group, book)
    return ids


# Due date, clock entry, event and moved date in one statement, because inserting three rows each for 100,000 filings
# takes too long. An existing moved date keeps the date the host was given.
_SET = """
WITH filing AS (
    UPDATE filings_filing
    SET due_on = %(due_on)s, due_is_provisional = %(is_provisional)s,
        -- what the new date has not reached will be told again; what it has, nobody hears twice
        reminded_level = CASE WHEN %(moves)s THEN least(reminded_level, %(level)s) ELSE reminded_level END
    WHERE id = ANY(%(ids)s)
    RETURNING id, provider_id, bureau_id, round
), entry AS (
    INSERT INTO filings_clockentry (filing_id, bureau_id, round, what, why, received_on, due_on, is_provisional,
                                    was_due_on, notice, "on", at)
    SELECT id, bureau_id, round, %(what)s, %(why)s, %(received_on)s, %(due_on)s, %(is_provisional)s,
           CASE WHEN %(moves)s THEN %(was_due_on)s::date END, %(notice)s, %(today)s, %(now)s
    FROM filing
), new AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(events)s::bigint[], %(notes)s::text[]) AS new (filing_id, id, note)
), event AS (
    INSERT INTO filings_event (id, filing_id, provider_id, name, source, target, round, role, actor_name, note,
        on_behalf_of, at)
    SELECT new.id, filing.id, provider_id, 'clock', '', '', round, %(role)s, %(actor_name)s, new.note, '', %(now)s
    FROM filing JOIN new ON new.filing_id = filing.id
    WHERE %(moves)s
)
INSERT INTO filings_moveddate (filing_id, provider_id, was_due_on, moved_at)
SELECT id, provider_id, %(was_due_on)s, %(now)s FROM filing WHERE %(moves)s
ON CONFLICT DO NOTHING
"""


def _set(ids: list[int], group: Group, book: workdays.Book) -> None:
    due, by, now = group.due, portal(), timezone.now()
    events = next_keys(Event, len(ids)) if group.moves else []
    note = Event._meta.get_field("note")
    assert isinstance(note, SealedField)  # noqa: S101 — a name of the code's own
    years = range(group.received_on.year, due.on.year + 1)
    values: dict[str, Any] = {
        "ids": ids,
        "moves": group.moves,
        "due_on": due.on,
        "is_provisional": due.is_provisional,
        "level": escalation.reached(due.on, escalation.cutoffs()),
        "what": Tick.MOVED if group.moves else Tick.CONFIRMED,
        "why": Why.CALENDAR,
        "received_on": group.received_on,
        "was_due_on": group.due_on,
        "notice": "；".join(book.notices[year].notice for year in years if year in book.notices),
        "role": by.role,
        "actor_name": by.name,
        "events": events,
        "notes": [note.sealed(f"{group.due_on} → {due.on}", key) for key in events],
        "today": timezone.localdate(now),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)


def tell_moved(batch: int = TOLD_AT_ONCE) -> int:
    """Notify the hosts whose due date has moved, and each provider in one mail; return how many filings."""
    # Without the filings: most runs find no row.
    return sum(iter(partial(_tell_some, batch), 0)) if MovedDate.objects.exists() else 0


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
    """Return whether the filing is still with the bureau and its due date differs from the one the host was given."""
    return row.filing.status == Status.WITH_BUREAU and row.filing.due_on != row.was_due_on
