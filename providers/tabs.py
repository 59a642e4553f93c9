"""The tabs of the provider's queue: what each holds, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from desks.staff.queue import NOBODYS, Tab
from desks.staff.queue_columns import Column
from filings import clock
from filings.review import notes
from filings.states import ENDED_EMPTY_HANDED, PROVIDERS_WORK, Status
from ministry.calendar import workdays


@dataclass(frozen=True, slots=True)
class ProviderQueue:
    """Who looks at the queue, and when.

    By the provider's own promise, filings that arrived before ``due_before`` are due by today, and those that arrived
    before ``late_before`` were due earlier; those that arrived before ``old_before`` have the age asked for. None if
    there is no promise, or no age was asked for.
    """

    user_id: int
    now: datetime
    today: date
    due_before: datetime | None
    late_before: datetime | None
    old_before: datetime | None
    calendar: workdays.Book | None  # of all years, if one of these was derived from it

    @classmethod
    def of(cls, user_id: int, promised_days: int | None, age: int | None) -> "ProviderQueue":
        """Return the queue as this user has it now. One query at most."""
        now = timezone.now()
        today = timezone.localdate(now)
        book = workdays.book(date.min) if promised_days or age else None

        def since(days: int | None, by: date) -> datetime | None:
            return clock.rested_since(book, days, by) if book and days else None

        yesterday = today - workdays.ONE_DAY
        return cls(
            user_id, now, today, since(promised_days, today), since(promised_days, yesterday), since(age, today), book
        )


def _active(desk: ProviderQueue) -> Q:
    """Return the condition for filings not on hold today."""
    return Q(paused_until=None) | Q(paused_until__lte=desk.today)


def _free(desk: ProviderQueue) -> Q:
    """Return the condition for unassigned filings: never claimed, or the claim has expired."""
    return Q(claimed_until=None) | Q(claimed_until__lte=desk.now)


def _mine(desk: ProviderQueue) -> Q:
    return Q(status__in=PROVIDERS_WORK, claimed_by=desk.user_id) & _active(desk)


def _colleagues(desk: ProviderQueue) -> Q:
    return Q(status__in=PROVIDERS_WORK, claimed_by__isnull=False, claimed_until__gt=desk.now) & ~Q(
        claimed_by=desk.user_id
    )


def _due(desk: ProviderQueue) -> Q:
    if desk.due_before is None:
        return NOBODYS
    return Q(status__in=PROVIDERS_WORK, arrived_at__gte=desk.late_before, arrived_at__lt=desk.due_before)


def _late(desk: ProviderQueue) -> Q:
    return Q(status__in=PROVIDERS_WORK, arrived_at__lt=desk.late_before) if desk.late_before else NOBODYS


def _with_status(*statuses: Status) -> Callable[[ProviderQueue], Q]:
    return lambda _desk: Q(status__in=statuses)


_NEW = _("New filings appear here as soon as hosts submit them.")
_LATER = _("Filings that have reached this step appear here.")

TABS: tuple[Tab[ProviderQueue], ...] = (
    Tab("mine", _("Mine"), _mine, _("You have claimed no filing. Claim the next one under “Unassigned”.")),
    Tab(
        "mentions",
        _("Mentions"),
        lambda desk: notes.mentioning(desk.user_id),
        _("No unread note mentions you."),
        newest_first=True,
        ours=False,
    ),
    Tab("work", _("Unassigned"), lambda desk: Q(status=Status.WITH_PROVIDER) & _free(desk) & _active(desk), _NEW),
    Tab(
        "returned",
        _("Returned by the bureau"),
        lambda desk: Q(status=Status.RETURNED_TO_PROVIDER) & _active(desk),
        _("No filing returned by the bureau is waiting for you."),
    ),
    Tab(
        "due",
        _("Due today"),
        _due,
        _("No filing is due today under your promised verification time. Filings on hold count too."),
        by_promise=True,
    ),
    Tab(
        "late",
        _("Overdue"),
        _late,
        _("No filing has passed your promised verification time. Filings on hold count too."),
        by_promise=True,
    ),
    Tab("colleagues", _("With colleagues"), _colleagues, _("No colleague has claimed a filing.")),
    Tab(
        "hold",
        _("On hold"),
        lambda desk: Q(status__in=PROVIDERS_WORK, paused_until__gt=desk.today),
        _("Nothing is on hold."),
        key="paused_until",
    ),
    Tab(
        "host",
        _("With the host for correction"),
        _with_status(Status.RETURNED_TO_HOST, Status.WITH_PERSONS),
        _LATER,
        ours=False,
    ),
    Tab("bureau", _("Sent to the bureau"), _with_status(Status.WITH_BUREAU), _LATER, ours=False),
    Tab(
        "asked",
        _("Questions of the bureau"),
        lambda _desk: Q(question_due_on__isnull=False),
        _("No question of the bureau is waiting for an answer."),
        key="question_due_on",
        ours=False,
    ),
    Tab("done", _("Filed"), _with_status(Status.FILED), _LATER, newest_first=True, ours=False),
    Tab(
        "withdrawn",
        _("Ended without a number"),
        _with_status(*ENDED_EMPTY_HANDED),
        _LATER,
        newest_first=True,
        ours=False,
    ),
)
BY_ID = {tab.id: tab for tab in TABS}

# The promise counts from the arrival, so what arrived first is due first.
COLUMNS = (
    Column("filing", _("Filing"), "pk", is_fixed=True),
    Column("host", _("Site host"), "subject_name"),
    Column("where", _("Current stage")),
    Column("due", _("Verification due"), "arrived_at", "arrived_at"),
    Column("holder", _("Claimed by")),
    Column("step", _("Next step"), is_fixed=True),
)
