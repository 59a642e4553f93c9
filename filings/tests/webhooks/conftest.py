"""A provider's system that receives messages, and an address that leads to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from filings.models import WebhookEndpoint
from filings.tests.webhooks.receiving import Receiver, receiver
from filings.webhooks.events import SENT
from icp_portal.tests.builders import staff
from providers.models import Provider, StaffRole
from providers.organisation import webhooks

Endpoint = Callable[..., WebhookEndpoint]


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    """A provider's system on this machine, to which messages may be sent."""
    settings.WEBHOOKS_TO_LOCAL = True
    with receiver() as running:
        yield running


@pytest.fixture
def endpoint(system: Receiver) -> Endpoint:
    """Return a function that adds the system's address for a provider, through its supervisor."""

    def add(of: Provider, events: Any = SENT, url: str = "") -> WebhookEndpoint:
        supervisor = staff(of, StaffRole.SUPERVISOR)
        written = webhooks.EndpointWritten(url=url or system.url(), events=list(events))
        made, _secret = webhooks.add(supervisor, written)
        return made

    return add
