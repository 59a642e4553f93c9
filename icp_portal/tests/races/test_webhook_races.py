"""Two workers at one address: one message at a time, each sent by one of them; other addresses go on."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from filings.models import MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage
from filings.tests.webhooks.receiving import LONGEST, Receiver, receiver
from filings.webhooks import sending
from filings.webhooks.events import SENT
from icp_portal.tests.builders import Case, staff
from icp_portal.tests.racing import Gate, Racer, one_then_the_other
from providers.models import Provider, StaffRole
from providers.organisation import webhooks

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOCAL = True
    with receiver() as running:
        yield running


def listening(of: Provider, url: str) -> WebhookEndpoint:
    written = webhooks.EndpointWritten(url=url, events=list(SENT))
    return webhooks.add(staff(of, StaffRole.SUPERVISOR), written)[0]


def test_two_workers_claim_one_message(monkeypatch, system: Receiver):
    case = Case()
    made = listening(case.provider, system.url())
    case.submit()
    gate = Gate(monkeypatch, sending, "_next")

    one_then_the_other(gate, lambda: sending.deliver(made.pk), lambda: sending.deliver(made.pk))

    assert (len(system.requests), WebhookAttempt.objects.count()) == (1, 1)
    assert WebhookMessage.objects.get().state == MessageState.SENT


def test_many_workers_and_many_messages(system: Receiver):
    case = Case()
    made = listening(case.provider, system.url())
    case.submit().verify().return_to_provider().verify().approve()

    racers = [Racer(lambda: sending.deliver(made.pk)) for _n in range(6)]
    for racer in racers:
        racer.finish()
    sending.deliver(made.pk)

    assert (len(system.ids), len(set(system.ids))) == (5, 5)
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {MessageState.SENT}


def test_an_address_that_is_being_sent_to_is_changed_and_paused_without_a_wait(system: Receiver):
    """No lock is held during the request; what it brings is noted all the same."""
    case, supervisor = Case(), None
    made = listening(case.provider, system.url())
    supervisor = staff(case.provider, StaffRole.SUPERVISOR)
    case.submit()
    held = system.answer
    system.answer = lambda handler: (system.over.wait(LONGEST), held(handler))
    sender = Racer(lambda: sending.deliver(made.pk))
    while not system.requests:
        sender.join(0.01)

    begun = timezone.now()
    webhooks.set_paused(supervisor, made.pk, True, version=1)
    assert sending.deliver(made.pk) is False
    assert (timezone.now() - begun).total_seconds() < LONGEST / 2
    system.over.set()
    sender.finish()

    made.refresh_from_db()
    assert (made.state, WebhookMessage.objects.get().state) == ("paused", MessageState.SENT)


def test_a_slow_system_keeps_no_other_from_its_messages(system: Receiver):
    slow, quick = Case(), Case()
    with receiver() as other:
        first, second = listening(slow.provider, system.url()), listening(quick.provider, other.url())
        system.answer = lambda _handler: system.over.wait(LONGEST)
        slow.submit()
        quick.submit()
        waiting = Racer(lambda: sending.deliver(first.pk))
        while not system.requests:
            waiting.join(0.01)

        assert sending.due() == [second.pk]
        sending.deliver(second.pk)

        assert (len(other.requests), waiting.is_alive()) == (1, True)
        system.over.set()
        waiting.finish()
