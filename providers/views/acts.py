"""Pages to hold or close one filing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from desks.staff import action_page, filing_page
from desks.staff.action_page import DeskAction
from filings import services
from filings.moves import assignment
from providers.access import actor_of
from providers.forms import CloseForm, PauseForm
from providers.staff_desk import DESK


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
    return action_page.page(request, DESK, filing, PauseForm(request.POST or None), do, act)


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
    return action_page.page(request, DESK, filing, CloseForm(request.POST or None), do, act)
