"""The provider's places for appointments, their weekly times, and closed days."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from desks.refusals import refusals_above, refusals_at, with_version
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import ClosedDay, MeetingHours, MeetingPlace
from ministry import versions
from providers.access import for_role
from providers.models import StaffRole
from providers.organisation import places
from providers.organisation.place_forms import ClosedDayForm, HoursForm, PlaceForm
from providers.views.organisation import administers, tabs

NAMES = ("name", "address", "phone", "directions", "version")


@require_safe
@for_role(StaffRole.VERIFIER)
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the places with their times, and the closed days."""
    provider_id = actor.employer_id
    rows = places.of(provider_id).prefetch_related("hours")
    context = {
        "places": [(place, places.week_words(place.hours.all())) for place in rows],
        "closed": ClosedDay.objects.filter(provider=provider_id, day__gte=timezone.localdate()),
        "tabs": tabs(actor, "places"),
        "administers": administers(actor),
    }
    return render(request, "providers/organisation/places.html", context)


@for_role(StaffRole.ADMINISTRATOR)
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open a place; its times are entered next."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            place = places.open_place(actor, form.written())
            messages.success(request, _("The place is open. Add its times, so that hosts can book."))
            return redirect("provider_desk:place_hours", place.pk)
    return render(request, "providers/organisation/place.html", {"form": form, "place": None})


def _own(actor: Actor, place_id: int) -> MeetingPlace:
    return get_object_or_404(places.of(actor.employer_id), pk=place_id)


@for_role(StaffRole.ADMINISTRATOR)
def edit(request: HttpRequest, actor: Actor, place_id: int) -> HttpResponse:
    """Change a place, or end it."""
    place = _own(actor, place_id)
    form = PlaceForm(request.POST or None, initial={name: getattr(place, name) for name in NAMES})
    if request.method == "POST" and ("end" in request.POST or form.is_valid()):
        try:
            messages.success(request, _decide(request, actor, place, form))
            return redirect("provider_desk:places")
        except MoveRefused as refusal:
            place.refresh_from_db()
            form.is_valid()
            form.add_error(None, str(refusal))
            form.data = with_version(request, place.version)
    context = {"form": form, "place": place, "booked": places.booked_at(place)}
    return render(request, "providers/organisation/place.html", context)


def _decide(request: HttpRequest, actor: Actor, place: MeetingPlace, form: PlaceForm) -> str:
    if "end" not in request.POST:
        places.change_place(actor, place.pk, form.written(), version=form.cleaned_data["version"])
        return _("Saved; shown to hosts at once.")
    left = places.end_place(actor, place.pk, version=versions.seen(request.POST))
    return _("The place has ended.") + (f" {_left_words(left)}" if left else "")


def _left_words(left: int) -> str:
    """Return how many appointments remain booked and what can be done about them."""
    words = ngettext(
        "%(left)d appointment is still booked; cancel it in the list of its day if nobody is available.",
        "%(left)d appointments are still booked; cancel them in the lists of their days if nobody is available.",
        left,
    )
    return words % {"left": left}


@for_role(StaffRole.ADMINISTRATOR)
def hours(request: HttpRequest, actor: Actor, place_id: int) -> HttpResponse:
    """Add weekly times to a place."""
    place = _own(actor, place_id)
    form = HoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            places.add_hours(actor, place.pk, form.cleaned_data["weekdays"], form.written())
            messages.success(request, _("The times have been added; hosts can book them."))
            return redirect("provider_desk:place_hours", place.pk)
    rows = [(row, places.hours_words(row)) for row in place.hours.all()]
    return render(request, "providers/organisation/place_hours.html", {"place": place, "form": form, "rows": rows})


@require_POST
@for_role(StaffRole.ADMINISTRATOR)
def remove_hours(request: HttpRequest, actor: Actor, hours_id: int) -> HttpResponse:
    """Remove weekly times; appointments booked at them stay."""
    try:
        with refusals_above(request):
            removed = places.remove_hours(actor, hours_id)
            messages.success(request, _("The times have been removed. Appointments already booked stay."))
            return redirect("provider_desk:place_hours", removed.place_id)
    except MeetingHours.DoesNotExist:
        raise Http404 from None
    return redirect("provider_desk:places")


@for_role(StaffRole.ADMINISTRATOR)
def close_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Close a day; where appointments are booked on it, its list follows."""
    form = ClosedDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "day"):
            day = form.cleaned_data["day"]
            left = places.close_day(actor, day, form.cleaned_data["reason"])
            messages.success(request, _("The day is closed.") + (f" {_left_words(left)}" if left else ""))
            if left:
                return redirect(f"{reverse('provider_desk:appointments')}?day={day}")
            return redirect("provider_desk:places")
    return render(request, "providers/organisation/close_day.html", {"form": form})


@require_POST
@for_role(StaffRole.ADMINISTRATOR)
def open_day(request: HttpRequest, actor: Actor, closed_id: int) -> HttpResponse:
    """Open a closed day again."""
    try:
        with refusals_above(request):
            places.open_day(actor, closed_id)
            messages.success(request, _("The day is open again."))
    except ClosedDay.DoesNotExist:
        raise Http404 from None
    return redirect("provider_desk:places")
