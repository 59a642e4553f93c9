"""The bureau's open questions to providers, and the papers of their answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from desks.paging import page
from desks.staff import answers
from filings.models import Filing


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the filings with an open question, the earliest due first."""
    rows = Filing.objects.visible_to(actor_of(request)).filter(question_due_on__isnull=False)
    rows = rows.select_related("provider", "claimed_by").defer("facts")
    context = {"page": page(rows, "question_due_on", request.GET.get("after", "")), "today": timezone.localdate()}
    return render(request, "bureaus/questions.html", context)


@require_safe
def reply(request: HttpRequest, filing_id: int, reply_id: int) -> HttpResponse:
    """Show an answer with its paper."""
    return answers.page(request, actor_of(request), filing_id, reply_id, "bureau_desk", "review")


@require_safe
def reply_page(request: HttpRequest, filing_id: int, reply_id: int, page_id: int) -> HttpResponse:
    """Return a page of an answer's paper."""
    return answers.picture(actor_of(request), filing_id, reply_id, page_id)
