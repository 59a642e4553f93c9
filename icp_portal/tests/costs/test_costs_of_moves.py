"""Statements that the bureau's decisions send to the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from filings import services
from icp_portal.tests.builders import Case

pytestmark = pytest.mark.django_db

# The transaction is a savepoint here: two statements more.
APPROVAL = 25
FURTHER_KEYS = 2  # of the further websites and of their versions


@pytest.mark.parametrize(("websites", "cost"), [(1, APPROVAL), (5, APPROVAL + FURTHER_KEYS)])
def test_an_approval_costs_the_same_with_many_websites(websites, cost):
    case = Case(websites=websites).submit().verify()
    services.claim(case.filing.pk, case.reviewer)

    with CaptureQueriesContext(connection) as sent:
        services.approve(case.filing.pk, case.reviewer, version=case.filing.version)

    assert len(sent) == cost
