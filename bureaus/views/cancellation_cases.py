"""Cases about records at the bureau's desk: those with two sides, and the shells."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bureaus.access import actor_of
from bureaus.order_forms import text_area
from desks.cancellation_cases import pill, timeline
from desks.components import page_tabs
from desks.documents import page_response, paper_items
from desks.forms import CheckedField, PortalForm
from desks.paging import page
from desks.refusals import refusals_above, refusals_at
from filings.actors import Actor
from ministry.reference.typed_text import normal_text
from records.legal_grounds import Scope
from records.models import CancellationCase, CaseEvent, CaseState
from records.orders import cancellation_cases, shell_cases

TABS = {"open": gettext_lazy("Waiting for a decision"), "done": gettext_lazy("Decided")}
SPOKEN = ("open", "prove", "object")  # what the sides have said, shown beside each other
LISTED = 100  # shells a page offers at a time


class CaseDecisionForm(PortalForm):
    """The decision, and its reason in words for both sides."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("cancel", gettext_lazy("Cancel the record by order")),
            ("keep", gettext_lazy("Refuse: the record stays")),
        ],
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    document = forms.CharField(
        label=gettext_lazy("Number of the order"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Required for a cancellation."),
    )
    reason = text_area(
        gettext_lazy("Reason"),
        gettext_lazy("Both sides can read this: name no person and quote nothing from the other side's documents."),
    )

    def clean(self) -> dict[str, Any]:
        """Check that a cancellation has a number."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "cancel":
            try:
                cleaned["document"] = normal_text(cleaned.get("document", ""), 64)
            except forms.ValidationError as error:
                self.add_error("document", error)
        return cleaned


class PlaceDecisionForm(PortalForm):
    """The decision about the place of an open filing. No record is cancelled, so there is no order."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("cancel", gettext_lazy("End the filing: its certificate and domains become available")),
            ("keep", gettext_lazy("Refuse: the filing stays")),
        ],
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    reason = text_area(
        gettext_lazy("Reason"),
        gettext_lazy("Both sides can read this: name no person and quote nothing from the other side's documents."),
    )


class CancelShellsForm(PortalForm):
    """The order that cancels shells nobody has objected to."""

    document = CheckedField(
        check=lambda text: normal_text(text, 64), label=gettext_lazy("Number of the order"), max_length=64
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the cases, those to be decided soonest first."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        raise Http404
    rows = CancellationCase.objects.visible_to(actor).select_related("subject", "website__subject", "blocking_filing")
    if tab == "open":
        found = page(rows.open(), "decide_by", request.GET)
    else:
        found = page(rows.exclude(state=CaseState.OPEN), "decided_at", request.GET, descending=True)
    context = {
        "tabs": page_tabs(TABS, tab),
        "tab": tab,
        "page": found,
        "rows": [{"case": row, "name": _name(row), "pill": pill(row), "ripe": row.is_ripe()} for row in found.rows],
    }
    return render(request, "bureaus/orders/cases.html", context)


def _name(case: CancellationCase) -> str:
    """Return whose record or filing is in question."""
    return case.subject.name if case.subject else getattr(case.blocking_filing, "subject_name", "")


def _own(actor: Actor, case_id: int) -> CancellationCase:
    rows = CancellationCase.objects.visible_to(actor).select_related(
        "bureau", "subject", "website__subject", "filing", "order"
    )
    rows = rows.select_related("blocking_filing__provider")
    return get_object_or_404(rows, pk=case_id)


def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show both sides with their proof, and take the decision."""
    actor = actor_of(request)
    found = _own(actor, case_id)
    form = (CaseDecisionForm if found.blocking_filing_id is None else PlaceDecisionForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form):
            cancellation_cases.decide(
                found.pk,
                actor,
                cancels=cleaned["decision"] == "cancel",
                reason=cleaned["reason"],
                document=cleaned.get("document", ""),
            )
            messages.success(request, _("Decided. Both sides have been notified of the reason."))
            return redirect("bureau_desk:cancellation_case", found.pk)
    spoken = found.events.filter(name__in=SPOKEN).select_related("provider").prefetch_related("paper__pages")
    entries = [_entry(found, event) for event in spoken]
    context = {
        "case": found,
        "lead": _name(found),
        "pill": pill(found),
        "ripe": found.is_ripe(),
        "mine": [entry for entry in entries if entry["event"].name != "object"],
        "theirs": [entry for entry in entries if entry["event"].name == "object"],
        "form": form,
        "events": timeline(found, sees=lambda event: event.name not in SPOKEN),
    }
    return render(request, "bureaus/orders/case.html", context)


def _entry(found: CancellationCase, event: CaseEvent) -> dict[str, Any]:
    items = paper_items(event.paper, lambda pk: ("bureau_desk:cancellation_case_page", [found.pk, event.pk, pk]))
    return {"event": event, "items": items}


@require_safe
def case_page(request: HttpRequest, case_id: int, event_id: int, page_id: int) -> HttpResponse:
    """Return a page of a side's proof, and record the look."""
    actor = actor_of(request)
    found = _own(actor, case_id)
    event = get_object_or_404(found.events, pk=event_id)
    response = page_response(event.paper_id, page_id)
    cancellation_cases.record_look(found, actor)
    return response


# --- Shells -----------------------------------------------------------------------------------------------


def shell(request: HttpRequest) -> HttpResponse:
    """List the shells of this province; publish them; cancel those whose time is over without an objection."""
    actor = actor_of(request)
    form = CancelShellsForm(request.POST if "cancel" in request.POST else None)
    if request.method == "POST" and (done := _shell_act(request, actor, form)):
        messages.success(request, done)
        return redirect("bureau_desk:shells")
    websites = list(shell_cases.websites(actor.bureau_id)[: LISTED + 1])
    subjects = list(shell_cases.subjects(actor.bureau_id)[: LISTED + 1])
    open_ones = CancellationCase.objects.visible_to(actor).published().select_related("subject", "website__subject")
    context = {
        "websites": websites[:LISTED],
        "subjects": subjects[:LISTED],
        "more": len(websites) > LISTED or len(subjects) > LISTED,
        "published": open_ones.order_by("answer_by", "pk")[:LISTED],
        "ripe": shell_cases.unobjected(actor).count(),
        "form": form,
    }
    return render(request, "bureaus/orders/shells.html", context)


def _shell_act(request: HttpRequest, actor: Actor, form: CancelShellsForm) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    with refusals_above(request):
        if "publish" in request.POST:
            scope = Scope.WEBSITE if request.POST["publish"] == "websites" else Scope.SUBJECT
            chosen = [int(key) for key in request.POST.getlist("chosen") if key.isdecimal() and len(key) < 19]
            made = len(shell_cases.publish(actor, scope, chosen))
            if not made:
                messages.error(request, _("Choose at least one record that is still a shell."))
                return ""
            return ngettext("%(n)d record published.", "%(n)d records published.", made) % {"n": made}
        if form.is_valid():
            reason = _("Published as a shell; no objection was received in time.")
            done, refused = shell_cases.cancel_unobjected(actor, reason, form.cleaned_data["document"])
            return _("%(done)d records cancelled, %(refused)d left unchanged.") % {"done": done, "refused": refused}
    return ""
