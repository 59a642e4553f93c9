"""Require the second factor of users who decide about other people's filings."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

# Open before the second step is passed: setting it up, passing it, signing out
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz")


class SecondFactorMiddleware:
    """Redirect staff whose session has not passed the second step to it.

    A session older than the set-up of the second step has not passed it. No query once passed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_asked(request) or _has_passed(request):
            return self.get_response(request)
        if is_mfa_enabled(request.user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        messages.warning(
            request, _("Set up two-step verification first: with this account you handle other people's filings.")
        )
        return redirect("mfa_index")


def _is_asked(request: HttpRequest) -> bool:
    if settings.RELAX_SECOND_FACTOR or request.path.startswith(OPEN_PREFIXES):
        return False
    return request.user.is_authenticated and request.user.needs_second_factor


def _has_passed(request: HttpRequest) -> bool:
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))
