"""Shared pages of both desks' queues: the requested view, actions on several filings, saved views."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from desks.components import PageTab
from desks.paging import page
from desks.staff import queue as queues
from desks.staff.desk import StaffDesk
from desks.staff.queue import Sorting, Tab
from desks.staff.queue_columns import Column, Heading, Queue, asked, headings
from desks.staff.queue_forms import FilterForm, LookForm, SavedFilterForm
from filings.actors import Actor
from filings.lookup import search
from filings.lookup.search import SearchHit
from filings.models import Filing, QueueLook, SavedFilter

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


@dataclass(frozen=True, slots=True)
class View(Generic[D]):
    """The requested view of a queue: a search, or else a tab, with or without filters."""

    queue: Queue[D]
    tab: Tab[D]
    form: FilterForm[D]
    search: str
    certificate: int | None  # the key of the number that is looked for: see ``look_up``
    sort: str  # as in the URL, empty for the tab's own order
    order: Sorting
    cursor: str

    @classmethod
    def of(cls, queue: Queue[D], data: QueryDict, first: str) -> Self:
        """Return the requested view, by default of the tab ``first``; raise Http404 for an unknown tab."""
        if (named := data.get("tab", first)) not in queue.tabs:
            raise Http404
        tab = queue.tabs[named]
        return cls(
            queue,
            tab,
            queue.form(data),
            data.get("q", "").strip(),
            search.key_in(data.get("certificate", "")),
            *asked(queue.columns, tab, data.get("sort", "")),
            data.get("after", ""),
        )

    @property
    def searches(self) -> bool:
        """Return whether the view is a search."""
        return bool(self.search) or self.certificate is not None

    @property
    def query(self) -> str:
        """Return the query string without a cursor."""
        if self.certificate is not None:
            return urlencode({"certificate": self.certificate})
        if self.search:
            return urlencode({"q": self.search})
        return self._query_of(self.sort)

    @property
    def here(self) -> str:
        """Return the query string with the cursor, to come back to this page."""
        return f"{self.query}&{urlencode({'after': self.cursor})}" if self.cursor else self.query

    def _query_of(self, sort: str) -> str:
        return urlencode({"tab": self.tab.id} | self.form.chosen() | ({"sort": sort} if sort else {}))

    def headings(self, columns: Iterable[Column]) -> list[tuple[Heading, str]]:
        """Return the headings of these columns, each with its link's URL, empty if it has none."""
        shown = headings(columns, self.tab, self.order, sorts=not self.searches)
        return [(one, f"?{self._query_of(one.sort)}" if one.sort else "") for one in shown]

    @property
    def queue_url(self) -> str:
        """Return the URL of the queue without a view."""
        return reverse(f"{self.queue.namespace}:index")

    @property
    def search_url(self) -> str:
        """Return the URL that takes a search."""
        return reverse(f"{self.queue.namespace}:search")

    @property
    def look_url(self) -> str:
        """Return the URL that takes how the queue looks."""
        return reverse(f"{self.queue.namespace}:look")

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
                tab is self.tab and not self.searches,
                queues.count_words(counted[tab.id]),
            )
            for tab in self.queue.tabs.values()
        ]

    def found(self, rows: QuerySet[Filing], actor: Actor) -> SearchHit:
        """Return the result of its search among ``rows``."""
        if self.certificate is not None:
            return search.with_certificate(rows, self.certificate)
        return search.find(rows, search.desk_of(actor), self.search)

    def wanted(self, visible: QuerySet[Filing], now: D, actor: Actor) -> QuerySet[Filing]:
        """Return all filings of this view in its order, without paging."""
        if self.searches:
            visible = visible.filter(pk__in=[filing.pk for filing in self.found(visible.only("pk"), actor).rows])
        else:
            visible = self.narrowed(visible, now)
        return visible.order_by(*self.order.names)

    def listed(self, visible: QuerySet[Filing], now: D, actor: Actor, size: int) -> dict[str, Any]:
        """Return the filings of this view with the URLs of its pages, or the result of its search."""
        rows = visible.defer(*UNREAD)
        if self.searches:
            found = self.found(rows, actor)
            return {"filings": found.rows, "next_url": "", "first_url": "", "found": found}
        narrowed = self.narrowed(rows, now)
        shown = page(narrowed, self.order.key, {"after": self.cursor}, descending=self.order.descending, size=size)
        return {
            "filings": shown.rows,
            "next_url": f"?{self.query}&{urlencode({'after': shown.next_cursor})}" if shown.next_cursor else "",
            "first_url": f"?{self.query}" if self.cursor else "",
            "found": None,
        }


def context(
    request: HttpRequest,
    desk: StaffDesk,
    actor: Actor,
    now: Any,
    rows: QuerySet[Filing],
    *,
    otherwise: str,
    told: Mapping[str, QuerySet[Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return what both desks' queues show; the tab ``otherwise`` comes first while the actor has claimed nothing.

    ``told``: other rows that wait for the party, counted with the tabs in one query. The page gets 0 if there are none.
    """
    queue = desk.queue
    counted = queues.count_each({**queues.held(Filing.objects.visible_to(actor), queue.tabs, now), **told})
    view = View.of(queue, request.GET, "mine" if counted["mine"] else otherwise)
    look = QueueLook.objects.filter(user=actor.person_id).first() or QueueLook()
    columns = queue.shown(look.hidden)
    listed = view.listed(rows, now, actor, look.page_size if look.pk else 0)
    return {
        **listed,
        "count": _count(view, listed, counted, lambda: view.narrowed(Filing.objects.visible_to(actor), now)),
        "tabs": view.tab_links(counted),
        "told": {name: counted[name] and queues.count_words(counted[name]) for name in told},
        "view": view,
        "columns": columns,
        "headings": view.headings(columns),
        "look": LookForm.of(queue.choosable, look),
        "empty": _("No filing on this tab matches the filter.") if view.form.chosen() else view.tab.empty,
        "actor": actor,
        "saved": SavedFilter.objects.filter(user=actor.person_id),
        "save": SavedFilterForm(),
    }


def _count(
    view: View[Any], listed: Mapping[str, Any], counted: Mapping[str, int], narrowed: Callable[[], QuerySet[Filing]]
) -> str:
    """Return how many filings the view holds, in words. One query if it has a filter, else none."""
    if view.searches:
        return f"{len(listed['filings'])}{'+' if listed['found'].more else ''}"
    if view.form.chosen():
        return queues.count_words(queues.count_each({"view": narrowed()})["view"])
    return queues.count_words(counted[view.tab.id])


@require_POST
@sensitive_post_parameters("q")
def look_up(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Redirect to the result of a search.

    The text comes by POST, because a full certificate number must not get into the URL, and so into histories and
    logs of web servers: the result's URL has a keyed digest of it instead, which opens again on reload and on the way
    back, and from which nobody can tell the number. What else is searched for stands in the URL as it was typed.
    """
    typed = request.POST.get("q", "").replace("\0", "")
    key = search.certificate_key(search.desk_of(desk.actor_of(request)), typed)
    query = {"q": typed[: search.LONGEST + 1]} if key is None else {"certificate": str(key)}
    return redirect(f"{desk.queue_url}?{urlencode(query)}")
