"""The provider's phrase bank: what remarks are usually worded like, and what a supervisor has hidden of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from filings import display, phrases
from filings.actors import Actor
from filings.models import Phrase
from filings.paging import page
from filings.views import returning
from providers.access import actor_of, for_role
from providers.models import StaffRole


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """The usual wordings of this provider for a code and a field."""
    return returning.wordings(request, actor_of(request))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All wordings, the last used first; those that wait for a second filing are only counted."""
    actor = actor_of(request)
    tab, cursor = request.GET.get("tab", ""), request.GET.get("after", "")
    hidden = tab == "hidden"
    rows = Phrase.objects.visible_to(actor)
    counts = rows.aggregate(
        offered=Count("pk", filter=Q(waits=False, hidden_at=None)),
        hidden=Count("pk", filter=Q(waits=False, hidden_at__isnull=False)),
        waiting=Count("pk", filter=Q(waits=True)),
    )
    found = page(
        rows.filter(waits=False, hidden_at__isnull=not hidden).prefetch_related("changes"),
        "used_at",
        cursor,
        descending=True,
    )
    context = {
        "tabs": [
            {"label": _("Proposed"), "url": "?", "count": counts["offered"], "current": not hidden},
            {"label": _("Hidden"), "url": "?tab=hidden", "count": counts["hidden"], "current": hidden},
        ],
        "hidden": hidden,
        "waiting": counts["waiting"],
        "page": found,
        "rows": [
            (phrase, display.label(phrases.path_of(phrase.kind)), list(phrase.changes.all())) for phrase in found.rows
        ],
        "first_url": f"?tab={tab}" if cursor else "",
        "next_url": f"?{urlencode({'tab': tab, 'after': found.next_cursor})}" if found.next_cursor else "",
        "supervises": actor.supervises,
    }
    return render(request, "providers/phrases.html", context)


@require_POST
@for_role(StaffRole.SUPERVISOR)
def change(request: HttpRequest, actor: Actor, phrase_id: int) -> HttpResponse:
    """Hide a wording or show it again, on record."""
    try:
        if "show" in request.POST:
            phrases.show(phrase_id, actor)
            messages.success(request, _("The wording is proposed again."))
        else:
            phrases.hide(phrase_id, actor)
            messages.success(request, _("The wording is hidden. Nobody is offered it any more."))
    except Phrase.DoesNotExist as gone:
        raise Http404 from gone
    return redirect("provider_desk:phrases")
