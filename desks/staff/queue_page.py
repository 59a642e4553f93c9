"""Shared pages of both desks' queues: the requested view, actions on several filings, saved views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desks.components import PageTab
from desks.paging import page
from desks.refusals import refusals_above
from desks.staff import queue as queues
from desks.staff.desk import StaffDesk
from desks.staff.queue import Queue, Tab
from desks.staff.queue_forms import FilterForm, SavedFilterForm
from filings.actors import Actor
from filings.lookup import search
from filings.models import Filing, SavedFilter
from filings.moves import assignment
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
        return reverse(f"{self.queue.namespace}:index")

    @property
    def save_url(self) -> str:
        """Return the URL that saves a view."""
        return reverse(f"{self.queue.namespace}:save_filter")

    @property
    def delete_name(self) -> str:
        """Return the URL name that deletes a saved view."""
        return f"{self.queue.namespace}:delete_filter"

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
        shown = page(self.narrowed(rows, now), self.tab.key, {"after": self.cursor}, descending=self.tab.newest_first)
        return {
            "filings": shown.rows,
            "next_url": f"?{self.query}&{urlencode({'after': shown.next_cursor})}" if shown.next_cursor else "",
            "first_url": f"?{self.query}" if self.cursor else "",
            "found": None,
        }


def context(
    request: HttpRequest, desk: StaffDesk, actor: Actor, now: Any, rows: QuerySet[Filing], *, otherwise: str
) -> dict[str, Any]:
    """Return what both desks' queues show; the tab ``otherwise`` comes first while the actor has claimed nothing."""
    queue = desk.queue_of(actor)
    counted = queues.counts(Filing.objects.visible_to(actor), queue.tabs, now)
    view = View.of(queue, request.GET, "mine" if counted["mine"] else otherwise)
    return {
        **view.listed(rows, now, actor),
        "tabs": view.tab_links(counted),
        "view": view,
        "actor": actor,
        "saved": SavedFilter.objects.filter(user=actor.person_id),
        "save": SavedFilterForm(),
    }


# --- Several at once --------------------------------------------------------------------------------


def chosen(request: HttpRequest) -> list[int]:
    """Return the ids of the chosen filings; invalid ones are left out."""
    typed = request.POST.getlist("filing")[:MOST_CHOSEN]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 19]


def assign(request: HttpRequest, desk: StaffDesk, actor: Actor, back: str) -> HttpResponse:
    """Assign the chosen filings to a colleague; refusals are shown filing by filing."""
    if not (named := chosen(request)):
        messages.warning(request, _("Choose at least one filing."))
        return redirect(back)
    try:
        to = desk.colleague(actor, int(request.POST.get("to", "")))
    except (ObjectDoesNotExist, ValueError, OverflowError):
        messages.warning(request, _("Choose a colleague first."))
        return redirect(back)
    return told(request, back, assignment.assign(named, actor, to=to))


def told(request: HttpRequest, back: str, outcomes: Iterable[AssignmentOutcome]) -> HttpResponse:
    """Redirect with a message if everything was done; else show the outcome for each filing."""
    all_of_them = list(outcomes)
    done = sum(not outcome.refusal for outcome in all_of_them)
    words = ngettext("One filing processed.", "%(done)d filings processed.", done) % {"done": done}
    if done == len(all_of_them):
        messages.success(request, words)
        return redirect(back)
    context = {"outcomes": all_of_them, "done": words if done else "", "back": back}
    return render(request, "desk/outcomes.html", context)


# --- Saved views ------------------------------------------------------------------------------------


@require_POST
def save_filter(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Save the current tab and filters under a name."""
    actor = desk.actor_of(request)
    queue, view, form = desk.queue_of(actor), QueryDict(request.POST.get("view", "")), SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["name"][0]))
        return redirect(queue.address(view))
    with refusals_above(request, messages.WARNING):
        queues.save_view(actor.person_id, form.cleaned_data["name"], queue.query_of(view))
        messages.success(request, _("The view has been saved as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect(queue.address(view))


@require_POST
def delete_filter(request: HttpRequest, filter_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Delete a saved view of the actor's own."""
    actor = desk.actor_of(request)
    saved = get_object_or_404(SavedFilter, pk=filter_id, user=actor.person_id)
    saved.delete()
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": saved.name})
    return redirect(desk.queue_of(actor).address(QueryDict(request.POST.get("view", ""))))
