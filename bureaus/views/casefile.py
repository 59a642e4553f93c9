"""The case file of a filing of this province."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from desks.staff import casefile


@require_safe
def case_file(request: HttpRequest, filing_id: int, form: str) -> HttpResponse:
    """Return everything on record about a filing, decided or not, as one PDF or as a zip."""
    return casefile.response(actor_of(request), filing_id, form)
