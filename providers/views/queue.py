"""The provider's queue: tabs, filters and search, taking one filing into work, and what is done with several."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from filings import search, work
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, SavedFilter
from filings.paging import page
from filings.views import desk
from providers import export, filters, sheets, tabs
from providers.access import actor_of, colleague, team
from providers.forms import SavedFilterForm
from providers.models import Staff
from providers.rows import rows

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
class View:
    """What an address of the queue asks for: a search, or else a tab, narrowed down or not."""

    tab: tabs.Tab
    form: filters.FilterForm
    search: str
    cursor: str

    @classmethod
    def of(cls, data: QueryDict, counted: dict[str, int] | None = None) -> "View":
        """The view of an address; without a tab one's own work, or what nobody has when there is none."""
        first = "mine" if counted and counted["mine"] else "work"
        if (named := data.get("tab", first)) not in tabs.BY_ID:
            raise Http404
        return cls(tabs.BY_ID[named], filters.FilterForm(data), data.get("q", "").strip(), data.get("after", ""))

    @property
    def query(self) -> str:
        """The address's query without a cursor."""
        if self.search:
            return urlencode({"q": self.search})
        return urlencode({"tab": self.tab.id} | self.form.chosen())

    def narrowed(self, visible: QuerySet[Filing], now: tabs.Desk) -> QuerySet[Filing]:
        """The filings of the tab, as far as they fit."""
        return visible.filter(self.tab.holds(now) & self.form.condition(now))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """One tab or the answer of a search. Constant queries, keyset pages, counts that go no further than 999."""
    actor = actor_of(request)
    members = list(_members(actor))
    promised = members[0].provider.promised_days
    now = tabs.Desk.of(actor.person_id, promised, filters.FilterForm(request.GET).working_days)
    visible = Filing.objects.visible_to(actor)
    counted = tabs.counts(visible, now)
    view = View.of(request.GET, counted)
    listed = visible.select_related("claimed_by", "subject").defer(*UNREAD)
    context = _searched(view, listed, actor) if view.search else _tabbed(view, listed, now)
    context |= {
        "tabs": _tabs(view, counted),
        "rows": rows(context.pop("filings"), actor, promised),
        "view": view,
        "actor": actor,
        "promised": promised,
        "colleagues": members if actor.supervises and (view.search or view.tab.ours) else [],
        "may_remind": bool(view.search) or view.tab.id == "host",
        "saved": SavedFilter.objects.filter(user=actor.person_id),
        "save": SavedFilterForm(),
    }
    return render(request, "providers/queue.html", context)


def _members(actor: Actor) -> QuerySet[Staff]:
    """Oneself, and whom a supervisor may give work to."""
    return team(actor) if actor.supervises else team(actor).filter(user=actor.person_id)


def _tabs(view: View, counted: dict[str, int]) -> list[dict[str, Any]]:
    chosen = view.form.chosen()
    return [
        {
            "label": tab.label,
            "url": f"?{urlencode({'tab': tab.id} | chosen)}",
            "count": tabs.count_words(counted[tab.id]),
            "current": tab is view.tab and not view.search,
        }
        for tab in tabs.TABS
    ]


def _tabbed(view: View, listed: QuerySet[Filing], now: tabs.Desk) -> dict[str, Any]:
    tab = view.tab
    found = page(view.narrowed(listed, now), tab.key, view.cursor, descending=tab.newest_first)
    return {
        "filings": found.rows,
        "next_url": f"?{view.query}&{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "first_url": f"?{view.query}" if view.cursor else "",
        "found": None,
    }


def _searched(view: View, listed: QuerySet[Filing], actor: Actor) -> dict[str, Any]:
    found = search.find(listed, actor.provider_id or 0, view.search)
    return {"filings": found.rows, "next_url": "", "first_url": "", "found": found}


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Take a filing into work."""
    return desk.take(request, actor_of(request), filing_id, page="provider_desk:verify")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Put a filing back."""
    return desk.put_back(request, actor_of(request), filing_id, queue="provider_desk:index")


