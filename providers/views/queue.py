"""The provider's queue: tabs, filters and search, and actions on several filings."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.files import XLSX, file_response
from desks.staff import queue_acts, queue_cells, queue_page
from filings.actors import Actor
from filings.evidence.limited import concurrency
from filings.models import Filing
from providers import export, tabs
from providers.access import actor_of, team
from providers.filters import ProviderFilterForm
from providers.models import Staff
from providers.rows import cells, rows
from providers.staff_desk import DESK
from records.models import OrderTask, SpotQuestion


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one tab or a search result. Constant number of queries, keyset pages, counts that stop at 999."""
    actor = actor_of(request)
    members = list(_members(actor))
    provider = members[0].provider
    now = tabs.ProviderQueue.of(actor.person_id, provider.promised_days, ProviderFilterForm(request.GET).working_days)
    visible = Filing.objects.visible_to(actor).select_related("claimed_by", "subject")
    told = {
        "orders": OrderTask.objects.visible_to(actor).open(),
        "spot_questions": SpotQuestion.objects.visible_to(actor).open(),
    }
    context = queue_page.context(request, DESK, actor, now, visible, otherwise="work", told=told)
    view = context["view"]
    found = rows(context.pop("filings"), actor, provider, now.calendar)
    sent = queue_cells.StepForms(get_token(request), view.here)
    context |= {
        "table_rows": queue_cells.table_rows(found, context["columns"], cells(sent), chooses=True),
        "colleagues": members if actor.supervises and (view.searches or view.tab.ours) else [],
        "chooses": True,
        "may_remind": view.searches or view.tab.id == "host",
    }
    if view.tab.by_promise and not provider.promised_days:
        context["empty"] = _(
            "Your provider has not promised a verification time. An administrator can set it under “Our organisation”."
        )
    return render(request, "providers/queue.html", context)


def _members(actor: Actor) -> QuerySet[Staff]:
    """Return the team for a supervisor, who may assign work to it; only the actor for others."""
    return team(actor) if actor.supervises else team(actor).filter(user=actor.person_id)


# --- Several at once --------------------------------------------------------------------------------


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one action on the chosen filings; refusals are shown filing by filing."""
    actor = actor_of(request)
    match request.POST.get("act", ""):
        case "export":
            return _export(request, actor)
        case "assign":
            return queue_acts.assign(request, DESK, actor)
        case "remind":
            return queue_acts.remind(request, DESK, actor)
        case _:
            raise Http404


def _export(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the ticked filings, or everything in the view, as a workbook."""
    view, visible = queue_acts.view_of(request, DESK), Filing.objects.visible_to(actor)
    wanted: QuerySet[Filing]
    if "all" not in request.POST and (named := queue_acts.named(request)):
        wanted = visible.filter(pk__in=named).order_by(*view.order.names)
    else:
        wanted = view.wanted(visible, DESK.moment_of(actor, QueryDict(request.POST.get("view", ""))), actor)
    with concurrency.making():
        return file_response(export.workbook(wanted, actor, view.query), XLSX, export.file_name())
