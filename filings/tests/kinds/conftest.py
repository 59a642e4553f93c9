"""A filing on record, for the tests of later kinds."""

import pytest

from filings.states import Status
from icp_portal.tests.builders import Case, case_at


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED)
