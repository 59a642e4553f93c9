"""Corrections after a return: one page with what it asks for, and the step that opens the whole form."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from desks import form_urls, section
from desks.access import as_host, filing_for, render_for
from desks.pictures import EvidenceItem
from desks.refusals import refusals_above
from desks.section_form import FormState, VersionForm
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import attachments, display
from filings.fields.display import RemarkShown
from filings.models import Evidence, Filing, Remark, without_reworded
from filings.rules import corrections
from filings.states import Status
from hosts.api import api, lost
from hosts.correction_form import CorrectionForm
from hosts.views import uploads


@dataclass(frozen=True, slots=True)
class CorrectionsAsked:
    """What a return asks of the host: its remarks, the paths to correct, and the current findings."""

    remarks: tuple[Remark, ...]
    paths: tuple[str, ...]
    state: FormState

    def form(self, data: Any = None, files: Any = None) -> CorrectionForm:
        return CorrectionForm(self.state, self.remarks, self.paths, data, files)


def _asked(filing: Filing) -> CorrectionsAsked:
    """Return what is asked, remarked paths first, then what else is open. At most eleven queries."""
    remarks = _last_remarks(filing)
    state = FormState(filing)
    open_paths = state.opening.paths or {finding.path for finding in state.found if finding.blocks}
    named = [path for remark in remarks for path in corrections.concerned(remark.path, filing.facts)]
    return CorrectionsAsked(remarks, tuple(dict.fromkeys([*named, *sorted(open_paths)])), state)


def _last_remarks(filing: Filing) -> tuple[Remark, ...]:
    """Return the remarks of the latest return, also if the filing was submitted meanwhile in another window."""
    rows = list(filing.remarks.all())
    return without_reworded(remark for remark in rows if remark.round == rows[-1].round)


@as_host
def correct(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show each remark with its fields and the answer to it; one POST saves everything typed."""
    filing = filing_for(actor, filing_id)
    if request.method == "POST" and filing.round:
        is_autosave = request.accepts("application/json") and not request.accepts("text/html")
        return _autosave(request, actor, filing) if is_autosave else _save(request, actor, filing)
    if filing.status != Status.RETURNED_TO_HOST:
        return section.closed(request, actor, filing)
    asked = _asked(filing)
    return _page(request, actor, filing, asked, asked.form())


