"""The site host's desk: fill in, submit, watch, mend, withdraw."""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import groupby
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desks import form_urls, progress
from desks import section as section_page
from desks.access import as_host
from desks.form_urls import field_url, page_url
from desks.paging import page
from desks.pictures import PHOTO, evidence_response, origin
from desks.section_form import VersionForm
from filings import facts, fields, kinds, services, states
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import MoveRefused
from filings.evidence import quality
from filings.fields import attachments, display
from filings.fields.findings import Finding
from filings.kinds import Kind, Numbers, Wanted
from filings.models import Evidence, Filing, Mandate, Remark
from filings.rules import checks, corrections, ownership, required_codes, rounds
from filings.services import splitting, starting, transfers
from filings.states import Status
from hosts import summary_pdf as summary
from hosts.papers_form import PapersForm
from hosts.views import uploads
from hosts.views.mandates import pill
from ministry.reference import code_tables, domains
from records.orders import making, places

P = ParamSpec("P")
PAPERS = fields.PAPERS_PREFIX
# Filings on the list of what is to be done; the whole list stands below it.
TO_DO = 10
RETURNED = (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER)


@require_safe
@as_host
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the host has to do, who acts for it, what it is offered, then its filings. Six queries with the session."""
    resting = Filing.objects.resting_with(actor.person_id)[:TO_DO]
    rows = Filing.objects.visible_to(actor).select_related("provider", "subject").defer("facts")
    found = page(rows, "created_at", request.GET.get("after", ""), descending=True)
    context = {
        "page": found,
        "cursor": request.GET.get("after", ""),
        "mandates": _mandates(actor),
        "offers": migration_offers.waiting_for(actor),
        "to_do": [progress.to_do(filing) for filing in resting] if "after" not in request.GET else (),
    }
    return render(request, "filings/home.html", context)


def _mandates(actor: Actor) -> list[dict[str, Any]]:
    """The providers that may act for the host, or ask to. One query."""
    rows = Mandate.objects.visible_to(actor).current().select_related("provider").order_by("-pk")
    return [{"mandate": row, "pill": pill(row), "waits": row.granted_at is None} for row in rows]


def _own(actor: Actor, filing_id: int) -> Filing:
    rows = Filing.objects.visible_to(actor).select_related(
        "provider", "bureau", "subject", "claimed_by", "moves_from__provider"
    )
    return get_object_or_404(rows, pk=filing_id)


def of_form(view: Callable[Concatenate[HttpRequest, Actor, Filing, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page of the form its filing. When it can't be filled in now, its status page is shown instead, with words.

    What is sent all the same is answered by the view, with what was typed kept on the page.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, actor: Actor, filing_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        filing = _own(actor, filing_id)
        if request.method != "POST" and (filing.status not in states.EDITABLE or filing.holder != actor.role):
            return section_page.closed(request, filing)
        return view(request, actor, filing, *args, **kwargs)

    return wrapper


@require_safe
@as_host
def status(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Where the filing lies, whose turn it is, what happens next, by when; then its history."""
    filing = _own(actor, filing_id)
    mine = filing.holder == actor.role
    remarks = corrections.open_remarks(filing) if filing.status in RETURNED else ()
    book = progress.book_of(filing)
    on_record = filing.subject is not None and filing.subject.websites.filter(live=True).exists()
    context = {
        "filing": filing,
        "next_step": progress.next_step(filing, book, on_record=on_record),
        "orders": making.about(filing, actor) if filing.subject_id else (),
        "tone": progress.TONES[Status(filing.status)],
        "rest": splitting.rest_of(filing),
        "whole": splitting.whole_of(filing),
        "unproved": filing.status in states.UNDER_WAY and required_codes.lacks_proof(filing),
        "progress": required_codes.progress(filing),
        "clock": progress.clock_of(filing, book),
        "events": progress.timeline(filing, actor),
        "mine": mine,
        "remarks": [
            display.remark_words(remark, field_url(filing, remark.path) if mine else "", filing.facts)
            for remark in remarks
        ],
        "leaving": filing.moves_from if filing.moves_from and filing.status == Status.FILED else None,
        "may_copy": filing.kind == Kind.NEW_FILING
        and filing.status in states.ENDED_EMPTY_HANDED
        and not filing.erased_at
        and not actor.is_on_behalf,
        "copy_refusal": services.copy_refusal(filing, actor),
        "may_release": not actor.is_on_behalf and any(remark.code in corrections.IN_THE_WAY for remark in remarks),
        "claim": places.open_about(filing).first() if filing.status in states.OPEN and not actor.is_on_behalf else None,
        "may_transfer": transfers.may(filing, actor),
        "may_withdraw": states.WITHDRAW in filing.moves_for(actor),
        "announcements": filing.provider.announcements.in_force(),
        "websites": ownership.websites_of(filing) if filing.subject and filing.law.numbers == Numbers.ISSUED else (),
    }
    return render(request, "filings/status.html", context)


