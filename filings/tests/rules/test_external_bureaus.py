"""Findings about what a bureau's own system can't receive: before the submission and before the verification."""

from contextlib import AbstractContextManager

import pytest
from django.test import Client

from bureaus.models import Bureau
from filings import services
from filings.agreements import migration_offers
from filings.errors import FactsRefused, MoveRefused
from filings.kinds import Kind
from filings.models import Filing
from filings.rules import checks, external_bureaus
from filings.states import Status
from filings.tests.kinds.passing import Passing
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import (
    BEIJING,
    FILING_PASSWORD,
    GUANGDONG,
    Case,
    blocked_by,
    case_at,
    number,
    sign_in,
    user_of,
)
from ministry.reference import code_tables

pytestmark = pytest.mark.django_db

ADDRESSES = "websites.0.access.ip_ranges"


def refused_by(code: str) -> AbstractContextManager[object]:
    return pytest.raises(MoveRefused, match=rf"^{code}: ")


def turn_external(province: str = BEIJING) -> None:
    assert Bureau.objects.filter(pk=province).update(external=True) == 1


def found(case: Case) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in checks.findings(case.refresh().filing) if finding.blocks]


@pytest.mark.parametrize("service", [code_tables.APP, code_tables.MINI_PROGRAM, code_tables.QUICK_APP])
def test_services_other_than_websites_are_refused_before_they_are_submitted(service):
    case = Case(services=[code_tables.WEBSITE, service])
    assert found(case) == []
    turn_external()

    assert found(case) == [("1999", "websites.1.name")]
    with blocked_by("1999"):
        case.submit()
    assert case.refresh().filing.status == Status.DRAFT


def test_what_became_impossible_after_it_was_submitted_is_refused_before_it_is_verified():
    case = Case(services=[code_tables.WEBSITE, code_tables.APP]).submit()
    turn_external()

    with blocked_by("1999"):
        case.verify()
    assert case.refresh().filing.status == Status.WITH_PROVIDER


def test_the_verifier_is_told_what_the_bureau_can_not_receive():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {ADDRESSES: "2400:3200::1"}, version=None)
    case.submit()
    turn_external()

    with pytest.raises(FactsRefused) as refused:
        case.verify()

    said = "“IP 地址” 北京市通信管理局的系统不能接收 IPv6 地址。 请只填写 IPv4 地址。"
    assert str(refused.value) == f"须先修改 1 处。 {said}"


@pytest.mark.parametrize(
    ("path", "value", "code", "words"),
    [
        (ADDRESSES, "2400:3200::1", "1006", "北京市通信管理局的系统不能接收 IPv6 地址。"),
        (
            "subject.address",
            "示例路𠮷号",
            "1999",
            "北京市通信管理局的系统不能接收其中的部分文字（不在 GBK 字符集内）。",
        ),
    ],
)
def test_values_that_the_interface_can_not_carry_are_named_at_their_field(path, value, code, words):
    case = Case()
    services.save_facts(case.filing.pk, case.host, {path: value}, version=None)
    assert found(case) == []
    turn_external()

    assert found(case) == [(code, path)]
    (finding,) = [one for one in checks.findings(case.filing) if one.path == path and one.blocks]
    assert finding.message == words
    with blocked_by(code):
        case.submit()


def test_a_change_of_the_certificate_has_no_operation():
    case = case_at(Status.FILED)
    draft = play_kinds.complete_draft(
        case.host, Kind.CHANGE_CERT, play_kinds.target_of(case.filing), case.provider.pk, case.number, FILING_PASSWORD
    )
    assert external_bureaus.findings(draft) == []
    turn_external()

    (finding,) = external_bureaus.findings(draft)
    assert (finding.code, finding.path) == ("1999", "subject.province")
    assert finding.message == "北京市通信管理局的系统不能接收这种备案。"


def test_websites_cost_no_query_and_cancellations_are_not_affected(django_assert_num_queries):
    turn_external()
    case = Case()
    with django_assert_num_queries(0):
        assert external_bureaus.findings(case.filing) == []
    assert found(case) == []


def test_the_end_of_an_app_needs_no_element():
    case = case_at(Status.FILED, services=[code_tables.APP])
    turn_external()
    draft = play_kinds.complete_draft(
        case.host,
        Kind.CANCEL_WEBSITE,
        play_kinds.target_of(case.filing),
        case.provider.pk,
        case.number,
        FILING_PASSWORD,
    )
    assert external_bureaus.findings(draft) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=change_cert", "北京市通信管理局的系统不能接收这种备案。"),
        (f"kind=new_website&service={code_tables.APP}", "北京市通信管理局的系统不能接收 APP、小程序和快应用的备案。"),
    ],
)
def test_what_the_bureau_can_not_receive_is_not_begun(query, words):
    case = case_at(Status.FILED)
    url = f"/filings/begin/?{query}&subject={case.filing.subject_id}"
    browser = sign_in(Client(), user_of(case.host))
    assert "form" in browser.get(url).context
    turn_external()

    page = browser.get(url)
    assert "form" not in page.context
    assert words in page.text
    browser.post(url, {"provider": case.provider.pk})

    assert Filing.objects.count() == 1


def test_a_service_refuses_to_begin_it_too():
    case = case_at(Status.FILED)
    turn_external()

    with refused_by("1999"):
        play_kinds.complete_draft(
            case.host, Kind.CHANGE_CERT, play_kinds.target_of(case.filing), case.provider.pk, case.number
        )


def test_a_website_is_neither_offered_nor_taken_over():
    passing = Passing()
    website, taker = passing.website.pk, passing.taker
    giver, other = sign_in(Client(), user_of(passing.giver.host)), sign_in(Client(), user_of(taker))
    assert "将域名过户" in other.get(f"/filings/offers/{passing.offer.pk}/").text
    turn_external(GUANGDONG)
    words = "广东省通信管理局的系统不能接收这种备案。"

    page = other.get(f"/filings/offers/{passing.offer.pk}/").text
    assert words in page
    assert "将域名过户" not in page
    with refused_by("1999"):
        play_kinds.taken_over(taker, passing.offer, passing.giver.provider.pk, number())

    migration_offers.decline(passing.offer.pk, taker)
    assert words in giver.get(f"/records/websites/{website}/offer/").text
    with refused_by("1999"):
        play_kinds.offer(passing.giver.host, website, taker, number())
