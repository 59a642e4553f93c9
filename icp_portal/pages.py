"""The home page, the way to one's desk, and the health check."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache, caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Party, User
from filings.clock import WORKING_DAYS
from filings.models import Filing
from icp_portal.cache import FallbackCache
from icp_portal.guide.questions import QUESTIONS


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the doors: start a filing, ask the guide, look one up; a host goes on from here."""
    context = {"resting": _resting(request), "working_days": WORKING_DAYS, "questions": len(QUESTIONS)}
    return render(request, "icp_portal/home.html", context)


def _resting(request: HttpRequest) -> Filing | None:
    """The filing that the host who is signed in touched last and has to go on with."""
    if not isinstance(request.user, User) or request.user.party != Party.HOST:
        return None
    return Filing.objects.resting_with(request.user.pk).first()


@login_required
def desk(request: HttpRequest) -> HttpResponseRedirect:
    """Each party lands on its own desk."""
    assert isinstance(request.user, User)  # noqa: S101 — login_required
    return redirect(settings.DESKS[request.user.party])


@require_safe
@never_cache
def form_token(request: HttpRequest) -> JsonResponse:
    """Return the token that this session's forms carry, for a page that was open while its person signed in again.

    Only pages of this portal can read the answer; a visitor gets 401.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"code": "signed_out"}, status=401)
    return JsonResponse({"token": get_token(request)})


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 when the database answers; ``cache`` tells whether the cache does, which the portal works without."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    cache.get("healthz")
    return JsonResponse({"ok": True, "cache": not cast(FallbackCache, caches["default"]).is_away})
