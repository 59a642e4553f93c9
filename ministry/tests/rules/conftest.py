"""An operator, and a portal without any rules."""

from datetime import date

import pytest

from accounts.models import Party
from icp_portal.tests.builders import user
from ministry.models import ProvinceRule


@pytest.fixture
def operator():
    return user(Party.MINISTRY)


@pytest.fixture
def no_rules():
    """Only the rules of the test: the ones that come with the portal have ended."""
    ProvinceRule.objects.update(valid_from=date(2001, 1, 1), valid_to=date(2001, 1, 1))
