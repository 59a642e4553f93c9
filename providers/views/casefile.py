"""The case file of a filing as far as its provider may see it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from desks.staff import casefile
from providers.access import actor_of


@require_safe
def case_file(request: HttpRequest, filing_id: int, form: str) -> HttpResponse:
    """Return everything on record about a filing that the provider may see, as one PDF or as a zip."""
    return casefile.response(actor_of(request), filing_id, form)
