"""Staff of a provider with their browsers. Two-step verification is tested in ``accounts``."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from icp_portal.tests.builders import provider, staff_user
from providers.models import Provider, StaffRole


@pytest.fixture
def english(settings: Settings) -> Iterator[None]:
    """Test texts in the source language, so that corrected translations break no test."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def house(english: None) -> Provider:
    return provider(contact_phone="400-000-0001", address="示例大厦一层")


@pytest.fixture
def browser(settings: Settings) -> Callable[..., Client]:
    """Return a function that makes the browser of a new member of staff."""
    settings.RELAX_SECOND_FACTOR = True

    def come(of: Provider, role: StaffRole = StaffRole.ADMINISTRATOR) -> Client:
        client = Client()
        client.force_login(staff_user(of, role))
        return client

    return come
