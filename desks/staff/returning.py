"""Returning a filing: the mails as they will be sent, and the preview.

Both desks share these pages. What was typed travels through the preview in hidden fields, so that "Send" and "Back
to change" keep everything without a script.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.signing import Signer
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desks.staff import filing_page
from desks.staff.remark_form import BaseRemarkFormSet
from filings import clock, reasons
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import display
from filings.fields.display import RemarkShown
from filings.mail import notices
from filings.models import Event, Filing
from filings.moves import moving
from filings.services import RemarkDraft
from filings.states import Move, Role, Status
from ministry.calendar import workdays

# Buttons and password of a desk's page, which do not travel with what was typed.
BUTTONS = ("csrfmiddlewaretoken", "preview", "more", "wordings", "pick", "drop", "take", "change", "ask", "secret")
# The field with the signature that exactly these remarks have been previewed, and the signer's salt.
LOOKED = "looked"
AUDIENCES = {
    "host": gettext_lazy("To the host"),
    "provider": gettext_lazy("To the provider"),
}
NEXT = {
    Status.RETURNED_TO_HOST: (
        gettext_lazy("The filing moves to the host, who can only change the items in the remarks."),
        gettext_lazy("The host corrects it, answers each remark and submits it again; then it is back in your queue."),
        gettext_lazy("A return can't be taken back."),
    ),
    Status.RETURNED_TO_PROVIDER: (
        format_lazy(
            gettext_lazy("The filing moves to the provider. The {days} working days of this review end here."),
            days=clock.WORKING_DAYS,
        ),
        gettext_lazy(
            "The provider corrects it or returns it to the host. When submitted again, it comes as a new round."
        ),
        gettext_lazy("A return can't be taken back."),
    ),
}
LATER = 5  # working days


def wants_look(request: HttpRequest, button: str, rows: BaseRemarkFormSet, filing: Filing) -> bool:
    """Return whether the preview is due: asked for, or skipped. Nothing is sent without a preview of its mails.

    ``button``: the one that sends, named like its event.
    """
    if "preview" in request.POST:
        return True
    if button not in request.POST or not rows.is_valid():
        return False
    return not has_looked(request, button, rows, filing)


def has_looked(request: HttpRequest, button: str, rows: BaseRemarkFormSet, filing: Filing) -> bool:
    """Return whether exactly this decision, with these remarks, has been previewed."""
    if rows.is_bound and not rows.is_valid():
        return False
    looked_at = _looked_at(filing, button, filing_page.seen_version(request), rows)
    return constant_time_compare(request.POST.get(LOOKED, ""), looked_at)


def _looked_at(filing: Filing, button: str, version: int, rows: BaseRemarkFormSet) -> str:
    """Return the signature of a preview: valid only for these remarks on this version of this filing."""
    seen = json.dumps([filing.pk, version, button, rows.drafts() if rows.is_bound else []])
    return Signer(salt=LOOKED).signature(seen)


def look_before(filing: Filing, move: Move, actor: Actor, version: int, rows: BaseRemarkFormSet) -> None:
    """Raise MoveRefused if the return could not be sent now, before anybody reads its preview."""
    if refusal := moving.refusal_of(filing, move, actor, version):
        raise MoveRefused(refusal)
    filing_page.written_remarks(rows)


PREVIEW = gettext_lazy("Preview the return")
SEND = gettext_lazy("Send")


@dataclass(frozen=True, slots=True)
class ForeseenReturn:
    """A button with its effects, which its preview shows: the mails and what happens next."""

    button: str
    letters: Sequence[notices.Letter]
    next_steps: Sequence[Promise | str]
    title: Promise | str = PREVIEW
    label: Promise | str = SEND


def preview(
    request: HttpRequest,
    filing: Filing,
    move: Move,
    rows: BaseRemarkFormSet,
    *,
    back: str,
    renewed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the preview of a return. ``renewed``: see ``last_look``."""
    letters = notices.foreseen(filing, move, filing_page.written_remarks(rows))
    foreseen = ForeseenReturn(move.name, letters, NEXT[move.target])
    return last_look(request, filing, rows, foreseen, back=back, renewed=renewed)


