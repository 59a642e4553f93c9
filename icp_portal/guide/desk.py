"""The guide at /ministry/guide/: which page was checked when and by whom, and what has changed since."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from desks.components import StatusPill
from icp_portal.guide import checks
from icp_portal.guide.checks import PAGES, GuidePage
from ministry.models import GuideCheck


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """List the guide's pages, those to be checked first."""
    latest = checks.latest()
    rows = sorted((_row(page, latest.get(page.key)) for page in PAGES.values()), key=lambda row: row["is_right"])
    return render(request, "ministry/guide.html", {"rows": rows, "open": sum(not row["is_right"] for row in rows)})


def _row(page: GuidePage, check: GuideCheck | None) -> dict[str, Any]:
    is_right = check is not None and check.digest == checks.digest_of(page.key)
    if check is None:
        pill = StatusPill(_("not checked yet"), "attention")
    elif is_right:
        pill = StatusPill(_("unchanged since"), "done")
    else:
        pill = StatusPill(_("changed since"), "attention")
    return {"page": page, "check": check, "pill": pill, "is_right": is_right}


@require_POST
def checked(request: HttpRequest, key: str) -> HttpResponse:
    """Record that the operator has checked a page today."""
    if key not in PAGES:
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101 — the desk lets nobody else in
    checks.check(key, request.user)
    messages.success(request, _("“%(page)s” is marked as checked today.") % {"page": PAGES[key].link.label})
    return redirect("guide_desk:pages")
