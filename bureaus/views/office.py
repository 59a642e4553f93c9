"""How a bureau divides its work: reviewers, absences and covers, automatic assignment, and the record."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureaus import absences
from bureaus.access import actor_of, for_chief, team
from bureaus.forms import AbsenceForm
from bureaus.models import Absence, Bureau, OfficeChange
from desks.refusals import refusals_above, refusals_at
from filings.actors import Actor

# Latest lines of the record that are shown.
SHOWN = 50


def office(request: HttpRequest) -> HttpResponse:
    """Show the bureau's reviewers today and the absences to come; enter an absence."""
    actor = actor_of(request)
    members = list(team(actor))
    people = [(member.user_id, str(member.user)) for member in members]
    own = people if actor.supervises else [one for one in people if one[0] == actor.user_id]
    form = AbsenceForm(request.POST or None, who=own, covers=people, initial={"who": actor.user_id})
    if request.method == "POST" and form.is_valid() and _done(request, actor, form):
        return redirect("bureau_desk:office")
    coming = Absence.objects.filter(bureau=actor.bureau_id, ended_at=None, last_day__gte=timezone.localdate())
    rows = list(coming.select_related("user", "cover"))
    context = {
        "form": form,
        "members": _with_states(members, rows),
        "absences": [(absence, actor.supervises or absence.user_id == actor.user_id) for absence in rows],
        "bureau": Bureau.objects.get(pk=actor.bureau_id),
        "actor": actor,
        "changes": OfficeChange.objects.filter(bureau=actor.bureau_id)[:SHOWN],
    }
    return render(request, "bureaus/office.html", context)


def _done(request: HttpRequest, actor: Actor, form: AbsenceForm) -> bool:
    """Enter the absence; a refusal keeps what was typed."""
    cleaned = form.cleaned_data
    done = _("The leave is entered. From its first day, the cover sees the filings and receives the reminders.")
    with refusals_at(form):
        absences.enter(actor, cleaned["who"], cleaned["first_day"], cleaned["last_day"], cleaned["cover"])
        messages.success(request, done)
    return not form.errors


def _with_states(members: list[Any], rows: list[Absence]) -> list[tuple[Any, Absence | None]]:
    """Return each member with the absence that is in force today."""
    today = timezone.localdate()
    away = {absence.user_id: absence for absence in rows if absence.covers(today)}
    return [(member, away.get(member.user_id)) for member in members]


@require_POST
def end_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """End an absence before its last day, or cancel one that has not begun."""
    try:
        with refusals_above(request, messages.WARNING):
            absence = absences.end(actor_of(request), absence_id)
            messages.success(request, _("The leave of %(name)s has ended.") % {"name": absence.user})
    except Absence.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("bureau_desk:office")


@require_POST
@for_chief
def by_load(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Switch automatic assignment by load on or off."""
    wanted = request.POST.get("wanted") == "1"
    with refusals_above(request, messages.WARNING):
        absences.give_out_by_load(actor, wanted=wanted)
        words = (
            _("From now on, the portal assigns the filings the bureau receives.")
            if wanted
            else _("From now on, reviewers claim the filings the bureau receives themselves.")
        )
        messages.success(request, words)
    return redirect("bureau_desk:office")
