"""A mail server, and an operator who is signed in."""

import pytest

from accounts.models import Party
from icp_portal.tests.builders import user
from icp_portal.tests.mailserver import MailServer


@pytest.fixture
def server(settings):
    running = MailServer()
    settings.EMAIL_PORT, settings.EMAIL_HOST = running.port, "127.0.0.1"
    yield running
    running.stop()


@pytest.fixture
def operator(client, settings):
    settings.RELAX_SECOND_FACTOR = True
    client.force_login(user(Party.MINISTRY, name="运维"))
    return client
