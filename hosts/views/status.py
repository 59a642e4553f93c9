"""The status page of a filing; withdrawing, resuming, copying, the PDF."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desks import form_urls
from desks import section as section_page
from desks.access import as_host, render_for
from desks.files import PDF, file_response
from desks.form_urls import page_url
from desks.pictures import evidence_response
from desks.progress import due, next_step, timelines
from desks.progress.tones import TONES
from desks.refusals import refusals_above
from desks.section_form import VersionForm
from filings import facts, kinds, services, states
from filings.actors import Actor
from filings.appointments import booking, slots
from filings.evidence.limited import concurrency
from filings.kinds import Numbers
from filings.models import Filing
from filings.review import host_questions
from filings.rules import checks, corrections, mailboxes, ownership, required_codes
from filings.services import detection, splitting, transfers
from filings.states import Status
from hosts import returns
from ministry.models import Website
from ministry.register import shells
from ministry.rules import rules
from records import footers
from records.orders import making, places

P = ParamSpec("P")


def own(actor: Actor, filing_id: int) -> Filing:
    rows = Filing.objects.visible_to(actor).select_related(
        "provider", "bureau", "subject", "claimed_by", "moves_from__provider"
    )
    return get_object_or_404(rows, pk=filing_id)


def of_form(view: Callable[Concatenate[HttpRequest, Actor, Filing, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the filing to a page of the form; if it can't be edited now, redirect to its status page with a message.

    A POST reaches the view all the same, which keeps on the page what was typed.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, actor: Actor, filing_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        filing = own(actor, filing_id)
        if request.method != "POST" and (filing.status not in states.EDITABLE or filing.holder != actor.role):
            return section_page.closed(request, actor, filing)
        with rules.read_once():
            return view(request, actor, filing, *args, **kwargs)

    return wrapper


@require_safe
@as_host
def status(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show where the filing is, whose turn it is, what happens next, by when; then its history."""
    filing = own(actor, filing_id)
    remarks = returns.of(filing, actor)
    book = due.book_of(filing) if filing.status == Status.WITH_BUREAU else None
    on_record = filing.subject_id is not None and not shells.is_shell(filing.subject_id, None)
    may_book = booking.may_book(filing, actor)
    context = {
        "filing": filing,
        "may_book": may_book,
        "waits_with_provider": booking.waits(filing) and not actor.is_on_behalf,
        "booked": slots.booked_of(filing),
        "places": slots.places_of(filing.provider_id) if may_book and not filing.meets_at else (),
        "next_step": next_step.next_step(actor, filing, book, on_record=on_record),
        "orders": making.about(filing, actor) if filing.subject_id else (),
        "tone": TONES[Status(filing.status)],
        "is_decided_elsewhere": filing.status == Status.WITH_BUREAU and filing.bureau and filing.bureau.external,
        "rest": splitting.continuation_of(filing),
        "whole": splitting.whole_of(filing),
        "password_checker": required_codes.password_checker(filing) if filing.status in states.UNDER_WAY else "",
        "unproved": filing.status in states.UNDER_WAY and required_codes.lacks_proof(filing),
        "unread": mailboxes.lacking(filing) if filing.status == Status.RETURNED_TO_PROVIDER else (),
        "progress": required_codes.progress(filing),
        "clock": due.clock_of(filing, book),
        **timelines.context(filing, actor),
        "mine": filing.holder == actor.role,
        "asked": host_questions.with_replies(filing) if filing.received_at and not actor.is_on_behalf else (),
        "remarks": remarks.open,
        "earlier_remarks": remarks.earlier,
        "leaving": filing.moves_from if filing.moves_from and filing.status == Status.FILED else None,
        "may_copy": _may_copy(filing, actor),
        "copy_refusal": services.copy_refusal(filing, actor),
        "may_release": not actor.is_on_behalf and not remarks.codes.isdisjoint(corrections.IN_THE_WAY),
        "claims": places.open_about(filing) if filing.status in states.OPEN and not actor.is_on_behalf else (),
        "may_transfer": transfers.may(filing, actor),
        "may_withdraw": states.WITHDRAW in filing.moves_for(actor),
        "announcements": filing.provider.announcements.in_force() if _awaits_provider(filing) else (),
        "websites": _to_show(filing),
    }
    return render_for(actor, request, "filings/status.html", context)


