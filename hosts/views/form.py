"""The form of a filing, page by page."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from desks import form_urls
from desks import section as section_page
from desks.access import as_host, render_for
from desks.components import ListedTask
from desks.form_urls import field_url, page_url
from desks.refusals import refusals_above
from desks.section_form import VersionForm
from filings import facts, fields, kinds, services, states
from filings.actors import Actor
from filings.fields import display
from filings.fields.findings import Finding
from filings.kinds import Wanted
from filings.models import Filing, Remark
from filings.rules import checks, corrections
from filings.services import transfers
from filings.states import Status
from hosts import steps
from hosts.views.papers import PAPERS, current_pictures
from hosts.views.status import becomes, of_form, own
from ministry.reference import code_tables, domains


@require_safe
@as_host
@of_form
def overview(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Show the task list: what is done, what is next."""
    found = checks.findings(filing)
    remarks = corrections.uncorrected(filing)
    groups = _task_groups(actor, filing, [*found, *remarks])
    tones = [task.tone for group in groups for task in group["tasks"]]
    context = {
        "filing": filing,
        "groups": groups,
        "pages": len(tones),
        "done": tones.count("done"),
        "ready": not any(finding.blocks for finding in found),
        "may_add": _may_add(filing),
        "form": VersionForm(initial={"version": filing.version}),
        "remarks": [
            display.remark_words(remark, field_url(actor, filing, remark.path), filing.facts) for remark in remarks
        ],
        "becomes": becomes(filing, actor),
        "law": filing.law,
        "returned": filing.status == Status.RETURNED_TO_HOST,
        "may_transfer": transfers.may(filing, actor),
        "may_withdraw": states.WITHDRAW in filing.moves_for(actor),
        "announcements": filing.provider.announcements.in_force(),
    }
    return render_for(actor, request, "filings/overview.html", context)


def _task_groups(actor: Actor, filing: Filing, found: list[Finding | Remark]) -> list[dict[str, Any]]:
    """Return the task lists: one, or with several websites one for each beside the host's and the papers'."""
    sections = fields.sections_of(filing.facts)
    titles = [(section.website, section.id, section.title) for section in sections]
    if filing.law.papers != Wanted.NONE:
        titles.append((None, PAPERS, _("Pictures of the certificates")))
    found_paths = {one.path for one in found}
    titles += [(None, path, title) for path, title in fields.OWN_PAGES.items() if path in found_paths]
    several = facts.count(filing.facts) > 1
    return [
        {
            "title": _website_title(filing, website) if several and website is not None else "",
            "tasks": [_task(actor, filing, section_id, title, found) for _website, section_id, title in group],
            "number": website + 1 if several and website is not None else None,
        }
        for website, group in groupby(titles, key=lambda page: page[0] if several else None)
    ]


def _website_title(filing: Filing, website: int) -> str:
    service, known = facts.service(filing.facts, website), facts.known_by(filing.facts, website)
    title = _("Website %(number)d") % {"number": website + 1}
    if service != code_tables.WEBSITE:
        title = f"{code_tables.name_of(code_tables.SERVICE_TYPES, service)} {website + 1}"
    return f"{title} · {domains.display_domain(known)}" if known else title


def _task(actor: Actor, filing: Filing, section_id: str, title: Any, found: list[Finding | Remark]) -> ListedTask:
    here = [item for item in found if fields.section_of(item.path) == section_id]
    open_ones = sum(isinstance(item, Remark) or item.blocks for item in here)
    url, state, tone = page_url(actor, filing, section_id), _("Done"), "done"
    if section_id != fields.BASICS.id and not (filing.get("subject.nature") and filing.get("subject.province")):
        url, state, tone = "", _("Answer “Organisation or individual” first"), "neutral"
    elif open_ones and not begun(filing, section_id):
        state, tone = _("Not started"), "neutral"
    elif not open_ones and section_id != PAPERS and not _is_open(filing, section_id):
        state, tone = _("As on record"), "done"
    elif not here and (source := _known_from(filing, section_id)):
        state = source
    elif open_ones:
        state = ngettext("%(count)d item to complete", "%(count)d items to complete", open_ones) % {"count": open_ones}
        tone = "attention"
    elif here:
        state = ngettext("Done, with one note", "Done, with %(count)d notes", len(here)) % {"count": len(here)}
    return ListedTask(title, url, "", state, tone)


