"""Pages about cases outside the staff desks: applicant's, holder's by a mailed link, and the public list of shells."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import throttle
from accounts.throttle import address_of
from desks.access import as_host
from desks.cancellation_cases import LONGEST_TEXT, EntryForm, pill, timeline
from desks.paging import page
from desks.refusals import refusals_at
from filings.actors import Actor
from filings.errors import MoveRefused, NotKept
from filings.evidence.scans import MOST_PAGES
from filings.models import Filing
from ministry.reference import posing, provinces
from records.models import CancellationCase, CaseKind, CaseState, case_id_of
from records.orders import cancellation_cases
from records.orders.blocking import Blocking, blocking

ENTRIES_AN_HOUR = 30  # from one IP address, by links in mails
# What an ended case means for its applicant, and other texts for claims against open filings.
OUTCOMES = {
    CaseState.CANCELLED: gettext_lazy(
        "The record no longer blocks your filing. Check your filing again and submit it."
    ),
    CaseState.FREED: gettext_lazy(
        "The other filing has ended and no longer blocks yours. Check your filing again and submit it."
    ),
    CaseState.KEPT: gettext_lazy("The record stays."),
    CaseState.WITHDRAWN: gettext_lazy("Your application has ended; nothing changes."),
}
PLACE_OUTCOMES = OUTCOMES | {CaseState.KEPT: gettext_lazy("The other filing stays.")}


class ApplyForm(EntryForm):
    """An application for the release of a record, or for the place of an open filing."""

    wants_pages = True

    record = forms.ChoiceField(
        label=gettext_lazy("What blocks your filing"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what blocks your filing.")},
    )
    field_order = ("record", "text", "pages")

    def __init__(self, *args: Any, found: list[Blocking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"].choices = [(one.key, _words(one)) for one in found]  # type: ignore[attr-defined]
        self.fields["text"].label = _("Why it should be released")
        self.fields["text"].help_text = _(
            "For a domain: since when it has been yours. For a certificate: why the record is no longer "
            "used, or that the other filing uses your certificate without your consent."
        )
        self.fields["pages"].help_text = _(
            "For a domain: the domain certificate and your own certificate. For a certificate: that "
            "certificate. PDF, JPEG or PNG, at most %(pages)d pages. Only the bureau can see it."
        ) % {"pages": MOST_PAGES}


class HolderForm(EntryForm):
    """An objection by the link in the holder's mail, with the writer's name."""

    name = forms.CharField(label=gettext_lazy("Your name and position"), max_length=128)
    field_order = ("name", "text", "pages")

    def clean_name(self) -> str:
        return posing.check_person(self.cleaned_data["name"])


def _words(one: Blocking) -> str:
    where = {"code": one.code, "bureau": one.province.bureau, "domain": one.what}
    if one.filing_id and one.what:
        return _("Another open filing with the domain %(domain)s, in the province of %(bureau)s (%(code)s)") % where
    if one.filing_id:
        return _("Another open filing with your certificate, in the province of %(bureau)s (%(code)s)") % where
    if one.what:
        return _("Domain %(domain)s, on record at %(bureau)s (%(code)s)") % where
    return _("Certificate of your filing, on record at %(bureau)s (%(code)s)") % where


# --- The applicant ----------------------------------------------------------------------------------------


@as_host
def apply(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show the records that block a filing; the host applies for the release of one, with proof."""
    filing = get_object_or_404(Filing.objects.visible_to(actor), pk=filing_id)
    found = blocking(filing)
    form = ApplyForm(request.POST or None, request.FILES or None, found=found)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form):
            made = cancellation_cases.apply(filing.pk, actor, cleaned["record"], cleaned["text"], cleaned["pages"])
            messages.success(
                request, _("Your application has been sent to the bureau. The other side has been notified.")
            )
            return redirect("filings:cancellation_case", made.pk)
    earlier = CancellationCase.objects.visible_to(actor).filter(filing=filing).order_by("-pk")
    context = {"filing": filing, "found": found, "form": form, "earlier": earlier}
    return render(request, "filings/cancellation_cases/apply.html", context)


