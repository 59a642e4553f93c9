"""My records: the host's subjects, with their websites and accesses."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desks.access import as_host
from desks.paging import page
from filings.actors import Actor
from filings.models import Adoption
from hosts.views.records import filing_links
from hosts.views.records.forms import WatchForm
from ministry.models import Subject
from records import adoptions, overview, visibility


@require_safe
@as_host
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the host's records with what to do next."""
    found = page(overview.with_contents(visibility.subjects(actor)), "approved_on", request.GET, descending=True)
    context = {"page": found, "records": overview.shown(found.rows, actor)}
    return render(request, "filings/records/home.html", context)


@require_safe
@as_host
def subject(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """Show a subject: its websites, the watched dates, what can be filed about it."""
    found = get_object_or_404(overview.with_contents(visibility.subjects(actor)), pk=subject_id)
    return render_subject(request, actor, found, WatchForm(found))


def render_subject(request: HttpRequest, actor: Actor, found: Subject, form: WatchForm) -> HttpResponse:
    """Return the page of a subject loaded ``with_contents``, with the form for a date to watch."""
    record = overview.shown([found], actor)[0]
    context = {
        "record": record,
        "subject": found,
        "form": form,
        "adopted": adoptions.held(actor, found.pk),
        "occasions": filing_links.of_subject(found, [row["website"] for row in record["rows"]]),
    }
    return render(request, "filings/records/subject.html", context)


@as_host
def give_back(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """Ask for confirmation and give an adopted record back."""
    found = get_object_or_404(visibility.subjects(actor), pk=subject_id)
    adopted = adoptions.held(actor, found.pk)
    if adopted is None:
        raise Http404
    if request.method == "POST":
        with suppress(Adoption.DoesNotExist):  # a second click is no error
            adoptions.give_back(actor, found.pk)
        messages.success(request, _("The record has been removed from your account."))
        return redirect("records:home")
    return render(request, "filings/records/give_back.html", {"subject": found, "adopted": adopted})
