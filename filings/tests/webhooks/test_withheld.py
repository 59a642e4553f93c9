"""A staging copy sends nothing to a provider's system whose host is not listed; it keeps the message."""

import logging

import pytest
from django.utils import timezone
from pytest_django import Settings

from filings.models import AttemptOutcome, MessageState, WebhookEndpoint, WebhookMessage
from filings.tests.webhooks.conftest import Endpoint
from filings.tests.webhooks.receiving import Receiver
from filings.webhooks import posting, sending
from icp_portal.tests.builders import Case
from icp_portal.watch import measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(endpoint: Endpoint, settings: Settings) -> WebhookMessage:
    """A message to a system whose host is not listed."""
    settings.STAGING_HOSTS = ["other.example.cn"]
    case = Case()
    endpoint(case.provider)
    case.submit()
    return WebhookMessage.objects.get()


def test_a_message_is_held_back_once_and_counts_as_no_failure(
    message: WebhookMessage, system: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    assert not sending.deliver(message.endpoint_id)

    message.refresh_from_db()
    assert (system.requests, message.state, message.tries) == ([], MessageState.WAITING, 0)
    assert sending.is_held_back(message)
    assert not message.attempts.exists()
    assert WebhookEndpoint.objects.get().failures == 0
    # nothing is tried again, and no alert is raised
    assert sending.due() == []
    assert not sending.deliver(message.endpoint_id)
    assert caplog.text.count("held back") == 1
    assert measures.waiting()["webhooks"] == 0


def test_it_is_sent_again_when_its_host_is_listed(
    message: WebhookMessage, system: Receiver, settings: Settings
) -> None:
    sending.deliver(message.endpoint_id)
    settings.STAGING_HOSTS = ["127.0.0.1"]
    assert sending.due() == []

    sending.send_again(message)
    sending.deliver(message.endpoint_id)

    message.refresh_from_db()
    assert (len(system.requests), message.state) == (1, MessageState.SENT)


def test_no_connection_is_made_whoever_sends(system: Receiver, settings: Settings) -> None:
    settings.STAGING_HOSTS = []

    sent = posting.post(system.url(), "{}", "msg_1", ["whsec_c2VjcmV0"], timezone.now())

    assert (sent.outcome, system.requests) == (AttemptOutcome.ADDRESS, [])
