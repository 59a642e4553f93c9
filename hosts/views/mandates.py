"""The host's pages of mandates for providers to file on its behalf: grant, refuse, end."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from desks import documents
from desks.access import as_host
from desks.components import StatusPill, TimelineEntry
from desks.forms import PortalForm
from desks.pictures import EvidenceItem, fingerprint
from filings.actors import Actor
from filings.agreements import mandates
from filings.errors import MoveRefused
from filings.models import Mandate, MandateEvent, MandateState, OfficialPage

S = MandateState
TONES = {
    S.ASKED: "attention",
    S.UNANSWERED: "neutral",
    S.REFUSED: "neutral",
    S.IN_FORCE: "done",
    S.EXPIRED: "neutral",
    S.ENDED: "neutral",
}


def lengths() -> list[tuple[int, str]]:
    """Return how long a mandate may last, as choices."""
    return [(days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days}) for days in mandates.LENGTHS]


class LengthForm(PortalForm):
    """The duration of a mandate."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        choices=lengths,
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("It ends automatically after the last day. You can end it earlier at any time."),
    )


def pill(mandate: Mandate) -> StatusPill:
    """Return the mandate's state."""
    state = mandate.state()
    return StatusPill(state.label, TONES[state])


def timeline(mandate: Mandate, actor: Actor) -> list[TimelineEntry]:
    """Return the mandate's events, newest first. One query."""
    return [
        TimelineEntry(event.get_name_display(), _who(event, actor), event.at, event.shown_note)
        for event in mandate.events.order_by("-pk")
    ]


def _who(event: MandateEvent, actor: Actor) -> str:
    """Return the person's name for the actor's own side, the party for the other side."""
    return event.actor_name if event.role == actor.role else str(event.get_role_display())


def paper_items(mandate: Mandate, actor: Actor, name: str) -> list[EvidenceItem]:
    """Return the pages of the signed paper that the actor may see; ``name``: the URL name of a page."""
    if not mandates.may_show_paper(mandate, actor):
        return []
    return [
        EvidenceItem.of(
            page,
            _("Signed document, page %(number)d") % {"number": page.number},
            reverse(name, args=[mandate.pk, page.pk]),
            note=fingerprint(page),
        )
        for page in OfficialPage.objects.filter(paper=mandate.paper_id)
    ]


def page_response(mandate: Mandate, actor: Actor, page_id: int) -> HttpResponse:
    """Return a page of the signed paper; raise Http404 if the actor may not see it."""
    if not mandates.may_show_paper(mandate, actor):
        raise Http404
    return documents.page_response(mandate.paper_id, page_id)


def mandate_for(actor: Actor, mandate_id: int) -> Mandate:
    """Return the mandate with its provider; raise Http404 if the actor may not see it."""
    return get_object_or_404(Mandate.objects.visible_to(actor).select_related("provider"), pk=mandate_id)


@as_host
def mandate(request: HttpRequest, actor: Actor, mandate_id: int) -> HttpResponse:
    """Show what the provider may do and until when; grant, refuse or end the mandate."""
    found = mandate_for(actor, mandate_id)
    form = LengthForm(request.POST if "grant" in request.POST else None, initial={"days": found.asked_days})
    if request.method == "POST":
        try:
            if done := _decide(request, actor, found, form):
                messages.success(request, done)
                return redirect("filings:mandate", found.pk)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("filings:mandate", found.pk)
    context = {
        "mandate": found,
        "pill": pill(found),
        "state": found.state(),
        "form": form,
        "events": timeline(found, actor),
        "items": paper_items(found, actor, "filings:mandate_page"),
        "filings": found.filings.filter(host=actor.user_id).defer("facts").order_by("-touched_at")[:20],
    }
    return render(request, "filings/mandate.html", context)


def _decide(request: HttpRequest, actor: Actor, found: Mandate, form: LengthForm) -> str:
    """Perform the pressed button's action; return the success message, or nothing to stay on the page."""
    if "grant" in request.POST and form.is_valid():
        mandates.grant(found.pk, actor, form.cleaned_data["days"])
        return _("You have consented. Everything done for you is shown here and in each filing's history.")
    if "refuse" in request.POST:
        mandates.refuse(found.pk, actor)
        return _("You have refused. The provider can't act for you.")
    if "end" in request.POST:
        mandates.end(found.pk, actor)
        return _("The mandate has ended. From now on only you fill in and submit your filings.")
    return ""


@require_safe
@as_host
def paper(request: HttpRequest, actor: Actor, mandate_id: int, page_id: int) -> HttpResponse:
    """Return a page of the signed paper, if it names this host only."""
    return page_response(mandate_for(actor, mandate_id), actor, page_id)
