"""The page of a website that another host offers: take it over or decline."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desks.access import as_host
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.errors import MoveRefused
from filings.kinds import KINDS, Kind
from filings.models import Entrance, Offer
from filings.rules import external_bureaus, ownership
from filings.services import starting
from hosts.begin_forms import TakeOverForm


@as_host
def offer(request: HttpRequest, actor: Actor, offer_id: int) -> HttpResponse:
    """Show the offer and its consequences; POST starts the draft that takes the website over."""
    rows = Offer.objects.made_to(actor).select_related("website__subject", "website__migrated_to__subject", "end")
    found = get_object_or_404(rows, pk=offer_id)
    law, under_way = KINDS[Kind.MIGRATE_WEBSITE], migration_offers.taken_up(found)
    providers = ownership.providers(law, website_id=found.website_id)
    form = TakeOverForm(providers, request.POST or None, {"provider": request.GET.get("provider")})
    refusal = next(external_bureaus.refusals(law.kind, found.website.subject.province), None)
    is_open = found.is_open and under_way is None  # a second filing would conflict with the first
    if request.method == "POST" and is_open and form.is_valid():
        try:
            filing = starting.take_over(
                actor, found.pk, provider_id=form.cleaned_data["provider"].pk, entrance=Entrance.PROVIDER
            )
        except (MoveRefused, Offer.DoesNotExist) as refusal:
            form.add_error(
                None, str(refusal) if isinstance(refusal, MoveRefused) else _("The migration offer has ended.")
            )
        else:
            return redirect("filings:resume", filing.pk)
    context = {"offer": found, "law": law, "form": form, "is_open": is_open, "under_way": under_way, "refusal": refusal}
    return render(request, "filings/offer.html", context)


@require_POST
@as_host
def decline(request: HttpRequest, actor: Actor, offer_id: int) -> HttpResponse:
    """Decline the offer; the website's host is notified."""
    get_object_or_404(Offer.objects.made_to(actor), pk=offer_id)
    try:
        migration_offers.decline(offer_id, actor)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    except Offer.DoesNotExist:  # a second click, or the host was faster
        messages.info(request, _("The migration offer has ended."))
    else:
        messages.success(request, _("You have declined the offer; the website's current host has been notified."))
    return redirect("filings:offer", offer_id)
