"""Notices of other providers' changes to websites that this provider also serves; each with its receipt."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks.paging import page
from filings.errors import MoveRefused
from filings.mail import other_providers
from filings.models import ProviderNotice
from providers.access import actor_of


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the notices, newest first, a page at a time."""
    rows = ProviderNotice.objects.visible_to(actor_of(request)).select_related(
        "filing__about_subject", "filing__about_website__subject", "filing__about_website__migrated_to__subject"
    )
    found = page(rows.defer("filing__facts"), "at", request.GET, descending=True)
    return render(request, "providers/notices.html", {"page": found})


@require_POST
def receipt(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Give the receipt for a notice."""
    try:
        other_providers.give_receipt(notice_id, actor_of(request))
    except ProviderNotice.DoesNotExist:
        raise Http404 from None
    except MoveRefused as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("The receipt has been recorded."))
    return redirect("provider_desk:notices")
