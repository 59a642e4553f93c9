"""The paper of a provider's answer to the bureau, on both desks; each look is recorded."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from desks.documents import page_response, paper_items
from desks.staff.desk import StaffDesk
from filings import services
from filings.actors import Actor
from filings.models import Filing, Reply


@require_safe
def reply(request: HttpRequest, filing_id: int, reply_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Show question, answer and its paper."""
    filing, found = _reply(desk.actor_of(request), filing_id, reply_id)
    context: dict[str, Any] = {
        "filing": filing,
        "reply": found,
        "items": paper_items(found.paper, lambda pk: (f"{desk.namespace}:reply_page", [filing_id, reply_id, pk])),
        "queue": desk.queue_url,
        "back": desk.filing_url(filing_id),
    }
    return render(request, "desk/reply.html", context)


@require_safe
def reply_page(request: HttpRequest, filing_id: int, reply_id: int, page_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Return a page of the paper, and record the look."""
    actor = desk.actor_of(request)
    filing, found = _reply(actor, filing_id, reply_id)
    response = page_response(found.paper_id, page_id)
    services.record_look(filing, actor, f"paper of answer {found.pk}")
    return response


def _reply(actor: Actor, filing_id: int, reply_id: int) -> tuple[Filing, Reply]:
    """Return the filing and one answer about it that has a paper; 404 for strangers."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=filing_id)
    found = get_object_or_404(filing.replies.select_related("question", "paper"), pk=reply_id)
    if found.paper is None:
        raise Http404
    return filing, found