def last_look(
    request: HttpRequest,
    filing: Filing,
    rows: BaseRemarkFormSet,
    foreseen: ForeseenReturn,
    *,
    back: str,
    renewed: Mapping[str, str] | None = None,
    proof: BoundField | None = None,
) -> HttpResponse:
    """Show the preview: mails word for word, remarks, what happens next, and the due dates after a bureau's return.

    ``renewed``: fields of the form whose value has changed, because something was saved on the way. ``proof``: the
    field for the proof of who decides, if one is due.
    """
    context = {
        "filing": filing,
        "back": back,
        "button": foreseen.button,
        "title": foreseen.title,
        "label": foreseen.label,
        "letters": titled(foreseen.letters),
        "remarks": [_remark_words(filing, draft) for draft in filing_page.written_remarks(rows)],
        "next": foreseen.next_steps,
        "costs": _costs(filing) if filing.status == Status.WITH_BUREAU else (),
        "typed": travelling(request, filing, foreseen.button, rows, renewed or {}),
        "has_files": bool(request.FILES),
        "proof": proof,
    }
    return render(request, "desk/preview.html", context)


def travelling(
    request: HttpRequest, filing: Filing, button: str, rows: BaseRemarkFormSet, renewed: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the hidden fields of a preview: what was typed, and the signature of the preview."""
    mark = _looked_at(filing, button, filing_page.seen_version(request), rows)
    return [*_typed(request, button, renewed), (LOOKED, mark)]


def mails(request: HttpRequest, filing: Filing, move: Move, *, back: str) -> HttpResponse:
    """Show the mails that a move without remarks would send now."""
    context = {"filing": filing, "back": back, "letters": titled(notices.foreseen(filing, move))}
    return render(request, "desk/mails.html", context)


def titled(letters: Sequence[notices.Letter]) -> list[dict[str, Any]]:
    """Return the mails with the titles under which a page shows them."""
    return [{"title": AUDIENCES[letter.audience], "letter": letter} for letter in letters]


def _remark_words(filing: Filing, draft: RemarkDraft) -> RemarkShown:
    return RemarkShown(
        code=draft.code,
        path_label=display.label(draft.path, filing.facts),
        seen=draft.seen,
        expected=draft.expected,
        fix=reasons.BY_CODE[draft.code].fix,
    )


def _costs(filing: Filing) -> list[tuple[str, clock.Due]]:
    """Return the due date now, and the earliest ones if the filing is returned. One query."""
    today = timezone.localdate()
    book = workdays.book(today)
    costs = [
        (_("if submitted again today"), clock.due(today, book)),
        (
            _("if submitted again in %(days)d working days") % {"days": LATER},
            clock.due(book.nth_working_day(today, LATER), book),
        ),
    ]
    if filing.due_on is None:
        return costs
    return [(_("without a return"), clock.Due(filing.due_on, filing.due_is_provisional)), *costs]


def _typed(request: HttpRequest, button: str, renewed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in (*BUTTONS, LOOKED, button):
            yield from ((name, renewed.get(name, value)) for value in values)


def send(
    make: Callable[..., Any], filing: Filing, button: str, actor: Actor, version: int, rows: BaseRemarkFormSet
) -> None:
    """Make the return. The second request of a double click has no effect and raises no error."""
    try:
        make(filing.pk, actor, version=version, remarks=filing_page.written_remarks(rows))
    except MoveRefused:
        if not is_made(filing.pk, button, actor, version):
            raise


def is_made(filing_id: int, button: str, actor: Actor, version: int) -> bool:
    """Return whether the filing's last event is this one, by the actor, on this version."""
    filing = Filing.objects.visible_to(actor).get(pk=filing_id)
    last = Event.objects.filter(filing=filing).order_by("-pk").first()
    by_us = last is not None and (last.name, last.user_id) == (button, actor.user_id)
    return by_us and filing.version == version + 1


def passed_on(request: HttpRequest, filing: Filing) -> list[RemarkDraft]:
    """Return the bureau's remarks as drafts of the provider's own, if the provider chose to pass them on."""
    if "pass_on" not in request.GET or filing.status != Status.RETURNED_TO_PROVIDER:
        return []
    remarks = filing.remarks.filter(round=filing.round, stage=Role.BUREAU)
    return [RemarkDraft(remark.path, remark.code, remark.seen, remark.expected) for remark in remarks]
