"""Staff of a provider with their browsers."""

from collections.abc import Callable

import pytest
from django.test import Client

from icp_portal.tests.builders import provider, staff_user
from providers.models import Provider, StaffRole


@pytest.fixture
def access_provider(english: None) -> Provider:
    return provider(contact_phone="400-000-0001", address="示例大厦一层")


@pytest.fixture
def browser(no_second_factor: None) -> Callable[..., Client]:
    """Return a function that makes the browser of a new member of staff."""

    def come(of: Provider, role: StaffRole = StaffRole.ADMINISTRATOR) -> Client:
        client = Client()
        client.force_login(staff_user(of, role))
        return client

    return come
