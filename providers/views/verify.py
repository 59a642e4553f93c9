"""The face-to-face verification of one filing, and what the provider does with it."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desks import section as section_page
from desks.staff import filing_page, next_filing, returning
from desks.staff.notes import NotePart
from desks.staff.remark_form import BaseRemarkFormSet
from filings import clock, fields, services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.models import Evidence, Filing, Worksheet
from filings.moves.remarks import RemarksUnsent, refuse_unsent
from filings.rules import mailboxes, required_codes
from filings.states import Status
from filings.verification import one_time_codes, photographs, worksheets
from filings.verification.worksheets import SheetEntry, WorksheetChanged
from ministry import versions
from ministry.passwords import elsewhere
from providers import worksheet
from providers.access import actor_of
from providers.forms import SheetForm
from providers.photo_form import PhotoForm
from providers.rows import others
from providers.staff_desk import DESK
from providers.views import after_bureau, questions
from providers.views import photo as photo_part

KEEPING = ("save", "seen", "to_remarks")  # buttons that only save the sheet
LEAVING = ("seen", "to_remarks", "preview", states.SEND_BACK.name)  # buttons after which the page begins anew


@dataclass(slots=True)
class TypedSheet:
    """The forms of the verification page, as sent or as it begins."""

    note: NotePart
    desk: worksheet.VerifyingDesk
    photo: PhotoForm
    sheet: SheetForm
    rows: BaseRemarkFormSet
    refusal: str = ""
    changed: Worksheet | None = None


def verify(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show facts, papers, photo and sheet of one filing; pass it to the bureau or return it to the host."""
    actor = actor_of(request)
    filing = filing_page.opened(actor, filing_id)
    if filing.erased_at:
        return filing_page.erased(request, DESK, filing)
    note = NotePart(request, DESK, actor, filing_id)
    if note.act_on_own_form():
        return note.back()
    request = note.request
    if request.method != "POST":
        context = _context(request, actor, filing)
        return _page(request, actor, context, _typed(request, actor, _desk(filing, context), note))
    typed = _typed(request, actor, _desk(filing, _context(request, actor, filing)), note)
    if request.accepts("application/json") and not request.accepts("text/html"):
        return _autosaved(request, actor, typed)
    answer = _posted(request, actor, typed)
    return answer or _page(request, actor, _context(request, actor, filing_page.opened(actor, filing_id)), typed)


def _context(request: HttpRequest, actor: Actor, filing: Filing) -> dict[str, Any]:
    return filing_page.context(
        request, actor, filing, lambda pk: reverse("provider_desk:evidence", args=[filing.pk, pk])
    )


def _desk(filing: Filing, context: dict[str, Any]) -> worksheet.VerifyingDesk:
    names = ("found", "pictures", "history", "recent_remarks")
    return worksheet.desk_of(filing, worksheet.Looked(**{name: context[name] for name in names}))


def _typed(request: HttpRequest, actor: Actor, on_desk: worksheet.VerifyingDesk, note: NotePart) -> TypedSheet:
    photo = photo_part.form(request, on_desk.filing)
    sheet = SheetForm(request.POST or None, desk=on_desk, judged="pass" in request.POST)
    rows = filing_page.remark_rows(request, on_desk.filing, _drafts(request, on_desk), actor=actor)
    return TypedSheet(note, on_desk, photo, sheet, rows)


def _drafts(request: HttpRequest, on_desk: worksheet.VerifyingDesk) -> list[dict[str, str]]:
    """Return the remarks saved with the sheet, and those of the bureau that are to be passed on."""
    kept = list(on_desk.kept.remarks if on_desk.kept else ())
    written = {remark["path"] for remark in kept}
    passed_on = returning.passed_on(request, on_desk.filing)
    return [*kept, *(asdict(draft) for draft in passed_on if draft.path not in written)]


