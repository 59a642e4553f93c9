"""The bureau's desk at /bureau/: the queue by due date, and the decision on one filing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.desks import DeskSite
from accounts.models import Party
from bureaus.access import acting, actor_of
from filings import clock, services, states
from filings.actors import Actor
from filings.models import Filing
from filings.paging import page
from filings.states import Status
from filings.views import desk, returning
from filings.views import sheets as verification_sheets
from filings.views.pictures import evidence_response
from filings.views.rounds import compare_at_desk

# tab → (statuses, key of the order, newest first)
TABS: dict[str, tuple[tuple[Status, ...], str, bool]] = {
    "work": ((Status.WITH_BUREAU,), "due_on", False),
    "returned": ((Status.RETURNED_TO_PROVIDER, Status.RETURNED_TO_HOST, Status.WITH_PROVIDER), "arrived_at", True),
    "done": ((Status.FILED,), "arrived_at", True),
    "withdrawn": ((Status.WITHDRAWN,), "arrived_at", True),
}
TAB_LABELS = {
    "work": gettext_lazy("To be decided"),
    "returned": gettext_lazy("Returned"),
    "done": gettext_lazy("Filed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The filings of one tab, the nearest due date first. Constant queries, keyset pages."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "work")
    if tab not in TABS:
        raise Http404
    statuses, key, descending = TABS[tab]
    rows = (
        Filing.objects.visible_to(actor)
        .filter(status__in=statuses)
        .select_related("provider", "claimed_by", "subject")
        .defer("facts")
    )
    found = page(rows, key, request.GET.get("after", ""), descending=descending)
    context = {
        "tabs": [
            {"label": label, "url": f"?tab={key}", "count": None, "current": key == tab}
            for key, label in TAB_LABELS.items()
        ],
        "tab": tab,
        "page": found,
        "rows": _with_days_left(found.rows),
        "today": timezone.localdate(),
        "actor": actor,
        "cursor": request.GET.get("after", ""),
    }
    return render(request, "bureaus/queue.html", context)


def _with_days_left(filings: list[Filing]) -> list[tuple[Filing, int | None]]:
    """Each filing with the working days it has left; one query for all of them."""
    left = clock.days_left_until([filing.due_on for filing in filings if filing.due_on])
    return [(filing, left.get(filing.due_on)) for filing in filings]


@require_POST
def claim(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Take a filing into work."""
    return desk.take(request, actor_of(request), filing_id, page="bureau_desk:review")


@require_POST
def release(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Put a filing back."""
    return desk.put_back(request, actor_of(request), filing_id, queue="bureau_desk:index")


def review(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Facts, pictures, sheet and history of one filing; from here it is approved or returned."""
    actor = actor_of(request)
    filing = desk.visible(actor, filing_id)
    rows = desk.remark_rows(request, filing, actor=actor)
    done, refusal = desk.attempt(request, actor, filing_id, lambda: _decide(request, actor, filing, rows))
    if done:
        return redirect("bureau_desk:index")
    if "preview" in request.POST and not refusal:
        return returning.preview(request, filing, states.RETURN, rows, back=request.path)
    filing = desk.visible(actor, filing_id)
    context = desk.context(request, actor, filing, lambda pk: reverse("bureau_desk:evidence", args=[filing_id, pk]))
    context |= {
        "rows": rows,
        "refusal": refusal,
        "verified": desk.verified(filing),
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
    if "preview" in request.POST:
        returning.look_before(filing, states.RETURN, actor, version, rows)
    if "return" in request.POST:
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
def wordings(request: HttpRequest) -> HttpResponse:
    """The usual wordings of this bureau for a code and a field."""
    return returning.wordings(request, actor_of(request))


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


class BureauDesk(DeskSite):
    """The admin site of a bureau's reviewers; its changelist is the queue, a decision has a page of its own."""

    party = Party.BUREAU
    site_header = gettext_lazy("Bureau's desk")

    def is_appointed(self, request: HttpRequest) -> bool:
        return acting(request) is not None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            path("", self.admin_view(queue), name="index"),
            path("filings/<int:filing_id>/", self.admin_view(review), name="review"),
            path("wordings/", self.admin_view(wordings), name="wordings"),
            path("filings/<int:filing_id>/mails/", self.admin_view(mails), name="mails"),
            path("filings/<int:filing_id>/claim/", self.admin_view(claim), name="claim"),
            path("filings/<int:filing_id>/release/", self.admin_view(release), name="release"),
            path("filings/<int:filing_id>/rounds/", self.admin_view(compare), name="rounds"),
            path(
                "filings/<int:filing_id>/evidence/<int:evidence_id>/",
                self.admin_view(evidence),
                name="evidence",
            ),
            path("filings/<int:filing_id>/sheets/", self.admin_view(sheets), name="sheets"),
            path("filings/<int:filing_id>/sheets/<int:sheet_id>.pdf", self.admin_view(sheet), name="sheet"),
            path(
                "filings/<int:filing_id>/sheets/signed/<int:scan_id>/",
                self.admin_view(sheet_scan),
                name="sheet_scan",
            ),
            *super().get_urls(),
        ]


site = BureauDesk(name="bureau_desk")
