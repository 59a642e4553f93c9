"""The provider's queue: tabs, filters and search, and actions on several filings."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.files import XLSX, file_response
from desks.staff import queue_page
from desks.staff.queue_page import View, chosen
from filings.actors import Actor
from filings.lookup import search
from filings.models import Filing
from filings.moves import assignment
from providers import export, tabs
from providers.access import actor_of, team
from providers.filters import ProviderFilterForm
from providers.models import Staff
from providers.rows import rows
from providers.staff_desk import DESK, QUEUE


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one tab or a search result. Constant number of queries, keyset pages, counts that stop at 999."""
    actor = actor_of(request)
    members = list(_members(actor))
    house = members[0].provider
    now = tabs.ProviderQueue.of(actor.person_id, house.promised_days, ProviderFilterForm(request.GET).working_days)
    visible = Filing.objects.visible_to(actor).select_related("claimed_by", "subject")
    context = queue_page.context(request, DESK, actor, now, visible, otherwise="work")
    view = context["view"]
    context |= {
        "rows": rows(context.pop("filings"), actor, house),
        "promised": house.promised_days,
        "colleagues": members if actor.supervises and (view.search or view.tab.ours) else [],
        "may_remind": bool(view.search) or view.tab.id == "host",
    }
    return render(request, "providers/queue.html", context)


def _members(actor: Actor) -> QuerySet[Staff]:
    """Return the team for a supervisor, who may assign work to it; only the actor for others."""
    return team(actor) if actor.supervises else team(actor).filter(user=actor.person_id)


# --- Several at once --------------------------------------------------------------------------------


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one action on the chosen filings; refusals are shown filing by filing."""
    actor = actor_of(request)
    view = QueryDict(request.POST.get("view", ""))
    back, named = QUEUE.address(view), chosen(request)
    match request.POST.get("act", ""):
        case "export":
            return _export(actor, view, named)
        case "assign":
            return queue_page.assign(request, DESK, actor, back)
        case "remind" if named:
            return queue_page.told(request, back, assignment.remind(named, actor))
        case "remind":
            messages.warning(request, _("Choose at least one filing."))
            return redirect(back)
        case _:
            raise Http404


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
