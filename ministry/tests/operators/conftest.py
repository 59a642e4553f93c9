"""A client of an operator of the ministry."""

import pytest
from django.test import Client

from accounts.models import Party
from icp_portal.tests.builders import user


@pytest.fixture
def operator(client: Client, no_second_factor: None) -> Client:
    """Return a client that is signed in; ``member`` is whose it is."""
    client.member = user(Party.MINISTRY, name="运维")
    client.force_login(client.member)
    return client
