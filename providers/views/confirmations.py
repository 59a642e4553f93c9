"""The yearly confirmation at the provider's desk: which customers have not answered, and reminders."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from desks import confirmations
from filings.actors import Actor
from filings.models import Filing
from filings.states import Status
from ministry.models import Website
from providers.access import actor_of


def listed(request: HttpRequest) -> HttpResponse:
    """List the websites to which this provider gives access by answer; remind its customers, export."""
    actor = actor_of(request)
    view = confirmations.ConfirmationView.of(actor, request.GET)
    if request.method == "POST":
        return confirmations.act(request, view, reverse("provider_desk:confirmations"))
    context = confirmations.context(view, request.GET)
    urls = _records(actor, [row["website"] for row in context["rows"]])
    for row in context["rows"]:
        row["url"] = urls[row["website"].pk]
    return render(request, "providers/orders/confirmations.html", context)


def _records(actor: Actor, websites: Sequence[Website]) -> dict[int, str]:
    """Return the URL of a search for each website. One query.

    It searches this provider's filings about the record, or the public query if there are none: a record of an earlier
    system has no filing.
    """
    subjects = {one.subject_id for one in websites}
    filed = Filing.objects.visible_to(actor).filter(status=Status.FILED, subject__in=subjects).order_by()
    own = set(filed.values_list("subject_id", flat=True).distinct())
    search, query = reverse("provider_desk:index"), reverse("query")
    return {one.pk: f"{search if one.subject_id in own else query}?{urlencode({'q': one.number})}" for one in websites}