def _save(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Save everything that was sent; the button ``use`` first puts what a picture says into its field."""
    asked, typed = _asked(filing), request.POST.copy()
    if fills_in := "use" in typed:
        typed = section.with_suggestions(asked.form(typed), asked.state, typed)
    form = asked.form(typed, request.FILES)
    if not form.is_valid():
        return _page(request, actor, filing, asked, form)
    try:
        saved = section.save(asked.state, actor, form, form.answers())
    except MoveRefused as refusal:
        return _page(request, actor, filing, *_typed_again(typed, filing, asked, refusal))
    refused = uploads.save(form, FormState(saved), actor)
    if "later" in request.POST and not refused:
        return redirect(form_urls.url(actor, "status", filing.pk))
    filing = filing_for(actor, filing.pk)
    asked = _asked(filing)
    form = _as_kept(filing, asked, refused)
    if not form.errors and not fills_in:
        return redirect(form_urls.url(actor, "check", filing.pk))
    if fills_in and not form.errors:
        messages.success(request, _("The field has been filled in and saved. Check what was read, then continue."))
    return _page(request, actor, filing, asked, form, kept=True)


def _autosave(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Save what was typed while the page is filled in, for ``static/js/autosave.js``; pictures wait for the button."""
    asked = _asked(filing)
    form = asked.form(request.POST)
    if not form.is_valid():
        words = " ".join(str(message) for messages in form.errors.values() for message in messages)
        return JsonResponse({"code": "refused", "detail": words}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = section.save(asked.state, actor, form, form.answers())
    except MoveRefused as refusal:
        return api.on_exception(request, lost(filing, actor, form, refusal))
    body = {
        "version": saved.version,
        "seen": str(form.cleaned_data["seen"]),
        "saved_at": timezone.localtime(saved.touched_at).isoformat(),
        "findings": [],
    }
    return JsonResponse(body)


def _typed_again(
    typed: QueryDict, filing: Filing, asked: CorrectionsAsked, refusal: MoveRefused
) -> tuple[CorrectionsAsked, CorrectionForm]:
    """Return the form after a conflict: what was typed, with what is saved now beside it, ready to be sent again."""
    filing.refresh_from_db()
    asked = replace(asked, state=FormState(filing))
    form = asked.form(section.typed_over(asked.form(typed), asked.form(), refusal))
    if form.is_valid():
        section.add_refusal(form, filing, refusal)
    return asked, form


def _as_kept(filing: Filing, asked: CorrectionsAsked, refused: dict[str, str]) -> CorrectionForm:
    """Return the form with the saved values and, at its fields, what is still to be corrected."""
    kept = asked.form()
    form = asked.form({name: kept.get_initial_for_field(field, name) for name, field in kept.fields.items()})
    form.is_valid()
    form.add_findings(asked.state.found)
    form.ask_for_answers(corrections.unanswered(filing))
    for path, why in refused.items():
        form.add_error(path, why)
    return form


def _page(
    request: HttpRequest,
    actor: Actor,
    filing: Filing,
    asked: CorrectionsAsked,
    form: CorrectionForm,
    *,
    kept: bool = False,
) -> HttpResponse:
    form.suggest(asked.state)
    shown: set[str] = set()
    pictures = list(filing.evidence.filter(replaced_at=None))
    groups = [
        {**_group(filing, form, path, remarks, shown), "items": _items(actor, filing, pictures, path)}
        for path, remarks in _by_path(filing, asked.remarks)
    ]
    context = {
        "filing": filing,
        "form": form,
        "kept": kept,
        "unsaved": request.method == "POST" and not kept,
        "count": len(asked.remarks),
        "may_release": not actor.is_on_behalf
        and any(remark.code in corrections.IN_THE_WAY for remark in asked.remarks),
        "groups": groups,
        "others": [form[path] for path in form.paths if path not in shown],
        "returned": filing.status == Status.RETURNED_TO_HOST,
    }
    return render_for(actor, request, "filings/correction.html", context)


def _by_path(filing: Filing, remarks: Iterable[Remark]) -> list[tuple[str, list[Remark]]]:
    """Return the remarks, grouped by the field at which they are corrected."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(corrections.concerned(remark.path, filing.facts)[0], []).append(remark)
    return list(groups.items())


def _group(filing: Filing, form: CorrectionForm, path: str, remarks: list[Remark], shown: set[str]) -> dict[str, Any]:
    """Return the remarks about one field, their answers and controls; each control is on the page once."""
    concerned = dict.fromkeys(one for remark in remarks for one in corrections.concerned(remark.path, filing.facts))
    asked = [one for one in concerned if one in form.fields]
    here = [one for one in asked if one not in shown]
    shown.update(here)
    return {
        "label": display.label(path, filing.facts),
        "remarks": [_remark(form, remark) for remark in remarks],
        "controls": [form[one] for one in here],
        "elsewhere": [form[one] for one in asked if one not in here],
        "is_photo": attachments.is_photo(path),
    }


def _remark(form: CorrectionForm, remark: Remark) -> tuple[RemarkShown, BoundField]:
    words = display.remark_words(remark)
    return replace(words, path_label=str(words.reason)), form.answer_to(remark)


def _items(actor: Actor, filing: Filing, pictures: Iterable[Evidence], path: str) -> list[EvidenceItem]:
    """Return the host's current picture at ``path``."""
    return [
        EvidenceItem.of(picture, display.label(path), form_urls.url(actor, "evidence", filing.pk, picture.pk))
        for picture in pictures
        if attachments.whole(picture.path) == attachments.whole(path) and not attachments.is_photo(path)
    ]


@as_host
def unlock(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Ask for confirmation and open the whole form."""
    filing = filing_for(actor, filing_id)
    form = VersionForm(request.POST or None, initial={"version": filing.version})
    if request.method == "POST" and form.is_valid():
        with refusals_above(request):
            services.unlock(filing.pk, actor, version=form.cleaned_data["version"])
            messages.success(request, _("All fields can be edited now."))
            return redirect(form_urls.url(actor, "overview", filing.pk))
        return redirect(form_urls.url(actor, "status", filing.pk))
    if filing.status != Status.RETURNED_TO_HOST:
        return redirect(form_urls.url(actor, "status", filing.pk))
    if filing.unlocked:
        return redirect(form_urls.url(actor, "overview", filing.pk))
    return render_for(actor, request, "filings/unlock.html", {"filing": filing, "form": form})
