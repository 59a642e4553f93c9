"""Actions of a desk's queue on several filings, and its saved views."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desks.refusals import refusals_above
from desks.staff import queue as queues
from desks.staff.desk import StaffDesk
from desks.staff.queue_forms import LookForm, SavedFilterForm
from desks.staff.queue_page import View
from filings.actors import Actor
from filings.models import Filing, QueueLook, SavedFilter
from filings.moves import assignment
from filings.moves.assignment import AssignmentOutcome

# Filings that one form may name; a page shows no more.
MOST_CHOSEN = 100
# Filings of a view on which one press acts: a day's work of a large desk. The limit is our own choice: each filing is
# locked, so many more would hold up the colleagues who work on them.
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """The filings that a form names, how many of its view are left over, and the URL to come back to."""

    ids: list[int]
    left: int
    back: str


def named(request: HttpRequest) -> list[int]:
    """Return the ids of the filings that are ticked; invalid ones are left out."""
    typed = request.POST.getlist("filing")[:MOST_CHOSEN]
    return [int(text) for text in typed if text.isascii() and text.isdecimal() and len(text) < 19]


def view_of(request: HttpRequest, desk: StaffDesk) -> View[Any]:
    """Return the view from which a form was sent; raise Http404 for an unknown tab."""
    return View.of(desk.queue, QueryDict(request.POST.get("view", "")), "work")


def choice(request: HttpRequest, desk: StaffDesk, actor: Actor) -> Choice:
    """Return the filings that are ticked, or the first ``MOST_AT_ONCE`` of the view with “all”."""
    data = QueryDict(request.POST.get("view", ""))
    back = desk.queue.address(data)
    if "all" not in request.POST:
        return Choice(named(request), 0, back)
    view = view_of(request, desk)
    wanted = view.wanted(Filing.objects.visible_to(actor), desk.moment_of(actor, data), actor)
    ids = list(wanted.values_list("pk", flat=True)[: MOST_AT_ONCE + queues.MOST_COUNTED + 1])
    return Choice(ids[:MOST_AT_ONCE], max(0, len(ids) - MOST_AT_ONCE), back)


def act(
    request: HttpRequest,
    chosen: Choice,
    do: Callable[[list[int]], Iterable[AssignmentOutcome]],
    words: Callable[[int], str],
) -> HttpResponse:
    """Do something with the chosen filings; say what was done in ``words``, and show each refusal."""
    if not chosen.ids:
        messages.warning(request, _("Choose at least one filing."))
        return redirect(chosen.back)
    outcomes = list(do(chosen.ids))
    done = sum(not outcome.refusal for outcome in outcomes)
    if chosen.left:
        left = {"most": MOST_AT_ONCE, "left": queues.count_words(chosen.left)}
        messages.warning(request, _("At most %(most)d filings at once: %(left)s of this view are left.") % left)
    if done == len(outcomes):
        messages.success(request, words(done))
        return redirect(chosen.back)
    context = {"outcomes": outcomes, "done": words(done) if done else "", "back": chosen.back}
    return render(request, "desk/outcomes.html", context)


def assign(request: HttpRequest, desk: StaffDesk, actor: Actor) -> HttpResponse:
    """Assign the chosen filings to a colleague; refusals are shown filing by filing."""
    chosen = choice(request, desk, actor)
    try:
        to = desk.colleague(actor, int(request.POST.get("to", "")))
    except (ObjectDoesNotExist, ValueError, OverflowError):
        messages.warning(request, _("Choose a colleague first."))
        return redirect(chosen.back)

    def words(done: int) -> str:
        message = ngettext("One filing assigned to %(name)s.", "%(done)d filings assigned to %(name)s.", done)
        return message % {"done": done, "name": to.name}

    return act(request, chosen, lambda ids: assignment.assign(ids, actor, to=to), words)


def remind(request: HttpRequest, desk: StaffDesk, actor: Actor) -> HttpResponse:
    """Remind the hosts of the chosen filings; refusals are shown filing by filing."""

    def words(done: int) -> str:
        return ngettext("One host reminded.", "Hosts of %(done)d filings reminded.", done) % {"done": done}

    return act(request, choice(request, desk, actor), lambda ids: assignment.remind(ids, actor), words)


# --- How it looks -----------------------------------------------------------------------------------


@require_POST
def save_look(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Store how many rows and which columns of the queue somebody wants to see."""
    actor = desk.actor_of(request)
    queue, view = desk.queue, QueryDict(request.POST.get("view", ""))
    form = LookForm.of(queue.choosable, data=request.POST)
    if form.is_valid():
        columns = {"page_size": form.cleaned_data["page_size"], "hidden": form.hidden}
        QueueLook.objects.update_or_create(user_id=actor.person_id, defaults=columns)
    else:
        messages.warning(request, _("Choose the rows per page and the columns from the list."))
    return redirect(queue.address(view))


# --- Saved views ------------------------------------------------------------------------------------


@require_POST
def save_filter(request: HttpRequest, *, desk: StaffDesk) -> HttpResponse:
    """Save the current tab and filters under a name."""
    actor = desk.actor_of(request)
    queue, view, form = desk.queue, QueryDict(request.POST.get("view", "")), SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["name"][0]))
        return redirect(queue.address(view))
    with refusals_above(request, messages.WARNING):
        queues.save_view(actor.person_id, form.cleaned_data["name"], queue.query_of(view))
        messages.success(request, _("The view has been saved as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect(queue.address(view))


@require_POST
def delete_filter(request: HttpRequest, filter_id: int, *, desk: StaffDesk) -> HttpResponse:
    """Delete a saved view of the actor's own."""
    actor = desk.actor_of(request)
    saved = get_object_or_404(SavedFilter, pk=filter_id, user=actor.person_id)
    saved.delete()
    messages.success(request, _("The view “%(name)s” has been deleted.") % {"name": saved.name})
    return redirect(desk.queue.address(QueryDict(request.POST.get("view", ""))))
