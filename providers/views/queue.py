"""The provider's queue: the filings of one tab, and taking one into work."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from filings.models import Filing
from filings.paging import page
from filings.states import Status
from filings.views import desk
from providers.access import actor_of

# tab → statuses it shows
TABS = {
    "work": (Status.WITH_PROVIDER,),
    "returned": (Status.RETURNED_TO_PROVIDER,),
    "bureau": (Status.WITH_BUREAU,),
    "host": (Status.RETURNED_TO_HOST,),
    "done": (Status.FILED,),
    "withdrawn": (Status.WITHDRAWN,),
}
NEWEST_FIRST = ("done", "withdrawn")
TAB_LABELS = {
    "work": gettext_lazy("To be verified"),
    "returned": gettext_lazy("Returned by the bureau"),
    "bureau": gettext_lazy("With the bureau"),
    "host": gettext_lazy("With the host"),
    "done": gettext_lazy("Filed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The filings of one tab, the oldest first; returned ones ahead of all. Constant queries, keyset pages."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "work")
    if tab not in TABS:
        raise Http404
    rows = Filing.objects.visible_to(actor).select_related("claimed_by", "bureau", "subject").defer("facts")
    cursor = request.GET.get("after", "")
    found = page(rows.filter(status__in=TABS[tab]), "arrived_at", cursor, descending=tab in NEWEST_FIRST)
    # What the bureau returned comes first: its oldest stand above the others, all of them in a tab of their own.
    on_top = tab == "work" and not cursor
    returned = page(rows.filter(status__in=TABS["returned"]), "arrived_at", "") if on_top else None
    context = {
        "tabs": [
            {"label": label, "url": f"?tab={key}", "count": None, "current": key == tab}
            for key, label in TAB_LABELS.items()
        ],
        "tab": tab,
        "returned": returned,
        "page": found,
        "actor": actor,
        "cursor": cursor,
    }
    return render(request, "providers/queue.html", context)


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Take a filing into work."""
    return desk.take(request, actor_of(request), filing_id, page="provider_desk:verify")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Put a filing back."""
    return desk.put_back(request, actor_of(request), filing_id, queue="provider_desk:index")
