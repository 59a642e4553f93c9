"""Pages of the handbook: the table of contents, and the chapters. For staff only; other people get 404."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Party, User
from bureaus.desk import site as bureau_desk
from icp_portal.handbook import figures
from icp_portal.handbook.chapters import Chapter
from icp_portal.handbook.places import chapters_of
from ministry.operators.site import site as ministry_desk
from providers.desk import site as provider_desk

DESKS = {desk.party: desk for desk in (provider_desk, bureau_desk, ministry_desk)}


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """List the chapters with their tasks, desk by desk. At most one query for the reader's appointment."""
    chapters = _chapters(request)
    groups = [
        (Party(party).label, desk.site_header, [chapter for chapter in chapters if chapter.desk == party])
        for party, desk in DESKS.items()
    ]
    return render(request, "handbook/index.html", {"groups": [group for group in groups if group[2]]})


@require_safe
@login_required
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one chapter at a permanent URL. At most one query for the reader's appointment."""
    chapters = _chapters(request)
    found = next((one for one in chapters if one.slug == slug), None)
    if found is None:
        raise Http404
    context = {
        **figures.of_handbook(),
        "chapter": found,
        "desk_name": DESKS[found.desk].site_header,
        "others": [one for one in chapters if one.desk == found.desk],
    }
    return render(request, "handbook/chapter.html", context)


def _chapters(request: HttpRequest) -> tuple[Chapter, ...]:
    """Return the chapters that the reader may see; raise Http404 for those whom no desk lets in."""
    assert isinstance(request.user, User)  # noqa: S101 — login_required
    desk = DESKS.get(Party(request.user.party))
    if desk is None or not desk.has_permission(request):
        raise Http404
    return chapters_of(request.user.party)
