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
        return _("The filing is on hold. It returns to your queue automatically on the day you chose.")

    act = DeskAction(
        title=_("Put on hold"),
        lead=_(
            "The filing leaves the queue until the day you choose. Only your provider sees the reason; the "
            "time promised to the host continues."
        ),
        button=_("Put on hold"),
    )
    return action_page.page(request, DESK, filing, PauseForm(request.POST or None), do, act)


def close(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Close a filing without passing it on, with a reason for the host."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)

    def do(form: Any) -> str:
        cleaned = form.cleaned_data
        # no version: the claim keeps others away meanwhile, and the status refuses it after a withdrawal
        services.close(filing_id, actor, version=None, reason=cleaned["reason"], words=cleaned["words"])
        return _("Filing %(id)d has been closed. The host has been notified of the reason by e-mail.") % {
            "id": filing_id
        }

    act = DeskAction(
        title=_("Close the filing"),
        lead=_(
            "The filing ends without a number and can't be reopened. Its certificate and domains become "
            "available for other filings. The host is notified of your reason by e-mail and can start a new filing "
            "with the same data."
        ),
        button=_("Confirm closing"),
    )
    return action_page.page(request, DESK, filing, CloseForm(request.POST or None), do, act)
