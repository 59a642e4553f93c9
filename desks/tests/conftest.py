"""A filing that was returned, corrected and approved, for the tests of case files."""

import pytest

from filings import services
from filings.models import Sheet
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at


@pytest.fixture
def travelled() -> Case:
    """Return a filing that the bureau returned once, that its host corrected, and that was approved."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    case.send_back().submit().verify()
    services.record_look(case.filing, case.reviewer, "facts")
    services.add_scan(case.filing.pk, case.staff, Sheet.objects.latest("pk").pk, [invent.portrait(1)])
    return case.approve()
