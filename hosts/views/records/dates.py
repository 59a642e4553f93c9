"""Expiry reminders: add, renew, remove."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.access import as_host
from filings.actors import Actor
from filings.errors import MoveRefused
from hosts.views.records.forms import RenewForm, WatchForm
from hosts.views.records.overview import render_subject
from ministry.models import Website
from records import expiry_dates, overview, visibility
from records.models import ExpiryDate, ExpiryKind


@require_POST
@as_host
def add(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """Add a date to watch; errors are shown on the subject's page, with what was typed kept."""
    subject = get_object_or_404(overview.with_contents(visibility.subjects(actor)), pk=subject_id, live=True)
    form = WatchForm(subject, request.POST)
    if form.is_valid() and _kept(form, actor, subject_id):
        messages.success(request, _("The reminder has been added. You will get an e-mail before the date."))
        return redirect("records:subject", subject_id)
    return render_subject(request, actor, subject, form)


def _kept(form: WatchForm, actor: Actor, subject_id: int) -> bool:
    data = form.cleaned_data
    try:
        expiry_dates.save(
            subject_id,
            actor,
            website_id=data["website"],
            kind=ExpiryKind(data["kind"]),
            label=data["label"],
            ends_on=data["ends_on"],
        )
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
    except Website.DoesNotExist:
        form.add_error("website", _("This website has been cancelled."))
    return not form.errors


@as_host
def watch(request: HttpRequest, actor: Actor, watch_id: int) -> HttpResponse:
    """Renew or remove a watched date."""
    found = get_object_or_404(visibility.watches(actor), pk=watch_id)
    form = RenewForm(request.POST if "renew" in request.POST else None, initial={"ends_on": found.ends_on})
    if request.method == "POST" and (done := _change(request, actor, found, form)):
        messages.success(request, done)
        return redirect("records:subject", found.subject_id)
    return render(request, "filings/records/watch.html", {"watch": found, "subject": found.subject, "form": form})


def _change(request: HttpRequest, actor: Actor, found: ExpiryDate, form: RenewForm) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    try:
        if "remove" in request.POST:
            expiry_dates.remove(found.pk, actor)
            return _("The reminder has been removed.")
        if form.is_valid():
            expiry_dates.change(found.pk, actor, form.cleaned_data["ends_on"])
            return _("The expiry date has been updated.")
    except ExpiryDate.DoesNotExist as error:
        raise Http404 from error
    return ""
