"""The verification sheets of a filing at the provider's desk: print, download, upload the signed copy."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from desks.staff import filing_page
from desks.staff import sheets as verification_sheets
from providers.access import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show blank sheets while the filing is here, issued ones with their signed copies, and the form to add one."""
    actor = actor_of(request)
    back = reverse("provider_desk:verify", args=[filing_id])
    return verification_sheets.page(request, actor, filing_page.visible(actor, filing_id), "provider_desk", back)


@require_safe
def blank(request: HttpRequest, filing_id: int, number: int) -> HttpResponse:
    """Return a website's blank sheet, to fill in by hand."""
    return verification_sheets.blank_response(actor_of(request), filing_id, number)


@require_safe
def issued(request: HttpRequest, filing_id: int, sheet_id: int) -> HttpResponse:
    """Return a sheet as it was issued."""
    return verification_sheets.issued_response(actor_of(request), filing_id, sheet_id)


@require_safe
def scan(request: HttpRequest, filing_id: int, scan_id: int) -> HttpResponse:
    """Return a page of a signed copy."""
    return verification_sheets.scan_response(actor_of(request), filing_id, scan_id)
