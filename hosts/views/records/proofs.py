"""Proofs of records: made by the host, checked by anybody."""

from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import throttle
from accounts.throttle import address_of
from desks.access import as_host
from desks.components import NoticeBox
from desks.files import PDF, file_response
from filings.actors import Actor
from filings.evidence.limited import concurrency
from hosts.views.records.forms import ProofForm
from ministry.models import Subject, Website
from ministry.reference.numbers import number_in
from records import proof_rows, proofs, visibility
from records.proofs import NotGenuine, ProofStanding

PAGES_A_MINUTE = 60
PDFS_AN_HOUR = 30
STANDINGS = {
    ProofStanding.SAME: NoticeBox(
        "done",
        gettext_lazy("Genuine, and still the same today"),
        gettext_lazy("This portal has issued the proof, and the record has not changed since."),
    ),
    ProofStanding.CHANGED: NoticeBox(
        "attention",
        gettext_lazy("Genuine, but the record has changed since"),
        gettext_lazy("The data below were correct on the day of the proof. Current differences are shown below them."),
    ),
    ProofStanding.CANCELLED: NoticeBox(
        "wrong",
        gettext_lazy("Genuine, but the record has been cancelled since"),
        gettext_lazy("The data below were correct on the day of the proof. The number is no longer valid."),
    ),
}


@require_POST
@as_host
def of_website(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Make today's proof of a website."""
    try:
        return redirect("proof_page", proofs.token_of(proofs.of_website(website_id, actor)))
    except Website.DoesNotExist as error:
        raise Http404 from error


@require_POST
@as_host
def of_subject(request: HttpRequest, actor: Actor, subject_id: int) -> HttpResponse:
    """Make today's proof of a subject."""
    try:
        return redirect("proof_page", proofs.token_of(proofs.of_subject(subject_id, actor)))
    except Subject.DoesNotExist as error:
        raise Http404 from error


@require_safe
@never_cache
@as_host
def pdf(request: HttpRequest, actor: Actor, proof_id: int) -> HttpResponse:
    """Return the proof as an A4 PDF, for the host it was made for."""
    proof = get_object_or_404(visibility.proofs(actor), pk=proof_id)
    if wait := throttle.seconds_to_wait("proof-pdf", str(actor.person_id), tries=PDFS_AN_HOUR, seconds=3600):
        return throttle.refusal(request, wait)
    from records import proof_pdf

    with concurrency.making():
        return file_response(proof_pdf.pdf(proof), PDF, f"{proof.content['number']} {proof}.pdf")


# --- Public -----------------------------------------------------------------------------------------------


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Look up a proof by its printed number. For a filing number, point to the public query."""
    form = ProofForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if wait := throttle.seconds_to_wait("proof", address_of(request), tries=PAGES_A_MINUTE, seconds=60):
            return throttle.refusal(request, wait)
        text = form.cleaned_data["number"]
        if proof := proofs.by_number(text):
            return redirect("proof_page", proofs.token_of(proof))
        form.add_error("number", _no_proof(text))
    return render(request, "filings/records/proof_ask.html", {"form": form})


def _no_proof(text: str) -> str:
    if number_in(text):
        return _("This is a filing number. Use the public query, or enter the number of the proof.")
    return _("There is no proof with this number. Check it: a proof number has 16 letters and digits.")


@require_safe
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was on record on the day of the proof and whether it still is; a 404 page for an altered token."""
    if wait := throttle.seconds_to_wait("proof", address_of(request), tries=PAGES_A_MINUTE, seconds=60):
        return throttle.refusal(request, wait)
    try:
        reading = proofs.read(token)
    except NotGenuine:
        return _unindexed(render(request, "filings/records/proof_wrong.html", status=404))
    address = proofs.address_of(reading.proof)
    context = {
        "proof": reading.proof,
        "standing": STANDINGS[reading.standing],
        "rows": proof_rows.rows(reading.proof.content),
        "changes": _changes(reading) if reading.standing == ProofStanding.CHANGED else (),
        "address": address,
        "code": segno.make_qr(address, error="m").svg_data_uri(scale=4, border=2),
        "is_own": request.user.is_authenticated and request.user.pk == reading.proof.issued_to_id,
    }
    return _unindexed(render(request, "filings/records/proof.html", context))


def _changes(reading: proofs.Reading) -> list[dict[str, Any]]:
    """Return the rows that differ today."""
    then = dict(proof_rows.rows(reading.proof.content))
    today = dict(proof_rows.rows(reading.today))
    labels = list(dict.fromkeys([*then, *today]))
    return [
        {"label": label, "then": then.get(label, ""), "today": today.get(label, "")}
        for label in labels
        if then.get(label) != today.get(label)
    ]


def _unindexed(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