def _page(request: HttpRequest, actor: Actor, context: dict[str, Any], typed: TypedSheet) -> HttpResponse:
    filing = context["filing"]
    context |= {
        "photo": typed.photo,
        "sheet": typed.sheet,
        "faults": typed.sheet.faults() if typed.sheet.is_bound else [],
        "photo_faults": typed.photo.faults(),
        "has_photos": _has_photos(filing, context["pictures"]),
        "parts": typed.sheet.parts(context["blocks"], _meanwhile(typed)),
        "again": _again_words(typed.desk),
        "rows": typed.rows,
        "refusal": typed.refusal,
        "typed_remarks": len(typed.rows.typed()),
        **typed.note.context(filing, decides=context["mine"] or bool(typed.refusal)),
        "sheet_version": typed.changed.version if typed.changed else typed.desk.version,
        "acts": others(filing, actor),
        "filed": after_bureau.filed(filing),
        "is_returned": filing.status == Status.RETURNED_TO_PROVIDER,
        "asked": questions.asked_of_host(filing),
        "ask_host_url": "" if filing.is_reported else reverse("provider_desk:ask_host", args=[filing.pk]),
        "progress": required_codes.progress(filing),
        "unproved": one_time_codes.unproved(filing),
        "password_for": _password_for(filing),
        "outside": after_bureau.from_outside(filing),
        "amends": _amended(filing) if context["mine"] else (),
        "verified": [] if context["mine"] else filing_page.verified(filing, actor, context["history"]),
        "read": worksheet.read(typed.desk) if not context["mine"] else [],
    }
    _say_what_outlives(typed)
    photo_part.complete(typed.photo, actor, filing, context["seals"].values(), mine=context["mine"])
    return render(request, "providers/verify.html", context)


def _has_photos(filing: Filing, pictures: Iterable[Evidence]) -> bool:
    """Return whether each photo that the filing needs has been stored."""
    return {paper.path for paper in attachments.photos(filing.facts)} <= {picture.path for picture in pictures}


def _say_what_outlives(typed: TypedSheet) -> None:
    """Mark the remarks unchanged since a "no" drafted them, and edited ones whose item is no longer "no"."""
    entries = typed.sheet.entries() if typed.sheet.is_bound else typed.desk.shown
    for form in typed.rows:
        remark = form.typed()
        form.is_as_drafted = worksheets.is_as_drafted(remark)
        form.outlives = worksheets.outlives(remark, entries) and not form.is_as_drafted


def _again_words(on_desk: worksheet.VerifyingDesk) -> str:
    """Return how much of the sheet is to be verified again; empty where nothing has been verified before."""
    if not on_desk.earlier:
        return ""
    items = on_desk.filing.sheet_items
    left = len(items) - len(on_desk.earlier)
    return ngettext(
        "%(left)d of %(all)d items must be verified again.",
        "%(left)d of %(all)d items must be verified again.",
        left,
    ) % {"left": left, "all": len(items)}


def _meanwhile(typed: TypedSheet) -> dict[str, str]:
    """Return, after a conflict, what is saved now where it differs from what was typed, by item."""
    if typed.changed is None:
        return {}
    saved, mine = worksheets.entries_of(typed.changed), typed.sheet.entries()
    return {
        item: worksheet.words(saved.get(item, SheetEntry()))
        for item, entry in mine.items()
        if worksheet.words(saved.get(item, SheetEntry())) != worksheet.words(entry)
    }


# --- What the buttons do ------------------------------------------------------------------------------------


def _posted(request: HttpRequest, actor: Actor, typed: TypedSheet) -> HttpResponse | None:
    """Perform the pressed button's action; None to stay on the page with what was typed."""
    filing = typed.desk.filing
    noted = typed.note.act_within_decision()
    done, typed.refusal = filing_page.attempt(request, actor, filing.pk, lambda: _decide(request, actor, typed))
    if noted and not typed.refusal and not typed.note.is_typed:
        return typed.note.back()
    if done:
        return next_filing.to_next(request, DESK, actor, filing, done)
    if not typed.refusal and returning.wants_look(request, states.SEND_BACK.name, typed.rows, filing):
        renewed = {"worksheet": str(typed.desk.version)}
        return returning.preview(request, filing, states.SEND_BACK, typed.rows, back=request.path, renewed=renewed)
    if typed.refusal or not {*KEEPING, "take"} & set(request.POST):
        return None
    return _kept(request, actor, typed)


