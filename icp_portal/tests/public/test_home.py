"""The home page: what filing costs, how long it takes, what to have at hand, a look-up, and who runs the portal."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from filings.models import Filing
from filings.states import Status
from icp_portal import tasks
from icp_portal.guide import pace
from icp_portal.guide.pace import Pace
from icp_portal.tests.builders import GUANGDONG, Case, case_at

pytestmark = pytest.mark.django_db


def home() -> str:
    return " ".join(Client().get("/", headers={"accept-language": "en"}).content.decode().split())


def approved(case: Case, count: int, **changes: object) -> None:
    """Copy an approved filing, as lists see it; the paper isn't read."""
    for number in range(count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}-{row.bureau_id}.cn", f"{number:064d}"
        row.save(force_insert=True)
        Filing.objects.filter(pk=row.pk).update(**changes)


def test_before_anything_was_measured_it_states_the_limit_of_the_law():
    page = home()

    assert "At most 20 working days at the bureau" in page
    assert "Half are approved" not in page


def test_too_few_approvals_are_no_measure():
    case_at(Status.FILED)
    tasks.measure_pace()

    assert (pace.of_country(), "At most 20 working days" in home()) == (None, True)


def test_it_states_the_median_of_the_latest_approvals_of_all_provinces():
    case = case_at(Status.FILED)
    now = timezone.now()
    approved(case, 3, received_at=now - timedelta(days=30), decided_at=now)
    approved(case, 2, received_at=now, decided_at=now, bureau_id=GUANGDONG)
    tasks.measure_pace()
    measured = pace.of_country()

    assert measured == Pace(measured.days, 6)
    assert measured.days > 1
    assert f"Half are approved within {measured.days} working days" in home()
    assert "Based on the latest 6 approvals. The law allows the bureau 20 working days" in home()


@pytest.mark.parametrize(
    ("operator", "shown"),
    [
        (
            {"name": "示例中心", "phone": "010-1", "hours": "9:00–17:00"},
            ["示例中心", "tel:010-1", "Working days, 9:00"],
        ),
        ({"name": "示例中心", "phone": "010-1", "hours": ""}, ["示例中心", "tel:010-1"]),
        ({"name": "示例中心", "phone": "", "hours": "9:00–17:00"}, []),
    ],
)
def test_it_names_who_runs_the_portal_and_when_the_telephone_is_answered(settings, operator, shown):
    settings.OPERATOR = operator
    page = home()

    found = [words for words in ("示例中心", "tel:010-1", "Working days, 9:00") if words in page]
    assert found == shown
    assert ("Telephone enquiries" in page) == bool(shown)


def test_a_first_filing_begins_with_the_guide_and_a_look_up_is_at_the_top():
    page = home()

    assert page.index('href="/guide/">Start a filing') < page.index("How it works")
    assert page.index('action="/query/"') < page.index("What it costs") < page.index("How it works")


def test_pages_are_sent_compressed_to_browsers_that_ask_for_it():
    plain, packed = (Client().get("/", headers=said) for said in ({}, {"accept-encoding": "gzip, br"}))

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain.headers
