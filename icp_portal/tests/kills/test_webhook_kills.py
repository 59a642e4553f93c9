"""A worker that sends to a provider's system is killed between the request and its note; the mails go on meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import STATUS, Email
from pytest_django import Settings

from filings.models import MessageState, WebhookAttempt, WebhookEndpoint, WebhookMessage
from filings.tasks import sweep_webhooks
from filings.tests.webhooks.receiving import Receiver, receiver
from filings.webhooks.events import SENT
from icp_portal.tests.builders import Case, staff
from icp_portal.tests.killing import Backend, until
from ministry.tasks import send_mails
from providers.models import StaffRole
from providers.organisation import webhooks

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOCAL = True
    with receiver() as running:
        yield running


def submitted(system: Receiver) -> Case:
    case = Case()
    supervisor = staff(case.provider, StaffRole.SUPERVISOR)
    webhooks.add(supervisor, webhooks.EndpointWritten(url=system.url(), events=list(SENT)))
    return case.submit()


def test_a_worker_killed_between_the_request_and_its_note(backend: Backend, system: Receiver):
    holding = [True]
    answer = system.answer
    system.answer = lambda handler: system.over.wait(30) if holding[0] else answer(handler)
    worker = backend.start_worker("webhooks")
    submitted(system)

    until(lambda: system.requests, "the message has arrived")
    worker.kill()
    assert (WebhookMessage.objects.get().state, WebhookAttempt.objects.count()) == (MessageState.WAITING, 0)

    holding[0] = False
    past = timezone.now() - timedelta(seconds=1)  # the lease is over
    WebhookEndpoint.objects.update(busy_until=past)
    WebhookMessage.objects.update(due_at=past)
    backend.start_worker("webhooks")
    sweep_webhooks()
    until(lambda: WebhookMessage.objects.get().state == MessageState.SENT, "it has been delivered")

    assert len(system.ids) >= 2
    assert set(system.ids) == {WebhookMessage.objects.get().public_id}
    assert WebhookAttempt.objects.count() == 1


def test_a_system_that_does_not_answer_delays_no_mail(backend: Backend, system: Receiver):
    """The queue of the mails has a worker of its own, so it goes on while the other one waits."""
    system.answer = lambda _handler: system.over.wait(30)
    backend.start_worker("webhooks")
    submitted(system)
    until(lambda: system.requests, "the worker waits for the system")
    backend.start_worker()

    send_mails.delay()
    until(lambda: not Email.objects.exclude(status=STATUS.sent).exists(), "all mails are sent")

    assert WebhookMessage.objects.get().state == MessageState.WAITING