@require_safe
@as_host
@of_form
def overview(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """The task list: what is done, what is next."""
    found = checks.findings(filing)
    remarks = corrections.unmended(filing)
    groups = _task_groups(filing, [*found, *remarks])
    tones = [task["tone"] for group in groups for task in group["tasks"]]
    context = {
        "filing": filing,
        "groups": groups,
        "pages": len(tones),
        "done": tones.count("done"),
        "ready": not any(finding.blocks for finding in found),
        "may_add": filing.law.several_websites
        and bool(filing.get("subject.province"))
        and facts.count(filing.facts) < facts.MOST_WEBSITES,
        "form": VersionForm(initial={"version": filing.version}),
        "remarks": [display.remark_words(remark, field_url(filing, remark.path), filing.facts) for remark in remarks],
        "becomes": _becomes(filing, actor),
        "law": filing.law,
        "returned": filing.status == Status.RETURNED_TO_HOST,
        "may_transfer": transfers.may(filing, actor),
        "may_withdraw": states.WITHDRAW in filing.moves_for(actor),
        "announcements": filing.provider.announcements.in_force(),
    }
    return render(request, "filings/overview.html", context)


def _becomes(filing: Filing, actor: Actor) -> dict[str, Any] | None:
    """What the draft of a first filing proves to be by certificate and domain: its name, and the page on which it is
    begun where more is asked first. None while it is one.
    """
    if filing.kind != Kind.NEW_FILING or filing.status != Status.DRAFT or actor.is_on_behalf:
        return None
    found = starting.find_for(filing, actor)
    if found.kind in (None, Kind.NEW_FILING) or found.target is None:
        return None
    if found.offer is not None:
        return {"label": found.kind.label, "url": reverse("filings:offer", args=[found.offer.pk])}
    asked = {"kind": found.kind, "subject": found.target.subject_id, "provider": filing.provider_id}
    if found.target.website_id:
        asked["website"] = found.target.website_id
    url = "" if found.kind in starting.BECOMES else f"{form_urls.url('begin')}?{urlencode(asked)}"
    return {"label": kinds.KINDS[found.kind].named(facts.services(filing.facts)), "url": url}


def _task_groups(filing: Filing, found: list[Finding | Remark]) -> list[dict[str, Any]]:
    """The task lists of the overview: one, or with several websites one for each beside the host's and the papers'."""
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
            "tasks": [_task(filing, section_id, title, found) for _website, section_id, title in group],
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


def _task(filing: Filing, section_id: str, title: Any, found: list[Finding | Remark]) -> dict[str, Any]:
    here = [item for item in found if fields.section_of(item.path) == section_id]
    open_ones = sum(isinstance(item, Remark) or item.blocks for item in here)
    url, state, tone = page_url(filing, section_id), _("Done"), "done"
    if section_id != fields.BASICS.id and not (filing.get("subject.nature") and filing.get("subject.province")):
        url, state, tone = "", _("Opens after “who files”"), "neutral"
    elif open_ones and not _begun(filing, section_id):
        state, tone = _("Not begun"), "neutral"
    elif not open_ones and section_id != PAPERS and not _is_open(filing, section_id):
        state, tone = _("As on record"), "done"
    elif open_ones:
        state = ngettext("%(count)d thing open", "%(count)d things open", open_ones) % {"count": open_ones}
        tone = "attention"
    elif here:
        state = ngettext("Done, with one note", "Done, with %(count)d notes", len(here)) % {"count": len(here)}
    return {"title": title, "url": url, "hint": "", "state": state, "tone": tone}


def _is_open(filing: Filing, section_id: str) -> bool:
    """Whether anything on the page may be written on, and is not only shown as the register has it."""
    section = section_page.section_of_id(filing, section_id)
    return section is None or any(not kinds.closes(filing.facts, section.path(field)) for field in section.fields)


def _begun(filing: Filing, section_id: str) -> bool:
    if section_id == PAPERS:
        return _current_pictures(filing).exists()
    section = section_page.section_of_id(filing, section_id)
    typed = [field for field in section.fields if field is not fields.SERVICE] if section else []
    return section is not None and any(filing.get(section.path(field)) for field in typed)


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
@of_form
def edit_section(request: HttpRequest, actor: Actor, filing: Filing, section_id: str) -> HttpResponse:
    """One page of the form. What is sent after the filing has gone on is answered on the page, with the words kept."""
    section = section_page.section_of_id(filing, section_id)
    if section is None:
        raise Http404
    if section is not fields.BASICS and not (filing.get("subject.nature") and filing.get("subject.province")):
        return redirect(form_urls.url("section", filing.pk, fields.BASICS.id))
    back = form_urls.url("overview", filing.pk)
    return section_page.edit(
        request,
        actor,
        filing,
        section,
        back=back,
        forward=_after(filing, section_id),
        template="filings/section.html",
    )


def _after(filing: Filing, section_id: str) -> str:
    ids = [section.id for section in fields.sections_of(filing.facts)]
    following = ids[ids.index(section_id) + 1 :]
    if following:
        return form_urls.url("section", filing.pk, following[0])
    return form_urls.url("papers", filing.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
@of_form
def upload_papers(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """The pictures of the certificates; each good one is kept even when another one is refused."""
    form = PapersForm(filing, request.POST or None, request.FILES or None, corrections.open_remarks(filing))
    if request.method == "POST" and form.is_valid():
        refused = uploads.keep(form, filing, actor)
        if not refused:
            return redirect(_after_papers(request, filing))
        filing.refresh_from_db()
        form.follow(PapersForm(filing))
        for name, words in refused.items():
            form.add_error(name, words)
    rows = _paper_rows(form, filing)
    missing = sum(row["state"] is MISSING for row in rows)
    return render(request, "filings/papers.html", {"filing": filing, "form": form, "rows": rows, "missing": missing})


def _after_papers(request: HttpRequest, filing: Filing) -> str:
    """On to the next page; but first the advice about a picture that has just come, if there is any."""
    if "later" in request.POST:
        return form_urls.url("overview", filing.pk)
    if request.FILES and filing.evidence.filter(replaced_at=None).exclude(advice=[]).exists():
        messages.warning(request, _("The pictures are kept. Read the advice beside them, then replace them or go on."))
        return form_urls.url("papers", filing.pk)
    return form_urls.url("check", filing.pk)


def _current_pictures(filing: Filing) -> QuerySet[Evidence]:
    return filing.evidence.filter(replaced_at=None).exclude(path__endswith=PHOTO).order_by("pk")


def pictures(filing: Filing) -> list[dict[str, Any]]:
    """The host's current pictures as ``components/evidence.html`` shows them; one query."""
    return [
        {
            "label": attachments.label(evidence.path),
            "path": evidence.path,
            "url": form_urls.url("evidence", filing.pk, evidence.pk),
            "width": evidence.width,
            "height": evidence.height,
            "note": origin(evidence),
            "advice": quality.words(evidence.advice),
        }
        for evidence in _current_pictures(filing)
    ]


# how a paper stands, as ``components/status_pill.html`` shows it
MISSING = {"label": gettext_lazy("Still missing"), "tone": "attention"}
REMARKED = {"label": gettext_lazy("See the remark"), "tone": "attention"}
ADVISED = {"label": gettext_lazy("Kept, can be better"), "tone": "attention"}
KEPT = {"label": gettext_lazy("Kept"), "tone": "done"}
IF_IT_APPLIES = {"label": gettext_lazy("Only if it applies"), "tone": "neutral"}


def _paper_rows(form: PapersForm, filing: Filing) -> list[dict[str, Any]]:
    """Each file field, the pictures it has already (those can be put aside), and how the paper stands."""
    kept = pictures(filing)
    wanted = [finding.path for finding in checks.findings(filing) if finding.blocks]
    rows = []
    for path, paper in form.papers.items():
        items = [picture | {"remove": picture["path"]} for picture in kept if paper.holds(picture["path"])]
        missing = any(map(paper.holds, wanted))
        rows.append({"field": form[path], "items": items, "state": _paper_state(form[path], items, missing=missing)})
    return rows


def _paper_state(field: BoundField, items: list[dict[str, Any]], *, missing: bool) -> dict[str, Any]:
    if missing:
        return MISSING
    if getattr(field.field, "remarks", ()):
        return REMARKED
    if not items:
        return IF_IT_APPLIES
    return ADVISED if any(item["advice"] for item in items) else KEPT


@require_POST
@as_host
def remove_picture(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Put a picture aside that was uploaded by mistake."""
    filing = _own(actor, filing_id)
    form = VersionForm(request.POST)
    if form.is_valid():
        try:
            services.remove_evidence(
                filing.pk, actor, request.POST.get("path", ""), version=form.cleaned_data["version"]
            )
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    return redirect(form_urls.url("papers" if filing.status in states.EDITABLE else "status", filing.pk))


def _service(text: str) -> int:
    """The service type with this id; a website where none is said."""
    return next((row.id for row in code_tables.SERVICE_TYPES if str(row.id) == text), code_tables.WEBSITE)


@require_POST
@as_host
def add_website(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """One more website, or other service, in the same filing; leads to its first page."""
    filing = _own(actor, filing_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(form_urls.url("overview", filing.pk))
    try:
        filing = services.add_website(
            filing.pk, actor, version=form.cleaned_data["version"], service=_service(request.POST.get("service", ""))
        )
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(form_urls.url("status", filing.pk))
    return redirect(form_urls.url("section", filing.pk, f"{fields.WEBSITE.part}-{facts.count(filing.facts)}"))


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
@of_form
def remove_website(request: HttpRequest, actor: Actor, filing: Filing, number: int) -> HttpResponse:
    """A page of its own says what is lost, and asks. ``number`` counts from 1."""
    form = VersionForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_website(filing.pk, actor, number - 1, version=form.cleaned_data["version"])
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The website has been taken out of this filing."))
        return redirect(form_urls.url("status" if filing.status not in states.EDITABLE else "overview", filing.pk))
    if not 1 <= number <= facts.count(filing.facts) or facts.count(filing.facts) == 1:
        raise Http404
    website = filing.facts["websites"][number - 1]
    return render(
        request, "filings/remove_website.html", {"filing": filing, "form": form, "number": number, "website": website}
    )


@require_safe
@as_host
@of_form
def check(request: HttpRequest, _actor: Actor, filing: Filing) -> HttpResponse:
    """Everything as the bureau will see it, with the findings first; from here it is submitted."""
    return _check_page(request, filing, "")


def _check_page(request: HttpRequest, filing: Filing, refusal: str) -> HttpResponse:
    found = checks.findings(filing)
    wrong, unanswered = [finding for finding in found if finding.blocks], corrections.unanswered(filing)
    context = {
        "filing": filing,
        "findings": [*_gathered(filing, wrong), *_without_answer(filing, unanswered)],
        "count": len(wrong) + len(unanswered),
        "notes": [_linked(filing, finding) for finding in found if not finding.blocks],
        "blocks": display.blocks(filing, full=True),
        "items": pictures(filing),
        "of_record": rounds.against_record(filing, full=True),
        "photographed": bool(attachments.photos(filing.facts)),
        "papers": filing.law.papers != Wanted.NONE,
        "form": VersionForm(initial={"version": filing.version}),
        "refusal": refusal,
        "may_release": form_urls.is_hosts_own() and any(finding.code in corrections.IN_THE_WAY for finding in wrong),
        "remarks": [
            display.remark_words(remark, field_url(filing, remark.path), filing.facts)
            for remark in corrections.unmended(filing)
        ],
    }
    return render(request, "filings/check.html", context)


def _without_answer(filing: Filing, unanswered: list[Remark]) -> Iterator[dict[str, str]]:
    """The remarks of a return that still wait for the host's answer."""
    for remark in unanswered:
        yield {
            "href": f"{form_urls.url('mend', filing.pk)}#id_answer-{remark.pk}",
            "label": display.label(remark.path, filing.facts),
            "message": _("The remark has no answer yet."),
            "fix": "",
            "page": _("Your answers"),
        }


def _gathered(filing: Filing, found: list[Finding]) -> Iterator[dict[str, str]]:
    """Each finding by itself; several of a page not begun yet as one line: a wall of red frightens and says little."""
    for section_id, group in groupby(found, key=lambda finding: finding.section):
        of_page = list(group)
        if len(of_page) == 1 or _begun(filing, section_id):
            yield from (_linked(filing, finding) for finding in of_page)
        else:
            yield _not_begun(filing, section_id, len(of_page))


def _not_begun(filing: Filing, section_id: str, count: int) -> dict[str, str]:
    section = section_page.section_of_id(filing, section_id)
    return {
        "href": page_url(filing, section_id),
        "label": "",
        "message": ngettext("%(count)d thing to fill in", "%(count)d things to fill in", count) % {"count": count},
        "fix": "",
        "page": str(section.title) if section else _("Pictures of the certificates"),
    }


def _linked(filing: Filing, finding: Finding) -> dict[str, str]:
    return {
        "href": field_url(filing, finding.path),
        "label": display.short_label(finding.path, filing.facts),
        "message": finding.message,
        "fix": finding.fix,
        "code": finding.code,
        "page": _page_title(filing, finding.path),
    }


def _page_title(filing: Filing, path: str) -> str:
    """The page on which the fact or picture is mended, where its name does not say that already."""
    if path in fields.OWN_PAGES:
        return ""
    found = fields.find_in(filing.facts, path)
    return str(found[0].title) if found else _("Pictures of the certificates")


@require_POST
@as_host
def submit(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Hand the filing to the provider. A second click of the same person is no mistake: it shows the result."""
    filing = _own(actor, filing_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect(form_urls.url("check", filing.pk))
    try:
        services.submit(filing.pk, actor, version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        filing = _own(actor, filing_id)
        if filing.status == Status.WITH_PROVIDER:
            messages.info(request, _("The filing has been submitted already."))
            return redirect(form_urls.url("status", filing.pk))
        if filing.holder != actor.role:
            messages.error(request, str(refusal))
            return redirect(form_urls.url("status", filing.pk))
        return _check_page(request, filing, str(refusal))
    if actor.is_on_behalf:
        messages.success(request, _("Submitted for the host. It waits in your queue for the face-to-face check."))
    else:
        messages.success(request, _("Submitted. The provider will contact you for the face-to-face check."))
    return redirect(form_urls.url("status", filing.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
def withdraw(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """A page of its own says what withdrawing means, and asks."""
    filing = _own(actor, filing_id)
    form = VersionForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(filing.pk, actor, version=form.cleaned_data["version"])
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The filing has been withdrawn."))
        return redirect(form_urls.url("status", filing.pk))
    if states.WITHDRAW not in filing.moves_for(actor):
        return redirect(form_urls.url("status", filing.pk))
    return render(request, "filings/withdraw.html", {"filing": filing, "form": form})


@require_safe
@as_host
def evidence(request: HttpRequest, actor: Actor, filing_id: int, evidence_id: int) -> HttpResponse:
    """One of the host's own pictures."""
    return evidence_response(actor, filing_id, evidence_id)


# --- Taking up again, keeping a copy --------------------------------------------------------------


@require_safe
@as_host
def resume(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Lead to the one next thing: the first page with something open, the check page, the remarks or the status."""
    filing = _own(actor, filing_id)
    match filing.status:
        case Status.DRAFT:
            found = [finding for finding in checks.findings(filing) if finding.blocks]
            return redirect(page_url(filing, found[0].section) if found else form_urls.url("check", filing.pk))
        case Status.RETURNED_TO_HOST:
            return redirect(form_urls.url("mend", filing.pk))
    return redirect(form_urls.url("status", filing.pk))


@require_POST
@as_host
def copy(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Begin a new filing with the data of one that ended without a number."""
    filing = _own(actor, filing_id)
    try:
        made = services.copy(filing.pk, actor)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(form_urls.url("status", filing.pk))
    messages.success(request, _("The data and pictures have been taken over. Check what may have changed meanwhile."))
    return redirect(form_urls.url("overview", made.pk))


@require_safe
@as_host
def summary_pdf(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """The whole filing as a PDF, in full: it is the host's own."""
    filing = _own(actor, filing_id)
    if filing.erased_at is not None:
        raise Http404
    response = HttpResponse(summary.pdf(filing), content_type="application/pdf")
    name = _("ICP filing %(id)d") % {"id": filing.pk}
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.pdf")
    response["Cache-Control"] = "private, no-store"
    return response
