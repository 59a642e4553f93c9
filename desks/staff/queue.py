"""Parts of a desk's queue: tabs with counts, the next step of a row, how long a claim lasts, saved views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from filings.errors import MoveRefused
from filings.models import Filing, SavedFilter
from ministry.calendar import workdays

# Counting stops here; larger counts are shown as 999+.
MOST_COUNTED = 999
MOST_SAVED = 12

# The desk: who looks at the queue, and when.
D = TypeVar("D")

NOBODYS: Q = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Sorting:
    """The order of filings: by a field, then by primary key."""

    key: str
    descending: bool = False

    @property
    def names(self) -> tuple[str, str]:
        """Return it as names for ``order_by``."""
        sign = "-" if self.descending else ""
        return f"{sign}{self.key}", f"{sign}pk"


@dataclass(frozen=True, slots=True)
class Tab(Generic[D]):
    """A tab: its filings, its sort key, its text when empty, and whether its filings are with this party."""

    id: str
    label: Any
    holds: Callable[[D], Q]
    empty: Any
    key: str = "arrived_at"
    newest_first: bool = False
    ours: bool = True
    by_promise: bool = False  # empty as long as the party has promised no time

    @property
    def order(self) -> Sorting:
        """Return its own order."""
        return Sorting(self.key, self.newest_first)


@dataclass(frozen=True, slots=True)
class Step:
    """The next step for a filing: a link, or a button that sends a form (``is_post``)."""

    label: str
    url: str
    is_post: bool = False
    field: str = ""  # name=value that the button sends
    value: str = ""


@dataclass(frozen=True, slots=True)
class DueShown:
    """The due date of a filing, and in words how much time is left or how late it is."""

    on: date
    words: str
    is_late: bool
    is_soon: bool
    is_provisional: bool

    @classmethod
    def of(cls, on: date, today: date, book: workdays.Book, *, soon: date, is_provisional: bool) -> Self:
        """Return the due date as seen today; it is soon until the day ``soon``."""
        if on < today:
            words = late_words(book.working_days_between(on, today))
        else:
            words = left_words(book.working_days_between(today, on))
        return cls(on, words, on < today, today <= on <= soon, is_provisional)


def held(rows: QuerySet[Any], tabs: Mapping[str, Tab[D]], desk: D) -> dict[str, QuerySet[Any]]:
    """Return what each tab holds among ``rows``, to be counted by ``count_each``.

    In the tab's order, so that its index is scanned and not the table.
    """
    return {tab.id: rows.filter(tab.holds(desk)).order_by(*tab.order.names) for tab in tabs.values()}


def count_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Return how many rows each list has, counted up to one more than ``MOST_COUNTED``. One query."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in lists.values():
        try:
            sql, values = rows.values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, values = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS limited)")  # noqa: S608 — Django's own SQL, values apart
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(lists, cursor.fetchone(), strict=True))


def count_words(count: int) -> str:
    """Return a count as a tab shows it: 12, or 999+."""
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def late_words(days: int) -> str:
    """Return by how many working days a due date has passed, in words."""
    if not days:
        return _("overdue")
    return ngettext("%(late)d working day late", "%(late)d working days late", days) % {"late": days}


def left_words(days: int) -> str:
    """Return how many working days are left, in words."""
    if not days:
        return _("due today")
    return ngettext("%(left)d working day left", "%(left)d working days left", days) % {"left": days}


def arrived_words(filing: Filing) -> str:
    """Return the day on which the filing reached its holder, in words."""
    day = timezone.localdate(filing.arrived_at)
    if day == timezone.localdate():
        return _("Received today")
    return _("Received %(day)s") % {"day": date_format(day, "MONTH_DAY_FORMAT")}


def until_words(filing: Filing, user_id: int | None) -> str:
    """Return until when the filing is claimed, or that the claim has expired; empty if it was not claimed."""
    if filing.claimed_until is None:
        return ""
    until = timezone.localtime(filing.claimed_until)
    when = time_format(until, "TIME_FORMAT")
    if until.date() != timezone.localdate():
        when = f"{date_format(until, 'MONTH_DAY_FORMAT')} {when}"
    if filing.claimant_id():
        return _("until %(when)s") % {"when": when}
    if filing.claimed_by_id == user_id:
        return _("your claim expired at %(when)s") % {"when": when}
    return _("claim expired at %(when)s") % {"when": when}


def save_view(user_id: int, name: str, query: str) -> None:
    """Store a view under a name, replacing one of the same name; raise MoveRefused beyond ``MOST_SAVED``."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        saved = SavedFilter.objects.filter(user_id=user_id)
        if not saved.filter(name=name).exists() and saved.count() >= MOST_SAVED:
            raise MoveRefused(
                _("You can keep at most %(most)d views. Delete one you no longer use.") % {"most": MOST_SAVED}
            )
        SavedFilter.objects.update_or_create(user_id=user_id, name=name, defaults={"query": query})
