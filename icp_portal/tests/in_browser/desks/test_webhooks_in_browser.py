"""A supervisor adds an address of the provider's own system in a real browser, tests it and sends a message again."""

from collections.abc import Callable, Iterator

import pytest
from django.utils.translation import gettext as _
from pytest_django import Settings

from filings.models import WebhookEndpoint, WebhookMessage
from filings.tests.webhooks.receiving import Receiver, receiver, respond
from filings.webhooks import sending
from icp_portal.tests import builders
from icp_portal.tests.browser import with_second_step
from icp_portal.tests.tours import Tour
from providers.models import StaffRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = "/provider/organisation/webhooks/"


@pytest.fixture
def system(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOCAL = True
    with receiver() as running:
        yield running


def test_an_address_is_added_and_tested(tour: Callable[..., Tour], system: Receiver) -> None:
    of = builders.provider()
    supervisor = tour(with_second_step(builders.staff_user(of, StaffRole.SUPERVISOR)))
    person = supervisor.person
    supervisor.visit(HOME, f"{HOME}messages/", f"{HOME}new/")
    supervisor.press(_("Add"), "address, not filled in")
    person.write(_("Address of your system"), system.url())
    supervisor.press(_("Add"), "the secret")
    person.reads(WebhookEndpoint.objects.get().secret)
    person.follow(_("I have stored it"))
    person.press(_("Send a test message"))
    person.arrives_at(f"{HOME}messages/{WebhookMessage.objects.get().pk}/")
    system.answer = lambda handler: respond(handler, 503, b"maintenance")
    sending.deliver(WebhookEndpoint.objects.get().pk)
    supervisor.visit(HOME, person.path(), f"{HOME}messages/", f"{HOME}{WebhookEndpoint.objects.get().pk}/")
    WebhookMessage.objects.update(state="given_up")
    person.open(f"{HOME}messages/{WebhookMessage.objects.get().pk}/")
    person.reads("maintenance")
    person.press(_("Send again"))
    assert WebhookMessage.objects.get().state == "waiting"
    supervisor.visit(f"{HOME}{WebhookEndpoint.objects.get().pk}/delete/")
    supervisor.press(_("Delete"), "addresses, after one was deleted")
