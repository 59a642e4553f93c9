"""Fixtures of the tests that call the services."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from icp_portal.tests.killing import is_alone, until
from interchange.tests.systems import Http, System


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> Iterator[Http]:
    """The running portal; the tables are emptied when no thread is in them."""
    settings.SITE_URL = live_server.url
    yield Http(live_server.url)
    until(is_alone, "no thread is in the database any more")


@pytest.fixture
def system(db: None) -> System:
    return System()
