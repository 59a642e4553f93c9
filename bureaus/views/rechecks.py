"""Second readings: the list, the blind page, the comparison; for the chief what differs, rate and draws."""

from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bureaus import rechecks
from bureaus.access import actor_of
from bureaus.forms_supervision import RateForm, ReadingForm
from bureaus.models import Draw, Outcome, Recheck
from desks.components import page_tabs
from desks.files import picture_response
from desks.paging import page
from desks.pictures import EvidenceItem
from desks.refusals import refusals_at
from desks.staff.filing_page import answers
from filings import services, states
from filings.actors import Actor
from filings.fields import attachments, display
from filings.fields.display import RemarkShown
from filings.models import Evidence, Filing, Verification
from filings.rules import rounds
from ministry.reference import english

TABS = {
    "open": gettext_lazy("To check"),
    "mine": gettext_lazy("Checked by me"),
    "differing": gettext_lazy("Different result"),
    "draws": gettext_lazy("Draws and rate"),
}
CHIEFS = ("differing", "draws")
SHOWN_DRAWS = 10


def listed(request: HttpRequest) -> HttpResponse:
    """List the readings of one tab; the chief also sets the rate here."""
    actor = actor_of(request)
    shown = {name: label for name, label in TABS.items() if name not in CHIEFS or rechecks.is_chief(actor)}
    tab = request.GET.get("tab", "open")
    if tab not in shown or (request.method == "POST" and tab != "draws"):
        raise Http404
    context: dict[str, Any] = {
        "tab": tab,
        "is_chief": rechecks.is_chief(actor),
        "tabs": page_tabs(shown, tab),
    }
    if tab == "draws":
        return _draws(request, actor, context)
    descending = tab != "open"
    found = page(_rows(actor, tab), "pk", request.GET, descending=descending)
    context |= {"page": found, "are_read": tab != "open"}
    return render(request, "bureaus/rechecks.html", context)


def _rows(actor: Actor, tab: str) -> QuerySet[Recheck]:
    rows = Recheck.objects.filter(bureau=actor.bureau_id)
    match tab:
        case "mine":
            rows = rows.filter(reading__reader=actor.person_id)
        case "differing":
            rows = rows.filter(reading__outcome=Outcome.DIFFERS)
        case _:
            return rows.filter(reading=None).exclude(decided_by=actor.person_id).select_related("draw")
    return rows.select_related("draw", "reading__reader", "decision", "decided_by", "filing").defer("filing__facts")


