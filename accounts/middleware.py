"""The second factor is not a matter of taste for those who decide about other people's filings."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# What somebody without a second factor may still open: setting one up, and leaving.
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz")


class SecondFactorMiddleware:
    """Send staff without a second factor to the page where they set one up. One query, and only for staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.must_set_up(request):
            messages.warning(
                request, _("Set up a second step first: your account decides about other people's filings.")
            )
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def must_set_up(request: HttpRequest) -> bool:
        if settings.RELAX_SECOND_FACTOR or request.path.startswith(OPEN_PREFIXES):
            return False
        user = request.user
        return user.is_authenticated and user.needs_second_factor and not is_mfa_enabled(user)
