"""The check page of a filing, and submitting it."""

from collections.abc import Iterator
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from desks import form_urls
from desks import section as section_page
from desks.access import as_host, render_for
from desks.components import ListedFinding
from desks.form_urls import field_url, page_url
from desks.section_form import VersionForm
from desks.suggestions import ReadPictures
from filings import fields, services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import attachments, display
from filings.fields.findings import Finding
from filings.kinds import Wanted
from filings.models import Filing, Remark
from filings.rules import checks, corrections, rounds
from filings.states import Status
from hosts import steps
from hosts.views import readings
from hosts.views.form import begun
from hosts.views.papers import pictures
from hosts.views.status import of_form, own


@require_safe
@as_host
@of_form
def check(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Show the filing as the bureau will see it, findings first, with the button to submit it."""
    return _check_page(request, actor, filing, "")


def _check_page(request: HttpRequest, actor: Actor, filing: Filing, refusal: str) -> HttpResponse:
    found = checks.findings(filing)
    wrong, unanswered = [finding for finding in found if finding.blocks], corrections.unanswered(filing)
    read = ReadPictures.of(filing)
    context = {
        "filing": filing,
        "step": steps.of_page(actor, filing, steps.CHECK),
        "findings": [*_gathered(actor, filing, wrong), *_without_answer(actor, filing, unanswered)],
        "count": len(wrong) + len(unanswered),
        "notes": [
            *(_linked(actor, filing, finding) for finding in found if not finding.blocks),
            *readings.differing(actor, filing, read),
        ],
        "awaited": bool(read.awaited),
        "blocks": display.blocks(filing, full=True),
        "items": pictures(actor, filing),
        "of_record": rounds.against_record(filing, full=True),
        "photographed": bool(attachments.photos(filing.facts)),
        "papers": filing.law.papers != Wanted.NONE,
        "form": VersionForm(initial={"version": filing.version}),
        "refusal": refusal,
        "may_release": not actor.is_on_behalf and any(finding.code in corrections.IN_THE_WAY for finding in wrong),
        "remarks": [
            display.remark_words(remark, field_url(actor, filing, remark.path), filing.facts)
            for remark in corrections.uncorrected(filing)
        ],
    }
    return render_for(actor, request, "filings/check.html", context)


def _without_answer(actor: Actor, filing: Filing, unanswered: list[Remark]) -> Iterator[ListedFinding]:
    """Yield an entry for each remark without an answer."""
    for remark in unanswered:
        yield ListedFinding(
            message=_("The remark has not been answered yet."),
            href=f"{form_urls.url(actor, 'correct', filing.pk)}#id_answer-{remark.pk}",
            label=display.label(remark.path, filing.facts),
            page=_("Your answers"),
        )


def _gathered(actor: Actor, filing: Filing, found: list[Finding]) -> Iterator[ListedFinding]:
    """Yield an entry per finding; several of a page not begun yet become one entry."""
    for section_id, group in groupby(found, key=lambda finding: finding.section):
        of_page = list(group)
        if len(of_page) == 1 or begun(filing, section_id):
            yield from (_linked(actor, filing, finding) for finding in of_page)
        else:
            yield _not_begun(actor, filing, section_id, len(of_page))


def _not_begun(actor: Actor, filing: Filing, section_id: str, count: int) -> ListedFinding:
    section = section_page.section_of_id(filing, section_id)
    return ListedFinding(
        message=ngettext("%(count)d field empty", "%(count)d fields empty", count) % {"count": count},
        href=page_url(actor, filing, section_id),
        label="",
        page=str(section.title) if section else _("Pictures of the certificates"),
    )


def _linked(actor: Actor, filing: Filing, finding: Finding) -> ListedFinding:
    label = display.short_label(finding.path, filing.facts)
    return ListedFinding.of(finding, field_url(actor, filing, finding.path), label, _page_title(filing, finding.path))


def _page_title(filing: Filing, path: str) -> str:
    """Return the title of the page with this fact or picture; empty for paths with a page of their own."""
    if path in fields.OWN_PAGES:
        return ""
    found = fields.find_in(filing.facts, path)
    return str(found[0].title) if found else _("Pictures of the certificates")


@as_host
def submit(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Submit the filing to the provider. A second click shows the result, not an error.

    GET, as after signing in again, leads to the check.
    """
    filing = own(actor, filing_id)
    if request.method != "POST":
        return redirect(form_urls.url(actor, "check", filing.pk))
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(form_urls.url(actor, "check", filing.pk))
    try:
        services.submit(filing.pk, actor, version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        filing = own(actor, filing_id)
        if filing.status == Status.WITH_PROVIDER:
            messages.info(request, _("The filing has already been submitted."))
            return redirect(_after(actor, filing))
        if filing.holder != actor.role:
            messages.error(request, str(refusal))
            return redirect(form_urls.url(actor, "status", filing.pk))
        return _check_page(request, actor, filing, str(refusal))
    if actor.is_on_behalf:
        messages.success(request, _("Submitted on the host's behalf. It is in your queue for the face-to-face check."))
    return redirect(_after(actor, filing))


def _after(actor: Actor, filing: Filing) -> str:
    """Return the page after the submission: for the host what follows it, for its provider the status."""
    return form_urls.url(actor, "status" if actor.is_on_behalf else "submitted", filing.pk)
