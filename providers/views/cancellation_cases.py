"""Cases about clients' records at the provider's desk, and objections on a client's behalf."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.cancellation_cases import EntryForm, own_provider, pill, timeline
from desks.paging import page
from desks.refusals import refusals_at
from providers.access import actor_of
from records.models import CancellationCase
from records.orders import cancellation_cases


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the cases about this provider's clients, newest first."""
    actor = actor_of(request)
    rows = CancellationCase.objects.visible_to(actor).select_related(
        "subject", "website__subject", "bureau", "blocking_filing"
    )
    found = page(rows, "opened_at", request.GET, descending=True)
    context = {
        "page": found,
        "rows": [{"case": row, "pill": pill(row)} for row in found.rows],
    }
    return render(request, "providers/orders/cases.html", context)


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show a case; the provider may object for its client, with proof."""
    actor = actor_of(request)
    rows = CancellationCase.objects.visible_to(actor).select_related(
        "subject", "website__subject", "bureau", "blocking_filing"
    )
    found = get_object_or_404(rows, pk=case_id)
    form = EntryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            cancellation_cases.object_as_provider(
                found.pk, actor, form.cleaned_data["text"], form.cleaned_data["pages"]
            )
            messages.success(request, _("The objection has been sent to the bureau."))
            return redirect("provider_desk:cancellation_case", found.pk)
    context = {
        "case": found,
        "pill": pill(found),
        "form": form,
        "events": timeline(found, sees=own_provider(actor)),
        "answerable": found.is_answerable(),
    }
    return render(request, "providers/orders/case.html", context)
