"""A staging copy calls no bureau's system whose host is not listed; reports wait."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from icp_portal.tests.builders import sign_in, user_of
from icp_portal.watch import measures
from interchange.models import ReportState
from interchange.reporting import running
from interchange.tests.reporting.reporting_provider import ReportingProvider, report_of

HELD_BACK = "held back: not in staging_hosts"


@pytest.fixture
def desk(reporting: ReportingProvider, settings: Settings) -> Client:
    """The supervisor's browser, on staging; the host of the bureau's system is not listed."""
    settings.RELAX_SECOND_FACTOR = True
    settings.LANGUAGE_CODE = "en"
    settings.STAGING_HOSTS = []
    return sign_in(Client(), user_of(reporting.supervisor))


def test_nothing_is_called_and_the_report_waits_until_the_host_is_listed(
    reporting: ReportingProvider, desk: Client, settings: Settings
) -> None:
    case = reporting.verified()
    reporting.run()

    assert reporting.codes() == []
    assert (report_of(case).state, reporting.connection.failures) == (ReportState.WAITING, 0)
    assert running.due() == []
    assert measures.waiting()["reports"] == 0
    one = reverse("reporting:one", args=[reporting.connection.pk])
    for page in (one, reverse("reporting:listed"), reverse("reporting:reports")):
        assert HELD_BACK in desk.get(page).text.lower()

    assert "When this host is listed, press “Call now”." in desk.get(one).text

    settings.STAGING_HOSTS = ["testserver"]
    assert running.due() == []
    desk.post(one, {"use": "1", "version": reporting.connection.version})
    reporting.run()
    assert report_of(case).state == ReportState.PACKED


def test_the_test_of_the_connection_says_why_it_calls_nobody(reporting: ReportingProvider, desk: Client) -> None:
    one = reverse("reporting:one", args=[reporting.connection.pk])

    answer = desk.post(one, {"test": "1", "version": reporting.connection.version}, follow=True)

    assert "This is a staging copy: it calls only hosts that are in STAGING_HOSTS." in answer.text
    assert [code for _operation, code in reporting.codes()] == [None]
