"""The provider's phrase bank: proposed beside its remarks, hidden by its supervisors."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from desks.staff import phrases, returning
from providers.access import actor_of


@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Return this provider's usual wordings for a code and a field."""
    return returning.wordings(request, actor_of(request))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List all wordings of this provider."""
    return phrases.listed(request, actor_of(request), "provider_desk")


@require_POST
def change(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Hide a wording or show it again."""
    return phrases.change(request, actor_of(request), phrase_id, "provider_desk")
