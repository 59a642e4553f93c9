"""The face-to-face verification of one filing, and what the provider does with it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from filings import checklist, rounds, services, states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.forms import BaseRemarkFormSet
from filings.models import Filing
from filings.states import Role, Status
from filings.views import desk, returning
from filings.views import section as section_page
from filings.views.pictures import evidence_response
from filings.views.rounds import compare_at_desk
from providers.access import actor_of
from providers.forms import SheetForm
from providers.photo_form import PhotoForm
from providers.rows import others
from providers.views import after_bureau
from providers.views import photo as photo_part


def verify(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Facts, pictures, photo and sheet of one filing; from here it passes to the bureau or goes back to the host."""
    actor = actor_of(request)
    filing = desk.visible(actor, filing_id)
    photo = photo_part.form(request, filing)
    carried = _carried_over(filing)
    sheet = (
        SheetForm(request.POST, filing=filing, carried=carried)
        if "pass" in request.POST
        else _kept_sheet(request, filing, carried)
    )
    rows = desk.remark_rows(request, filing, returning.passed_on(request, filing), actor=actor)
    done, refusal = desk.attempt(request, actor, filing_id, lambda: _decide(request, actor, filing, photo, sheet, rows))
    if done:
        return redirect("provider_desk:index")
    if "preview" in request.POST and not refusal:
        return returning.preview(request, filing, states.SEND_BACK, rows, back=request.path)
    filing = desk.visible(actor, filing_id)
    context = desk.context(request, actor, filing, lambda pk: reverse("provider_desk:evidence", args=[filing_id, pk]))
    context |= {
        "photo": photo,
        "sheet": sheet,
        "again": _again_words(sheet, carried),
        "rows": rows,
        "refusal": refusal,
        "acts": others(filing, actor),
        "filed": after_bureau.filed(filing),
        "may_amend": filing.status == Status.RETURNED_TO_PROVIDER and context["mine"],
    }
    photo_part.complete(photo, actor, filing, mine=context["mine"])
    return render(request, "providers/verify.html", context)


def _kept_sheet(request: HttpRequest, filing: Filing, carried: dict[str, str]) -> SheetForm:
    """The sheet as it was filled in so far; it is judged only when it is passed on."""
    return SheetForm(initial=request.POST.dict(), filing=filing, carried=carried)


def _carried_over(filing: Filing) -> dict[str, str]:
    """The answers of the last verification that no change and no remark has touched since; at most five queries."""
    if filing.holder != Role.PROVIDER:
        return {}
    last = filing.verifications.order_by("round").last()
    if last is None:
        return {}
    key = str(last.round)
    found = rounds.states(filing, (key, rounds.NOW))
    touched = rounds.concerned_paths(found[key], found[rounds.NOW])
    touched += filing.remarks.filter(round__gte=last.round).values_list("path", flat=True)
    return checklist.carried_over(last.answers, touched, filing.sheet_items)


def _again_words(sheet: SheetForm, carried: dict[str, str]) -> str:
    """How much of the sheet is to be verified again; empty where nothing has been verified before."""
    if not carried:
        return ""
    left = len(sheet.items) - len(carried)
    return ngettext(
        "%(left)d of %(all)d items is to be verified again.",
        "%(left)d of %(all)d items are to be verified again.",
        left,
    ) % {"left": left, "all": len(sheet.items)}


def _decide(
    request: HttpRequest, actor: Actor, filing: Filing, photo: PhotoForm, sheet: SheetForm, rows: BaseRemarkFormSet
) -> str:
    """Do what the pressed button says; answer the success message, or nothing to stay on the page."""
    version = desk.seen_version(request)
    if "pass" in request.POST:
        return _pass(actor, filing, photo, sheet, version)
    photo_part.act(request, actor, photo, version)
    if "preview" in request.POST:
        returning.look_before(filing, states.SEND_BACK, actor, version, rows)
    if "send_back" in request.POST:
        returning.send(services.send_back, filing, states.SEND_BACK, actor, version, rows)
        return _("Returned to the host, with your remarks.")
    return ""


def _pass(actor: Actor, filing: Filing, photo: PhotoForm, sheet: SheetForm, version: int) -> str:
    version = photo_part.keep(actor, photo, version)
    if not sheet.is_valid():
        raise MoveRefused(_("The sheet is incomplete; see below."))
    services.verify(filing.pk, actor, version=version, answers=sheet.answers(), place=sheet.cleaned_data["place"])
    return _("Passed to the bureau. The twenty working days count from the next working day.")


def amend(request: HttpRequest, filing_id: int, section_id: str) -> HttpResponse:
    """Mend a page of a filing the bureau has returned; the record marks the change as the provider's."""
    actor = actor_of(request)
    filing = desk.visible(actor, filing_id)
    section = section_page.section_of_id(filing, section_id)
    if section is None or filing.status != Status.RETURNED_TO_PROVIDER:
        raise Http404
    back = reverse("provider_desk:verify", args=[filing.pk])
    services.look(filing, actor, section.id)
    return section_page.edit(request, actor, filing, section, back=back, forward=back, template="providers/amend.html")


@require_safe
def compare(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Two rounds of a filing beside each other."""
    actor = actor_of(request)
    back = reverse("provider_desk:verify", args=[filing_id])
    return compare_at_desk(request, actor, desk.visible(actor, filing_id), "provider_desk", back)


@require_safe
def evidence(request: HttpRequest, filing_id: int, evidence_id: int) -> HttpResponse:
    """A picture of a filing the provider may see."""
    return evidence_response(actor_of(request), filing_id, evidence_id)
