"""The bureau's phrase bank: proposed beside its remarks, hidden by its chief."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from bureaus.access import actor_of
from desks.staff import phrases, returning


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Return this bureau's usual wordings for a code and a field."""
    return returning.wordings(request, actor_of(request))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List all wordings of this bureau."""
    return phrases.listed(request, actor_of(request), "bureau_desk")


@require_POST
def change(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Hide a wording or show it again."""
    return phrases.change(request, actor_of(request), phrase_id, "bureau_desk")
