"""One filing at the bureau's desk: looking at it, and the decision."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from filings import services, states
from filings.actors import Actor
from filings.models import Filing
from filings.states import Status
from filings.views import desk, returning
from filings.views import sheets as verification_sheets
from filings.views.pictures import evidence_response
from filings.views.rounds import compare_at_desk


def review(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Facts, pictures, sheet and history of one filing; from here it is approved or returned."""
    actor = actor_of(request)
    filing = desk.visible(actor, filing_id)
    rows = desk.remark_rows(request, filing, actor=actor)
    done, refusal = desk.attempt(request, actor, filing_id, lambda: _decide(request, actor, filing, rows))
    if done:
        return redirect("bureau_desk:index")
    if not refusal and returning.wants_look(request, states.RETURN, rows, filing):
        return returning.preview(request, filing, states.RETURN, rows, back=request.path)
    if request.method == "POST":
        filing = desk.visible(actor, filing_id)
    context = desk.context(request, actor, filing, lambda pk: reverse("bureau_desk:evidence", args=[filing_id, pk]))
    context |= {
        "rows": rows,
        "refusal": refusal,
        "verified": desk.verified(filing, context["history"]),
        "sheets": verification_sheets.listed(filing, "bureau_desk", latest=True),
        "website": filing.subject.websites.filter(live=True).first() if filing.subject else None,
    }
    return render(request, "bureaus/review.html", context)


def _decide(request: HttpRequest, actor: Actor, filing: Filing, rows: Any) -> str:
    """Do what the pressed button says; answer the success message, or nothing to stay on the page."""
    version = desk.seen_version(request)
    if "approve" in request.POST:
        subject = services.approve(filing.pk, actor, version=version)
        return _("Approved: %(number)s. Number and password are on their way to the host.") % {"number": subject.number}
    if returning.wants_look(request, states.RETURN, rows, filing):
        returning.look_before(filing, states.RETURN, actor, version, rows)
    elif "return" in request.POST:
        returning.send(services.return_to_provider, filing, states.RETURN, actor, version, rows)
        return _("Returned to the provider, with your remarks.")
    return ""


@require_safe
def compare(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Two rounds of a filing beside each other."""
    actor = actor_of(request)
    back = reverse("bureau_desk:review", args=[filing_id])
    return compare_at_desk(request, actor, desk.visible(actor, filing_id), "bureau_desk", back)


@require_safe
def mails(request: HttpRequest, filing_id: int) -> HttpResponse:
    """The mails of an approval, to be read beforehand."""
    filing = desk.visible(actor_of(request), filing_id)
    if filing.status != Status.WITH_BUREAU:
        raise Http404
    return returning.mails(request, filing, states.APPROVE, back=reverse("bureau_desk:review", args=[filing_id]))


@require_safe
def evidence(request: HttpRequest, filing_id: int, evidence_id: int) -> HttpResponse:
    """A picture of a filing of this province."""
    return evidence_response(actor_of(request), filing_id, evidence_id)


@require_safe
def sheets(request: HttpRequest, filing_id: int) -> HttpResponse:
    """The verification sheets of a filing, with every signed copy."""
    actor = actor_of(request)
    back = reverse("bureau_desk:review", args=[filing_id])
    return verification_sheets.page(request, actor, desk.visible(actor, filing_id), "bureau_desk", back)


@require_safe
def sheet(request: HttpRequest, filing_id: int, sheet_id: int) -> HttpResponse:
    """A verification sheet as PDF."""
    return verification_sheets.issued_response(actor_of(request), filing_id, sheet_id)


@require_safe
def sheet_scan(request: HttpRequest, filing_id: int, scan_id: int) -> HttpResponse:
    """A page of a signed copy."""
    return verification_sheets.scan_response(actor_of(request), filing_id, scan_id)
