"""A record with two providers, for the tests of orders."""

import pytest
from post_office.models import Email

from filings.states import Status
from icp_portal.tests.builders import Case, case_at, provider
from ministry.models import Access
from records.tests.orders.orders_made import website_of


@pytest.fixture
def case() -> Case:
    """A website on record that a second provider gives access to as well."""
    case = case_at(Status.FILED)
    Access.objects.create(
        website=website_of(case), provider=provider(), ways=[1], places=[1], ip_ranges=["203.0.113.9"]
    )
    Email.objects.all().delete()
    return case
