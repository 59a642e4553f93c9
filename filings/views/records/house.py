"""My records: every subject, website and access that stems from the host's approved filings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from filings.access import as_host
from filings.actors import Actor
from filings.paging import page
from filings.records import house, seen
from filings.views.records.forms import WatchForm


@require_safe
@as_host
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All records with what is to be done next."""
    cursor = request.GET.get("after", "")
    found = page(house.with_contents(seen.subjects(actor)), "approved_on", cursor, descending=True)
    context = {"page": found, "cursor": cursor, "records": house.shown(found.rows, actor)}
    return render(request, "filings/records/home.html", context)


@require_safe
@as_host
def subject(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """A subject: its websites, the dates that are watched, what can be filed about it."""
    found = get_object_or_404(house.with_contents(seen.subjects(actor)), pk=subject_id)
    context = {"record": house.shown([found], actor)[0], "subject": found, "form": WatchForm(found)}
    return render(request, "filings/records/subject.html", context)
