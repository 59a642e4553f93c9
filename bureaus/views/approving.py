"""Approving a filing: its effects are shown first, then confirmed, with the proof of who decides if one is due."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bureaus import approvals
from bureaus.views.drafting import TypedDecision
from desks.staff import filing_page, returning
from desks.staff.remark_form import BaseRemarkFormSet
from filings import services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.kinds import Numbers
from filings.mail import notices
from filings.models import Filing
from filings.moves import moving
from filings.review import opinions

APPROVE, PROPOSE = states.APPROVE.name, "propose"  # the buttons, named like the events


def decide(request: HttpRequest, actor: Actor, filing: Filing, rows: BaseRemarkFormSet, opinion: str) -> str:
    """Approve after the preview; return the success message, or nothing while the preview is due.

    The second request of a double click has no effect and raises no error.
    """
    version = filing_page.seen_version(request)
    if wants_look(request, rows, filing):
        if refusal := moving.refusal_of(filing, states.APPROVE, actor, version):
            raise MoveRefused(refusal)
        opinions.refuse_alone(filing, actor)
        return ""
    try:
        services.approve(filing.pk, actor, version=version, opinion=opinion)
    except MoveRefused:
        if not returning.is_made(filing.pk, APPROVE, actor, version):
            raise
    subject = Filing.objects.select_related("subject").get(pk=filing.pk).subject
    sends_password = filing.makes_subject and not filing.is_reported
    words = (
        _("Approved: %(number)s. The number and the filing password are being sent to the host.")
        if sends_password
        else _("Approved: %(number)s. The host is being told by e-mail.")
    )
    return words % {"number": subject and subject.number}


def wants_look(request: HttpRequest, rows: BaseRemarkFormSet, filing: Filing) -> bool:
    """Return whether to show the confirmation page: an approval is only taken after it has been shown."""
    return APPROVE in request.POST and not returning.has_looked(request, APPROVE, rows, filing)


def preview(
    request: HttpRequest,
    actor: Actor,
    decision: TypedDecision,
    button: str,
    *,
    back: str,
    renewed: Mapping[str, str],
    asks_proof: bool,
) -> HttpResponse:
    """Show the preview: what the approval does, the opinion as it goes on record, the mails word for word."""
    filing, form = decision.filing, decision.form
    context = {
        "filing": filing,
        "back": back,
        "button": button,
        "is_proposal": button == PROPOSE,
        "form": form,
        "refusal": decision.refusal,
        "asks_proof": asks_proof,
        "effects": approvals.effects(filing, full=filing_page.is_in_full(request, filing, actor)),
        "issues": filing.law.numbers == Numbers.ISSUED,
        "opinion": form.cleaned_data["opinion"] or opinions.usual(button),
        "letters": returning.titled(notices.foreseen(filing, states.APPROVE)),
        "typed": returning.travelling(request, filing, button, decision.rows, renewed),
    }
    if asks_proof:
        form.focus_proof()
    return render(request, "bureaus/approve.html", context)
