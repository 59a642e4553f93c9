"""Celery tasks of records, one call each."""

from celery import shared_task
from django.conf import settings

from ministry import audit
from records import adoptions, reminders, spot_checks
from records.comparison import running
from records.orders import cancellation_cases
from records.orders import reminders as order_reminders


@shared_task(name="records.end_adoptions")
def end_adoptions() -> None:
    """Record the end of adoptions that have lapsed since the last runs."""
    adoptions.end_lapsed()


@shared_task(name="records.end_old_adoptions")
def end_old_adoptions() -> None:
    """Record the end of adoptions that have lapsed while the tasks did not run."""
    adoptions.end_lapsed(None)


@shared_task(name="records.remind_of_records")
def remind_of_records(step: int = 0, after: int = 0) -> None:
    """Remind for a limited time from this place on, then queue the rest."""
    if place := reminders.sweep(reminders.SweepPlace(step, after)).place:
        remind_of_records.delay(place.step, place.after)


@shared_task(name="records.remind_of_orders")
def remind_of_orders() -> None:
    order_reminders.remind()


@shared_task(name="records.remind_of_spot_checks")
def remind_of_spot_checks() -> None:
    spot_checks.remind()


@shared_task(name="records.watch_cases")
def watch_cases() -> None:
    cancellation_cases.watch()


@shared_task(name="records.compare_copies")
def compare_copies() -> None:
    """Compare the copies of changed records and of tonight's share of all; the next run or night continues."""
    audit.seal()
    running.run(settings.COMPARISON_SECONDS)
