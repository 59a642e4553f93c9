"""The provider's pages around the bureau's decision: mails, numbers, filing password, one-time codes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mail import mask_address
from desks.staff import filing_page, returning
from filings import services
from filings.errors import MoveRefused
from filings.models import Filing
from filings.rules import ownership, required_codes
from filings.states import Role, Status
from filings.verification import one_time_codes
from ministry import versions
from providers.access import actor_of


@require_safe
def mails(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show the mail that the host will get when the filing passes to the bureau."""
    filing = filing_page.visible(actor_of(request), filing_id)
    if filing.holder != Role.PROVIDER:
        raise Http404
    return returning.mails(
        request, filing, required_codes.passing_move(filing), back=reverse("provider_desk:verify", args=[filing_id])
    )


def filed(filing: Filing) -> dict[str, Any] | None:
    """Return what the register holds of an approved filing; None before. One query."""
    if filing.status != Status.FILED or filing.subject is None:
        return None
    return {
        "number": filing.subject.number,
        "websites": ownership.websites_of(filing),
        "decided_at": filing.decided_at,
        "bureau": filing.bureau,
        "email": "、".join(mask_address(part) for part in filing.subject.responsible_email.split(";")),
    }


@require_POST
def password(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Send a new filing password to the e-mail on record; nobody here sees it."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    try:
        services.order_password(filing.pk, actor)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("A new filing password is on its way to the host's e-mail on record."))
    return redirect("provider_desk:verify", filing_id)


@require_POST
def resend_codes(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Send the missing codes to the responsible persons again; nobody here sees them."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    try:
        one_time_codes.resend(filing.pk, actor)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("New codes are on their way to those who have not proved the filing yet."))
    return redirect("provider_desk:verify", filing_id)


@require_POST
def ask_again(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Ask the responsible persons again to prove a filing that came back without their proof."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    try:
        one_time_codes.ask_again(filing.pk, actor, version=versions.seen(request.POST))
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The responsible persons are asked for their codes again."))
    return redirect("provider_desk:verify", filing_id)