# --- Several at once --------------------------------------------------------------------------------


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with the chosen filings; what was refused is told filing by filing."""
    actor = actor_of(request)
    view = QueryDict(request.POST.get("view", ""))
    chosen = _chosen(request)
    match request.POST.get("act", ""):
        case "export":
            return _export(actor, view, chosen)
        case "assign" | "remind" if not chosen:
            messages.warning(request, _("Choose at least one filing."))
        case "assign":
            return _assign(request, actor, view, chosen)
        case "remind":
            return _told(request, view, work.remind(chosen, actor))
        case _:
            raise Http404
    return redirect(_address(view))


def _chosen(request: HttpRequest) -> list[int]:
    """The numbers of the chosen filings; what is none is left out."""
    typed = request.POST.getlist("filing")[:MOST_CHOSEN]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 19]


def _address(view: QueryDict) -> str:
    """The queue as it was; of what came with the form only what the queue knows."""
    known = {name: view[name] for name in ("q", "after") if view.get(name)}
    query = "&".join(filter(None, (filters.query_of(view), urlencode(known))))
    return f"{reverse('provider_desk:index')}?{query}"


def _assign(request: HttpRequest, actor: Actor, view: QueryDict, chosen: list[int]) -> HttpResponse:
    try:
        to = colleague(actor, int(request.POST.get("to", "")))
    except (Staff.DoesNotExist, ValueError, OverflowError):
        messages.warning(request, _("Choose a colleague first."))
        return redirect(_address(view))
    return _told(request, view, work.assign(chosen, actor, to=to))


def _told(request: HttpRequest, view: QueryDict, outcomes: list[work.Outcome]) -> HttpResponse:
    """A message when everything was done; else a page that says what came of each filing."""
    done = sum(not outcome.refusal for outcome in outcomes)
    words = ngettext("One filing done.", "%(done)d filings done.", done) % {"done": done}
    if done == len(outcomes):
        messages.success(request, words)
        return redirect(_address(view))
    context = {"outcomes": outcomes, "done": words if done else "", "back": _address(view)}
    return render(request, "providers/outcomes.html", context)


def _export(actor: Actor, data: QueryDict, chosen: list[int]) -> HttpResponse:
    """The chosen filings, or everything the view shows, as a workbook."""
    view = View.of(data)
    visible = Filing.objects.visible_to(actor)
    wanted: QuerySet[Filing]
    if chosen:
        wanted = visible.filter(pk__in=chosen)
    elif view.search:
        found = search.find(visible.only("pk"), actor.provider_id or 0, view.search)
        wanted = visible.filter(pk__in=[filing.pk for filing in found.rows])
    else:
        now = tabs.Desk.of(actor.person_id, _members(actor)[0].provider.promised_days, view.form.working_days)
        wanted = view.narrowed(visible, now)
    sign = "-" if view.tab.newest_first else ""
    content = export.workbook(wanted.order_by(f"{sign}{view.tab.key}", f"{sign}pk"), actor, view.query)
    return HttpResponse(
        content,
        headers={
            "Content-Type": sheets.CONTENT_TYPE,
            "Content-Disposition": f'attachment; filename="{export.file_name()}"',
            "Cache-Control": "private, no-store",
        },
    )


# --- Views under a name -----------------------------------------------------------------------------


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present tab and filter under a name."""
    actor = actor_of(request)
    view = QueryDict(request.POST.get("view", ""))
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["name"][0]))
        return redirect(_address(view))
    try:
        filters.save(actor.person_id, form.cleaned_data["name"], filters.query_of(view))
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The view is kept as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect(_address(view))


@require_POST
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a view of one's own."""
    actor = actor_of(request)
    saved = get_object_or_404(SavedFilter, pk=filter_id, user=actor.person_id)
    saved.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": saved.name})
    return redirect(_address(QueryDict(request.POST.get("view", ""))))
