"""Views of the text read on a filing's certificates, for the host who fills in the form."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from desks import form_urls
from desks.access import as_host
from desks.components import ListedFinding, SummaryRow
from desks.refusals import refusals_above
from desks.section_form import FormState, VersionForm
from desks.suggestions import ReadPictures, Suggestion, for_empty
from filings import fields, services
from filings.actors import Actor
from filings.facts import Facts
from filings.fields import display
from filings.models import Filing
from filings.reading import comparing
from hosts.views.status import own


@require_safe
@never_cache
@as_host
def state(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Return whether pictures are still being read, as JSON: ``{"pending": true}``. Two queries."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept(), pk=filing_id)
    return JsonResponse({"pending": bool(ReadPictures.of(filing).awaited)})


@require_POST
@as_host
def use(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Fill in those empty fields of which the pictures say something; what is typed stays."""
    filing = own(actor, filing_id)
    form = VersionForm(request.POST)
    if form.is_valid():
        with refusals_above(request):
            if found := for_empty(filing, _open_paths(FormState(filing))):
                services.save_facts(filing.pk, actor, found, version=form.cleaned_data["version"])
                words = ngettext(
                    "One field has been filled in. Check what was read.",
                    "%(count)d fields have been filled in. Check what was read.",
                    len(found),
                )
                messages.success(request, words % {"count": len(found)})
    return redirect(form_urls.url(actor, "papers", filing.pk))


def context(actor: Actor, state: FormState) -> dict[str, Any]:
    """Return what the page of the pictures shows of them: facts with the comparison, how many are empty. One query."""
    read, values = state.read, state.filing.facts
    rows = [_row(actor, state, path, sight) for path, sight in read.seen.items() if _asked(values, path)]
    is_open = set(_open_paths(state))
    empty = [
        path for path, sight in read.seen.items() if path in is_open and sight.value and not state.filing.get(path)
    ]
    return {"read": rows, "fillable": len(empty), "awaited": bool(read.awaited)}


def differing(actor: Actor, filing: Filing, read: ReadPictures) -> list[ListedFinding]:
    """Return an entry for each fact that differs from what a picture shows, for the check page."""
    found = []
    for path, sight in read.seen.items():
        suggestion, there = Suggestion.of(path, filing.get(path), sight), _asked(filing.facts, path)
        if there and suggestion and suggestion.differs:
            section, field = there
            words = _("The picture seems to say “%(words)s”. Compare it with the certificate.")
            found.append(
                ListedFinding(
                    message=words % {"words": suggestion.words},
                    href=form_urls.field_url(actor, filing, path),
                    label=str(field.label),
                    page=str(section.title),
                )
            )
    return found


def _row(actor: Actor, state: FormState, path: str, sight: comparing.Sighting) -> SummaryRow:
    """Return the comparison of a fact; one that is not confirmed leads to its field."""
    typed = state.filing.get(path)
    reading = replace(comparing.shown(path, typed, sight, full=True), mark="")  # the picture is on the same page
    return SummaryRow(
        display.label(path, state.filing.facts),
        display.words(path, typed, full=True),
        change_url=form_urls.field_url(actor, state.filing, path) if reading.verdict in ("differs", "new") else "",
        reading=reading,
    )


def _asked(values: Facts, path: str) -> tuple[fields.Section, fields.Field] | None:
    """Return the page and the field of a fact; None for one that the host is not asked for, such as a derived one."""
    there = fields.find_in(values, path)
    return there if there and fields.is_asked(*there, values) else None


def _open_paths(state: FormState) -> list[str]:
    """Return the facts that the host can fill in now."""
    sections = fields.sections_of(state.filing.facts)
    paths = (section.path(field) for section in sections for field in section.fields)
    return [path for path in paths if state.opening.covers(path)]
