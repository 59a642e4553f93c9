"""The provider's queue: tabs, filters and search, claiming a filing, and actions on several filings."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.files import XLSX, file_response
from desks.staff import filing_page
from desks.staff import queue as queues
from desks.staff.queue_forms import SavedFilterForm
from desks.staff.queue_page import Queue, View, chosen, delete_view, save_view, told
from filings.actors import Actor
from filings.lookup import search
from filings.models import Filing, SavedFilter
from filings.moves import assignment
from providers import export, tabs
from providers.access import actor_of, colleague, team
from providers.filters import ProviderFilterForm
from providers.models import Staff
from providers.rows import rows

QUEUE = Queue("provider_desk", tabs.BY_ID, ProviderFilterForm)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one tab or a search result. Constant number of queries, keyset pages, counts that stop at 999."""
    actor = actor_of(request)
    members = list(_members(actor))
    promised = members[0].provider.promised_days
    now = tabs.ProviderQueue.of(actor.person_id, promised, ProviderFilterForm(request.GET).working_days)
    visible = Filing.objects.visible_to(actor)
    counted = queues.counts(visible, tabs.BY_ID, now)
    view = View.of(QUEUE, request.GET, "mine" if counted["mine"] else "work")
    context = view.listed(visible.select_related("claimed_by", "subject"), now, actor)
    context |= {
        "tabs": view.tab_links(counted),
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
    """Return the team for a supervisor, who may assign work to it; only the actor for others."""
    return team(actor) if actor.supervises else team(actor).filter(user=actor.person_id)


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Claim a filing."""
    return filing_page.take(request, actor_of(request), filing_id, page="provider_desk:verify")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Release a filing."""
    return filing_page.put_back(request, actor_of(request), filing_id, queue="provider_desk:index")


# --- Several at once --------------------------------------------------------------------------------


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one action on the chosen filings; refusals are shown filing by filing."""
    actor = actor_of(request)
    view = QueryDict(request.POST.get("view", ""))
    named = chosen(request)
    match request.POST.get("act", ""):
        case "export":
            return _export(actor, view, named)
        case "assign" | "remind" if not named:
            messages.warning(request, _("Choose at least one filing."))
        case "assign":
            return _assign(request, actor, view, named)
        case "remind":
            return told(request, QUEUE.address(view), assignment.remind(named, actor))
        case _:
            raise Http404
    return redirect(QUEUE.address(view))


def _assign(request: HttpRequest, actor: Actor, view: QueryDict, named: list[int]) -> HttpResponse:
    try:
        to = colleague(actor, int(request.POST.get("to", "")))
    except (Staff.DoesNotExist, ValueError, OverflowError):
        messages.warning(request, _("Choose a colleague first."))
        return redirect(QUEUE.address(view))
    return told(request, QUEUE.address(view), assignment.assign(named, actor, to=to))


def _export(actor: Actor, data: QueryDict, named: list[int]) -> HttpResponse:
    """Return the chosen filings, or everything the view shows, as a workbook."""
    view = View.of(QUEUE, data, "work")
    visible = Filing.objects.visible_to(actor)
    wanted: QuerySet[Filing]
    if named:
        wanted = visible.filter(pk__in=named)
    elif view.search:
        found = search.find(visible.only("pk"), search.desk_of(actor), view.search)
        wanted = visible.filter(pk__in=[filing.pk for filing in found.rows])
    else:
        now = tabs.ProviderQueue.of(
            actor.person_id, _members(actor)[0].provider.promised_days, ProviderFilterForm(data).working_days
        )
        wanted = view.narrowed(visible, now)
    sign = "-" if view.tab.newest_first else ""
    content = export.workbook(wanted.order_by(f"{sign}{view.tab.key}", f"{sign}pk"), actor, view.query)
    return file_response(content, XLSX, export.file_name())


# --- Saved views ------------------------------------------------------------------------------------


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the current tab and filters under a name."""
    return save_view(request, QUEUE, actor_of(request))


@require_POST
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Delete a saved view of the actor's own."""
    return delete_view(request, QUEUE, actor_of(request), filter_id)
