"""End the booked appointment of a filing when the filing leaves its provider, or is cancelled."""

from django.utils import timezone

from filings.models import Appointment, AppointmentState, Filing


def end(filing: Filing, state: AppointmentState) -> Appointment | None:
    """End the booked appointment of a locked filing; return it if it was still to come.

    One whose time has come is past, whatever the reason for its end. The caller saves the filing.
    """
    booked: Appointment | None = filing.appointments.booked().select_related("place__provider").first()
    filing.meets_at = None
    if booked is None:
        return None
    is_to_come = booked.starts_at > timezone.now()
    booked.state = state if is_to_come else AppointmentState.PAST
    booked.save(update_fields=["state"])
    return booked if is_to_come else None


def note_of(booked: Appointment) -> str:
    """Return when and where, for an event; the same in both languages."""
    return f"{timezone.localtime(booked.starts_at):%Y-%m-%d %H:%M} · {booked.place.name}"