def _known_from(filing: Filing, section_id: str) -> str:
    """Return where the answers of a page come from that the form need not ask; empty for other pages."""
    section = section_page.section_of_id(filing, section_id)
    if section is None or not steps.is_known(section, filing):
        return ""
    return _("From your access provider") if section.part == fields.ACCESS.part else _("You yourself")


def _is_open(filing: Filing, section_id: str) -> bool:
    """Return whether any field of the page can be edited, or all are only shown as on record."""
    section = section_page.section_of_id(filing, section_id)
    return section is None or any(not kinds.closes(filing.facts, section.path(field)) for field in section.fields)


def begun(filing: Filing, section_id: str) -> bool:
    if section_id == PAPERS:
        return current_pictures(filing).exists()
    section = section_page.section_of_id(filing, section_id)
    typed = [field for field in section.fields if field is not fields.SERVICE] if section else []
    return section is not None and any(filing.get(section.path(field)) for field in typed)


@as_host
@of_form
def edit_section(request: HttpRequest, actor: Actor, filing: Filing, section_id: str) -> HttpResponse:
    """Edit one page of the form. A POST that comes too late is refused on the page, with what was typed kept."""
    section = section_page.section_of_id(filing, section_id)
    if section is None:
        raise Http404
    if section is not fields.BASICS and not (filing.get("subject.nature") and filing.get("subject.province")):
        return redirect(form_urls.url(actor, "section", filing.pk, fields.BASICS.id))
    back = form_urls.url(actor, "overview", filing.pk)
    return section_page.edit(
        request,
        actor,
        filing,
        section,
        back=back,
        forward=lambda saved: _forward(request, actor, saved, section_id),
        template="filings/section.html",
        step=steps.of_page(actor, filing, section_id),
        may_add=steps.is_last_of_websites(filing, section_id) and _may_add(filing),
    )


def _forward(request: HttpRequest, actor: Actor, saved: Filing, section_id: str) -> str:
    """Return the URL of the next page; if another website is requested, add it and return its first page."""
    if "another" in request.POST and _may_add(saved):
        with refusals_above(request):
            return _add(actor, saved, saved.version)
    return steps.after(actor, saved, section_id)


def _may_add(filing: Filing) -> bool:
    """Return whether another website can be added to the filing."""
    return (
        filing.law.several_websites
        and bool(filing.get("subject.province"))
        and facts.count(filing.facts) < facts.MOST_WEBSITES
    )


def _add(actor: Actor, filing: Filing, version: int, service: int = code_tables.WEBSITE) -> str:
    """Add a website or other service and return the URL of its first page."""
    filing = services.add_website(filing.pk, actor, version=version, service=service)
    return form_urls.url(actor, "section", filing.pk, f"{fields.WEBSITE.part}-{facts.count(filing.facts)}")


def _service(text: str) -> int:
    """Return the service type with this id; that of a website if there is none."""
    return next((row.id for row in code_tables.SERVICE_TYPES if str(row.id) == text), code_tables.WEBSITE)


@require_POST
@as_host
def add_website(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Add a website or other service to the filing, and redirect to its first page."""
    filing = own(actor, filing_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(form_urls.url(actor, "overview", filing.pk))
    service = _service(request.POST.get("service", ""))
    with refusals_above(request):
        return redirect(_add(actor, filing, form.cleaned_data["version"], service))
    return redirect(form_urls.url(actor, "status", filing.pk))


@as_host
@of_form
def remove_website(request: HttpRequest, actor: Actor, filing: Filing, number: int) -> HttpResponse:
    """Ask for confirmation and remove a website from the filing. ``number`` counts from 1."""
    form = VersionForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        with refusals_above(request):
            services.remove_website(filing.pk, actor, number - 1, version=form.cleaned_data["version"])
            messages.success(request, _("The website has been removed from this filing."))
        return redirect(
            form_urls.url(actor, "status" if filing.status not in states.EDITABLE else "overview", filing.pk)
        )
    if not 1 <= number <= facts.count(filing.facts) or facts.count(filing.facts) == 1:
        raise Http404
    website = filing.facts["websites"][number - 1]
    return render_for(
        actor,
        request,
        "filings/remove_website.html",
        {"filing": filing, "form": form, "number": number, "website": website},
    )
