"""The page of a single action on a filing, the same on both desks; reassigning and taking over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from desks.refusals import refusals_at
from desks.staff import filing_page
from desks.staff.desk import StaffDesk
from desks.staff.queue_forms import HandOverForm
from filings.errors import MoveRefused
from filings.models import Filing
from filings.moves import assignment


@dataclass(frozen=True, slots=True)
class DeskAction:
    """The texts of an action's page, and where it leads when done: the filing's page, or else the queue."""

    title: str
    lead: str
    button: str
    to_filing: bool = False


def page(
    request: HttpRequest, desk: StaffDesk, filing: Filing, form: Form, do: Callable[[Any], str], act: DeskAction
) -> HttpResponse:
    """Show the form, or do the action; a refusal keeps what was typed."""
    filing_url = desk.filing_url(filing.pk)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            messages.success(request, do(form))
            return redirect(filing_url if act.to_filing else desk.queue_url)
    context = {"filing": filing, "form": form, "act": act, "queue_url": desk.queue_url, "filing_url": filing_url}
    return render(request, "desk/act.html", context)


def hand_over(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Reassign a filing to a colleague, with a note."""
    actor = desk.actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    colleagues = desk.colleagues(actor).exclude(user=actor.person_id)
    form = HandOverForm(
        request.POST or None,
        colleagues=[(member.user_id, str(member.user)) for member in colleagues],
        help_text=str(desk.note_help),
    )

    def do(form: Any) -> str:
        try:
            to = desk.colleague(actor, form.cleaned_data["to"])
        except ObjectDoesNotExist as gone:
            raise MoveRefused(str(desk.not_colleague)) from gone
        assignment.hand_over(filing_id, actor, to=to, note=form.cleaned_data["note"])
        return _("Reassigned to %(name)s.") % {"name": to.name}

    act = DeskAction(title=_("Reassign to a colleague"), lead=str(desk.hand_over_lead), button=_("Reassign"))
    return page(request, desk, filing, form, do, act)


def take_over(request: HttpRequest, filing_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Take a filing over from the colleague who has claimed it; raise Http404 unless the actor supervises."""
    actor = desk.actor_of(request)
    if not actor.supervises:
        raise Http404
    filing = filing_page.visible(actor, filing_id)

    def do(_form: Form) -> str:
        assignment.take_over(filing_id, actor)
        return _("The filing is yours now. Your colleague has been notified by e-mail.")

    act = DeskAction(
        title=_("Take over from a colleague"),
        lead=_("%(name)s has claimed this filing and can't continue with it afterwards. Both of you are notified.")
        % {"name": filing.claimed_by}
        if filing.claimant_id()
        else _("Nobody has claimed this filing."),
        button=_("Take over"),
        to_filing=True,
    )
    # Bound also when nothing was sent, because it has no fields.
    form = Form(request.POST if request.method == "POST" else None)
    return page(request, desk, filing, form, do, act)
