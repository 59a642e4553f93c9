"""The certificates of one subject: all of one unit, and none that is an old one of its own."""

import pytest

from filings import services
from filings.kinds import Kind
from filings.models import Entrance, Filing
from filings.rules import checks
from filings.services import starting
from filings.services.detection import RecordTarget
from filings.states import Status
from icp_portal.demo import invent, play_kinds
from icp_portal.tests.builders import Case, blocked_by, case_at, number, on_record, sign_in, user_of
from ministry.models import SubjectCertificate
from ministry.reference import certificates

pytestmark = pytest.mark.django_db

LICENCE = "110108000000016"  # an old licence number, which holds no organisation code


@pytest.fixture
def filed() -> Case:
    return case_at(Status.FILED)


def begun(case: Case) -> Filing:
    return starting.begin(
        case.host,
        Kind.CHANGE_CERT,
        RecordTarget(case.filing.subject_id),
        provider_id=case.provider.pk,
        entrance=Entrance.PROVIDER,
    )


def changed_to(case: Case, cert_number: str) -> Filing:
    """A complete change to a business licence of this number."""
    return play_kinds.fill(
        begun(case), case.host, number(), {"subject.cert_type": 1, "subject.cert_number": cert_number}
    )


@pytest.fixture
def with_licence(filed) -> Case:
    """On record with a credit code once, with a licence number now."""
    play_kinds.approved(changed_to(filed, LICENCE), filed.host, filed.staff, filed.reviewer)
    return filed


def refused(filing: Filing) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in checks.findings(filing) if one.blocks]


def test_by_way_of_a_licence_number_no_second_unit_comes_under_the_subject(with_licence):
    filing = changed_to(with_licence, invent.credit_code(number()))

    assert refused(filing) == [("1008", "subject.cert_number")]
    with blocked_by("1008"):
        services.submit(filing.pk, with_licence.host, version=None)


def test_a_certificate_of_the_same_unit_is_taken_although_the_current_one_names_none(with_licence):
    body = f"91110108{with_licence.filing.get('subject.cert_number')[8:17]}"
    filing = changed_to(with_licence, body + certificates.check_character_uscc(body))

    play_kinds.approved(filing, with_licence.host, with_licence.staff, with_licence.reviewer)

    assert SubjectCertificate.objects.filter(live=True).count() == 3


def test_an_earlier_certificate_of_the_record_is_refused_in_the_form(with_licence, client):
    old = with_licence.filing.get("subject.cert_number")
    filing = changed_to(with_licence, old)
    sign_in(client, user_of(with_licence.host))

    page = client.get(f"/filings/{filing.pk}/check/").content.decode()

    assert refused(filing) == [("1008", "subject.cert_number")]
    assert "1008" in page
    with blocked_by("1008"):
        services.submit(filing.pk, with_licence.host, version=None)


# --- The record's own contacts ---------------------------------------------------------------------


def with_new_person(case: Case) -> Filing:
    """The unit's mobile stays, somebody else answers for it."""
    written = {"subject.cert_type": 1, "subject.cert_number": LICENCE, "responsible.name": "王一新"}
    return play_kinds.fill(begun(case), case.host, number(), written)


def test_the_records_own_mobile_stands_against_no_filing_about_it(filed):
    filing = with_new_person(filed)

    assert [one.code for one in checks.findings(filing)] == []


def test_another_hosts_mobile_is_met_although_the_record_has_it_too(filed):
    """The record was first; the other one must not hide behind it."""
    with_mobile = {"responsible_mobile": filed.filing.get("responsible.mobile"), "responsible_name": "李二"}
    on_record(filed.provider, **with_mobile)

    filing = with_new_person(filed)

    assert {(one.code, one.path) for one in checks.findings(filing) if one.blocks} == {("P106", "responsible.mobile")}
