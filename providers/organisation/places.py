"""A provider's places, weekly times and closed days for appointments. Booked appointments stay as they are.

Each change locks the places it concerns, as booking does, so that nobody books what has just been closed.
"""

from collections.abc import Collection, Iterable
from datetime import date, time
from typing import TypedDict

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.errors import MoveRefused
from filings.models import Appointment, ClosedDay, MeetingHours, MeetingPlace, Weekday
from ministry.reference import english
from providers.models import Provider, What
from providers.organisation import records

# Our own limits, so that the pages stay short.
MOST_PLACES, MOST_HOURS, MOST_CLOSED = 20, 60, 100


class PlaceWritten(TypedDict):
    """What an administrator writes of a place."""

    name: str
    address: str
    phone: str
    directions: str


class HoursWritten(TypedDict):
    """Times that an administrator adds."""

    starts: time
    ends: time
    minutes: int
    at_once: int


def of(provider_id: int) -> QuerySet[MeetingPlace]:
    """Return the provider's places in use."""
    return MeetingPlace.objects.filter(provider=provider_id, ended_at=None)


def open_place(actor: Actor, written: PlaceWritten) -> MeetingPlace:
    """Open a place; it is offered to hosts once it has times."""
    with records.changing(actor) as provider:
        if of(provider.pk).count() >= MOST_PLACES:
            raise MoveRefused(_("There are already %(count)d places. End one of them first.") % {"count": MOST_PLACES})
        place = MeetingPlace.objects.create(provider=provider, **written)
        records.record(provider, actor, What.PLACE_OPENED, about=place.name, after=_words(written))
    return place


def change_place(actor: Actor, place_id: int, written: PlaceWritten, *, version: int) -> None:
    """Change a place; raise MoveRefused if it was changed meanwhile or has ended."""
    with records.changing(actor) as provider:
        place = _locked(provider, place_id)
        _refuse_old(place, version)
        before = PlaceWritten(name=place.name, address=place.address, phone=place.phone, directions=place.directions)
        if before != written:
            records.record(provider, actor, What.PLACE, about=place.name, before=_words(before), after=_words(written))
            for name, value in written.items():
                setattr(place, name, value)
            place.version += 1
            place.save()


def end_place(actor: Actor, place_id: int, *, version: int) -> int:
    """End a place; return how many appointments are still booked there."""
    with records.changing(actor) as provider:
        place = _locked(provider, place_id)
        _refuse_old(place, version)
        place.ended_at, place.version = timezone.now(), place.version + 1
        place.save(update_fields=["ended_at", "version"])
        records.record(provider, actor, What.PLACE_ENDED, about=place.name)
        return booked_at(place)


def booked_at(place: MeetingPlace) -> int:
    """Return how many appointments are booked at a place from now on."""
    return Appointment.objects.booked().filter(place=place, starts_at__gte=timezone.now()).count()


def add_hours(actor: Actor, place_id: int, weekdays: Collection[int], written: HoursWritten) -> None:
    """Add times on these days of the week; raise MoveRefused if they overlap others of the place."""
    with records.changing(actor) as provider:
        place = _locked(provider, place_id)
        there = list(place.hours.all())
        if len(there) + len(weekdays) > MOST_HOURS:
            raise MoveRefused(_("A place has at most %(count)d times. Remove some first.") % {"count": MOST_HOURS})
        rows = [MeetingHours(place=place, weekday=weekday, **written) for weekday in weekdays]
        for row in rows:
            _refuse_overlap(row, there)
        MeetingHours.objects.bulk_create(rows)
        records.record(provider, actor, What.HOURS_ADDED, about=place.name, after="\n".join(map(hours_words, rows)))


def _refuse_overlap(row: MeetingHours, there: Iterable[MeetingHours]) -> None:
    for other in there:
        if other.weekday == row.weekday and other.starts < row.ends and row.starts < other.ends:
            raise MoveRefused(
                _("These times overlap others: %(times)s. Remove those first or choose other times.")
                % {"times": hours_words(other)}
            )


def remove_hours(actor: Actor, hours_id: int) -> MeetingHours:
    """Remove times; raise MeetingHours.DoesNotExist for another provider's or those that are gone."""
    with records.changing(actor) as provider:
        row = MeetingHours.objects.select_related("place").get(pk=hours_id, place__provider=provider)
        _locked(provider, row.place_id)
        records.record(provider, actor, What.HOURS_REMOVED, about=row.place.name, before=hours_words(row))
        row.delete()
    return row


def close_day(actor: Actor, day: date, reason: str) -> int:
    """Close a day at all places; return how many appointments are still booked on it, for the day's list."""
    with records.changing(actor) as provider:
        list(of(provider.pk).select_for_update(no_key=True).order_by("pk"))
        closed = ClosedDay.objects.filter(provider=provider)
        if closed.filter(day=day).exists():
            raise MoveRefused(_("This day is already closed."))
        if closed.filter(day__gte=timezone.localdate()).count() >= MOST_CLOSED:
            raise MoveRefused(_("At most %(count)d days can be closed ahead.") % {"count": MOST_CLOSED})
        ClosedDay.objects.create(provider=provider, day=day, reason=reason)
        records.record(provider, actor, What.DAY_CLOSED, about=str(day), after=reason)
        return Appointment.objects.booked().filter(place__provider=provider, starts_at__date=day).count()


def open_day(actor: Actor, closed_id: int) -> ClosedDay:
    """Open a closed day again; raise ClosedDay.DoesNotExist for another provider's or one that is open."""
    with records.changing(actor) as provider:
        closed = ClosedDay.objects.get(pk=closed_id, provider=provider)
        records.record(provider, actor, What.DAY_OPENED, about=str(closed.day), before=closed.reason)
        closed.delete()
    return closed


def _locked(provider: Provider, place_id: int) -> MeetingPlace:
    """Return the provider's place under a lock; raise MeetingPlace.DoesNotExist for any other."""
    return MeetingPlace.objects.select_for_update(no_key=True).get(pk=place_id, provider=provider)


def _refuse_old(place: MeetingPlace, version: int) -> None:
    if place.ended_at is not None:
        raise MoveRefused(_("This place has ended. Open a new one."))
    if place.version != version:
        raise MoveRefused(
            _(
                "A colleague has changed this place in the meantime. What you typed has been kept; "
                "compare and save it again."
            )
        )


def week_words(rows: Iterable[MeetingHours]) -> list[str]:
    """Return the times of a week in words, those that several days have in one line."""
    lines: dict[tuple[time, time, int, int], list[MeetingHours]] = {}
    for row in rows:
        lines.setdefault((row.starts, row.ends, row.minutes, row.at_once), []).append(row)
    return [hours_words(*same) for same in lines.values()]


def hours_words(row: MeetingHours, *same: MeetingHours) -> str:
    """Return times in words, for the record and the pages; ``same``: those at the same hours of other days."""
    return _("%(weekday)s %(starts)s–%(ends)s, %(minutes)d minutes each, %(at_once)d at a time") % {
        "weekday": english.joined(Weekday(one.weekday).label for one in (row, *same)),
        "starts": f"{row.starts:%H:%M}",
        "ends": f"{row.ends:%H:%M}",
        "minutes": row.minutes,
        "at_once": row.at_once,
    }


def _words(written: PlaceWritten) -> str:
    """Return a place as text, for the record."""
    return "\n".join(filter(None, (written["name"], written["address"], written["phone"], written["directions"])))
