"""Filing on behalf (代为报备): a provider's mandates, the filings begun by them, and the host's form at its desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.mail import check_address
from desks.components import PageTab, page_tabs
from desks.form_urls import ON_BEHALF
from desks.forms import CheckedField, PortalForm
from desks.paging import page
from desks.progress.tones import TONES
from desks.refusals import refusals_above, refusals_at
from desks.scan_form import scan_field
from filings import actors, services
from filings.actors import Actor
from filings.agreements import mandates
from filings.evidence import documents
from filings.models import Filing, Mandate, MandateState
from filings.states import Status
from hosts.views.mandates import lengths, mandate_for, page_response, paper_items, pill, timeline
from ministry.reference import posing
from providers.access import actor_of, for_role
from providers.models import StaffRole

FILINGS_SHOWN = 50
# URLs that pages poll every few seconds; they are not recorded as looks.
ASKED_OVER_AND_OVER = ("handover_state",)

TABS = {
    "provider_desk:mandates": gettext_lazy("Mandates"),
    f"{ON_BEHALF}:home": gettext_lazy("Filings for hosts"),
    "provider_desk:imports": gettext_lazy("Import a list"),
}


def tabs(current: str) -> list[PageTab]:
    """Return the pages of filing on behalf."""
    return page_tabs(TABS, current, reverse)


class HostForm(PortalForm):
    """Name and e-mail of the host."""

    name = CheckedField(
        check=posing.check_unit,
        label=gettext_lazy("Name of the site host"),
        max_length=128,
        help_text=gettext_lazy(
            "The organisation or person as on the certificate; shown in the history of each filing."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = CheckedField(
        check=check_address,
        label=gettext_lazy("E-mail address of the site host"),
        help_text=gettext_lazy("The host's own address, not yours. The host signs in with it and sees what you do."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class AskForm(HostForm):
    """The request for a host's consent."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        choices=lengths,
        coerce=int,
        initial=mandates.LENGTHS[1],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Your proposal; the host may choose another one."),
    )


