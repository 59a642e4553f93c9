"""The appointments of one day at the provider's places, and what staff do about them."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from desks.components import PageTab
from desks.refusals import refusals_at
from desks.staff.queue_page import UNREAD
from filings import clock
from filings.actors import Actor
from filings.appointments import booking
from filings.errors import MoveRefused
from filings.models import Appointment, AppointmentState, ClosedDay
from ministry import versions
from ministry.calendar import workdays
from ministry.calendar.workdays import ONE_DAY, DayKind
from providers.access import for_role
from providers.models import StaffRole
from providers.organisation import places
from providers.organisation.place_forms import CallOffForm

# Cancelled ones are in the filing's history only.
LISTED: Final = (AppointmentState.BOOKED, AppointmentState.PAST, AppointmentState.MISSED)
FARTHEST: Final = 400  # days from today that can be looked at; others show today


def _url(day: date, place: int = 0) -> str:
    query = {"day": day} | ({"place": place} if place else {})
    return f"{reverse('provider_desk:appointments')}?{urlencode(query)}"


def _day_of(text: str) -> date:
    """Return the day that was asked for; today for anything that is no day or too far away."""
    today = timezone.localdate()
    try:
        found = parse_date(text) or today
    except ValueError:
        return today
    return found if abs((found - today).days) <= FARTHEST else today


def _of_day(actor: Actor, day: date) -> QuerySet[Appointment]:
    """Return the appointments of a day that were not cancelled, with their filings, in order."""
    rows = Appointment.objects.visible_to(actor).filter(state__in=LISTED)
    rows = rows.filter(starts_at__gte=clock.moment(day), starts_at__lt=clock.moment(day + ONE_DAY))
    rows = rows.select_related("place__provider", "filing__subject", "filing__claimed_by")
    return rows.defer(*(f"filing__{name}" for name in UNREAD)).order_by("starts_at", "pk")


@require_safe
@for_role(StaffRole.VERIFIER)
def day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List a day's appointments, of all places or one: time, place, filing and host as in the queue. Six queries."""
    shown, now = _day_of(request.GET.get("day", "")), timezone.now()
    provider_id = actor.employer_id
    own = list(places.of(provider_id))
    chosen = versions.read(request.GET.get("place"))
    chosen = chosen if chosen in {place.pk for place in own} else 0
    rows = [one for one in _of_day(actor, shown) if not chosen or one.place_id == chosen]
    calendar = workdays.days_of(shown - ONE_DAY, shown)[0]
    context = {
        "day": shown,
        "is_today": shown == timezone.localdate(),
        "rows": [(one, one.state == AppointmentState.BOOKED, one.starts_at <= now) for one in rows],
        "left": sum(one.state == AppointmentState.BOOKED and one.starts_at > now for one in rows),
        "holiday": calendar.label if calendar.kind == DayKind.HOLIDAY else "",
        "closed": ClosedDay.objects.filter(provider=provider_id, day=shown).first(),
        "before_url": _url(shown - ONE_DAY, chosen),
        "after_url": _url(shown + ONE_DAY, chosen),
        "tabs": _place_tabs(own, shown, chosen),
        "has_places": bool(own),
        "place": chosen,
    }
    return render(request, "providers/appointments.html", context)


def _place_tabs(own: list[Any], shown: date, chosen: int) -> list[PageTab]:
    """Return a tab for all places and one for each, if there are several."""
    if len(own) < 2:
        return []
    every = PageTab(_("All places"), _url(shown), not chosen)
    return [every, *(PageTab(place.name, _url(shown, place.pk), place.pk == chosen) for place in own)]


@for_role(StaffRole.VERIFIER)
def one(request: HttpRequest, actor: Actor, appointment_id: int) -> HttpResponse:
    """Cancel an appointment with a reason that reaches the host, or record that nobody came."""
    rows = Appointment.objects.visible_to(actor).select_related("place__provider", "filing__subject")
    found = get_object_or_404(rows, pk=appointment_id)
    missed = "missed" in request.POST
    form = CallOffForm(request.POST if request.method == "POST" and not missed else None)
    if request.method == "POST" and (missed or form.is_valid()):
        try:
            if missed:
                booking.mark_missed(found.pk, actor)
                messages.success(
                    request, _("Recorded that nobody came. The host is notified and can book another time.")
                )
            else:
                booking.call_off(found.pk, actor, form.cleaned_data["reason"])
                messages.success(request, _("The appointment has been cancelled; the host is notified of the reason."))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(_url(timezone.localdate(found.starts_at)))
    is_booked = found.state == AppointmentState.BOOKED
    context = {
        "appointment": found,
        "form": form,
        "day_url": _url(timezone.localdate(found.starts_at)),
        "may_cancel": is_booked and found.starts_at > timezone.now(),
        "may_miss": is_booked and found.starts_at <= timezone.now(),
    }
    return render(request, "providers/appointment.html", context)


@for_role(StaffRole.VERIFIER)
def call_off_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Cancel what is still to come of a day, each with the same reason; the hosts are told."""
    shown = _day_of(request.GET.get("day", ""))
    coming = _of_day(actor, shown).filter(state=AppointmentState.BOOKED, starts_at__gt=timezone.now())
    closed = ClosedDay.objects.filter(provider=actor.employer_id, day=shown).first()
    form = CallOffForm(request.POST or None, initial={"reason": closed.reason if closed else ""})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            done = _call_off_all(actor, list(coming), form.cleaned_data["reason"])
            words = ngettext("%(done)d appointment cancelled.", "%(done)d appointments cancelled.", done)
            messages.success(request, words % {"done": done})
            return redirect(_url(shown))
    context = {"form": form, "day": shown, "count": coming.count(), "day_url": _url(shown)}
    return render(request, "providers/call_off_day.html", context)


def _call_off_all(actor: Actor, coming: list[Appointment], reason: str) -> int:
    """Cancel each in a transaction of its own; return how many. What changed meanwhile is left as it is."""
    done = 0
    for appointment in coming:
        try:
            booking.call_off(appointment.pk, actor, reason)
        except (MoveRefused, Appointment.DoesNotExist):
            continue
        done += 1
    return done
