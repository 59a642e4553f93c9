"""Parts of a desk's queue: tabs with counts, the next step of a row, how long a claim lasts, saved views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from desks.staff.queue_forms import FilterForm
from filings.errors import MoveRefused
from filings.models import Filing, SavedFilter

# Counting stops here; larger counts are shown as 999+.
MOST_COUNTED = 999
MOST_SAVED = 12

# The desk: who looks at the queue, and when.
D = TypeVar("D")

NOBODYS: Q = Q(pk__in=[])


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


@dataclass(frozen=True, slots=True)
class Queue(Generic[D]):
    """A desk's queue: its URL namespace, its tabs in order, its filter form."""

    namespace: str
    tabs: Mapping[str, Tab[D]]
    form: Callable[[QueryDict], FilterForm]

    def query_of(self, data: QueryDict) -> str:
        """Return the query string of a view: its tab and filters, if known, and nothing else."""
        tab = data.get("tab", "")
        view = {"tab": tab} if tab in self.tabs else {}
        return urlencode(view | self.form(data).chosen())

    def address(self, data: QueryDict) -> str:
        """Return the URL of the queue as it was, with known parameters only."""
        known = {name: data[name] for name in ("q", "after") if data.get(name)}
        query = "&".join(filter(None, (self.query_of(data), urlencode(known))))
        return f"{reverse(f'{self.namespace}:index')}?{query}"


@dataclass(frozen=True, slots=True)
class Step:
    """The next step for a filing: a link, or a button that sends a form (``is_post``)."""

    label: str
    url: str
    is_post: bool = False
    field: str = ""  # name=value that the button sends
    value: str = ""


def counts(rows: QuerySet[Filing], tabs: Mapping[str, Tab[D]], desk: D) -> dict[str, int]:
    """Return how many of ``rows`` each tab holds, counted up to one more than ``MOST_COUNTED``. One query."""
    parts: list[str] = []
    params: list[Any] = []
    for tab in tabs.values():
        # In the tab's order, so that its index is scanned and not the table.
        sign = "-" if tab.newest_first else ""
        limited = rows.filter(tab.holds(desk)).order_by(f"{sign}{tab.key}", f"{sign}pk")
        try:
            sql, values = limited.values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, values = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS limited)")  # noqa: S608 — Django's own SQL, values apart
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(tabs, cursor.fetchone(), strict=True))


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
