"""The site host's desk: fill in, submit, watch, mend, withdraw."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from filings import checks, display, fields, papers, services, states, story
from filings.access import as_host
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.forms import PapersForm, VersionForm
from filings.models import EvidenceKind, Filing, Remark
from filings.paging import page
from filings.states import Status
from filings.views import section as section_page
from filings.views.pictures import evidence_response

PAPERS = fields.PAPERS_PREFIX
RETURNED = (Status.RETURNED_TO_HOST, Status.RETURNED_TO_PROVIDER)


@require_safe
@as_host
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All filings of the host, the newest first. Three queries with the session's."""
    rows = Filing.objects.visible_to(actor).select_related("provider", "subject").defer("facts")
    found = page(rows, "created_at", request.GET.get("after", ""), descending=True)
    return render(request, "filings/home.html", {"page": found, "cursor": request.GET.get("after", "")})


def _own(actor: Actor, filing_id: int) -> Filing:
    rows = Filing.objects.visible_to(actor).select_related("provider", "bureau", "subject", "claimed_by")
    return get_object_or_404(rows, pk=filing_id)


def _editable(actor: Actor, filing_id: int) -> Filing:
    filing = _own(actor, filing_id)
    if filing.status not in states.EDITABLE or filing.holder != actor.role:
        raise Http404
    return filing


