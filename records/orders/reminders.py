"""Remind providers of missing receipts on each working day."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from filings.actors import portal
from ministry.calendar import workdays
from records.models import OrderEvent, OrderTask
from records.orders import mails


def remind(today: date | None = None) -> int:
    """Remind each provider once per working day, from the day after the order; return how many providers.

    Idempotent, and safe for concurrent workers: a second one waits for the locked rows and then finds none.
    """
    today = today or timezone.localdate()
    if not workdays.is_working_day(today):
        return 0
    owing = _owing(today).values_list("provider_id", flat=True).order_by("provider_id").distinct()
    return sum(_remind_provider(provider_id, today) for provider_id in list(owing))


def _owing(today: date) -> QuerySet[OrderTask]:
    rows = OrderTask.objects.open().filter(Q(reminded_on=None) | Q(reminded_on__lt=today))
    return rows.filter(order__on__lt=today)


def _remind_provider(provider_id: int, today: date) -> bool:
    with transaction.atomic():
        rows = _owing(today).filter(provider_id=provider_id).select_related("provider", "order__website__subject")
        tasks = list(rows.select_related("order__subject").select_for_update(of=("self",), no_key=True).order_by("pk"))
        if not tasks:
            return False
        actor = portal()
        OrderTask.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_on=today)
        OrderEvent.objects.bulk_create(
            OrderEvent(order_id=task.order_id, task=task, name="remind", role=actor.role, actor_name=actor.name)
            for task in tasks
        )
        mails.remind(tasks)
    return True
