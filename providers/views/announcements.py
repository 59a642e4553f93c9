"""The provider's announcements: list, make, change, end early."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.paging import page
from desks.refusals import refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from ministry import versions
from providers.access import for_role
from providers.models import Announcement, StaffRole
from providers.organisation import announcements
from providers.organisation.forms import AnnouncementForm
from providers.views.organisation import administers, tabs


@require_safe
@for_role(StaffRole.VERIFIER)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List all announcements, newest first."""
    rows = Announcement.objects.filter(provider_id=actor.employer_id)
    context = {
        "page": page(rows, "made_at", request.GET, descending=True),
        "tabs": tabs(actor, "announcements"),
        "administers": administers(actor),
    }
    return render(request, "providers/organisation/announcements.html", context)


@for_role(StaffRole.ADMINISTRATOR)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make an announcement."""
    form = AnnouncementForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            announcements.make(actor, form.written())
            messages.success(request, _("Announcement published."))
            return redirect("provider_desk:announcements")
    return render(request, "providers/organisation/announcement.html", {"form": form, "announcement": None})


@for_role(StaffRole.ADMINISTRATOR)
def edit(request: HttpRequest, actor: Actor, announcement_id: int) -> HttpResponse:
    """Change an announcement, or end it now."""
    rows = Announcement.objects.filter(provider_id=actor.employer_id)
    found = get_object_or_404(rows, pk=announcement_id)
    if found.is_over and request.method != "POST":
        raise Http404
    names = ("title", "text", "starts_on", "ends_on", "version")
    form = AnnouncementForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and ("end" in request.POST or form.is_valid()):
        try:
            done = _decide(request, actor, found, form)
        except MoveRefused as refusal:
            found.refresh_from_db()
            form.is_valid()
            form.add_error(None, str(refusal))
            form.data = with_version(request, found.version)
        else:
            messages.success(request, done)
            return redirect("provider_desk:announcements")
    return render(request, "providers/organisation/announcement.html", {"form": form, "announcement": found})


def _decide(request: HttpRequest, actor: Actor, found: Announcement, form: AnnouncementForm) -> str:
    if "end" in request.POST:
        announcements.end(actor, found.pk, version=versions.seen(request.POST))
        return _("Ended; no longer shown.")
    announcements.change(actor, found.pk, form.written(), version=form.cleaned_data["version"])
    return _("Saved; shown to hosts at once.")
