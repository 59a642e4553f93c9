"""Background work about records: a name, one call."""

from celery import shared_task

from records import adoptions, reminders
from records.orders import cancellation_cases
from records.orders import reminders as order_reminders


@shared_task(name="records.end_adoptions")
def end_adoptions() -> None:
    """Write down which records a new password has taken out of an account."""
    adoptions.end_lapsed()


@shared_task(name="records.remind_of_records")
def remind_of_records() -> None:
    reminders.sweep()


@shared_task(name="records.remind_of_orders")
def remind_of_orders() -> None:
    order_reminders.remind()


@shared_task(name="records.watch_cases")
def watch_cases() -> None:
    cancellation_cases.sweep()
    cancellation_cases.remind()
