"""The bureau's queue: tabs, filters and search, claiming a filing, and assigning several to a colleague."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bureaus import tabs
from bureaus.access import actor_of, colleague, for_chief, present
from bureaus.filters import BureauFilterForm
from bureaus.models import Reviewer
from bureaus.rows import rows
from desks.staff import filing_page
from desks.staff import queue as queues
from desks.staff.queue_forms import SavedFilterForm
from desks.staff.queue_page import Queue, View, chosen, delete_view, save_view, told
from filings import clock
from filings.actors import Actor
from filings.models import Filing, SavedFilter
from filings.moves import assignment
from filings.review import opinions


def _queue_of(actor: Actor) -> Queue[tabs.BureauQueue]:
    return Queue("bureau_desk", tabs.BY_ID, partial(BureauFilterForm, bureau_id=actor.bureau_id))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one tab or a search result, nearest due date first. Constant queries, keyset pages, capped counts."""
    actor = actor_of(request)
    now = tabs.BureauQueue.of(actor)
    visible = Filing.objects.visible_to(actor)
    counted = queues.counts(visible, tabs.BY_ID, now)
    view = View.of(_queue_of(actor), request.GET, "mine" if counted["mine"] else "free")
    listed = opinions.with_proposers(visible.select_related("provider", "claimed_by", "subject"))
    context = view.listed(listed, now, actor)
    context |= {
        "tabs": view.tab_links(counted),
        "rows": rows(context.pop("filings"), actor, now),
        "view": view,
        "actor": actor,
        "days": clock.WORKING_DAYS,
        "colleagues": present(actor.bureau_id) if actor.supervises and (view.search or view.tab.ours) else [],
        "saved": SavedFilter.objects.filter(user=actor.person_id),
        "save": SavedFilterForm(),
    }
    return render(request, "bureaus/queue.html", context)


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Claim a filing."""
    return filing_page.take(request, actor_of(request), filing_id, page="bureau_desk:review")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Release a filing."""
    return filing_page.put_back(request, actor_of(request), filing_id, queue="bureau_desk:index")


@require_POST
@for_chief
def assign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Assign the chosen filings to a reviewer; refusals are shown filing by filing."""
    back = _queue_of(actor).address(QueryDict(request.POST.get("view", "")))
    named = chosen(request)
    if not named:
        messages.warning(request, _("Choose at least one filing."))
        return redirect(back)
    try:
        to = colleague(actor, int(request.POST.get("to", "")))
    except (Reviewer.DoesNotExist, ValueError, OverflowError):
        messages.warning(request, _("Choose a colleague first."))
        return redirect(back)
    return told(request, back, assignment.assign(named, actor, to=to))


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the current tab and filters under a name."""
    actor = actor_of(request)
    return save_view(request, _queue_of(actor), actor)


@require_POST
def delete_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Delete a saved view of the actor's own."""
    actor = actor_of(request)
    return delete_view(request, _queue_of(actor), actor, filter_id)
