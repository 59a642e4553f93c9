import pytest

from icp_portal.tests import builders
from providers.models import Provider

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def in_english(past_pooler: None, english: None) -> None:
    """Faults are compared in the source language; an import refuses a pooler."""


@pytest.fixture
def jieru(db: None) -> Provider:
    return builders.provider(slug="jieru", licence="B1-20200001")
