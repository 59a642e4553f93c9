"""Choosing another access provider for a filing whose own takes no filings any more: the host's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from filings import transfers
from filings.access import as_host
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.forms import TransferForm
from filings.models import Filing


def form_of(request: HttpRequest, filing: Filing) -> TransferForm:
    """Return the form with the providers that can take the filing over."""
    return TransferForm(transfers.choices(filing), request.POST or None, initial={"version": filing.version})


def move(filing: Filing, actor: Actor, form: TransferForm) -> str:
    """Move the filing to the chosen provider; return the words of success. Raises MoveRefused."""
    chosen = form.cleaned_data["provider"]
    transfers.transfer(filing.pk, actor, chosen.pk, version=form.cleaned_data["version"])
    return _("The filing is with %(provider)s now.") % {"provider": chosen}


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
def transfer(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """A page of its own says what goes along and what does not, and asks for the provider."""
    rows = Filing.objects.visible_to(actor).select_related("provider")
    filing = get_object_or_404(rows, pk=filing_id)
    if request.POST.get("provider") == str(filing.provider_id):
        return redirect("filings:status", filing.pk)  # a second click of the same person
    form = form_of(request, filing)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, move(filing, actor, form))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("filings:status", filing.pk)
    if request.method != "POST" and not transfers.may(filing, actor):
        return redirect("filings:status", filing.pk)
    return render(request, "filings/transfer.html", {"filing": filing, "form": form})