@as_host
def case(request: HttpRequest, actor: Actor, case_id: int) -> HttpResponse:
    """Show the applicant its case and the deadlines; add proof, or withdraw it."""
    rows = CancellationCase.objects.visible_to(actor).select_related("bureau", "subject", "website__subject", "filing")
    found = get_object_or_404(rows, pk=case_id)
    form = EntryForm(request.POST if "prove" in request.POST else None, request.FILES or None)
    if request.method == "POST":
        try:
            if "withdraw" in request.POST:
                cancellation_cases.withdraw(found.pk, actor)
                messages.success(request, _("Your application has been withdrawn; nothing changes."))
                return redirect("filings:cancellation_case", found.pk)
            if form.is_valid():
                cancellation_cases.add_proof(found.pk, actor, form.cleaned_data["text"], form.cleaned_data["pages"])
                messages.success(request, _("Sent to the bureau."))
                return redirect("filings:cancellation_case", found.pk)
        except NotKept as refusal:
            form.add_error("pages", str(refusal))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("filings:cancellation_case", found.pk)
    context = {
        "case": found,
        "lead": _lead(found),
        "pill": pill(found, to_applicant=True),
        "form": form,
        "events": timeline(found, sees=lambda event: event.user_id == actor.user_id),
        "answerable": found.is_answerable(),
    }
    return render(request, "filings/cancellation_cases/case.html", context)


def _lead(case: CancellationCase) -> str:
    """Return what the applicant is told first: who has the turn, or the outcome."""
    if case.is_answerable():
        return _("The other side has been notified and can object. It does not learn who you are.")
    if case.is_open:
        return _("The time for objections is over. The bureau now decides.")
    return str((PLACE_OUTCOMES if case.blocking_filing_id else OUTCOMES)[CaseState(case.state)])


# --- The holder -------------------------------------------------------------------------------------------


@never_cache
def holder(request: HttpRequest, token: str) -> HttpResponse:
    """Show the case by the link in the holder's mail, without an account; take an objection, with proof.

    The link expires with the time for objections or with the decision, whichever comes first: mails are forwarded.
    """
    rows = CancellationCase.objects.select_related("bureau", "subject", "website__subject", "blocking_filing")
    found = get_object_or_404(rows, pk=case_id_of(token) or 0)
    if not found.is_answerable():
        return _link_ended(request, found)
    form = HolderForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if wait := throttle.seconds_to_wait("case", address_of(request), tries=ENTRIES_AN_HOUR, seconds=3600):
            return throttle.refusal(request, wait)
        if form.is_valid():
            cleaned = form.cleaned_data
            with refusals_at(form):
                cancellation_cases.object_as_holder(found.pk, cleaned["name"], cleaned["text"], cleaned["pages"])
                messages.success(
                    request, _("Your objection has been sent to the bureau. You will be notified of its decision.")
                )
                return redirect("record_case", token)
    context = {
        "case": found,
        "pill": pill(found),
        "form": form,
        "events": timeline(found, sees=lambda _event: False),
    }
    return render(request, "filings/cancellation_cases/holder.html", context)


def _link_ended(request: HttpRequest, case: CancellationCase) -> HttpResponse:
    """Return the page of an expired link: whom to contact and what was typed too late, nothing of the record."""
    context = {
        "bureau": case.bureau,
        "is_open": case.is_open,
        "is_record": case.kind != CaseKind.PLACE,
        "until": case.answer_by,
        "typed": request.POST.get("text", "")[:LONGEST_TEXT],
    }
    return render(request, "filings/cancellation_cases/link_ended.html", context, status=HTTPStatus.GONE)


# --- Everybody --------------------------------------------------------------------------------------------


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """List the published shells of all provinces or of one. No session, no personal data."""
    province = request.GET.get("province", "")
    rows = CancellationCase.objects.published().with_public_columns()
    if province:
        if province not in dict(provinces.CHOICES):
            raise Http404
        rows = rows.filter(bureau=province)
    found = page(rows, "answer_by", request.GET)
    context = {
        "page": found,
        "province": province,
        "provinces": provinces.CHOICES,
        "rows": [{"case": row, "bureau": provinces.by_code(row.bureau_id)} for row in found.rows],
    }
    return render(request, "filings/cancellation_cases/published.html", context)
