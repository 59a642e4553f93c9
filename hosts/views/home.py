"""The host's home page: what is to be done, mandates, offers, questions, filings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desks.access import as_host
from desks.paging import page
from desks.progress import next_step
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.models import Filing, Mandate
from filings.review import host_questions
from hosts.views.mandates import pill

# Filings on the to-do list, and questions; the full list is below it.
TO_DO = 10


@require_safe
@as_host
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the to-do list, mandates, offers, questions and filings. Seven queries, including the session's."""
    resting = Filing.objects.resting_with(actor.person_id)[:TO_DO]
    rows = Filing.objects.visible_to(actor).select_related("provider", "subject").defer("facts")
    found = page(rows, "created_at", request.GET, descending=True)
    context = {
        "page": found,
        "mandates": _mandates(actor),
        "offers": migration_offers.waiting_for(actor),
        "questions": host_questions.waiting_for(actor.person_id)[:TO_DO],
        "to_do": [next_step.to_do(actor, filing) for filing in resting] if "after" not in request.GET else (),
    }
    return render(request, "filings/home.html", context)


def _mandates(actor: Actor) -> list[dict[str, Any]]:
    """Return the providers that may act for the host, or ask to. One query."""
    rows = Mandate.objects.visible_to(actor).current().select_related("provider").order_by("-pk")
    return [{"mandate": row, "pill": pill(row), "waits": row.granted_at is None} for row in rows]
