"""The bureau's queue: tabs, filters and search, and assigning several to a colleague."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from bureaus import tabs
from bureaus.access import actor_of, for_chief, present
from bureaus.rows import cells, rows
from bureaus.staff_desk import DESK
from desks.staff import queue_acts, queue_cells, queue_page
from filings.actors import Actor
from filings.models import Filing
from filings.review import opinions


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one tab or a search result, nearest due date first. Constant queries, keyset pages, capped counts."""
    actor = actor_of(request)
    now = tabs.BureauQueue.of(actor)
    visible = Filing.objects.visible_to(actor).select_related("provider", "claimed_by", "subject")
    context = queue_page.context(request, DESK, actor, now, opinions.with_proposers(visible), otherwise="free")
    view = context["view"]
    may_assign = actor.supervises and not actor.decides_elsewhere and (view.searches or view.tab.ours)
    colleagues = list(present(actor.bureau_id)) if may_assign else []
    found, sent = rows(context.pop("filings"), actor, now), queue_cells.StepForms(get_token(request))
    context |= {
        "table_rows": queue_cells.table_rows(found, context["columns"], cells(sent), chooses=bool(colleagues)),
        "colleagues": colleagues,
        "chooses": bool(colleagues),
        "decides_elsewhere": actor.decides_elsewhere,
    }
    return render(request, "bureaus/queue.html", context)


@require_POST
@for_chief
def assign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Assign the chosen filings to a reviewer; refusals are shown filing by filing."""
    return queue_acts.assign(request, DESK, actor)