def _kept(request: HttpRequest, actor: Actor, typed: TypedSheet) -> HttpResponse | None:
    """Save the sheet and show it again; None to stay on the page with what was typed."""
    try:
        kept = _keep_sheet(request, actor, typed)
    except MoveRefused as refusal:
        typed.refusal = str(refusal)
        if isinstance(refusal, WorksheetChanged):
            _show_changed(actor, typed, refusal.saved)
        return None
    if "save" in request.POST:
        messages.success(request, _("The sheet has been saved."))
    if typed.note.is_typed:  # which a redirect would lose
        typed.desk = replace(typed.desk, kept=kept) if kept else typed.desk
        return None
    return _back(request, typed.desk.filing)


def _back(request: HttpRequest, filing: Filing) -> HttpResponseRedirect:
    """Redirect to the page, at the place where the user was."""
    place = "remarks" if "to_remarks" in request.POST else f"block-{request.POST.get('seen', '')}"
    return redirect(f"{reverse('provider_desk:verify', args=[filing.pk])}#{place}".removesuffix("#block-"))


def _show_changed(actor: Actor, typed: TypedSheet, saved: Worksheet, *, is_kept: bool = False) -> None:
    """Show what another window has saved: items beside one's own, remarks where this window has none.

    ``is_kept``: this window's remarks were saved before, so the stored ones replace them.
    """
    typed.changed = saved
    if is_kept or not typed.rows.typed():
        typed.rows = filing_page.saved_rows(typed.desk.filing, saved.remarks, actor=actor)


def _keep_sheet(request: HttpRequest, actor: Actor, typed: TypedSheet) -> Worksheet | None:
    """Save the sheet, if it was sent with the form; raise MoveRefused if it can't be saved."""
    if "worksheet" not in request.POST:
        return None
    sheet = typed.sheet
    sheet.is_valid()
    entries = sheet.say_yes(request.POST["seen"]) if "seen" in request.POST else sheet.entries()
    remarks = worksheets.without_withdrawn(typed.rows.typed(), entries)
    if "to_remarks" in request.POST:
        pictures = {picture.pk: picture.path for picture in typed.desk.pictures}
        # An unedited draft without a field is drafted again: its website may have been chosen since.
        remarks = [one for one in remarks if one["path"] or not worksheets.is_as_drafted(one)]
        remarks += worksheets.remarks_for(typed.desk.filing, entries, typed.desk.about, remarks, pictures)
    return worksheets.save(
        typed.desk.filing.pk,
        actor,
        entries,
        version=versions.seen(request.POST, "worksheet"),
        place=sheet.cleaned_data.get("place", ""),
        remarks=remarks,
    )


def _decide(request: HttpRequest, actor: Actor, typed: TypedSheet) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    filing, version = typed.desk.filing, filing_page.seen_version(request)
    if "pass" in request.POST:
        return _pass(request, actor, typed, version)
    if typed.note.is_typed and {*LEAVING} & set(request.POST):
        _keep_first(request, actor, typed)
        typed.note.refuse_unsent()
    looked = "send_back" in request.POST and returning.has_looked(request, states.SEND_BACK.name, typed.rows, filing)
    if not looked and not {*KEEPING} & set(request.POST):  # the preview has saved what it shows
        _keep_first(request, actor, typed)
    photo_part.act(request, actor, typed.photo, version)
    if returning.wants_look(request, states.SEND_BACK.name, typed.rows, filing):
        returning.look_before(filing, states.SEND_BACK, actor, version, typed.rows)
    elif "send_back" in request.POST:
        _send_back(actor, typed, version)
        return _("Returned to the host, with your remarks.")
    return ""


def _keep_first(request: HttpRequest, actor: Actor, typed: TypedSheet) -> None:
    """Save what was typed, before the button does anything else."""
    try:
        if kept := _keep_sheet(request, actor, typed):
            typed.desk = replace(typed.desk, kept=kept)
    except WorksheetChanged as refusal:
        _show_changed(actor, typed, refusal.saved)
        raise


