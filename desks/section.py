"""Editing one page of the form, for the host and for the provider that corrects a returned filing."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from desks import form_urls
from desks.access import render_for
from desks.noted_fields import noted
from desks.section_form import FormState, OpenForm, SectionForm, ServiceForm
from filings import facts, fields, services
from filings.actors import Actor
from filings.errors import FactsClash, MoveRefused
from filings.fields import Section, display
from filings.fields.findings import Finding
from filings.models import Filing, Remark
from filings.rules import reservations
from filings.states import EDITABLE, OPEN, Role, Status


def remarks_of(filing: Filing) -> tuple[Remark, ...]:
    """Return the remarks of all rounds. One query, none if the filing has never been returned."""
    if filing.round == 0 or (filing.round == 1 and filing.status == Status.WITH_PROVIDER and not filing.former_rounds):
        return ()
    return tuple(filing.remarks.select_related("answer"))


def edit(
    request: HttpRequest,
    actor: Actor,
    filing: Filing,
    section: Section,
    *,
    forward: Callable[[Filing], str],
    back: str,
    template: str,
    **beside: Any,
) -> HttpResponse:
    """Show a page of the form, or save what was typed and continue.

    Wrong values are saved too; only malformed ones (too long, an unknown choice) stay on the page unsaved.
    ``forward`` returns where "save and continue" leads from the saved filing, ``back`` is the list of pages,
    ``beside`` further context.
    """
    shown = _shown(request, actor, filing, section, forward, back)
    if isinstance(shown, HttpResponse):
        return shown
    form, state, kept = shown
    form.suggest(state)
    unsaved = request.method == "POST" and not kept
    filing = state.filing
    context = {"filing": filing, "section": section, "form": form, "back": back, "kept": kept, "unsaved": unsaved}
    context |= {"lead": section.lead_for(individual=filing.is_individual), **beside}
    context |= _beside(actor, form, state, request.POST if unsaved else None)
    return render_for(actor, request, template, context)


class _Shown(NamedTuple):
    """The form of a page to show, its state, and whether what was typed has just been saved."""

    form: SectionForm
    state: FormState
    kept: bool = False


def _shown(
    request: HttpRequest,
    actor: Actor,
    filing: Filing,
    section: Section,
    forward: Callable[[Filing], str],
    back: str,
) -> _Shown | HttpResponse:
    """Handle the request; return the form to show, or a redirect when there is nothing left to do here."""
    state = FormState(filing, known_of(request, actor))
    form = SectionForm(section, state, request.POST or None, state.remarks)
    if "choose" in request.POST or _chooses_another(request, section, state):
        if refusal := _choose(request, actor, state, form):
            return _Shown(*_typed_again(section, filing, request, MoveRefused(refusal)))
        return redirect(request.get_full_path())
    if filled := _filled(section, state, request):
        return _Shown(filled, state)
    if request.method == "POST" and form.is_valid():
        return _saved(request, actor, state, form, forward, back)
    if request.method == "GET" and "check" in request.GET:
        form = _again(section, state, _found_here(section, state))
    return _Shown(form, state)


def _saved(
    request: HttpRequest,
    actor: Actor,
    state: FormState,
    form: SectionForm,
    forward: Callable[[Filing], str],
    back: str,
) -> _Shown | HttpResponse:
    """Save a valid form; return it with what is to be corrected, or a redirect."""
    section = form.section
    try:
        filing = save(state, actor, form)
    except MoveRefused as refusal:
        return _Shown(*_typed_again(section, state.filing, request, refusal))
    _tell_tidied(request, form, filing)
    if "later" in request.POST:
        return redirect(back)
    state = FormState(filing)
    found = _found_here(section, state)
    if not any(finding.blocks for finding in found):
        return redirect(forward(filing))
    return _Shown(_again(section, state, found), state, kept=True)


def _tell_tidied(request: HttpRequest, form: SectionForm, saved: Filing) -> None:
    """Show what web addresses have been saved as, where that differs from what was typed."""
    for field in form.open_fields:
        value = saved.get(path := form.section.path(field)) if field.tidied else ""
        if value and (shown := display.words(path, value)) != str(form.cleaned_data.get(field.name) or "").strip():
            messages.info(request, _("%(field)s: saved as %(value)s") % {"field": field.label, "value": shown})


def known_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Return what is known of the host from its account, by path: the address confirmed at sign-up."""
    if actor.role != Role.HOST or actor.is_on_behalf or not isinstance(request.user, User):
        return {}
    return {"responsible.email": request.user.email}


