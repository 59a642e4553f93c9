"""The page to move a filing to another provider."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bureaus.access import actor_of
from bureaus.staff_desk import DESK
from desks import transfers as transfer_page
from desks.staff import action_page, filing_page
from desks.staff.action_page import DeskAction
from filings.services import transfers


def transfer(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Move a filing to another access provider, because its own no longer accepts filings."""
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    if request.method != "POST" and not transfers.may(filing, actor):
        return redirect(DESK.filing_url(filing_id))
    form = transfer_page.form_of(request, filing)
    lead = _(
        "The provider of this filing no longer accepts filings. The documents move with the filing; the new "
        "provider enters its own addresses and verifies again. If you are reviewing the filing, it "
        "leaves your desk until it is submitted again."
    )
    if not transfers.choices(filing).exists():
        lead = _("No other provider can take over this filing, because it concerns this provider's own access.")

    def do(form: Any) -> str:
        return transfer_page.move(filing, actor, form)

    act = DeskAction(
        title=_("Choose another access provider"),
        lead=lead,
        button=_("Move the filing to this provider"),
        to_filing=True,
    )
    return action_page.page(request, DESK, filing, form, do, act)