def _may_copy(filing: Filing, actor: Actor) -> bool:
    """Return whether the host may begin a new first filing with the data of this one."""
    has_ended = filing.law.is_first and filing.status in states.ENDED_EMPTY_HANDED
    return has_ended and not filing.erased_at and not actor.is_on_behalf


def _to_show(filing: Filing) -> list[tuple[Website, str]]:
    """Return what has got a number, each with the code for the footer of its home page. One query."""
    if not filing.subject or filing.law.numbers != Numbers.ISSUED:
        return []
    return [(website, footers.snippet(website)) for website in ownership.websites_of(filing)]


def _awaits_provider(filing: Filing) -> bool:
    """Return whether what its provider announces, such as opening hours, concerns the filing."""
    is_its_turn = filing.status in states.UNDER_WAY and filing.status != Status.WITH_BUREAU
    return is_its_turn and filing.provider.is_active


def becomes(filing: Filing, actor: Actor) -> dict[str, Any] | None:
    """Return which kind the draft of a first filing is by certificate and domain; None while it is a first filing.

    The dict has its label, and the URL to begin it if more has to be asked first (else empty).
    """
    if not filing.law.is_first or filing.status != Status.DRAFT or actor.is_on_behalf:
        return None
    found = detection.find_for(filing, actor)
    if found.kind is None or found.target is None:
        return None
    if found.offer is not None:
        return {"label": found.kind.label, "url": reverse("filings:offer", args=[found.offer.pk])}
    asked = {"kind": found.kind, "subject": found.target.subject_id, "provider": filing.provider_id}
    if found.target.website_id:
        asked["website"] = found.target.website_id
    law = kinds.KINDS[found.kind]
    url = "" if law.continues_draft else f"{form_urls.url(actor, 'begin')}?{urlencode(asked)}"
    return {"label": law.named(facts.services(filing.facts)), "url": url}


@as_host
def withdraw(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Ask for confirmation and withdraw the filing."""
    filing = own(actor, filing_id)
    form = VersionForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        with refusals_above(request):
            services.withdraw(filing.pk, actor, version=form.cleaned_data["version"])
            is_draft = filing.status == Status.DRAFT
            messages.success(
                request, _("The draft has been deleted.") if is_draft else _("The filing has been withdrawn.")
            )
        return redirect(form_urls.url(actor, "status", filing.pk))
    if states.WITHDRAW not in filing.moves_for(actor):
        return redirect(form_urls.url(actor, "status", filing.pk))
    return render(request, "filings/withdraw.html", {"filing": filing, "form": form})


@require_safe
@as_host
def evidence(request: HttpRequest, actor: Actor, filing_id: int, evidence_id: int) -> HttpResponse:
    """Return one of the host's own pictures."""
    return evidence_response(request, actor, filing_id, evidence_id)


@require_safe
@as_host
def resume(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Redirect to the next step: the first page with something open, the check page, the remarks or the status."""
    filing = own(actor, filing_id)
    match filing.status:
        case Status.DRAFT:
            found = [finding for finding in checks.findings(filing) if finding.blocks]
            return redirect(
                page_url(actor, filing, found[0].section) if found else form_urls.url(actor, "check", filing.pk)
            )
        case Status.RETURNED_TO_HOST:
            return redirect(form_urls.url(actor, "correct", filing.pk))
    return redirect(form_urls.url(actor, "status", filing.pk))


@require_POST
@as_host
def copy(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Start a new filing with the data of one that ended without a number."""
    filing = own(actor, filing_id)
    with refusals_above(request):
        made = services.copy(filing.pk, actor)
        messages.success(request, _("The data and pictures have been copied. Check whether anything has changed."))
        return redirect(form_urls.url(actor, "overview", made.pk))
    return redirect(form_urls.url(actor, "status", filing.pk))


@require_safe
@as_host
def summary_pdf(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Return the whole filing as a PDF, unmasked: it is the host's own."""
    filing = own(actor, filing_id)
    if filing.erased_at is not None:
        raise Http404
    from hosts import summary_pdf as summary

    with concurrency.making():
        return file_response(summary.pdf(filing), PDF, f"{_('ICP filing %(id)d') % {'id': filing.pk}}.pdf")
