"""The paper of a provider's answer to the bureau, on both desks; each look is recorded."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from desks.documents import page_response, paper_items
from filings import services
from filings.actors import Actor
from filings.models import Filing, Reply


def page(request: HttpRequest, actor: Actor, filing_id: int, reply_id: int, desk: str, back: str) -> HttpResponse:
    """Show question, answer and its paper; ``desk``: URL namespace, ``back``: URL name of the filing's page."""
    filing, reply = _reply(actor, filing_id, reply_id)
    context: dict[str, Any] = {
        "filing": filing,
        "reply": reply,
        "items": paper_items(reply.paper, lambda pk: (f"{desk}:reply_page", [filing_id, reply_id, pk])),
        "queue": reverse(f"{desk}:index"),
        "back": reverse(f"{desk}:{back}", args=[filing_id]),
    }
    return render(request, "desk/reply.html", context)


def picture(actor: Actor, filing_id: int, reply_id: int, page_id: int) -> HttpResponse:
    """Return a page of the paper, and record the look."""
    filing, reply = _reply(actor, filing_id, reply_id)
    response = page_response(reply.paper_id, page_id)
    services.look(filing, actor, f"paper of answer {reply.pk}")
    return response


def _reply(actor: Actor, filing_id: int, reply_id: int) -> tuple[Filing, Reply]:
    """Return the filing and one answer about it that has a paper; 404 for strangers."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).defer("facts"), pk=filing_id)
    reply = get_object_or_404(filing.replies.select_related("question", "paper"), pk=reply_id)
    if reply.paper is None:
        raise Http404
    return filing, reply
