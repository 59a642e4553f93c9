"""End the booked appointment of a filing when the filing leaves its provider, or is cancelled."""

from datetime import datetime

from django.utils import timezone

from accounts import languages
from filings.models import Appointment, AppointmentState, Filing, time_words


def end(filing: Filing, state: AppointmentState) -> Appointment | None:
    """End the booked appointment of a locked filing; return it if it was still to come.

    One whose time has come gets the state PAST, whatever ``state`` is. The caller saves the filing.
    """
    booked: Appointment | None = filing.appointments.booked().select_related("place__provider").first()
    filing.meets_at = None
    if booked is None:
        return None
    is_to_come = booked.starts_at > timezone.now()
    booked.state = state if is_to_come else AppointmentState.PAST
    booked.save(update_fields=["state"])
    return booked if is_to_come else None


def note_of(booked: Appointment, was: tuple[datetime, str] | None = None, reason: str = "") -> languages.StoredText:
    """Return the time and place for an event, and the reason on a line of its own.

    ``was``: time and place before a move.
    """
    meetings = [*filter(None, [was]), (booked.starts_at, booked.place.name)]

    def words() -> str:
        times = " → ".join(f"{time_words(starts)} · {place}" for starts, place in meetings)
        return "\n".join(filter(None, [times, reason]))

    return languages.stored(words)
