"""Taking a picture with the phone: the QR code on the host's screen, its state, and the page on the phone."""

from collections.abc import Iterator
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import throttle
from accounts.links import link_to
from accounts.throttle import address_of
from desks import form_urls
from desks.access import as_host, render_for
from desks.forms import PortalForm
from desks.pictures import EvidenceItem, origin
from filings import services
from filings.actors import Actor
from filings.errors import MoveRefused, NotKept
from filings.evidence import quality
from filings.fields import display
from filings.models import Evidence, Filing, Handover
from filings.rules import checks, corrections
from filings.verification import handovers

CODES_AN_HOUR = 60
PHONE_PAGES_A_MINUTE = 60
PICTURES_AN_HOUR = 30


@never_cache
@as_host
def make(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Create the QR code for one paper or for all of them. It is shown in this response only: the secret is not stored.

    GET, as after signing in again, leads to the papers.
    """
    filing = get_object_or_404(Filing.objects.visible_to(actor), pk=filing_id)
    if request.method != "POST":
        return redirect(form_urls.url(actor, "papers", filing.pk))
    path = request.POST.get("path", "")
    if path not in [handovers.ALL, *(paper.path for paper in checks.papers_of(filing))]:
        return redirect(form_urls.url(actor, "status", filing.pk))
    if wait := throttle.seconds_to_wait("handover", str(actor.person_id), tries=CODES_AN_HOUR, seconds=3600):
        return throttle.refusal(request, wait)
    try:
        handover, token = handovers.open_for(filing.pk, actor, path)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(form_urls.url(actor, "status", filing.pk))
    address = link_to("filings:phone", token)
    code = segno.make_qr(address).svg_data_uri(scale=6, border=4)
    return render_for(
        actor, request, "filings/handover.html", {**_shown(actor, filing, handover), "address": address, "code": code}
    )


@require_safe
@never_cache
@as_host
def state(request: HttpRequest, actor: Actor, filing_id: int, handover_id: int) -> HttpResponse:
    """Show the state of a code: the whole page, or with ``?part`` the fragment that the code's page reloads."""
    filing = get_object_or_404(Filing.objects.visible_to(actor).defer("facts"), pk=filing_id)
    handover = get_object_or_404(filing.handovers, pk=handover_id)
    template = "filings/_handover_state.html" if "part" in request.GET else "filings/handover_state.html"
    return render_for(actor, request, template, _shown(actor, filing, handover))


def _shown(actor: Actor, filing: Filing, handover: Handover) -> dict[str, Any]:
    """Return the context of a code: what it is for, the pictures received, whether more may come. One query."""
    items = [
        EvidenceItem.of(
            picture,
            display.label(picture.path),
            form_urls.url(actor, "evidence", filing.pk, picture.pk),
            note=origin(picture),
            advice=picture.advice,
        )
        for picture in handovers.current_pictures(filing, handover)
    ]
    return {"filing": filing, "handover": handover, "paper": _title(handover), "items": items, **_kind(handover)}


def _kind(handover: Handover) -> dict[str, bool]:
    return {"of_all": handover.path == handovers.ALL}


def _title(handover: Handover) -> str:
    return _("All pictures") if handover.path == handovers.ALL else display.label(handover.path)


class PhonePictureForm(PortalForm):
    """One photo, taken with the phone's own camera."""

    picture = forms.FileField(
        label=gettext_lazy("The photo"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Take the photo first, or choose one.")},
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


@never_cache
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page on the phone. Whoever has its address may upload the pictures it is for, and sees nothing else."""
    if wait := throttle.seconds_to_wait("phone", address_of(request), tries=PHONE_PAGES_A_MINUTE, seconds=60):
        return throttle.refusal(request, wait)
    handover = handovers.of_token(token)
    if handover is None:
        return _gone(request)
    if request.method == "POST":
        return _received(request, handover, token)
    return _phone_page(request, handover)


def _gone(request: HttpRequest) -> HttpResponse:
    """Return one page for codes unknown, used, expired, replaced or of a filing gone on, so nobody learns which."""
    return render(request, "filings/handover_gone.html", status=404)


def _phone_page(
    request: HttpRequest, handover: Handover, form: PhonePictureForm | None = None, path: str = ""
) -> HttpResponse:
    """Show the page; ``form`` is the refused one, for the paper at ``path`` where the code is for all of them."""
    came = handovers.current_pictures(handover.filing, handover)
    context = {
        "paper": _title(handover),
        "name": display.masked_name(handover.filing.subject_name),
        "form": form or PhonePictureForm(),
        "came": bool(came),
        "advice": quality.words(came[0].advice) if came else [],
    }
    if handover.path == handovers.ALL:
        context["rows"] = list(_rows(handover.filing, came, form, path))
        return render(request, "filings/handover_phone_all.html", context)
    return render(request, "filings/handover_phone.html", context)


def _rows(filing: Filing, came: list[Evidence], form: PhonePictureForm | None, path: str) -> Iterator[dict[str, Any]]:
    """Yield each paper that may be uploaded now, with its form, whether it is there, and what could be better."""
    kept = checks.present_papers(filing)
    opening = corrections.opening(filing)
    for number, paper in enumerate(checks.papers_of(filing)):
        if not opening.covers(paper.path):
            continue
        sent = [picture for picture in came if paper.holds(picture.path)]
        refused = form if form is not None and paper.path == path else None
        yield {
            "path": paper.path,
            "label": paper.label,
            "form": refused or PhonePictureForm(auto_id=f"id_{number}_%s"),
            "is_kept": any(map(paper.holds, kept)),
            "advice": quality.words(sent[-1].advice) if sent else [],
        }


def _received(request: HttpRequest, handover: Handover, token: str) -> HttpResponse:
    if "keep" in request.POST and handovers.close(handover):
        return redirect("filings:phone_done")
    path = request.POST.get("path", "") if handover.path == handovers.ALL else ""
    form = PhonePictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _phone_page(request, handover, form, path)
    if wait := throttle.seconds_to_wait("phone-picture", str(handover.pk), tries=PICTURES_AN_HOUR, seconds=3600):
        return throttle.refusal(request, wait)
    try:
        picture = services.receive_evidence(handover, handovers.maker(handover), form.cleaned_data["picture"], path)
    except (ValidationError, NotKept) as error:
        form.add_error("picture", error if isinstance(error, ValidationError) else str(error))
        return _phone_page(request, handover, form, path)
    except (MoveRefused, Filing.DoesNotExist):  # the filing has moved on, or the mandate has ended
        return _gone(request)
    stays = picture.advice or handover.path == handovers.ALL
    return redirect("filings:phone", token) if stays else redirect("filings:phone_done")


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Show that the phone is no longer needed."""
    return render(request, "filings/handover_done.html")
