"""How a bureau keeps its time, as everybody reads it on its page."""

from datetime import date

import pytest
from django.utils.translation import gettext as _

from filings.figures import monthly
from filings.figures.bureau_time import Figures, of_bureau
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case

AUGUST = date(2026, 8, 1)

pytestmark = pytest.mark.django_db


def test_decisions_of_the_month_those_in_time_and_what_is_overdue(time_machine, django_assert_num_queries):
    time_machine.move_to("2026-07-06 10:00 +0800")
    cases = [Case().submit().verify() for _n in range(4)]
    Case(province=GUANGDONG).submit().verify()
    time_machine.move_to("2026-07-31 10:00 +0800")
    cases[0].approve()  # last month's
    time_machine.move_to("2026-08-03 18:00 +0800")
    cases[1].return_to_provider()  # on the last day
    time_machine.move_to("2026-08-04 09:00 +0800")
    cases[2].approve()  # a day late

    assert of_bureau(BEIJING) is None
    monthly.count(AUGUST)
    time_machine.move_to("2026-08-05 09:00 +0800")  # counted again at night

    with django_assert_num_queries(1):
        figures = of_bureau(BEIJING)

    counted_on = date(2026, 8, 4)
    assert figures == Figures(AUGUST, decided=2, in_time=1, overdue=1, counted_on=counted_on)
    assert of_bureau(GUANGDONG) == Figures(AUGUST, decided=0, in_time=0, overdue=1, counted_on=counted_on)
    assert of_bureau("310000") == Figures(AUGUST, 0, 0, 0, counted_on)


def test_everybody_reads_them_on_the_bureaus_page(client, time_machine):
    time_machine.move_to("2026-07-06 10:00 +0800")
    Case().submit().verify()
    time_machine.move_to("2026-08-04 09:00 +0800")

    before = client.get("/navigation/beijing/")
    monthly.count(AUGUST)
    page = client.get("/navigation/beijing/")

    assert _("overdue, not yet decided") not in before.content.decode()
    assert page.context["figures"].overdue == 1
    assert _("overdue, not yet decided") in page.content.decode()
