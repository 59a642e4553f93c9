"""The provider's pages around the bureau's decision: mails, numbers, filing password, verification codes."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.mail import mask_address, split_addresses
from desks.staff import filing_page, returning
from filings import services, states
from filings.models import Filing
from filings.rules import ownership, required_codes
from filings.states import Role, Status
from filings.verification import one_time_codes
from ministry import versions
from ministry.reference import english
from providers.access import actor_of
from providers.staff_desk import DESK


@require_safe
def mails(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show the mail that the host will get when the filing passes to the bureau."""
    filing = filing_page.visible(actor_of(request), filing_id)
    if filing.holder != Role.PROVIDER or filing.is_reported:
        raise Http404
    return returning.mails(request, filing, required_codes.passing_move(filing), back=DESK.filing_url(filing_id))


def filed(filing: Filing) -> dict[str, Any] | None:
    """Return what the register holds of an approved filing; None before. One query."""
    if filing.status != Status.FILED or filing.subject is None:
        return None
    return {
        "number": filing.subject.number,
        "websites": ownership.websites_of(filing),
        "decided_at": filing.decided_at,
        "bureau": filing.bureau,
        "email": english.joined(map(mask_address, split_addresses(filing.subject.responsible_email))),
    }


@dataclass(frozen=True, slots=True)
class FromOutside:
    """Why a filing is back from a bureau's own system: ``is_unsent`` if that could not receive it, else returned."""

    is_unsent: bool
    why: str


def from_outside(filing: Filing) -> FromOutside | None:
    """Return why the filing is back from a bureau's own system; None for any other.

    One query for a filing that is back from such a bureau.
    """
    if filing.status != Status.RETURNED_TO_PROVIDER or not (filing.bureau and filing.bureau.external):
        return None
    names = (states.RETURN.name, states.UNSENT.name, "reason")
    last = filing.events.filter(name__in=names).order_by("-pk").first()
    return FromOutside(last.name == states.UNSENT.name, last.shown_note) if last else None


@require_POST
def password(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Send a new filing password to the e-mail on record; nobody here sees it."""
    done = _("A new filing password is being sent to the host's e-mail address on record.")
    return filing_page.press(request, DESK, filing_id, services.order_password, done)


@require_POST
def resend_codes(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Send the missing codes to the responsible persons again; nobody here sees them."""
    done = _("New codes are being sent to those who have not entered theirs yet.")
    return filing_page.press(request, DESK, filing_id, one_time_codes.resend, done)


@require_POST
def ask_again(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Ask the responsible persons again to prove a filing that came back without their proof."""
    ask = partial(one_time_codes.ask_again, version=versions.seen(request.POST))
    done = _("The responsible persons have been asked for their codes again.")
    return filing_page.press(request, DESK, filing_id, ask, done)
