"""The tabs of the bureau's queue: what each holds, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bureaus.morning_mail import SOON
from desks.staff.queue import Tab
from desks.staff.queue_columns import Column
from filings import clock
from filings.actors import Actor
from filings.models import DECISIONS, ClockEntry, Tick
from filings.review import notes, opinions
from filings.states import BUREAU_RETURNED, ENDED_EMPTY_HANDED, Status
from ministry.calendar import workdays


@dataclass(frozen=True, slots=True)
class BureauQueue:
    """A reviewer's view of the queue: the actor, those they cover, today; ``soon`` is the ``SOON``-th working day.

    The actor comes first in ``user_ids``.
    """

    bureau_id: str
    user_ids: tuple[int, ...]
    now: datetime
    today: date
    soon: date
    calendar: workdays.Book  # of this year and later ones

    @classmethod
    def of(cls, actor: Actor) -> "BureauQueue":
        """Return the desk at this moment. One query."""
        now = timezone.now()
        today = timezone.localdate(now)
        own = (actor.person_id, *actor.covers)
        book = workdays.book(today)
        return cls(actor.bureau_id, own, now, today, book.nth_working_day(today, SOON), book)


OURS = Q(status=Status.WITH_BUREAU)


def _free(desk: BureauQueue) -> Q:
    """Return the condition for unassigned filings: never claimed, or the claim has expired."""
    return OURS & (Q(claimed_until=None) | Q(claimed_until__lte=desk.now))


def _decided(desk: BureauQueue) -> Q:
    """Return the condition for filings decided today, wherever they are now; they got there today at the earliest."""
    stops = ClockEntry.objects.filter(bureau=desk.bureau_id, what=Tick.STOPPED, on=desk.today, why__in=DECISIONS)
    return Q(arrived_at__gte=clock.moment(desk.today), pk__in=stops.order_by().values("filing"))


def _with_status(*statuses: Status) -> Callable[[BureauQueue], Q]:
    return lambda _desk: Q(status__in=statuses)


_NEW = _("Filings appear here once a provider has verified them.")
_LATER = _("Filings that have reached this step appear here.")

DUE_SOON = format_lazy(_("Due in {days} working days"), days=SOON)

TABS: tuple[Tab[BureauQueue], ...] = (
    Tab(
        "mine",
        _("Mine"),
        lambda desk: OURS & Q(claimed_by__in=desk.user_ids),
        _("You have claimed no filing. Claim the next one under “Unassigned”."),
        key="due_on",
    ),
    Tab(
        "mentions",
        _("Mentions"),
        lambda desk: notes.mentioning(desk.user_ids[0]),
        _("No unread note mentions you."),
        newest_first=True,
        ours=False,
    ),
    Tab("free", _("Unassigned"), _free, _NEW, key="due_on"),
    Tab(
        "soon",
        DUE_SOON,
        lambda desk: OURS & Q(due_on__gte=desk.today, due_on__lte=desk.soon),
        format_lazy(_("Nothing is due within the next {days} working days."), days=SOON),
        key="due_on",
    ),
    Tab(
        "late",
        _("Overdue"),
        lambda desk: OURS & Q(due_on__lt=desk.today),
        _("Nothing is overdue."),
        key="due_on",
    ),
    Tab("work", _("All to decide"), lambda _desk: OURS, _NEW, key="due_on"),
    Tab(
        "proposed",
        _("For a second reviewer"),
        lambda _desk: OURS & opinions.is_proposed(),
        _("No proposed approval is waiting for a second reviewer."),
        key="due_on",
    ),
    Tab(
        "unanswered",
        _("Question unanswered"),
        lambda desk: OURS & Q(question_due_on__lt=desk.today),
        _("No provider is late with an answer."),
        key="question_due_on",
    ),
    Tab(
        "returned",
        _("Returned"),
        _with_status(*BUREAU_RETURNED),
        _("No filing you returned is waiting for correction."),
        newest_first=True,
        ours=False,
    ),
    Tab("today", _("Decided today"), _decided, _("No filing has been decided today."), newest_first=True, ours=False),
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

# Filings that are no longer with the bureau show when they left it.
COLUMNS = (
    Column("filing", _("Filing"), "pk", is_fixed=True),
    Column("host", _("Site host"), "subject_name"),
    Column("provider", _("Access provider")),
    Column("due", _("Due date"), "due_on", "arrived_at"),
    Column("where", _("Current stage")),
    Column("holder", _("Claimed by")),
    Column("step", _("Next step"), is_fixed=True),
)
