"""Events that end a bureau's turn without a decision: no list and no figure counts them, no recheck draws them."""

import pytest
from django.utils import timezone

from bureaus import rechecks
from bureaus.models import Draw
from bureaus.tests.queue_pages import listed
from filings import services
from filings.figures import bureau_time, decisions, monthly
from filings.figures.provider_work import Span
from filings.models import Filing
from filings.services import transfers
from filings.states import Status
from filings.tests.services.closed_providers import closed_at
from icp_portal.tests.builders import BEIJING, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_a_filing_that_goes_to_another_provider_was_not_decided():
    case, new = closed_at(Status.WITH_BUREAU)
    services.claim(case.filing.pk, case.reviewer)
    transfers.transfer(case.filing.pk, case.reviewer, new.pk, version=None)
    assert Filing.objects.get().status == Status.WITH_PROVIDER
    today = timezone.localdate()

    assert rechecks.draw(BEIJING, today) == 0
    assert Draw.objects.get().candidates == 0
    monthly.count(today.replace(day=1))
    assert bureau_time.of_bureau(BEIJING).decided == 0
    assert decisions.decisions(BEIJING, Span.of(today)) == []
    assert decisions.reviewers(BEIJING, Span.of(today)) == decisions.providers(BEIJING, Span.of(today)) == []
    assert listed(client_of(case.reviewer), tab="today") == []
