"""A website on record: its number and footer, the police filing, the yearly confirmation, what can be filed."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import throttle
from desks.access import as_host
from desks.refusals import refusals_at
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.kinds import Kind
from hosts.views.records import filing_links
from hosts.views.records.forms import FooterForm, PoliceForm, YearlyForm
from ministry.models import Website
from records import annual_confirmation, footers, overview, visibility
from records import police_filing as police
from records.models import YearlyAnswer

CHECKS_AN_HOUR = 60


def _own(actor: Actor, website_id: int) -> Website:
    """Return the website with its accesses and their providers."""
    rows = visibility.websites(actor).select_related("subject__upkeep", "upkeep", "migrated_to__subject")
    return get_object_or_404(rows.prefetch_related("accesses__provider"), pk=website_id)


def _in_force(actor: Actor, website_id: int) -> Website:
    found = _own(actor, website_id)
    if not (found.live and found.subject.live):
        raise Http404
    return found


@require_safe
@as_host
def website(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Show what is on record, what is to be done, the footer, and what can be filed."""
    found = _own(actor, website_id)
    record = overview.shown([overview.with_contents(visibility.subjects(actor)).get(pk=found.subject_id)], actor)[0]
    row = next((row for row in record["rows"] if row["website"].pk == found.pk), None)
    context = {
        "website": found,
        "subject": found.subject,
        "row": row,
        "accesses": [(access, filing_links.of_access(found, access)) for access in row["accesses"]] if row else [],
        "has_one_access": row is not None and len(row["accesses"]) == 1,
        "occasions": filing_links.of_website(found),
        "under_way": record["under_way"],
        "offer": migration_offers.of_website(found.pk) if row else None,
        "suspended_on": found.suspended_on or found.subject.suspended_on,
        "snippet": footers.snippet(found, found.upkeep.police_number),
        "shown_number": footers.shown_number(found),
    }
    return render(request, "filings/records/website.html", context)


@as_host
def check(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Check whether pasted HTML shows the number and its link. The site is never fetched, nothing is stored."""
    found = _in_force(actor, website_id)
    if not found.is_website:
        raise Http404  # there is no page to paste
    form = FooterForm(request.POST or None)
    faults = None
    if request.method == "POST" and form.is_valid():
        if wait := throttle.seconds_to_wait("footer", str(actor.person_id), tries=CHECKS_AN_HOUR, seconds=3600):
            return throttle.refusal(request, wait)
        faults = footers.faults(form.cleaned_data["html"], found, found.upkeep.police_number)
    context = {
        "website": found,
        "subject": found.subject,
        "form": form,
        "faults": faults,
        "snippet": footers.snippet(found, found.upkeep.police_number),
    }
    return render(request, "filings/records/check.html", context)


@as_host
def police_filing(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Show where and until when to file with the police; store the number."""
    found = _in_force(actor, website_id)
    upkeep = found.upkeep
    initial = {
        "number": upkeep.police_number,
        "done": bool(upkeep.police_done_at) and not upkeep.police_number,
        "opened_on": upkeep.opened_on,
    }
    data = request.POST if request.method == "POST" else None
    form = PoliceForm(data, initial=initial, is_due=upkeep.police_due_on is not None)
    if request.method == "POST" and form.is_valid():
        police.keep(found.pk, actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("records:website", found.pk)
    context = {"website": found, "subject": found.subject, "form": form, "platform": police.PLATFORM}
    return render(request, "filings/records/police.html", context)


@as_host
def confirm(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Answer the yearly confirmation, or correct the answer, in the period in which the bureau asks for it."""
    found = _own(actor, website_id)
    in_force = found.live and found.subject.live
    rule = annual_confirmation.rule_for(found.subject, annual_confirmation.rules_on(timezone.localdate()))
    if rule is None and not in_force:
        raise Http404
    shown = annual_confirmation.latest(found.pk, rule) if rule else None
    data = request.POST if request.method == "POST" else None
    form = YearlyForm(data, initial={"answer": shown.answer if shown else None})
    if data is not None and in_force and form.is_valid():
        answer = YearlyAnswer(form.cleaned_data["answer"])
        with refusals_at(form):
            seen = shown.pk if shown and data.get("seen") == str(shown.pk) else 0
            try:
                annual_confirmation.confirm(found.pk, actor, answer, seen)
            except Website.DoesNotExist:
                raise Http404 from None  # cancelled a moment ago
            return _after_answer(request, actor, found, answer)
        shown = annual_confirmation.latest(found.pk, rule) if rule else None
    context = {
        "website": found,
        "subject": found.subject,
        "form": form,
        "rule": rule,
        "confirmed": shown,
        "in_force": in_force,
        "occasions": filing_links.of_website(found),
    }
    return render(request, "filings/records/confirm.html", context)


def _after_answer(request: HttpRequest, actor: Actor, found: Website, answer: YearlyAnswer) -> HttpResponse:
    """Redirect to what the answer leads to: the cancellation or the changes, unless a filing is under way."""
    messages.success(request, _("Your confirmation has been recorded."))
    page = reverse("records:website", args=[found.pk])
    if answer == YearlyAnswer.UNCHANGED or overview.under_way([found.subject], actor):
        return redirect(page)
    if answer == YearlyAnswer.UPDATED:
        messages.info(request, _("If the change is not filed yet, file it now: choose below what has changed."))
        return redirect(page)
    messages.info(request, _("The answer does not cancel anything: file the cancellation here."))
    query = urlencode({"kind": Kind.CANCEL_WEBSITE, "subject": found.subject_id, "website": found.pk})
    return redirect(f"{reverse('filings:begin')}?{query}")
