"""Shared pages of both desks' queues: the requested view, actions on several filings, saved views."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks.components import PageTab
from desks.paging import page
from desks.staff import queue as queues
from desks.staff.queue import Tab
from desks.staff.queue_forms import FilterForm, SavedFilterForm
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.lookup import search
from filings.models import Filing, SavedFilter
from filings.moves.assignment import AssignmentOutcome

D = TypeVar("D")

# Sealed columns that a list does not show: unsealing them would be most of its cost.
UNREAD = (
    "facts",
    "answers_draft",
    "subject__address",
    "subject__responsible_name",
    "subject__responsible_mobile",
    "subject__responsible_email",
)
# Filings that one form may name; a page shows far fewer.
MOST_CHOSEN = 100


@dataclass(frozen=True, slots=True)
class Queue(Generic[D]):
    """A desk's queue: its URL namespace, its tabs in order, its filter form."""

    desk: str
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
        return f"{reverse(f'{self.desk}:index')}?{query}"


@dataclass(frozen=True, slots=True)
class View(Generic[D]):
    """The requested view of a queue: a search, or else a tab, with or without filters."""

    queue: Queue[D]
    tab: Tab[D]
    form: FilterForm
    search: str
    cursor: str

    @classmethod
    def of(cls, queue: Queue[D], data: QueryDict, first: str) -> Self:
        """Return the requested view, by default of the tab ``first``; raise Http404 for an unknown tab."""
        if (named := data.get("tab", first)) not in queue.tabs:
            raise Http404
        return cls(queue, queue.tabs[named], queue.form(data), data.get("q", "").strip(), data.get("after", ""))

    @property
    def query(self) -> str:
        """Return the query string without a cursor."""
        if self.search:
            return urlencode({"q": self.search})
        return urlencode({"tab": self.tab.id} | self.form.chosen())

    @property
    def queue_url(self) -> str:
        """Return the URL of the queue without a view."""
        return reverse(f"{self.queue.desk}:index")

    @property
    def save_url(self) -> str:
        """Return the URL that saves a view."""
        return reverse(f"{self.queue.desk}:save_filter")

    @property
    def delete_name(self) -> str:
        """Return the URL name that deletes a saved view."""
        return f"{self.queue.desk}:delete_filter"

    def narrowed(self, visible: QuerySet[Filing], now: D) -> QuerySet[Filing]:
        """Return the filings of the tab that match the filters."""
        return visible.filter(self.tab.holds(now) & self.form.condition(now))

    def tab_links(self, counted: Mapping[str, int]) -> list[PageTab]:
        """Return the tabs; filters are kept from one to the next."""
        chosen = self.form.chosen()
        return [
            PageTab(
                tab.label,
                f"?{urlencode({'tab': tab.id} | chosen)}",
                tab is self.tab and not self.search,
                queues.count_words(counted[tab.id]),
            )
            for tab in self.queue.tabs.values()
        ]

    def listed(self, visible: QuerySet[Filing], now: D, actor: Actor) -> dict[str, Any]:
        """Return the filings of this view with the URLs of its pages, or the result of its search."""
        rows = visible.defer(*UNREAD)
        if self.search:
            found = search.find(rows, search.desk_of(actor), self.search)
            return {"filings": found.rows, "next_url": "", "first_url": "", "found": found}
        shown = page(self.narrowed(rows, now), self.tab.key, self.cursor, descending=self.tab.newest_first)
        return {
            "filings": shown.rows,
            "next_url": f"?{self.query}&{urlencode({'after': shown.next_cursor})}" if shown.next_cursor else "",
            "first_url": f"?{self.query}" if self.cursor else "",
            "found": None,
        }


# --- Several at once --------------------------------------------------------------------------------


def chosen(request: HttpRequest) -> list[int]:
    """Return the ids of the chosen filings; invalid ones are left out."""
    typed = request.POST.getlist("filing")[:MOST_CHOSEN]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 19]


def told(request: HttpRequest, back: str, outcomes: Iterable[AssignmentOutcome]) -> HttpResponse:
    """Redirect with a message if everything was done; else show the outcome for each filing."""
    all_of_them = list(outcomes)
    done = sum(not outcome.refusal for outcome in all_of_them)
    words = ngettext("One filing done.", "%(done)d filings done.", done) % {"done": done}
    if done == len(all_of_them):
        messages.success(request, words)
        return redirect(back)
    context = {"outcomes": all_of_them, "done": words if done else "", "back": back}
    return render(request, "desk/outcomes.html", context)


# --- Saved views ------------------------------------------------------------------------------------


def save_view(request: HttpRequest, queue: Queue[D], actor: Actor) -> HttpResponse:
    """Save the current tab and filters under a name."""
    view = QueryDict(request.POST.get("view", ""))
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["name"][0]))
        return redirect(queue.address(view))
    try:
        queues.save_view(actor.person_id, form.cleaned_data["name"], queue.query_of(view))
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The view is kept as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect(queue.address(view))


def delete_view(request: HttpRequest, queue: Queue[D], actor: Actor, filter_id: int) -> HttpResponse:
    """Delete a saved view of the actor's own."""
    saved = get_object_or_404(SavedFilter, pk=filter_id, user=actor.person_id)
    saved.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": saved.name})
    return redirect(queue.address(QueryDict(request.POST.get("view", ""))))
