"""The pictures of a filing."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from desks import form_urls
from desks.access import as_host, render_for
from desks.components import StatusPill
from desks.noted_fields import NotedField, noted
from desks.pictures import PHOTO, EvidenceItem, origin
from desks.refusals import refusals_above
from desks.section_form import FormState, VersionForm
from desks.suggestions import ReadPictures
from filings import fields, services, states
from filings.actors import Actor
from filings.fields import attachments
from filings.models import Evidence, Filing
from hosts import steps
from hosts.papers_form import PapersForm
from hosts.views import readings, uploads
from hosts.views.status import of_form, own

PAPERS = fields.PAPERS_PREFIX


@as_host
@of_form
def upload_papers(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Upload pictures of the certificates; each valid one is kept even if another is refused."""
    state = FormState(filing)
    form = PapersForm(state, request.POST or None, request.FILES or None, state.remarks)
    if request.method == "POST" and form.is_valid():
        refused = uploads.save(form, state, actor)
        if not refused:
            return redirect(_after_papers(request, actor, filing))
        filing.refresh_from_db()
        state = FormState(filing)
        form.follow(PapersForm(state))
        for name, words in refused.items():
            form.add_error(name, words)
    rows = _paper_rows(actor, form, state)
    missing = sum(row["state"] is MISSING for row in rows)
    context = {"filing": filing, "form": form, "rows": rows, "missing": missing, **readings.context(actor, state)}
    context["step"] = steps.of_page(actor, filing, PAPERS)
    return render_for(actor, request, "filings/papers.html", context)


def _after_papers(request: HttpRequest, actor: Actor, filing: Filing) -> str:
    """Return where to go next: after an upload, this page again while there is advice to read or more to fill in."""
    if "later" in request.POST:
        return form_urls.url(actor, "overview", filing.pk)
    if request.FILES and any(not filing.get(path) for path in ReadPictures.of(filing).awaited):
        return form_urls.url(actor, "papers", filing.pk)
    if request.FILES and filing.evidence.filter(replaced_at=None).exclude(advice=[]).exists():
        messages.warning(
            request, _("The pictures have been saved. Read the advice beside them, then replace them or continue.")
        )
        return form_urls.url(actor, "papers", filing.pk)
    return form_urls.url(actor, "check", filing.pk)


def current_pictures(filing: Filing) -> QuerySet[Evidence]:
    return filing.evidence.filter(replaced_at=None).exclude(path__endswith=PHOTO).order_by("pk")


def pictures(actor: Actor, filing: Filing, *, can_remove: bool = False) -> list[EvidenceItem]:
    """Return the host's current pictures; one query."""
    return [
        EvidenceItem.of(
            evidence,
            attachments.label(evidence.path),
            form_urls.url(actor, "evidence", filing.pk, evidence.pk),
            note=origin(evidence),
            advice=evidence.advice,
            remove=evidence.path if can_remove else "",
        )
        for evidence in current_pictures(filing)
    ]


# states of a paper
MISSING = StatusPill(gettext_lazy("To upload"), "attention")
REMARKED = StatusPill(gettext_lazy("See the remark"), "attention")
ADVISED = StatusPill(gettext_lazy("Uploaded, can be improved"), "attention")
KEPT = StatusPill(gettext_lazy("Uploaded"), "done")
IF_IT_APPLIES = StatusPill(gettext_lazy("If applicable"), "neutral")


def _paper_rows(actor: Actor, form: PapersForm, state: FormState) -> list[dict[str, Any]]:
    """Return each file field with its current pictures, which can be removed, and the state of the paper."""
    kept = pictures(actor, state.filing, can_remove=True)
    wanted = [finding.path for finding in state.found if finding.blocks]
    rows = []
    for path, paper in form.papers.items():
        items = [picture for picture in kept if paper.holds(picture.remove)]
        missing = any(map(paper.holds, wanted))
        rows.append(
            {"field": form[path], "items": items, "state": _paper_state(noted(form, path), items, missing=missing)}
        )
    return rows


def _paper_state(field: NotedField, items: list[EvidenceItem], *, missing: bool) -> StatusPill:
    if missing:
        return MISSING
    if field.remarks:
        return REMARKED
    if not items:
        return IF_IT_APPLIES
    return ADVISED if any(item.advice for item in items) else KEPT


@require_POST
@as_host
def remove_picture(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Remove a picture that was uploaded by mistake."""
    filing = own(actor, filing_id)
    form = VersionForm(request.POST)
    if form.is_valid():
        with refusals_above(request):
            services.remove_evidence(
                filing.pk, actor, request.POST.get("path", ""), version=form.cleaned_data["version"]
            )
    return redirect(form_urls.url(actor, "papers" if filing.status in states.EDITABLE else "status", filing.pk))
