"""Views of one filing that both desks share: claim, release, pictures, comparison of rounds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from desks import rounds
from desks.pictures import evidence_response, show_as_handed_on
from desks.staff import filing_page
from desks.staff.desk import StaffDesk
from filings import services


@require_POST
def claim(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Claim a filing and redirect to its page; the loser of a race is told who has it."""
    return filing_page.press(request, desk, filing_id, services.claim)


@require_POST
def release(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Release a filing."""
    filing_page.press(request, desk, filing_id, services.release)
    return redirect(desk.queue_url)


@require_safe
def evidence(request: HttpRequest, filing_id: int, evidence_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Return a picture of a filing the desk may see."""
    return evidence_response(request, desk.actor_of(request), filing_id, evidence_id)


@require_safe
def compare(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Show two rounds of a filing beside each other, masked unless asked for.

    A look at the full data is recorded, like each picture that is opened.
    """
    actor = desk.actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    show_as_handed_on(filing, actor)
    if full := "full" in request.GET:
        services.record_look(filing, actor, "rounds")
    context = rounds.page(request, actor, filing, lambda pk: desk.url("evidence", filing_id, pk), full=full)
    context |= {"queue": desk.queue_url, "back": desk.filing_url(filing_id)}
    return render(request, "desk/rounds.html", context)
