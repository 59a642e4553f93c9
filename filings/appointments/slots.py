"""The times that a provider offers for the face-to-face check, derived from its weekly times and the work calendar.

Public holidays of the work calendar are closed by themselves, and so are the provider's closed days; weekends only have
times that the provider has set for them. All times are China time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from filings.models import Appointment, ClosedDay, Filing, MeetingHours, MeetingPlace
from ministry.calendar import workdays
from ministry.calendar.workdays import ONE_DAY, DayKind

# How far ahead times are offered; our own choice, so that a calendar of a later year is rarely needed.
DAYS_AHEAD = 28
OFFERED_AFTER_RACE = 3  # free times named when one was taken

Booked = tuple[datetime, datetime, int]  # from, to, how many appointments


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at a place, and how many appointments are left at it."""

    place_id: int
    starts: datetime
    ends: datetime
    left: int

    @property
    def key(self) -> str:
        """Return what a form sends for it."""
        return f"{self.place_id}.{timezone.localtime(self.starts):%Y-%m-%dT%H:%M}"

    @property
    def day(self) -> date:
        """Return its day in China time."""
        return timezone.localdate(self.starts)


def places_of(provider_id: int) -> list[MeetingPlace]:
    """Return the places at which the provider offers times, with their weekly times. Two queries, one if none."""
    rows = MeetingPlace.objects.filter(provider=provider_id, ended_at=None).prefetch_related("hours")
    return [place for place in rows if place.hours.all()]


def free(place: MeetingPlace, but: int = 0) -> list[Slot]:
    """Return the times still free at a place, in order, of the next ``DAYS_AHEAD`` days. At most four queries.

    ``but``: an appointment that takes no room, because it is about to be moved.
    """
    now = timezone.now()
    return [slot for slot in _offered(place, but) if slot.left > 0 and slot.starts > now]


def _offered(place: MeetingPlace, but: int) -> Iterator[Slot]:
    today = timezone.localdate()
    closed = set(ClosedDay.objects.filter(provider=place.provider_id, day__gte=today).values_list("day", flat=True))
    taken = _taken(place, today, but)
    for day in workdays.days_of(today - ONE_DAY, today + timedelta(days=DAYS_AHEAD)):
        if day.kind != DayKind.HOLIDAY and day.date not in closed:
            for hours in place.hours.all():
                if hours.weekday == day.date.weekday():
                    yield from _of_hours(place, hours, day.date, taken[day.date])


def _taken(place: MeetingPlace, since: date, but: int) -> defaultdict[date, list[Booked]]:
    """Return the times of a place that are booked, by their day."""
    begin = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    rows = Appointment.objects.booked().filter(place=place, starts_at__gte=begin).exclude(pk=but)
    taken = defaultdict(list)
    for starts, ends, count in rows.order_by().values_list("starts_at", "ends_at").annotate(Count("pk")):
        taken[timezone.localdate(starts)].append((starts, ends, count))
    return taken


def _of_hours(place: MeetingPlace, hours: MeetingHours, day: date, taken: Iterable[Booked]) -> Iterator[Slot]:
    """Yield the times of one row of weekly times on a day; a rest shorter than an appointment is left out."""
    length = timedelta(minutes=hours.minutes)
    starts = timezone.make_aware(datetime.combine(day, hours.starts))
    last = timezone.make_aware(datetime.combine(day, hours.ends)) - length
    while starts <= last:
        ends = starts + length
        met = sum(count for begun, ended, count in taken if begun < ends and starts < ended)
        yield Slot(place.pk, starts, ends, hours.at_once - met)
        starts = ends


def booked_of(filing: Filing) -> Any:
    """Return the filing's booked appointment with its place; None without one. One query, none without one."""
    if filing.meets_at is None:
        return None
    return filing.appointments.booked().select_related("place").first()
