"""Pages to reassign or take over one filing of the bureau, or to move it to another provider."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bureaus.access import actor_of, colleague, for_chief, present
from bureaus.models import Reviewer
from desks import transfers as transfer_page
from desks.staff import action_page, filing_page
from desks.staff.action_page import DeskAction
from desks.staff.queue_forms import HandOverForm
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.moves import assignment
from filings.services import transfers

PAGES = {"queue": "bureau_desk:index", "review": "bureau_desk:review"}


def hand_over(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Reassign a filing to a colleague who is present, with a note."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    colleagues = present(actor.bureau_id).exclude(user=actor.person_id)
    form = HandOverForm(
        request.POST or None,
        colleagues=[(member.user_id, str(member.user)) for member in colleagues],
        help_text=_("Stays in the filing's history; only your bureau sees it."),
    )

    def do(form: Any) -> str:
        to = _colleague(actor, form.cleaned_data["to"])
        assignment.hand_over(filing_id, actor, to=to, note=form.cleaned_data["note"])
        return _("Handed over to %(name)s.") % {"name": to.name}

    act = DeskAction(
        title=_("Hand over to a colleague"),
        lead=_("The filing is your colleague's until its due date is over. Your colleague gets a mail."),
        button=_("Hand over"),
    )
    return action_page.page(request, filing, form, do, act, **PAGES)


def _colleague(actor: Actor, user_id: int) -> Actor:
    try:
        return colleague(actor, user_id)
    except Reviewer.DoesNotExist as gone:
        raise MoveRefused(_("Choose a colleague of your own bureau.")) from gone


@for_chief
def take_over(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Take a filing over from the reviewer who has claimed it."""
    filing = filing_page.visible(actor, filing_id)

    def do(_form: Form) -> str:
        assignment.take_over(filing_id, actor)
        return _("The filing is yours now. Your colleague has been told by mail.")

    act = DeskAction(
        title=_("Take over from a colleague"),
        lead=_("%(name)s has this filing in work and can't go on with it afterwards. Both of you are told.")
        % {"name": filing.claimed_by}
        if filing.claimant_id()
        else _("Nobody has this filing in work."),
        button=_("Take over"),
        to_filing=True,
    )
    return action_page.page(request, filing, Form(request.POST or None), do, act, **PAGES)


def transfer(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Move a filing to another access provider, because its own no longer accepts filings."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    if request.method != "POST" and not transfers.may(filing, actor):
        return redirect(PAGES["review"], filing_id)
    form = transfer_page.form_of(request, filing)
    lead = _(
        "The provider of this filing takes none any more. Its papers go along; the new provider gives its own "
        "addresses and verifies anew. A filing that you are deciding leaves your desk until it is passed on again."
    )
    if not transfers.choices(filing).exists():
        lead = _("No other provider can take this filing over, because it is about this provider's own access.")

    def do(form: Any) -> str:
        return transfer_page.move(filing, actor, form)

    act = DeskAction(
        title=_("Choose another access provider"),
        lead=lead,
        button=_("Move the filing to this provider"),
        to_filing=True,
    )
    return action_page.page(request, filing, form, do, act, **PAGES)
