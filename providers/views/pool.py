"""The provider's pool of IP addresses: list, add and import with a dry run, remove."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from desks.paging import page
from filings.actors import Actor
from filings.errors import MoveRefused
from providers.access import for_role
from providers.models import IpRange, StaffRole
from providers.organisation import pool as pools
from providers.organisation.forms import PoolForm
from providers.organisation.pool import JudgedRange
from providers.views.organisation import administers, tabs

SHOWN = 200  # lines of a dry run that are shown, of each sort


@require_safe
@for_role(StaffRole.VERIFIER)
def pool(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the ranges of the pool, lowest first."""
    rows = IpRange.objects.filter(provider_id=actor.employer_id)
    context = {
        "page": page(rows, "start", request.GET),
        "tabs": tabs(actor, "pool"),
        "administers": administers(actor),
    }
    return render(request, "providers/organisation/pool.html", context)


@for_role(StaffRole.ADMINISTRATOR)
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Check a text line by line, then add all of it. Between the two steps only the form keeps the text."""
    form = PoolForm(request.POST or None, request.FILES or None)
    judged: JudgedRange | None = None
    refusal = ""
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if "add" in request.POST:
                _say_added(request, pools.add(actor, text))
                return redirect("provider_desk:pool")
            judged = pools.judge(text, actor.employer_id)
        except ValidationError as error:
            form.add_error("text", error)
        except MoveRefused as refused:
            judged, refusal = getattr(refused, "judged", None), str(refused)
        if form.is_valid():  # show what was read from a file in the box
            form = PoolForm(initial={"text": text})
    context = {"form": form, "refusal": refusal, **_shown(judged)}
    return render(request, "providers/organisation/pool_add.html", context)


def _say_added(request: HttpRequest, count: int) -> None:
    words = ngettext("%(count)d entry was added to the pool.", "%(count)d entries were added to the pool.", count)
    messages.success(request, words % {"count": count})


def _shown(judged: JudgedRange | None) -> dict[str, Any]:
    if judged is None:
        return {}
    return {
        "judged": judged,
        "faults": judged.faults[:SHOWN],
        "more_faults": max(0, len(judged.faults) - SHOWN),
        "lines": judged.lines[:SHOWN],
        "more_lines": max(0, len(judged.lines) - SHOWN),
    }


@for_role(StaffRole.ADMINISTRATOR)
def remove(request: HttpRequest, actor: Actor, range_id: int) -> HttpResponse:
    """Remove a range from the pool, after a confirmation."""
    rows = IpRange.objects.filter(provider_id=actor.employer_id)
    found = get_object_or_404(rows, pk=range_id)
    if request.method != "POST":
        return render(request, "providers/organisation/pool_remove.html", {"range": found})
    try:
        pools.remove(actor, range_id)
    except IpRange.DoesNotExist:
        raise Http404 from None
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(range)s has been removed from the pool.") % {"range": found})
    return redirect("provider_desk:pool")