@require_safe
@as_host
def status(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Where the filing lies, whose turn it is, what happens next, by when; then its history."""
    filing = _own(actor, filing_id)
    mine = filing.holder == actor.role
    remarks = section_page.open_remarks(filing) if filing.status in RETURNED else ()
    context = {
        "filing": filing,
        "next_step": story.next_step(filing),
        "tone": story.TONES[Status(filing.status)],
        "days": story.calendar_days(filing),
        "events": story.timeline(filing, actor),
        "mine": mine,
        "remarks": [display.remark_words(remark, _href(filing, remark.path) if mine else "") for remark in remarks],
        "may_withdraw": states.WITHDRAW in filing.moves_for(actor),
        "website": filing.subject.websites.filter(live=True).first() if filing.subject else None,
    }
    return render(request, "filings/status.html", context)


def _href(filing: Filing, path: str) -> str:
    """The place in the form where the fact at ``path`` is mended."""
    section = fields.section_of(path)
    anchor = f"#id_{path.rsplit('.', 1)[-1]}"
    return f"{_page(filing, section)}{'' if section == PAPERS else '?check'}{anchor}"


@require_safe
@as_host
def overview(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """The task list: what is done, what is next."""
    filing = _editable(actor, filing_id)
    found = checks.findings(filing)
    remarks = section_page.unanswered_remarks(filing)
    context = {
        "filing": filing,
        "tasks": _tasks(filing, [*found, *remarks]),
        "ready": not found,
        "remarks": [display.remark_words(remark, _href(filing, remark.path)) for remark in remarks],
    }
    return render(request, "filings/overview.html", context)


def _tasks(filing: Filing, found: list[checks.Finding | Remark]) -> list[dict[str, Any]]:
    unknown_host = not filing.get("subject.nature") or not filing.get("subject.province")
    tasks = [
        _task(
            filing,
            section.id,
            section.title,
            reverse("filings:section", args=[filing.pk, section.id]),
            found,
            closed=unknown_host and section.id != fields.BASICS.id,
        )
        for section in fields.SECTIONS
    ]
    papers_url = reverse("filings:papers", args=[filing.pk])
    return [
        *tasks,
        _task(filing, PAPERS, _("Pictures of the certificates"), papers_url, found, closed=unknown_host),
    ]


def _task(
    filing: Filing, section_id: str, title: Any, url: str, found: list[checks.Finding | Remark], *, closed: bool
) -> dict[str, Any]:
    count = sum(fields.section_of(item.path) == section_id for item in found)
    state, tone = _("Done"), "done"
    if closed:
        url, state, tone = "", _("Opens after “who files”"), "neutral"
    elif count and not _begun(filing, section_id):
        state, tone = _("Not begun"), "neutral"
    elif count:
        state = ngettext("%(count)d thing open", "%(count)d things open", count) % {"count": count}
        tone = "attention"
    return {"title": title, "url": url, "hint": "", "state": state, "tone": tone}


def _begun(filing: Filing, section_id: str) -> bool:
    if section_id == PAPERS:
        return filing.evidence.filter(replaced_at=None).exclude(kind=EvidenceKind.PHOTO).exists()
    section = section_page.section_of_id(section_id)
    return section is not None and any(filing.get(section.path(field)) for field in section.fields)


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
def edit_section(request: HttpRequest, actor: Actor, filing_id: int, section_id: str) -> HttpResponse:
    """One page of the form. What is sent after the filing has gone on is answered on the page, with the words kept."""
    filing = _own(actor, filing_id) if request.method == "POST" else _editable(actor, filing_id)
    section = section_page.section_of_id(section_id)
    if section is None:
        raise Http404
    if section is not fields.BASICS and not (filing.get("subject.nature") and filing.get("subject.province")):
        return redirect("filings:section", filing.pk, fields.BASICS.id)
    back = reverse("filings:overview", args=[filing.pk])
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
    ids = [section.id for section in fields.SECTIONS]
    following = ids[ids.index(section_id) + 1 :]
    if following:
        return reverse("filings:section", args=[filing.pk, following[0]])
    return reverse("filings:papers", args=[filing.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@as_host
def upload_papers(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """The pictures of the certificates; each good one is kept even when another one is refused."""
    filing = _own(actor, filing_id) if request.method == "POST" else _editable(actor, filing_id)
    form = PapersForm(filing, request.POST or None, request.FILES or None, section_page.open_remarks(filing))
    if request.method == "POST" and form.is_valid():
        _keep_pictures(form, filing, actor)
        if not form.errors:
            return redirect("filings:overview" if "later" in request.POST else "filings:check", filing.pk)
    return render(request, "filings/papers.html", {"filing": filing, "form": form, "items": pictures(filing)})


def _keep_pictures(form: PapersForm, filing: Filing, actor: Actor) -> None:
    version = form.cleaned_data["version"]
    for kind in papers.needed(filing.facts):
        if not (upload := form.cleaned_data.get(kind)):
            continue
        try:
            services.add_evidence(filing.pk, actor, kind, upload, version=version)
            version += 1
        except ValidationError as error:
            form.add_error(kind, error)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))


def pictures(filing: Filing) -> list[dict[str, Any]]:
    """The host's current pictures as ``components/evidence.html`` shows them; one query."""
    return [
        {
            "label": evidence.get_kind_display(),
            "url": reverse("filings:evidence", args=[filing.pk, evidence.pk]),
            "width": evidence.width,
            "height": evidence.height,
            "note": "",
        }
        for evidence in filing.evidence.filter(replaced_at=None).exclude(kind=EvidenceKind.PHOTO).order_by("pk")
    ]


@require_safe
@as_host
def check(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Everything as the bureau will see it, with the findings first; from here it is submitted."""
    filing = _editable(actor, filing_id)
    return _check_page(request, filing, "")


def _check_page(request: HttpRequest, filing: Filing, refusal: str) -> HttpResponse:
    found = checks.findings(filing)
    context = {
        "filing": filing,
        "findings": list(_gathered(filing, found)),
        "count": len(found),
        "blocks": display.blocks(filing, full=True),
        "items": pictures(filing),
        "form": VersionForm(initial={"version": filing.version}),
        "refusal": refusal,
        "remarks": [
            display.remark_words(remark, _href(filing, remark.path))
            for remark in section_page.unanswered_remarks(filing)
        ],
    }
    return render(request, "filings/check.html", context)


def _gathered(filing: Filing, found: list[checks.Finding]) -> Iterator[dict[str, str]]:
    """Each finding by itself; those of a page not begun yet as one line: a wall of red frightens and says little."""
    for section_id, group in groupby(found, key=lambda finding: finding.section):
        of_page = list(group)
        if _begun(filing, section_id):
            yield from (_linked(filing, finding) for finding in of_page)
        else:
            yield _not_begun(filing, section_id, len(of_page))


def _not_begun(filing: Filing, section_id: str, count: int) -> dict[str, str]:
    section = section_page.section_of_id(section_id)
    return {
        "href": _page(filing, section_id),
        "label": str(section.title) if section else _("Pictures of the certificates"),
        "message": ngettext("%(count)d thing to fill in", "%(count)d things to fill in", count) % {"count": count},
        "fix": "",
    }


def _page(filing: Filing, section_id: str) -> str:
    if section_id == PAPERS:
        return reverse("filings:papers", args=[filing.pk])
    return reverse("filings:section", args=[filing.pk, section_id])


def _linked(filing: Filing, finding: checks.Finding) -> dict[str, str]:
    return {
        "href": _href(filing, finding.path),
        "label": display.label(finding.path),
        "message": finding.message,
        "fix": finding.fix,
    }


@require_POST
@as_host
def submit(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Hand the filing to the provider. A second click of the same person is no mistake: it shows the result."""
    filing = _own(actor, filing_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return redirect("filings:check", filing.pk)
    try:
        services.submit(filing.pk, actor, version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        filing = _own(actor, filing_id)
        if filing.status == Status.WITH_PROVIDER:
            messages.info(request, _("The filing has been submitted already."))
            return redirect("filings:status", filing.pk)
        if filing.holder != actor.role:
            messages.error(request, str(refusal))
            return redirect("filings:status", filing.pk)
        return _check_page(request, filing, str(refusal))
    messages.success(request, _("Submitted. The provider will contact you for the face-to-face check."))
    return redirect("filings:status", filing.pk)


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
        return redirect("filings:status", filing.pk)
    if states.WITHDRAW not in filing.moves_for(actor):
        return redirect("filings:status", filing.pk)
    return render(request, "filings/withdraw.html", {"filing": filing, "form": form})


@require_safe
@as_host
def evidence(request: HttpRequest, actor: Actor, filing_id: int, evidence_id: int) -> HttpResponse:
    """One of the host's own pictures."""
    return evidence_response(actor, filing_id, evidence_id)
