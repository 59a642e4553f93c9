"""The bureau's open questions to providers, and the papers that came with answers."""

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
    """The filings with an open question, the one that is due first at the top."""
    rows = Filing.objects.visible_to(actor_of(request)).filter(question_due_on__isnull=False)
    rows = rows.select_related("provider", "claimed_by").defer("facts")
    context = {"page": page(rows, "question_due_on", request.GET.get("after", "")), "today": timezone.localdate()}
    return render(request, "bureaus/questions.html", context)


@require_safe
def reply(request: HttpRequest, filing_id: int, reply_id: int) -> HttpResponse:
    """The paper that came with an answer."""
    return answers.page(request, actor_of(request), filing_id, reply_id, "bureau_desk", "review")


@require_safe
def reply_page(request: HttpRequest, filing_id: int, reply_id: int, page_id: int) -> HttpResponse:
    """A page of it."""
    return answers.picture(actor_of(request), filing_id, reply_id, page_id)
