"""Remind hosts of their appointments on the working day before."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from filings import clock
from filings.mail import notices
from filings.models import Appointment
from ministry.calendar import workdays
from ministry.calendar.workdays import ONE_DAY

BATCH = 50


def remind(batch: int = BATCH) -> int:
    """Send the reminders that are due today; return how many. Nothing on a day off.

    An appointment booked or moved today has just been confirmed, so its host is not reminded of it. Idempotent; skips
    rows locked by another worker. Two queries when nothing is due.
    """
    return sum(iter(partial(_remind_some, batch), 0))


def _remind_some(batch: int) -> int:
    today = timezone.localdate()
    book = workdays.book(today)
    if not book.is_working_day(today):
        return 0
    until = clock.moment(book.nth_working_day(today, 1) + ONE_DAY)
    rows = Appointment.objects.booked().filter(
        starts_at__gte=clock.moment(today + ONE_DAY),
        starts_at__lt=until,
        reminded_at=None,
        booked_at__lt=clock.moment(today),
    )
    with transaction.atomic():
        due = list(
            rows.select_related("place__provider", "filing__host", "filing__provider", "filing__mandate")
            .order_by("starts_at")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)[:batch]
        )
        for appointment in due:
            notices.tell_host(appointment.filing, "book_reminder", appointment=appointment)
        Appointment.objects.filter(pk__in=[one.pk for one in due]).update(reminded_at=timezone.now())
    return len(due)