def _beside(actor: Actor, form: SectionForm, state: FormState, typed: Any) -> dict[str, Any]:
    """Return the context beside the form: what is filed, people to copy from, the URL to save while typing.

    Nobody is offered to copy from while the form says that the host's responsible person is the website's too.
    """
    section, filing = form.section, state.filing
    is_same = "same" in form.fields and form["same"].value()
    return {
        "service_form": ServiceForm.of(section, state, typed),
        "service": display.words(path := section.path(fields.SERVICE), filing.get(path)),
        "people": [] if is_same else people_to_copy(section, filing),
        "save_url": form_urls.save_url(actor, filing.pk, section.id),
    }


def _chooses_another(request: HttpRequest, section: Section, state: FormState) -> bool:
    """Return whether another service than the page's was chosen, whichever button was pressed."""
    form = ServiceForm.of(section, state, request.POST or None)
    if form is None or "service" not in request.POST or not form.is_valid():
        return False
    return bool(form.cleaned_data["service"] != form.initial["service"])


def _choose(request: HttpRequest, actor: Actor, state: FormState, page: SectionForm) -> str:
    """Change the service of the page and save what was typed; return the refusal's words, empty if it is done."""
    form = ServiceForm.of(page.section, state, request.POST)
    if form is None or not form.is_valid():
        return _("Choose a type of service.")
    is_sent = any(field.name in request.POST for field in page.open_fields)
    if is_sent and not page.is_valid():
        return _("Correct the errors on this page first.")
    typed = page.values() if is_sent else {}
    chosen = {page.section.path(fields.SERVICE): form.cleaned_data["service"]}
    try:
        services.save_facts(state.filing.pk, actor, typed | chosen, version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        return str(refusal)
    return ""


def people_to_copy(section: Section, filing: Filing) -> list[dict[str, str]]:
    """Return the people named earlier in the filing, to copy a website's responsible person from."""
    if section.part != fields.MANAGER.part:
        return []
    before = [
        (path, person)
        for path, person in reservations.people(filing.facts)
        if (website := fields.website_of(path)) is None or website < (section.website or 0)
    ]
    return [{"path": path, "name": str(person["name"])} for path, person in before if person.get("name")]


def _filled(section: Section, state: FormState, request: HttpRequest) -> SectionForm | None:
    """Return the form filled in by the pressed button, not saved yet; None if there was no such button."""
    if "copy" in request.POST:
        return _copied(section, state, request)
    return _with_suggestions(section, state, request) if "use" in request.POST else None


def _copied(section: Section, state: FormState, request: HttpRequest) -> SectionForm:
    """Return the form filled in with another person's data, not saved yet."""
    data, source, filing = request.POST.copy(), request.POST["copy"], state.filing
    data["version"] = str(filing.version)
    if source in {person["path"] for person in people_to_copy(section, filing)}:
        for field in section.fields:
            data[field.name] = str(facts.read(filing.facts, f"{source}.{field.name}") or "")
    form = SectionForm(section, state, data, state.remarks)
    form.is_valid()
    return form


def _with_suggestions(section: Section, state: FormState, request: HttpRequest) -> SectionForm:
    """Return the form as typed with what its button ``use`` fills in, not saved yet."""
    data = with_suggestions(SectionForm(section, state, request.POST), state, request.POST)
    form = SectionForm(section, state, data, state.remarks)
    form.is_valid()
    return form


def with_suggestions(form: OpenForm, state: FormState, typed: QueryDict) -> QueryDict:
    """Return what was typed with the suggestion of the field that ``use`` names, or of all empty ones (``*``)."""
    data = typed.copy()
    form.suggest(state)
    named = [noted(form, name) for name in form.names().values() if name == typed["use"]]
    for field in form.offers if typed["use"] == "*" else named:
        if field.suggestion:
            data.setlist(field.html_name, [field.suggestion.value])
    return data


def save(state: FormState, actor: Actor, form: OpenForm, answers: Mapping[int, str] | None = None) -> Filing:
    """Save what was typed; with ``seen``, only facts that both windows changed are a conflict."""
    return services.save_facts(
        state.filing.pk,
        actor,
        form.values(),
        version=form.cleaned_data["version"],
        seen=form.cleaned_data["seen"],
        answers=answers,
        open_now=state.opening,
    )


def _typed_again(
    section: Section, filing: Filing, request: HttpRequest, refusal: MoveRefused
) -> tuple[SectionForm, FormState]:
    """Return the form after a conflict: what was typed, with what is saved now beside it, ready to be sent again."""
    filing.refresh_from_db()
    state = FormState(filing)
    sent = SectionForm(section, state, request.POST)
    form = SectionForm(section, state, typed_over(sent, SectionForm(section, state), refusal), state.remarks)
    if form.is_valid():
        add_refusal(form, filing, refusal)
    return form, state


def typed_over(sent: OpenForm, kept: OpenForm, refusal: MoveRefused) -> dict[str, Any]:
    """Return the data of a refused page, updated with what others have changed and this page has not."""
    return sent.typed_over(kept, refusal.untouched if isinstance(refusal, FactsClash) else ())


def add_refusal(form: OpenForm, filing: Filing, refusal: MoveRefused) -> None:
    """Add the refusal to the form, and the currently saved value to each field that differs."""
    closed = "" if filing.status in EDITABLE else _("Nothing has been saved. What you typed is still on this page.")
    form.add_error(None, f"{refusal} {closed}".strip())
    names = form.names()
    for path, saved in saved_meanwhile(form, filing, refusal).items():
        form.add_error(names[path], _("Currently saved: %(value)s") % {"value": saved or "—"})


def saved_meanwhile(form: OpenForm, filing: Filing, refusal: MoveRefused) -> dict[str, str]:
    """Return the saved values that differ from what was typed, after a conflict: path → words.

    If the page has sent what it had shown, only those that both sides have changed.
    """
    asked = refusal.paths if isinstance(refusal, FactsClash) else form.values()
    return {
        path: display.words(path, saved, full=True)
        for path, typed in form.values().items()
        if path in asked and display.differs(path, saved := filing.get(path), typed)
    }


def _found_here(section: Section, state: FormState) -> list[Finding]:
    return [finding for finding in state.found if finding.section == section.id]


def _again(section: Section, state: FormState, found: list[Finding]) -> SectionForm:
    """Return the form with the saved values and the findings at their fields."""
    kept = SectionForm(section, state, preset=False)
    data = {name: kept.get_initial_for_field(field, name) for name, field in kept.fields.items()}
    form = SectionForm(section, state, data, state.remarks)
    form.is_valid()
    form.add_findings(found)
    return form


def closed(request: HttpRequest, actor: Actor, filing: Filing) -> HttpResponse:
    """Redirect from a page of the form to the status page, with a message why it can't be edited now."""
    if filing.status in OPEN:
        messages.info(request, _("You have submitted this filing, so its form can't be changed now."))
    elif filing.status != Status.DRAFT:
        words = _("This filing is “%(status)s” now and can't be edited.") % {"status": filing.get_status_display()}
        messages.info(request, words)
    return redirect(form_urls.url(actor, "status", filing.pk))


def section_of_id(filing: Filing, section_id: str) -> Section | None:
    """Return the page of this filing's form with this id, or None."""
    return next((section for section in fields.sections_of(filing.facts) if section.id == section_id), None)
