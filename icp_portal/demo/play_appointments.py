"""Appointments of the demonstration: a provider's two places with their times, and hosts who have booked."""

from datetime import time

from desks.access import host
from filings.actors import Actor
from filings.appointments import booking, slots
from filings.models import Filing
from filings.states import Status
from providers.organisation.places import HoursWritten, PlaceWritten, add_hours, open_place

PLACES = (
    (
        PlaceWritten(
            name="海淀营业厅",
            address="北京市海淀区示例街2号B座一层",
            phone="400-000-0002",
            directions="地铁示例线示例站C口，到前台登记后取号。",
        ),
        (range(5), HoursWritten(starts=time(9), ends=time(12), minutes=30, at_once=2)),
        (range(5), HoursWritten(starts=time(14), ends=time(17), minutes=30, at_once=2)),
    ),
    (
        PlaceWritten(name="亦庄机房接待处", address="北京市亦庄示例路8号", phone="400-000-0002", directions=""),
        ((1, 3), HoursWritten(starts=time(14), ends=time(16), minutes=20, at_once=1)),
    ),
)
EACH = 5  # free times between two bookings


def offer(administrator: Actor) -> None:
    """Open the places with their times."""
    for written, *times in PLACES:
        place = open_place(administrator, written)
        for weekdays, hours in times:
            add_hours(administrator, place.pk, list(weekdays), hours)


def book(provider_id: int) -> None:
    """Book a time for every second filing that waits for the face-to-face check."""
    place = slots.places_of(provider_id)[0]
    waiting = Filing.objects.filter(provider=provider_id, status=Status.WITH_PROVIDER)
    for number, filing in enumerate(waiting.select_related("host", "provider").order_by("pk")[::2]):
        actor = host(filing.host) if filing.host else None
        if actor and booking.may_book(filing, actor):
            starts = slots.free(place)[number * EACH].starts
            booking.book(filing.pk, actor, place.pk, starts, seen=0)
