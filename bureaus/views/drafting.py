"""Drafts of what is typed on the bureau's page: saved at every button and, if scripts run, while typing."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone

from bureaus.forms import DecisionForm
from desks.staff import filing_page, returning
from desks.staff.notes import NotePart
from desks.staff.remark_form import BaseRemarkFormSet
from filings import states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import DecisionDraft, Filing
from filings.review import decision_drafts
from filings.review.decision_drafts import DraftChanged

VERSION = "draft"  # the field that carries the draft's version


@dataclass(slots=True)
class TypedDecision:
    """The forms of the page, as sent or as it begins; ``version`` is that of the saved draft."""

    filing: Filing
    note: NotePart
    rows: BaseRemarkFormSet
    form: DecisionForm
    kept: DecisionDraft | None
    version: int
    refusal: str = ""
    is_kept: bool = False  # whether this request has saved it already


def typed(request: HttpRequest, actor: Actor, filing: Filing, note: NotePart) -> TypedDecision:
    """Return what was typed, else the saved draft."""
    kept = decision_drafts.of_round(filing)
    rows = filing_page.remark_rows(request, filing, kept.remarks if kept else (), actor=actor)
    form = DecisionForm(request.POST or None, initial=kept.words if kept else {})
    return TypedDecision(filing, note, rows, form, kept, kept.version if kept else 0)


def save(request: HttpRequest, actor: Actor, decision: TypedDecision) -> DecisionDraft | None:
    """Save what was typed, if the draft's version was sent with it; raise MoveRefused if it can't be saved."""
    if VERSION not in request.POST:
        return None
    version = str(decision.version) if decision.is_kept else request.POST[VERSION]
    try:
        decision.kept = decision_drafts.save(
            decision.filing.pk,
            actor,
            words={name: str(decision.form[name].value() or "") for name in decision_drafts.WORDS},
            remarks=decision.rows.typed(),
            version=int(version) if version.isdecimal() and len(version) < 9 else -1,
        )
    except DraftChanged as refusal:
        decision.version = refusal.version
        raise
    decision.version, decision.is_kept = decision.kept.version, True
    return decision.kept


def save_first(request: HttpRequest, actor: Actor, decision: TypedDecision) -> None:
    """Save what was typed before the button does anything else, unless the preview of just this has saved it."""
    if not _is_saved(request, decision):
        save(request, actor, decision)


def _is_saved(request: HttpRequest, decision: TypedDecision) -> bool:
    """Return whether a preview of exactly this decision, which saves what it shows, has been read."""
    buttons = states.EVENT_LABELS.keys() & request.POST.keys()  # they are named like the events
    return "change" not in request.POST and any(
        returning.has_looked(request, name, decision.rows, decision.filing) for name in buttons
    )


def show_what_is_saved(request: HttpRequest, actor: Actor, decision: TypedDecision) -> None:
    """Show, after a refusal, what another window has saved meanwhile, where this one would overwrite it unseen.

    This is the case if this window has no remarks, or was sent from a preview, whose content had been saved before.
    """
    if decision.kept is None or decision.is_kept or request.POST.get(VERSION) == str(decision.kept.version):
        return
    looked = _is_saved(request, decision)
    if looked:
        decision.form = DecisionForm(initial=decision.kept.words)
    if looked or not decision.rows.typed():
        decision.rows = filing_page.saved_rows(decision.filing, decision.kept.remarks, actor=actor)


def save_what_was_taken_again(request: HttpRequest, actor: Actor, decision: TypedDecision) -> None:
    """Save what was typed after a claim has expired, or a colleague has had the filing."""
    try:
        save(request, actor, decision)
    except MoveRefused as refusal:
        decision.refusal = str(refusal)


def autosaved(request: HttpRequest, actor: Actor, decision: TypedDecision) -> JsonResponse:
    """Save what is typed, for ``static/js/autosave.js``, and return the JSON it reads."""
    try:
        kept = save(request, actor, decision)
    except DraftChanged as refusal:
        return JsonResponse({"code": "changed", "detail": str(refusal), "version": refusal.version}, status=409)
    except MoveRefused as refusal:
        return JsonResponse({"code": "closed", "detail": str(refusal)}, status=409)
    if kept is None:
        raise Http404
    return JsonResponse({"version": kept.version, "saved_at": timezone.localtime(kept.saved_at).isoformat()})
