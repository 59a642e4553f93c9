"""The home page, the redirect to a user's desk, the form token, the pages of errors, the health check."""

from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache, caches
from django.db import DatabaseError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    HttpResponseServerError,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Party, User
from filings.clock import WORKING_DAYS
from filings.models import Filing
from icp_portal.cache import FallbackCache
from icp_portal.guide import pace
from icp_portal.guide.questions import QUESTIONS
from icp_portal.watch import request_ids


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page: start a filing, guide, query; for a signed-in host, the filing to continue."""
    context = {
        "is_host": getattr(request.user, "party", "") == Party.HOST,
        "resting": _resting(request),
        "working_days": WORKING_DAYS,
        "questions": len(QUESTIONS),
        "pace": pace.of_country(),
        "operator": settings.OPERATOR,
    }
    return render(request, "icp_portal/home.html", context)


def _resting(request: HttpRequest) -> Filing | None:
    """Return the filing waiting for the signed-in host that was touched last; None for others."""
    if not isinstance(request.user, User) or request.user.party != Party.HOST:
        return None
    return Filing.objects.resting_with(request.user.pk).first()


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect the user to the desk of their party."""
    assert isinstance(request.user, User)  # noqa: S101 — login_required
    return redirect(settings.DESKS[request.user.party])


@require_safe
@never_cache
def form_token(request: HttpRequest) -> JsonResponse:
    """Return the session's CSRF token, for a page that was open while its user signed in again.

    Only pages of this portal can read the response; 401 when not signed in.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"code": "signed_out"}, status=401)
    return JsonResponse({"token": get_token(request)})


# Django's own pages of errors look for the CSRF token in the body, which fails again when it can't be read.


def unreadable(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the request could not be read."""
    return HttpResponseBadRequest(loader.render_to_string("400.html"))


def no_access(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the account has no access to the page."""
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that the page does not exist."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def internal_error(_request: HttpRequest) -> HttpResponse:
    """Show that the portal has failed, with the number by which operators find why; whoever asked isn't looked up."""
    page = loader.render_to_string("500.html", {"request_id": request_ids.current()})
    return HttpResponseServerError(page)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return whether this server can answer: 200 when the database answers, else 503.

    ``cache`` is whether the cache answers, which the portal can do without.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    cache.get("healthz")
    return JsonResponse({"ok": True, "cache": not cast(FallbackCache, caches["default"]).is_away})


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Return 200 while this process answers at all, whatever the servers behind it do: restart it if this fails."""
    return JsonResponse({"ok": True})
