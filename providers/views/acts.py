"""Pages to reassign, take over, hold or close one filing."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from desks.staff import action_page, filing_page
from desks.staff.action_page import DeskAction
from desks.staff.queue_forms import HandOverForm
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.moves import assignment
from providers.access import actor_of, colleague, for_role, team
from providers.forms import CloseForm, PauseForm
from providers.models import Staff, StaffRole

PAGES = {"queue": "provider_desk:index", "review": "provider_desk:verify"}


def hand_over(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Reassign a filing to a colleague, with a note."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    form = HandOverForm(
        request.POST or None,
        colleagues=[(member.user_id, str(member.user)) for member in team(actor).exclude(user=actor.person_id)],
        help_text=_("Stays in the filing's history; only your provider sees it."),
    )

    def do(form: Any) -> str:
        to = _colleague(actor, form.cleaned_data["to"])
        assignment.hand_over(filing_id, actor, to=to, note=form.cleaned_data["note"])
        return _("Handed over to %(name)s.") % {"name": to.name}

    act = DeskAction(
        title=_("Hand over to a colleague"),
        lead=_("The filing is your colleague's until the end of the next working day. Your colleague gets a mail."),
        button=_("Hand over"),
    )
    return action_page.page(request, filing, form, do, act, **PAGES)


def _colleague(actor: Actor, user_id: int) -> Actor:
    try:
        return colleague(actor, user_id)
    except Staff.DoesNotExist as gone:
        raise MoveRefused(_("Choose a colleague of your own provider.")) from gone


@for_role(StaffRole.SUPERVISOR)
def take_over(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Take a filing over from the colleague who has claimed it."""
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


def pause(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Put a filing on hold until a day."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)

    def do(form: Any) -> str:
        until, reason = form.cleaned_data["until"], form.cleaned_data["reason"]
        assignment.pause(filing_id, actor, until=until, reason=reason)
        return _("The filing is on hold. It is back in your queue by itself on the day you chose.")

    act = DeskAction(
        title=_("Put on hold"),
        lead=_(
            "The filing leaves the queue until the day you choose. The reason stays inside your provider; "
            "the time you have promised the host goes on."
        ),
        button=_("Put on hold"),
    )
    return action_page.page(request, filing, PauseForm(request.POST or None), do, act, **PAGES)


def close(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Close a filing without passing it on, with a reason for the host."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)

    def do(form: Any) -> str:
        said = form.cleaned_data
        # no version: the claim keeps others away meanwhile, and the status refuses it after a withdrawal
        services.close(filing_id, actor, version=None, reason=said["reason"], words=said["words"])
        return _("Filing %(id)d is closed. The host has been told why by mail.") % {"id": filing_id}

    act = DeskAction(
        title=_("Close the filing"),
        lead=_(
            "The filing ends without a number and can't be opened again. Its certificate and domains are free for "
            "other filings. The host is told your reason by mail and can begin a new filing with the same data."
        ),
        button=_("Close the filing for good"),
    )
    return action_page.page(request, filing, CloseForm(request.POST or None), do, act, **PAGES)
