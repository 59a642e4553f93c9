"""The pages about a provider's own systems, with many messages behind them."""

from collections.abc import Iterator
from uuid import uuid4

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Party, User
from bench.browsers import Browser
from bench.measuring import Case
from bench.portal import MeasuredPortal
from bench.world import PROVINCE
from filings.models import AttemptOutcome, MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage
from filings.webhooks import writing
from filings.webhooks.events import SENT
from providers.models import Provider, Staff, StaffRole

MESSAGES, AT_ONCE = 20_000, 2_000
SYSTEMS = 5


def cases(_portal: MeasuredPortal) -> Iterator[Case]:
    """Yield the list of addresses, and the first page of the messages with one of them."""
    supervisor = Browser(_filled())
    message = WebhookMessage.objects.latest("pk")
    urls = {
        "own systems": reverse("provider_desk:webhooks"),
        "own systems: form": reverse("provider_desk:webhook_new"),
        "own systems: messages": reverse("provider_desk:webhook_messages"),
        "own systems: message": reverse("provider_desk:webhook_message", args=[message.pk]),
    }
    goals = {
        "own systems: form": (15.0, 20),
        "own systems": (15.0, 20),
        "own systems: messages": (30.0, 40),
        "own systems: message": (15.0, 30),
    }
    for name, url in urls.items():
        floors, buffers = goals[name]
        yield Case(name, supervisor.get(url), floors, 4, buffers)


def _filled() -> User:
    """Create a provider whose systems have got many messages; return its supervisor."""
    member = User.objects.create_user("systems@bench.test", party=Party.PROVIDER, name="主管")
    of = Provider.objects.create(
        name="系统接入",
        slug="bench-systems",
        provinces=[PROVINCE],
        licence="B1-systems",
        contact_phone="1",
        contact_email="systems@bench.test",
        address="1",
    )
    Staff.objects.create(user=member, provider=of, role=StaffRole.SUPERVISOR)
    systems = [
        WebhookEndpoint.objects.create(provider=of, url=f"https://hooks.bench.test/{number}", events=SENT, secret="")
        for number in range(SYSTEMS)
    ]
    now = timezone.now()
    for first in range(0, MESSAGES, AT_ONCE):
        made = WebhookMessage.objects.bulk_create(
            WebhookMessage(
                endpoint=systems[number % SYSTEMS],
                provider=of,
                webhook_id=uuid4(),
                type="filing.submit",
                body=writing.body_of_test(now),
                state=MessageState.SENT,
            )
            for number in range(first, first + AT_ONCE)
        )
        WebhookAttempt.objects.bulk_create(
            WebhookAttempt(message=message, at=now, outcome=AttemptOutcome.OK, status=200, took=40) for message in made
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE filings_webhookmessage, filings_webhookattempt")
    return member
