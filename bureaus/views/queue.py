"""The bureau's queue: tabs, filters and search, and assigning several to a colleague."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from bureaus import tabs
from bureaus.access import actor_of, for_chief, present
from bureaus.rows import rows
from bureaus.staff_desk import DESK
from desks.staff import queue_acts, queue_page
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
    context |= {
        "rows": rows(context.pop("filings"), actor, now),
        "colleagues": present(actor.bureau_id) if _may_assign(actor) and (view.searches or view.tab.ours) else [],
        "decides_elsewhere": actor.decides_elsewhere,
    }
    context["chooses"] = bool(context["colleagues"])
    return render(request, "bureaus/queue.html", context)


def _may_assign(actor: Actor) -> bool:
    return actor.supervises and not actor.decides_elsewhere


@require_POST
@for_chief
def assign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Assign the chosen filings to a reviewer; refusals are shown filing by filing."""
    return queue_acts.assign(request, DESK, actor)