def _draws(request: HttpRequest, actor: Actor, context: dict[str, Any]) -> HttpResponse:
    form = RateForm(request.POST or None, initial={"valid_from": timezone.localdate() + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "valid_from"):
            rechecks.set_rate(actor, form.cleaned_data["percent"], form.cleaned_data["valid_from"])
            messages.success(request, _("The rate has been set."))
            return redirect(f"{reverse('bureau_desk:rechecks')}?tab=draws")
    found = list(Draw.objects.filter(bureau=actor.bureau_id)[:SHOWN_DRAWS])
    context |= {
        "form": form,
        "percent": rechecks.percent_on(actor.bureau_id, timezone.localdate()),
        "draws": [(draw, rechecks.is_as_drawn(draw)) for draw in found],
    }
    return render(request, "bureaus/draws.html", context)


def one(request: HttpRequest, recheck_id: int) -> HttpResponse:
    """Show a filing for its second reading without the first decision; once read, both decisions side by side.

    If a colleague was faster, what was typed is shown again, still without the decision.
    """
    actor = actor_of(request)
    recheck = _visible(actor, recheck_id) if request.method != "POST" else _once_open(actor, recheck_id)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            rechecks.answer(recheck.pk, actor, **form.cleaned_data)
            messages.success(request, _("Your check has been recorded."))
            return redirect("bureau_desk:recheck", recheck.pk)
    recheck = _once_open(actor, recheck_id) if request.method == "POST" else recheck
    is_read = hasattr(recheck, "reading")
    lost = is_read and request.method == "POST" and recheck.reading.reader_id != actor.user_id
    if is_read and not lost:
        return render(request, "bureaus/recheck_read.html", _compared(recheck))
    context = _blind(request, actor, recheck) | {"form": form, "lost": lost}
    return render(request, "bureaus/recheck.html", context)


ROWS = ("decision", "decided_by", "reading__reader")


def _once_open(actor: Actor, recheck_id: int) -> Recheck:
    """Return one that was open to the actor, even if a colleague has read it since; 404 otherwise."""
    rows = Recheck.objects.filter(bureau=actor.bureau_id).exclude(decided_by=actor.person_id)
    return get_object_or_404(rows.select_related(*ROWS), pk=recheck_id)


def _visible(actor: Actor, recheck_id: int) -> Recheck:
    """Return one of this bureau: open and decided by others, or read, for its reader and chiefs; 404 otherwise."""
    may = Q(reading=None) & ~Q(decided_by=actor.person_id) | Q(reading__reader=actor.person_id)
    if rechecks.is_chief(actor):
        may |= Q(reading__isnull=False)
    rows = Recheck.objects.filter(may, bureau=actor.bureau_id)
    return get_object_or_404(rows.select_related(*ROWS), pk=recheck_id)


# --- Blind: the round as it was handed on, nothing of what became of it -----------------------------------


def _blind(request: HttpRequest, actor: Actor, recheck: Recheck) -> dict[str, Any]:
    """Return facts, changes, earlier remarks without their authors, sheet and pictures of the round."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept(), pk=recheck.filing_id)
    full = "full" in request.GET
    if full:
        services.record_look(filing, actor, "second reading")
    history = rounds.History(filing, {})
    numbers = [number for number in history.numbers(verified=True) if number <= recheck.round]
    states_of = history.states(str(number) for number in numbers[-2:])
    handed = states_of[str(recheck.round)]
    shown = copy(filing)
    shown.facts = handed.facts
    verification = next(one for one in history.verifications if one.round == recheck.round)
    earlier = filing.remarks.filter(round__lt=recheck.round).select_related("answer")
    return {
        "recheck": recheck,
        "full": full,
        "kind": filing.get_kind_display(),
        "blocks": display.blocks(shown, full=full),
        "changes": rounds.compare(states_of[str(numbers[-2])], handed, full=full) if len(numbers) > 1 else None,
        "remarks": [_remark(remark) for remark in earlier],
        "rows": [row | {"evidence": ""} for row in answers(verification, shown)],
        "items": [_picture(recheck, picture) for picture in _pictures(filing, recheck, verification)],
    }


def _remark(remark: Any) -> RemarkShown:
    """Return a remark of an earlier round."""
    answer = getattr(remark, "answer", None)
    return replace(display.remark_words(remark), at=None, answer=answer.text if answer else "")


def _pictures(filing: Filing, recheck: Recheck, verification: Verification) -> QuerySet[Evidence]:
    """Return the papers the round was handed on with and the photos it was verified with."""
    handed = filing.snapshots.get(round=recheck.round).papers.values()
    own = Q(sha256__in=list(handed)) | Q(pk__in=verification.photos.values("pk"))
    return filing.evidence.filter(own).order_by("pk")


def _picture(recheck: Recheck, picture: Evidence) -> EvidenceItem:
    url = reverse("bureau_desk:recheck_evidence", args=[recheck.pk, picture.pk])
    return EvidenceItem.of(picture, attachments.label(picture.path), url)


@require_safe
def evidence(request: HttpRequest, recheck_id: int, evidence_id: int) -> HttpResponse:
    """Return a picture of the round that is read again, and record the look."""
    actor = actor_of(request)
    recheck = _visible(actor, recheck_id)
    filing = get_object_or_404(Filing.objects.visible_to(actor).kept().defer("facts"), pk=recheck.filing_id)
    verification = filing.verifications.get(round=recheck.round)
    picture = get_object_or_404(_pictures(filing, recheck, verification), pk=evidence_id)
    services.record_look(filing, actor, picture.path)
    return picture_response(picture.file)


# --- Compared -----------------------------------------------------------------------------------------


def _compared(recheck: Recheck) -> dict[str, Any]:
    reading = recheck.reading
    first = rechecks.first_codes(recheck)
    return {
        "recheck": recheck,
        "reading": reading,
        "rows": [
            (_("Who"), recheck.decided_by, reading.reader),
            (_("When"), recheck.decision.at, reading.at),
            (_("Decision"), _verdict(recheck.decision.name), _verdict(reading.verdict)),
            (_("Codes"), english.joined(first) or "—", english.joined(reading.codes) or "—"),
        ],
    }


def _verdict(move: str) -> str:
    return str(states.EVENT_LABELS[move])
