"""The bureau's open questions to providers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from desks.paging import page
from filings.models import Filing


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the filings with an open question, the earliest due first."""
    rows = Filing.objects.visible_to(actor_of(request)).filter(question_due_on__isnull=False)
    rows = rows.select_related("provider", "claimed_by").defer("facts")
    context = {"page": page(rows, "question_due_on", request.GET), "today": timezone.localdate()}
    return render(request, "bureaus/questions.html", context)
