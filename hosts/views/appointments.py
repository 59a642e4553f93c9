"""After the submission: the filing's number, what follows, what to bring; and the appointment with the provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Self
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.links import link_to
from desks.access import as_host
from desks.components import PageTab
from desks.files import ICALENDAR, file_response
from desks.progress import next_step
from desks.refusals import refusals_above
from filings.actors import Actor
from filings.appointments import booking, slots
from filings.appointments.slots import Slot
from filings.errors import MoveRefused
from filings.kinds import Numbers
from filings.models import Appointment, Filing, MeetingPlace
from hosts import calendar_file, documents_to_bring
from hosts.appointment_form import SlotForm
from hosts.views.status import own
from ministry import versions


@require_safe
@as_host
def submitted(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Show what follows the submission, for as long as the provider has the filing; then its status page does."""
    filing = own(actor, filing_id)
    if not booking.waits(filing):
        return redirect("filings:status", filing.pk)
    booked = slots.booked_of(filing)
    context = {
        "filing": filing,
        "next_step": next_step.next_step(actor, filing),
        "issues_number": filing.law.numbers == Numbers.ISSUED,
        "bring": documents_to_bring.of(filing),
        "booked": booked,
        "places": _places(filing, booked),
        "may_book": booking.may_book(filing, actor),
        "announcements": filing.provider.announcements.in_force(),
    }
    return render(request, "filings/submitted.html", context)


def _places(filing: Filing, booked: Appointment | None) -> list[MeetingPlace]:
    """Return where the host goes: the place of its appointment, else all that offer times; empty without a meeting."""
    if booked:
        return [booked.place]
    return slots.places_of(filing.provider_id) if booking.needs_meeting(filing) else []


@dataclass(frozen=True, slots=True)
class TimesOffered:
    """The free times at the chosen place, those of the chosen day, and the booked appointment."""

    places: list[MeetingPlace]
    place: MeetingPlace | None
    free: list[Slot]
    day: date | None
    booked: Appointment | None

    @classmethod
    def of(cls, filing: Filing, query: Mapping[str, str]) -> Self:
        """Return what is offered now; ``query`` names place and day, by default those of the booked appointment.

        At most seven queries.
        """
        places, booked = slots.places_of(filing.provider_id), slots.booked_of(filing)
        if booked and booked.starts_at <= timezone.now():
            booked = None
        wanted = versions.read(query.get("place", booked.place_id if booked else ""))
        place = next((one for one in places if one.pk == wanted), places[0] if places else None)
        free = slots.free(place, booked.pk if booked else 0) if place else []
        days = {str(slot.day): slot.day for slot in free}
        day = days.get(query.get("day", str(timezone.localdate(booked.starts_at)) if booked else ""))
        return cls(places, place, free, day or next(iter(days.values()), None), booked)

    def form(self, data: QueryDict | None = None) -> SlotForm:
        """Return the form for the chosen day; a sent one is asked to move what is booked now."""
        seen = self.booked.pk if self.booked else 0
        of_day = [slot for slot in self.free if slot.day == self.day]
        return SlotForm(data, free=self.free, day=of_day, initial={"seen": seen})

    def place_tabs(self) -> list[PageTab]:
        """Return a tab for each place."""
        return [PageTab(place.name, f"?{urlencode({'place': place.pk})}", place == self.place) for place in self.places]

    def day_tabs(self) -> list[PageTab]:
        """Return a tab for each day with free times, with their number."""
        return [
            PageTab(
                _day_words(day),
                f"?{urlencode({'place': self.place.pk if self.place else '', 'day': day})}",
                day == self.day,
                sum(slot.left for slot in times),
            )
            for day, times in groupby(self.free, key=lambda slot: slot.day)
        ]


def _day_words(day: date) -> str:
    """Return a day of the next weeks, without its year."""
    return _("%(day)s (%(weekday)s)") % {"day": date_format(day, "MONTH_DAY_FORMAT"), "weekday": date_format(day, "D")}


@as_host
def appointment(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Choose a time by place and day, and book it or move the appointment to it."""
    filing = own(actor, filing_id)
    if not booking.may_book(filing, actor):
        messages.info(request, _("An appointment can only be booked while the provider has the filing to verify."))
        return redirect("filings:status", filing.pk)
    offer = TimesOffered.of(filing, request.GET)
    form = offer.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _booked(request, actor, filing, form)
        except MoveRefused as refusal:
            offer = TimesOffered.of(own(actor, filing_id), request.GET)
            form = offer.form(with_seen(request.POST, offer))
            form.errors.pop("slot", None)
            form.add_error("slot", str(refusal))
    return render(request, "filings/appointment.html", {"filing": filing, "offer": offer, "form": form})


def with_seen(sent: QueryDict, offer: TimesOffered) -> QueryDict:
    """Return what was sent, ready to be sent again for the appointment that is booked now."""
    typed = sent.copy()
    typed["seen"] = str(offer.booked.pk if offer.booked else 0)
    return typed


def _booked(request: HttpRequest, actor: Actor, filing: Filing, form: SlotForm) -> HttpResponse:
    slot, seen = form.chosen(), form.cleaned_data["seen"]
    booking.book(filing.pk, actor, slot.place_id, slot.starts, seen=seen)
    messages.success(request, _("Your appointment has been moved.") if seen else _("Your appointment is booked."))
    return redirect("filings:submitted", filing.pk)


@as_host
def cancel(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Ask for confirmation and cancel the appointment."""
    filing = own(actor, filing_id)
    booked = slots.booked_of(filing)
    if request.method == "POST":
        with refusals_above(request):
            booking.cancel(filing.pk, actor)
            messages.success(request, _("Your appointment has been cancelled."))
    if request.method == "POST" or booked is None:
        return redirect("filings:submitted", filing.pk)
    return render(request, "filings/cancel_appointment.html", {"filing": filing, "booked": booked})


@require_safe
@as_host
def calendar(request: HttpRequest, actor: Actor, filing_id: int) -> HttpResponse:
    """Return the appointment as a file for the host's own calendar."""
    filing = own(actor, filing_id)
    booked = slots.booked_of(filing)
    if booked is None:
        raise Http404
    page = link_to("filings:submitted", filing.pk)
    return file_response(calendar_file.content(booked, filing.title, page), ICALENDAR, f"filing-{filing.pk}.ics")
