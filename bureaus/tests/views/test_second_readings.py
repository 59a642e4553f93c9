"""The lists of second readings on the chief's page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bureaus import rechecks
from bureaus.models import Recheck
from bureaus.tests.test_rechecks import APPROVE, RETURN, all_of_them, chief, page_of
from filings.states import Status
from icp_portal.tests.builders import BEIJING, case_at, client_of, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_only_decisions_that_differ_are_listed_as_such():
    differing, alike = case_at(Status.FILED), case_at(Status.FILED)
    all_of_them()
    rechecks.draw(BEIJING, timezone.localdate())
    reader = client_of(reviewer())
    for case, verdict in ((differing, RETURN), (alike, APPROVE)):
        reader.post(page_of(Recheck.objects.get(filing=case.filing)), verdict)

    listed = client_of(chief()).get(reverse("bureau_desk:rechecks"), {"tab": "differing"}).context["page"].rows

    assert [one.filing_id for one in listed] == [differing.filing.pk]
