"""Pages of a provider's own data: what it publishes about itself, and the record of every change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from desks.components import PageTab, page_tabs
from desks.paging import page
from desks.refusals import with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.fields import display
from providers.access import for_role
from providers.models import Provider, StaffRole
from providers.organisation import pages, records
from providers.organisation.forms import PagesForm

# URL name, with the namespace if it is not that of the desk → label, lowest role that may open the page
TABS = {
    "organisation": (gettext_lazy("Our organisation's pages"), StaffRole.VERIFIER),
    "staff": (gettext_lazy("Staff"), StaffRole.SUPERVISOR),
    "pool": (gettext_lazy("IP addresses"), StaffRole.VERIFIER),
    "announcements": (gettext_lazy("Announcements"), StaffRole.VERIFIER),
    "places": (gettext_lazy("Appointments"), StaffRole.VERIFIER),
    "webhooks": (gettext_lazy("Your own systems"), StaffRole.SUPERVISOR),
    "reporting:listed": (gettext_lazy("Bureaus' systems"), StaffRole.SUPERVISOR),
    "organisation_record": (gettext_lazy("Changes"), StaffRole.ADMINISTRATOR),
}


def tabs(actor: Actor, current: str) -> list[PageTab]:
    """Return the tabs of these pages that the actor may open."""
    role = StaffRole(actor.staff_role)
    labels = {name: label for name, (label, needed) in TABS.items() if role.covers(needed)}
    return page_tabs(labels, current, lambda name: reverse(name if ":" in name else f"provider_desk:{name}"))


def administers(actor: Actor) -> bool:
    """Return whether the actor may change the provider's own data; its buttons depend on it."""
    return actor.staff_role == StaffRole.ADMINISTRATOR


@require_safe
@for_role(StaffRole.VERIFIER)
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what the provider publishes about itself, and the data of its licence."""
    provider = get_object_or_404(Provider, pk=actor.provider_id)
    usual = provider.usual_access
    context = {
        "provider": provider,
        "tabs": tabs(actor, "organisation"),
        "administers": administers(actor),
        "usual_access": {name: display.words(f"websites.0.access.{name}", ids) for name, ids in usual.items()},
    }
    return render(request, "providers/organisation/pages.html", context)


@for_role(StaffRole.ADMINISTRATOR)
def edit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the provider's own pages."""
    provider = get_object_or_404(Provider, pk=actor.provider_id)
    initial = {name: getattr(provider, name) for name in pages.OWN} | {"version": pages.version_of(provider)}
    form = PagesForm(request.POST or None, request.FILES or None, provider=provider, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, actor, form):
        return redirect("provider_desk:organisation")
    return render(request, "providers/organisation/edit.html", {"provider": provider, "form": form})


def _saved(request: HttpRequest, actor: Actor, form: PagesForm) -> bool:
    try:
        changed = pages.change(actor, form.cleaned_data, logo=form.logo(), version=form.cleaned_data["version"])
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        form.data = with_version(request, pages.version_of(Provider.objects.get(pk=actor.employer_id)))
        return False
    messages.success(request, _("Saved; shown to hosts at once.") if changed else _("Nothing was changed."))
    return True


@require_safe
@for_role(StaffRole.ADMINISTRATOR)
def record(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List who changed what, the last change first."""
    found = page(records.changes_of(actor), "at", request.GET, descending=True)
    context = {
        "changes": [records.in_words(change) for change in found.rows],
        "page": found,
        "tabs": tabs(actor, "organisation_record"),
    }
    return render(request, "providers/organisation/record.html", context)
