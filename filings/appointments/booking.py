"""Book, move and cancel appointments, each with its event and a mail to the host.

They change no status, no version and no clock. The filing is locked first, then the place, so that the last free time
goes to one host; the other is told which times are free next. A booked appointment ends by itself when the filing
leaves its provider (``filings.moves.moving``).
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from filings.actors import Actor
from filings.appointments import slots
from filings.appointments.slots import Slot
from filings.errors import MoveRefused
from filings.fields import attachments
from filings.mail import notices
from filings.models import Appointment, AppointmentState, Filing, MeetingPlace, time_words
from filings.moves import appointment_ends
from filings.moves.appointment_ends import note_of
from filings.moves.moving import locked, record
from filings.states import PROVIDERS_WORK, Role
from ministry.reference import english

LONGEST_REASON = 300  # characters


def needs_meeting(filing: Filing) -> bool:
    """Return whether its provider takes a face-to-face photo of somebody before passing the filing on."""
    return bool(attachments.photos(filing.facts))


def waits(filing: Filing) -> bool:
    """Return whether its provider has the filing to verify and is still active."""
    return filing.status in PROVIDERS_WORK and bool(filing.provider.is_active)


def may_book(filing: Filing, actor: Actor) -> bool:
    """Return whether this host could book now, if its provider offers times. No query."""
    return waits(filing) and actor.role == Role.HOST and not actor.is_on_behalf and needs_meeting(filing)


def book(filing_id: int, actor: Actor, place_id: int, starts: datetime, *, seen: int) -> Appointment:
    """Book a time, or move the booked appointment to it.

    ``seen``: the booked appointment that the host's page showed, 0 if none. Raises MoveRefused when the time is taken
    or no longer offered, with the next free ones, or when another window has booked meanwhile.
    """
    with locked(filing_id, actor) as filing:
        if not may_book(filing, actor):
            raise MoveRefused(_("An appointment can only be booked while the provider has the filing to verify."))
        booked = _seen(filing, seen)
        slot = _locked_slot(filing, place_id, starts, booked)
        if booked and (booked.place_id, booked.starts_at) == (slot.place_id, slot.starts):
            return booked
        name = "rebook" if booked else "book"
        was = (booked.starts_at, booked.place.name) if booked else None
        booked = _placed(filing, slot, booked)
        record(filing, name, actor, note=note_of(booked, was))
        notices.tell_host(filing, name, appointment=booked)
    return booked


def _seen(filing: Filing, seen: int) -> Appointment | None:
    """Return the booked appointment that is still to come, the one that the page showed; one that is past is ended."""
    booked: Appointment | None = filing.appointments.booked().select_related("place").first()
    if booked and booked.starts_at <= timezone.now():
        appointment_ends.end(filing, AppointmentState.PAST)
        booked = None
    if booked and booked.pk != seen:
        raise MoveRefused(
            _("You have already booked %(when)s in another window. Move or cancel that appointment.")
            % {"when": time_words(booked.starts_at)}
        )
    return booked


def _locked_slot(filing: Filing, place_id: int, starts: datetime, booked: Appointment | None) -> Slot:
    """Lock the place and return the free time; raise MoveRefused when it is not free."""
    rows = MeetingPlace.objects.filter(provider=filing.provider_id, ended_at=None)
    place = rows.select_for_update(no_key=True).filter(pk=place_id).first()
    if place is None:
        raise MoveRefused(_("This place no longer takes appointments. Choose another one."))
    free = slots.free(place, booked.pk if booked else 0)
    if found := next((slot for slot in free if slot.starts == starts), None):
        return found
    raise MoveRefused(taken_words(free))


def taken_words(free: list[Slot]) -> str:
    """Return the message that a time is taken, with the next free times."""
    if not free:
        return _("This time is no longer free, and neither is any other at this place.")
    times = english.clauses(time_words(slot.starts) for slot in free[: slots.OFFERED_AFTER_RACE])
    return _("This time is no longer free. The next free times are: %(times)s.") % {"times": times}


def _placed(filing: Filing, slot: Slot, booked: Appointment | None) -> Appointment:
    """Store the appointment at this time."""
    booked = booked or Appointment(filing=filing)
    booked.place = MeetingPlace.objects.select_related("provider").get(pk=slot.place_id)
    booked.starts_at, booked.ends_at = slot.starts, slot.ends
    booked.booked_at, booked.reminded_at = timezone.now(), None
    booked.save()
    _set(filing, slot.starts)
    return booked


def _set(filing: Filing, meets_at: datetime | None) -> None:
    filing.meets_at = meets_at
    Filing.objects.filter(pk=filing.pk).update(meets_at=meets_at)


def cancel(filing_id: int, actor: Actor) -> None:
    """Cancel the booked appointment as its host; raise MoveRefused when there is none to come."""
    with locked(filing_id, actor) as filing:
        if actor.role != Role.HOST or actor.is_on_behalf:
            raise MoveRefused(_("Only the host can cancel this."))
        _end(filing, actor, AppointmentState.CANCELLED, "unbook", "")


def call_off(appointment_id: int, actor: Actor, reason: str) -> None:
    """Cancel a host's appointment as its provider; the host is told why and can book another."""
    if not reason.strip():
        raise MoveRefused(_("Say why the appointment is cancelled; the host can read it."))
    booked = Appointment.objects.visible_to(actor).get(pk=appointment_id)
    with locked(booked.filing_id, actor) as filing:
        _same(filing, appointment_id)
        _end(filing, actor, AppointmentState.CALLED_OFF, "call_off", reason.strip()[:LONGEST_REASON])


def _end(filing: Filing, actor: Actor, state: AppointmentState, name: str, reason: str) -> None:
    ended = appointment_ends.end(filing, state)
    if ended is None:
        raise MoveRefused(_("There is no upcoming appointment, so nothing was cancelled."))
    _set(filing, None)
    record(filing, name, actor, note=note_of(ended, reason=reason))
    notices.tell_host(filing, name, appointment=ended, reason=reason)


def mark_missed(appointment_id: int, actor: Actor) -> None:
    """Record as its provider that the host did not come to an appointment that has begun; the host is told."""
    booked = Appointment.objects.visible_to(actor).get(pk=appointment_id)
    with locked(booked.filing_id, actor) as filing:
        missed = _same(filing, appointment_id)
        if missed.starts_at > timezone.now():
            raise MoveRefused(_("The appointment has not begun yet."))
        missed.state = AppointmentState.MISSED
        missed.save(update_fields=["state"])
        _set(filing, None)
        record(filing, "no_show", actor, note=note_of(missed))
        notices.tell_host(filing, "no_show", appointment=missed)


def _same(filing: Filing, appointment_id: int) -> Appointment:
    """Return the filing's booked appointment; raise MoveRefused if it is no longer this one."""
    booked: Appointment | None = filing.appointments.booked().select_related("place__provider").first()
    if booked is None or booked.pk != appointment_id:
        raise MoveRefused(_("This appointment is no longer booked; check the day's list again."))
    return booked
