"""Verifying e-mail addresses: with a code on the host's page, or by the owner's link without an account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.mail import mask_address
from desks import form_urls
from desks.access import as_host, render_for
from filings import states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Filing, Mailbox
from filings.rules import mailboxes


@as_host
def prove(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Send a code to an address that will be on record, and check the code that is typed."""
    filing = get_object_or_404(Filing.objects.visible_to(actor), pk=filing_id)
    refusal = None
    if request.method == "POST":
        try:
            _act(request, filing, actor)
        except MoveRefused as error:
            refusal = str(error)
        else:
            return redirect(form_urls.url(actor, "mailbox", filing.pk))
    lacking, is_editable = mailboxes.lacking(filing), filing.status in states.WITH_HOST
    if not lacking and refusal is None:
        return redirect(form_urls.url(actor, "check" if is_editable else "status", filing.pk))
    boxes = Mailbox.objects.of(filing.host_id, filing.mandate_id).filter(proved_at=None)
    asked = {box.address: box for box in boxes}
    context = {
        "filing": filing,
        "boxes": [{"address": address, "box": asked.get(address)} for address in lacking],
        "refusal": refusal,
        "typed": request.POST.get("address", ""),
        "code": request.POST.get("code", "")[:16],
        "is_hosts_own": not actor.is_on_behalf,
        "is_editable": is_editable,
    }
    return render_for(actor, request, "filings/mailbox.html", context)


def _act(request: HttpRequest, filing: Filing, actor: Actor) -> None:
    address = request.POST.get("address", "")
    if "send" in request.POST:
        mailboxes.order(filing.pk, actor, address)
        messages.success(request, _("A code is being sent to %(address)s.") % {"address": address})
    else:
        mailboxes.prove(filing.pk, actor, address, request.POST.get("code", ""))
        messages.success(request, _("The address %(address)s is confirmed.") % {"address": address})


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an address by the link sent to it. GET changes nothing: mail programs follow links."""
    if (box := mailboxes.of_token(token)) is None:
        raise Http404
    if request.method == "POST":
        mailboxes.confirm(token)
        return redirect("mailbox", token)
    context = {"address": mask_address(box.address), "box": box}
    return render(request, "filings/mailbox_confirm.html", context)
