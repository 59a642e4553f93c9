"""Who is told of an order and of what follows from it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from filings import notices
from filings.models import CounterReset, Order, OrderTask
from filings.states import Status
from ministry.models import Subject, Website


def tell_of_order(order: Order) -> None:
    """The host with the reason and whom to turn to; each provider with what it has to do."""
    context = {"order": order, "number": order.number, "bureau": order.bureau, "ground": order.legal_ground}
    for address in addresses(order.subject, order.website):
        notices.write("order_host", address, context)
    for task in order.tasks.select_related("provider"):
        notices.write("order_provider", task.provider.contact_email, context | {"url": _page("order", task.pk)})


def remind(tasks: Sequence[OrderTask]) -> None:
    """Remind a provider of all the receipts it owes, in one mail."""
    context = {"tasks": tasks, "count": len(tasks), "url": _page("orders")}
    notices.write("order_reminder_provider", tasks[0].provider.contact_email, context)


def tell_of_new_email(reset: CounterReset) -> None:
    """The address until now hears that another one has taken its place; not which."""
    for address in _parts(reset.old_email):
        notices.write("counter_old_host", address, {"reset": reset, "number": reset.subject.number})


def addresses(subject: Subject, website: Website | None = None) -> list[str]:
    """Where a host is reached: the addresses on record, and the accounts that filed. Each once."""
    accounts = User.objects.filter(filings__subject=subject, filings__status=Status.FILED, is_active=True)
    found = [*_parts(subject.responsible_email), *_parts(website.responsible_email if website else "")]
    return list(dict.fromkeys([*found, *accounts.order_by("pk").values_list("email", flat=True)]))


def _parts(text: str) -> Iterable[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _page(name: str, *args: Any) -> str:
    return f"{settings.SITE_URL}{reverse(f'provider_desk:{name}', args=args)}"
