"""The host's province against the provider's licence: P403 warns host, provider and bureau, and blocks nothing."""

import pytest
from django.test import Client

from filings import services
from filings.fields.findings import Severity
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, provider, sign_in, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SAID = "has registered no licence for Beijing; it serves Guangdong."


def found(filing: Filing) -> list[tuple[str, str, Severity]]:
    return [
        (finding.code, finding.path, finding.severity)
        for finding in checks.findings(filing)
        if finding.path == "subject.province"
    ]


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        ([BEIJING], []),
        ([GUANGDONG, BEIJING], []),
        ([GUANGDONG], [("P403", "subject.province", Severity.WARNS)]),
        ([], []),  # nothing registered to compare with
    ],
)
def test_it_is_found_outside_the_licence_alone(served, expected):
    assert found(Case(of=provider(provinces=served)).filing) == expected


def test_nothing_is_said_before_the_province_is_known_or_of_one_that_does_not_exist():
    filing = Case(of=provider(provinces=[GUANGDONG])).filing
    for nowhere in ("", "999999", "<b>"):
        filing.facts["subject"]["province"] = nowhere
        assert "P403" not in {finding.code for finding in checks.findings(filing)}


def test_the_host_is_warned_and_may_submit_and_the_provider_sees_it_in_queue_and_on_the_page(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = Case(of=provider(provinces=[GUANGDONG]))
    host = sign_in(Client(), user_of(case.host))
    assert SAID in host.get(f"/filings/{case.filing.pk}/check/").content.decode()

    assert case.submit().filing.status == Status.WITH_PROVIDER
    desk = sign_in(Client(), user_of(case.staff))
    assert "host&#x27;s province outside your licence" in desk.get("/provider/").content.decode().replace("'", "&#x27;")
    assert SAID in desk.get(f"/provider/filings/{case.filing.pk}/").content.decode()
    desk.post(f"/provider/filings/{case.filing.pk}/claim/")
    assert SAID in desk.get(f"/provider/filings/{case.filing.pk}/").content.decode()
    assert case.verify().filing.status == Status.WITH_BUREAU


def test_a_cancellation_is_no_new_access(settings):
    case = Case(of=provider(provinces=[GUANGDONG])).submit().verify().approve()
    target = play_kinds.target_of(case.filing)
    said = {"cancellation.only_access": True}
    leaving = play_kinds.complete_draft(case.host, Kind.CANCEL_ACCESS, target, case.provider.pk, case.number, **said)
    assert found(leaving) == []

    services.submit(leaving.pk, case.host, version=None)
    settings.RELAX_SECOND_FACTOR = True
    queue = sign_in(Client(), user_of(case.staff)).get("/provider/").text
    assert f"/provider/filings/{leaving.pk}/" in queue
    assert "outside your licence" not in queue
