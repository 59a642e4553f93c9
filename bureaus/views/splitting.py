"""A decision website by website: the preview, and the decision."""

from collections.abc import Iterable, Mapping
from functools import partial

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desks.staff import filing_page, returning
from desks.staff.remark_form import BaseRemarkFormSet
from filings import states
from filings.actors import Actor
from filings.models import Filing
from filings.services import splitting
from filings.states import Status
from ministry.reference import english
from ministry.reference.domains import display_domain

SPLIT = "split"  # the button, named like the event


def decide(request: HttpRequest, actor: Actor, filing: Filing, rows: BaseRemarkFormSet, opinion: str) -> str:
    """Decide after the preview; return the success message, or nothing while the preview is due."""
    version = filing_page.seen_version(request)
    if returning.wants_look(request, SPLIT, rows, filing):
        refuse(request, actor, filing, rows)
        return ""
    returning.send(partial(splitting.approve_in_part, opinion=opinion), filing, SPLIT, actor, version, rows)
    filing.refresh_from_db(fields=["withheld"])
    return _("Approved: %(approved)s. Returned to the provider: %(returned)s.") % _parts(filing)


def refuse(request: HttpRequest, actor: Actor, filing: Filing, rows: BaseRemarkFormSet) -> None:
    """Raise MoveRefused if the filing can't be split by these remarks now."""
    returning.look_before(filing, states.APPROVE, actor, filing_page.seen_version(request), rows)
    splitting.returned(filing, filing_page.written_remarks(rows))


def preview(
    request: HttpRequest,
    filing: Filing,
    rows: BaseRemarkFormSet,
    *,
    back: str,
    renewed: Mapping[str, str],
    proof: BoundField | None,
) -> HttpResponse:
    """Show the preview: the mails of both parts, and what becomes of each. Rest: see ``returning.last_look``."""
    remarks = filing_page.written_remarks(rows)
    parts = _parts(splitting.as_decided(filing, remarks))
    steps: list[str | Promise] = [
        _("Approved, with one number each: %(approved)s.") % parts,
        _(
            "Returned: %(returned)s. They continue under the new record as a separate filing, whose number "
            "is assigned with the decision."
        )
        % parts,
        *returning.NEXT[Status.RETURNED_TO_PROVIDER][1:],
    ]
    foreseen = returning.ForeseenReturn(
        SPLIT,
        splitting.foreseen(filing, remarks),
        steps,
        title=_("Check the decision before sending"),
        label=_("Approve and return as above"),
    )
    return returning.last_look(request, filing, rows, foreseen, back=back, renewed=renewed, proof=proof)


def _parts(decided: Filing) -> dict[str, str]:
    return {
        "approved": _named(map(display_domain, decided.approved)),
        "returned": _named(decided.shown_withheld),
    }


def _named(domains: Iterable[str]) -> str:
    return english.joined(domains)
