"""Four real processes draw at once, one is killed: each day is drawn from once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from bureaus import rechecks
from bureaus.models import Draw, Recheck, RecheckRate
from icp_portal.demo import play
from icp_portal.tests.builders import BEIJING, Case
from icp_portal.tests.kills.test_clock_workers import four_at_once

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]

FILINGS = 3


def test_each_day_is_drawn_from_once_though_a_worker_dies():
    yesterday = timezone.now() - timedelta(days=1)
    with time_machine.travel(yesterday):
        cases = [Case().submit().verify() for _number in range(FILINGS)]
        for case in cases:
            play.return_to_provider(case.filing, case.reviewer)
    member = User.objects.get(pk=cases[0].reviewer.user_id)
    RecheckRate.objects.create(bureau_id=BEIJING, percent=100, valid_from=yesterday.date(), set_by=member)

    four_at_once(rechecks.draw_all, "bureaus_recheck")
    rechecks.draw_all()

    assert sorted(Recheck.objects.values_list("filing", flat=True)) == sorted(case.filing.pk for case in cases)
    assert list(Draw.objects.values_list("candidates", "drawn")) == [(FILINGS, FILINGS)]
    assert rechecks.is_as_drawn(Draw.objects.get())
