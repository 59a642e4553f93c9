"""The bureau's queue by due date, and taking filings into work."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bureaus.access import actor_of
from filings import clock
from filings.models import Filing
from filings.paging import page
from filings.states import Status
from filings.views import desk

# tab → (statuses, key of the order, newest first)
TABS: dict[str, tuple[tuple[Status, ...], str, bool]] = {
    "work": ((Status.WITH_BUREAU,), "due_on", False),
    "returned": ((Status.RETURNED_TO_PROVIDER, Status.RETURNED_TO_HOST, Status.WITH_PROVIDER), "arrived_at", True),
    "done": ((Status.FILED,), "arrived_at", True),
    "withdrawn": ((Status.WITHDRAWN,), "arrived_at", True),
}
TAB_LABELS = {
    "work": gettext_lazy("To be decided"),
    "returned": gettext_lazy("Returned"),
    "done": gettext_lazy("Filed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The filings of one tab, the nearest due date first. Constant queries, keyset pages."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "work")
    if tab not in TABS:
        raise Http404
    statuses, key, descending = TABS[tab]
    rows = (
        Filing.objects.visible_to(actor)
        .filter(status__in=statuses)
        .select_related("provider", "claimed_by", "subject")
        .defer("facts")
    )
    found = page(rows, key, request.GET.get("after", ""), descending=descending)
    context = {
        "tabs": [
            {"label": label, "url": f"?tab={key}", "count": None, "current": key == tab}
            for key, label in TAB_LABELS.items()
        ],
        "tab": tab,
        "page": found,
        "rows": _with_days_left(found.rows),
        "today": timezone.localdate(),
        "actor": actor,
        "cursor": request.GET.get("after", ""),
    }
    return render(request, "bureaus/queue.html", context)


def _with_days_left(filings: list[Filing]) -> list[tuple[Filing, int | None]]:
    """Each filing with the working days it has left; one query for all of them."""
    left = clock.days_left_until([filing.due_on for filing in filings if filing.due_on])
    return [(filing, left.get(filing.due_on)) for filing in filings]


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Take a filing into work."""
    return desk.take(request, actor_of(request), filing_id, page="bureau_desk:review")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Put a filing back."""
    return desk.put_back(request, actor_of(request), filing_id, queue="bureau_desk:index")
