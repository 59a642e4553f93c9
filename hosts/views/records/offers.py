"""The offer of a website to another host: make it, show it, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import throttle
from desks.access import as_host
from desks.refusals import refusals_at
from filings.actors import Actor
from filings.agreements import migration_offers
from filings.agreements.migration_offers import Taker
from filings.errors import MoveRefused
from filings.models import Offer
from hosts.begin_forms import OfferForm
from ministry.models import Website
from ministry.register import shells
from records import visibility

A_DAY = 20


@as_host
def offer(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Offer the website to another host; while there is an offer, show its recipient and how to withdraw it."""
    rows = visibility.websites(actor).select_related("subject", "migrated_to__subject")
    website = get_object_or_404(rows, pk=website_id)
    standing = migration_offers.of_website(website.pk)
    under_way = migration_offers.taken_up(standing) if standing else None
    form = OfferForm(is_last=shells.would_be_shell(website), data=request.POST or None)
    if request.method == "POST" and standing is None and form.is_valid():
        if wait := throttle.seconds_to_wait("offer", str(actor.person_id), tries=A_DAY, seconds=86_400):
            return throttle.refusal(request, wait)
        typed = form.cleaned_data
        with refusals_at(form):
            migration_offers.make(website.pk, actor, Taker(*(typed[name] for name in Taker.__match_args__)))
            messages.success(request, _("The website has been offered. Both of you will get an e-mail."))
            return redirect("records:offer", website.pk)
    context = {
        "website": website,
        "subject": website.subject,
        "offer": standing,
        "under_way": under_way,
        "may_take_back": standing is not None and migration_offers.may_take_back(under_way),
        "refusals": list(migration_offers.refusals(website)) if standing is None else (),
        "form": form,
    }
    return render(request, "filings/records/offer.html", context)


@require_POST
@as_host
def take_back(request: HttpRequest, actor: Actor, website_id: int) -> HttpResponse:
    """Take the offer back; the other host is notified."""
    website = get_object_or_404(visibility.websites(actor), pk=website_id)
    try:
        migration_offers.take_back(website.pk, actor)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    except (Offer.DoesNotExist, Website.DoesNotExist):  # a second click, or the record has ended meanwhile
        messages.info(request, _("The migration offer has ended."))
    else:
        messages.success(request, _("The offer has been withdrawn; the other host has been notified."))
    return redirect("records:offer", website.pk)
