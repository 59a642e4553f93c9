"""The host's page to choose another access provider when its own no longer accepts filings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from desks.access import as_host
from desks.refusals import refusals_at
from desks.transfers import form_of, move
from filings.actors import Actor
from filings.models import Filing
from filings.services import transfers


@as_host
def transfer(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show what is carried over and what is not, and move the filing to the chosen provider."""
    rows = Filing.objects.visible_to(actor).select_related("provider")
    filing = get_object_or_404(rows, pk=filing_id)
    if request.POST.get("provider") == str(filing.provider_id):
        return redirect("filings:status", filing.pk)  # a second click of the same person
    form = form_of(request, filing)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            messages.success(request, move(filing, actor, form))
            return redirect("filings:status", filing.pk)
    if request.method != "POST" and not transfers.may(filing, actor):
        return redirect("filings:status", filing.pk)
    return render(request, "filings/transfer.html", {"filing": filing, "form": form})
