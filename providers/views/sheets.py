"""The verification sheets of a filing at the provider's desk: print, upload the signed copy."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from desks.staff import sheets as verification_sheets
from providers.access import actor_of
from providers.staff_desk import DESK


def sheets(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show blank sheets while the filing is here, issued ones with their signed copies, and the form to add one."""
    return verification_sheets.page(request, DESK, filing_id)


@require_safe
def blank(request: HttpRequest, filing_id: int, number: int) -> HttpResponse:
    """Return a website's blank sheet, to fill in by hand."""
    return verification_sheets.blank_response(actor_of(request), filing_id, number)
