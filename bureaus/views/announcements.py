"""Announcements of a bureau: written, corrected and withdrawn by its chiefs at the desk, and the public pages."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureaus.access import for_chief
from bureaus.announcements import publishing
from bureaus.announcements.forms import BureauAnnouncementForm, WithdrawForm
from bureaus.figures.reading import SLUGS
from bureaus.models import AnnouncementVersion, BureauAnnouncement
from bureaus.models.announcement import WRITER, once_shown
from desks.paging import page
from desks.refusals import refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from ministry.reference import provinces
from ministry.reference.provinces import Province

# --- At the desk --------------------------------------------------------------------------------------


@for_chief
@require_safe
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List all announcements of the bureau, those of the latest first day at the top. One query."""
    rows = BureauAnnouncement.objects.filter(bureau=actor.bureau_id)
    context = {
        "page": page(rows, "starts_on", request.GET, descending=True),
        "province": provinces.by_code(actor.bureau_id),
    }
    return render(request, "bureaus/announcements/listed.html", context)


@for_chief
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write an announcement: look at it, publish it."""
    form = BureauAnnouncementForm(request.POST or None)
    preview = _preview(request, form)
    if form.is_valid() and not preview:
        with refusals_at(form):
            publishing.publish(actor, form.written())
            messages.success(request, _("The announcement is published."))
            return redirect("bureau_desk:announcements")
    return render(request, "bureaus/announcements/edit.html", {"form": form, "preview": preview})


@for_chief
def edit(request: HttpRequest, actor: Actor, announcement_id: int) -> HttpResponse:
    """Show an announcement with all its wordings; correct it, unless it is withdrawn."""
    found = _own(actor, announcement_id)
    form = BureauAnnouncementForm(request.POST or None, found=found)
    preview = _preview(request, form)
    if form.is_valid() and not preview and _corrected(request, actor, found, form):
        return redirect("bureau_desk:announcement", found.pk)
    is_open = request.method == "POST" or not found.withdrawn_at
    context = {
        "announcement": found,
        "form": form if is_open else None,
        "preview": preview,
        "versions": found.versions.all(),
    }
    return render(request, "bureaus/announcements/edit.html", context)


@for_chief
def withdraw(request: HttpRequest, actor: Actor, announcement_id: int) -> HttpResponse:
    """Withdraw an announcement for good."""
    found = _own(actor, announcement_id)
    if found.withdrawn_at and request.method != "POST":
        raise Http404
    form = WithdrawForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            publishing.withdraw(actor, found.pk, cleaned["reason"], version=cleaned["version"])
        except MoveRefused as refusal:
            _say(request, found, form, refusal)
        else:
            messages.success(request, _("The announcement is withdrawn."))
            return redirect("bureau_desk:announcements")
    return render(request, "bureaus/announcements/withdraw.html", {"announcement": found, "form": form})


def _own(actor: Actor, announcement_id: int) -> BureauAnnouncement:
    return get_object_or_404(BureauAnnouncement, bureau=actor.bureau_id, pk=announcement_id)


def _preview(request: HttpRequest, form: BureauAnnouncementForm) -> AnnouncementVersion | None:
    """Return what was typed as it will be shown; None unless that was asked for and it is right."""
    if "preview" not in request.POST or not form.is_valid():
        return None
    return AnnouncementVersion(**form.written())


def _corrected(request: HttpRequest, actor: Actor, found: BureauAnnouncement, form: BureauAnnouncementForm) -> bool:
    """Publish the correction; a refusal keeps what was typed."""
    try:
        changed = publishing.correct(actor, found.pk, form.written(), version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        _say(request, found, form, refusal)
        return False
    messages.success(request, _("The correction is published.") if changed else _("Nothing was changed."))
    return True


def _say(
    request: HttpRequest, found: BureauAnnouncement, form: BureauAnnouncementForm | WithdrawForm, refusal: MoveRefused
) -> None:
    """Add a refusal to a form, which can then be sent again on purpose."""
    found.refresh_from_db()
    form.add_error(None, str(refusal))
    form.data = with_version(request, found.version)


# --- Public -------------------------------------------------------------------------------------------


@require_safe
def of_bureau(request: HttpRequest, slug: str) -> HttpResponse:
    """List the announcements of a bureau that are shown today, the newest first. One query."""
    province = _province(slug)
    rows = BureauAnnouncement.objects.in_force().filter(bureau=province.code)
    context = {"province": province, "page": page(rows, "starts_on", request.GET, descending=True)}
    return render(request, "bureaus/announcements/index.html", context)


@require_safe
def page_of_one(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show an announcement and its earlier wordings; 404 before its first day. Two queries at most.

    One that is over can still be read and says so. A withdrawn one is gone (410): the page says since when and why and
    shows its text no longer, because nobody should rely on it; search engines and feed readers drop it.
    """
    province = _province(slug)
    found = get_object_or_404(BureauAnnouncement.objects.ever_shown(), bureau=province.code, slug=key)
    earlier = once_shown(list(found.versions.defer(*WRITER))) if found.corrected_at and not found.withdrawn_at else []
    context = {"province": province, "announcement": found, "earlier": earlier}
    status = HTTPStatus.GONE if found.withdrawn_at else HTTPStatus.OK
    return render(request, "bureaus/announcements/page.html", context, status=status)


def _province(slug: str) -> Province:
    if slug not in SLUGS:
        raise Http404
    return SLUGS[slug]