class MandatePaperForm(HostForm):
    """A mandate signed on paper."""

    until = forms.DateField(
        label=gettext_lazy("Valid until"),
        help_text=format_lazy(
            gettext_lazy("As in the document, at most {days} days from today."), days=mandates.LENGTHS[-1]
        ),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    pages = scan_field(
        gettext_lazy("The signed document"),
        gettext_lazy("A scan as PDF, or photos as JPEG or PNG; signature and seal visible, at most {pages} pages."),
    )

    def clean_pages(self) -> list[Any]:
        """Return the files; raise ValidationError if there is none."""
        if not self.cleaned_data["pages"]:
            raise ValidationError(_("Choose the scan of the signed document first."), code="required")
        return list(self.cleaned_data["pages"])


# --- Mandates ---------------------------------------------------------------------------------------------


@require_safe
@for_role(StaffRole.VERIFIER)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the provider's mandates, newest first, or those a search finds."""
    search = request.GET.get("q", "").strip()
    rows = Mandate.objects.visible_to(actor)
    if search:
        rows = rows.filter(Q(host_email=search.lower()) | Q(host_name__icontains=search))
    found = page(rows, "id", request.GET, descending=True)
    context = {
        "page": found,
        "search": search,
        "rows": [{"mandate": mandate, "pill": pill(mandate)} for mandate in found.rows],
        "tabs": tabs("provider_desk:mandates"),
    }
    return render(request, "providers/behalf/mandates.html", context)


@for_role(StaffRole.VERIFIER)
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask a host for its consent by mail."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        with refusals_at(form):
            made = mandates.ask(actor, asked["email"], asked["name"], asked["days"])
            messages.success(request, _("Request sent. The e-mail goes to %(email)s.") % {"email": made.host_email})
            return redirect("provider_desk:mandate", made.pk)
    return render(request, "providers/behalf/ask.html", {"form": form})


@for_role(StaffRole.VERIFIER)
def bring_paper(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Record a mandate that the host has signed on paper."""
    form = MandatePaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        with refusals_at(form, file="pages"):
            paper = documents.accept(cleaned["pages"], actor.person_id)
            made = mandates.bring_paper(actor, cleaned["email"], cleaned["name"], cleaned["until"], paper)
            messages.success(request, _("Recorded. The host is notified at %(email)s.") % {"email": made.host_email})
            return redirect("provider_desk:mandate", made.pk)
    return render(request, "providers/behalf/paper.html", {"form": form})


@for_role(StaffRole.VERIFIER)
def mandate(request: HttpRequest, actor: Actor, mandate_id: int) -> HttpResponse:
    """Show a mandate, its state and the filings begun by it; end it, or take the request back."""
    found = mandate_for(actor, mandate_id)
    if request.method == "POST":
        with refusals_above(request):
            mandates.end(found.pk, actor)
            messages.success(request, _("The mandate has ended."))
        return redirect("provider_desk:mandate", found.pk)
    context = {
        "mandate": found,
        "pill": pill(found),
        "state": found.state(),
        "events": timeline(found, actor),
        "items": paper_items(found, actor, "provider_desk:mandate_page"),
        "filings": found.filings.defer("facts").order_by("-touched_at")[:FILINGS_SHOWN],
    }
    return render(request, "providers/behalf/mandate.html", context)


@require_safe
@for_role(StaffRole.VERIFIER)
def paper(request: HttpRequest, actor: Actor, mandate_id: int, page_id: int) -> HttpResponse:
    """Return a page of the signed paper."""
    return page_response(mandate_for(actor, mandate_id), actor, page_id)


@require_POST
@for_role(StaffRole.VERIFIER)
def start(request: HttpRequest, actor: Actor, mandate_id: int) -> HttpResponse:
    """Start a filing on behalf of the mandate's host."""
    found = mandate_for(actor, mandate_id)
    if found.state() != MandateState.IN_FORCE:
        messages.error(request, _("The host has not consented, or the mandate has ended."))
        return redirect("provider_desk:mandate", found.pk)
    with refusals_above(request):
        filing = services.start_on_behalf(found.pk, actors.on_behalf(actor, found.provider.name))
        return redirect(f"{ON_BEHALF}:overview", filing.pk)
    return redirect("provider_desk:mandate", found.pk)


# --- The filings ------------------------------------------------------------------------------------------


def _begun(actor: Actor) -> QuerySet[Filing]:
    """Return what the actor's provider has begun on behalf, by mandates in force or over."""
    return Filing.objects.filter(provider_id=actor.provider_id or 0, mandate__isnull=False)


@require_safe
@for_role(StaffRole.VERIFIER)
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the filings begun on behalf, last changed first; those to be filled in link to the form."""
    rows = _begun(actor).select_related("mandate").defer("facts", "answers_draft")
    found = page(rows, "touched_at", request.GET, descending=True)
    context = {
        "page": found,
        "rows": [{"filing": filing, "tone": TONES[Status(filing.status)]} for filing in found.rows],
        "tabs": tabs(f"{ON_BEHALF}:home"),
    }
    return render(request, "providers/behalf/filings.html", context)


def in_hosts_place(name: str, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page of the host's form at this desk to the staff of a provider that has a mandate in force.

    The one way in. It finds the mandate anew for each request, puts each look on record under the name of the URL, and
    passes the view an actor for whom all links of the page lead back to this desk.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, filing_id: int, **kwargs: Any) -> HttpResponse:
        staff = actor_of(request)
        filing = get_object_or_404(_begun(staff).select_related("mandate").defer("facts"), pk=filing_id)
        in_force = Mandate.objects.in_force().filter(
            provider_id=staff.provider_id or 0, host_email=filing.mandate.host_email if filing.mandate else ""
        )
        if (found := in_force.select_related("provider").first()) is None:
            return _over(request, filing)
        actor = actors.on_behalf(staff, found.provider.name, found)
        if request.method == "GET" and name not in ASKED_OVER_AND_OVER:
            services.record_look(filing, actor, name)
        return view(request, filing_id=filing_id, stand_in=actor, **kwargs)

    return wrapper


def _over(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Return the page for a filing whose mandate has ended, which shows nothing of the filing."""
    context = {"filing": filing, "mandate": filing.mandate, "pill": pill(filing.mandate) if filing.mandate else None}
    return render(request, "providers/behalf/over.html", context, status=403)