def _send_back(actor: Actor, typed: TypedSheet, version: int) -> None:
    """Return the filing; when another window has typed a remark since the preview, show that instead."""
    filing = typed.desk.filing
    try:
        returning.send(services.send_back, filing, states.SEND_BACK.name, actor, version, typed.rows)
    except RemarksUnsent:
        _show_changed(actor, typed, filing.worksheets.get(round=filing.round), is_kept=True)
        raise


def _pass(request: HttpRequest, actor: Actor, typed: TypedSheet, version: int) -> str:
    """Pass the filing with sheet and photo in one move; when it is refused, save both all the same."""
    filing, sheet, photo = typed.desk.filing, typed.sheet, None
    try:
        photo = photo_part.judged(typed.photo)
        sheet.is_valid()
        typed.note.refuse_unsent()
        refuse_unsent(worksheets.without_withdrawn(typed.rows.typed(), sheet.entries()))
        if sheet.is_valid():
            sheet.refuse_no()
        if not sheet.is_valid():
            raise MoveRefused(_("The sheet is incomplete; see below."))
        services.verify(
            filing.pk,
            actor,
            version=version,
            answers=sheet.answers(),
            entries=sheet.entries(),
            place=sheet.cleaned_data["place"],
            worksheet=versions.seen(request.POST, "worksheet") if "worksheet" in request.POST else None,
            photo=photo,
        )
    except MoveRefused:
        if photo:
            with suppress(MoveRefused):  # said already, or the photo itself is what is refused
                photographs.store_judged(filing.pk, actor, photo, version=version)
        _keep_first(request, actor, typed)
        raise
    if Filing.objects.filter(pk=filing.pk, status=Status.WITH_PERSONS).exists():
        return _(
            "Verified. Each responsible person gets a code; once all have entered theirs, the filing goes "
            "to the bureau."
        )
    return _("Sent to the bureau. The %(days)d working days count from the next working day.") % {
        "days": clock.WORKING_DAYS
    }


def _autosaved(request: HttpRequest, actor: Actor, typed: TypedSheet) -> JsonResponse:
    """Save the sheet while it is filled in, for ``static/js/autosave.js``."""
    try:
        kept = _keep_sheet(request, actor, typed)
    except WorksheetChanged as refusal:
        return JsonResponse({"code": "changed", "detail": str(refusal), "version": refusal.saved.version}, status=409)
    except MoveRefused as refusal:
        return JsonResponse({"code": "closed", "detail": str(refusal)}, status=409)
    if kept is None:
        raise Http404
    return JsonResponse({"version": kept.version, "saved_at": timezone.localtime(kept.saved_at).isoformat()})


def _password_for(filing: Filing) -> str:
    """Return the bureau whose own system requires the filing password; empty for most filings. No query then."""
    if not filing.law.proof or filing.status not in states.PROVIDERS_WORK or filing.about_subject is None:
        return ""
    return elsewhere.bureau_of(filing.about_subject.province)


def _amended(filing: Filing) -> Collection[str]:
    """Return the pages that the provider may edit here; after a former provider, only how the website is connected."""
    if filing.is_reported:
        return ()
    if filing.awaits_access:
        return (fields.ACCESS.part,)
    return filing.law.parts if filing.status == Status.RETURNED_TO_PROVIDER else ()


def amend(request: HttpRequest, filing_id: int, section_id: str) -> HttpResponse:
    """Correct a page of a filing that the bureau has returned, or that has come from a former provider.

    The record marks the change as the provider's.
    """
    actor = actor_of(request)
    filing = filing_page.visible(actor, filing_id)
    section = section_page.section_of_id(filing, section_id)
    if section is None or section.part not in _amended(filing):
        raise Http404
    back = reverse("provider_desk:verify", args=[filing.pk])
    services.record_look(filing, actor, section.id)

    def forward(saved: Filing) -> str:
        if refusal := mailboxes.refusal(saved):
            messages.warning(request, refusal)
        return back

    return section_page.edit(
        request, actor, filing, section, back=back, forward=forward, template="providers/amend.html"
    )
