"""The host's API: findings, and saving while typing."""

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from desks.form_urls import field_url
from filings import services
from filings.fields import display
from filings.rules import checks
from filings.states import Status
from hosts.tests.api_of_host import Own, paths
from icp_portal.tests.builders import Case, case_at, host, sign_in

pytestmark = pytest.mark.django_db

NO_MOBILE = "12800000000"


# --- Findings -------------------------------------------------------------------------------------


def test_a_complete_filing_is_ready():
    own = Own()
    body = own.findings().json()

    assert (body["version"], body["ready"], body["findings"]) == (own.case.filing.version, True, [])
    assert abs(parse_datetime(body["checked_at"]) - timezone.now()).total_seconds() < 60


def test_the_findings_are_those_of_the_checks_with_links_to_their_fields():
    own = Own()
    filing = services.save_facts(
        own.case.filing.pk, own.case.host, {"responsible.mobile": NO_MOBILE, "websites.0.domain": "www.x"}, version=None
    )
    body = own.findings().json()

    assert body["ready"] is False
    assert body["findings"] == [
        {
            "code": finding.code,
            "path": finding.path,
            "label": display.label(finding.path),
            "severity": "blocks",
            "message": finding.message,
            "fix": finding.fix,
            "source": "",
            "url": field_url(own.case.host, filing, finding.path),
        }
        for finding in checks.findings(filing)
    ]
    assert [finding["path"] for finding in body["findings"]] == ["responsible.mobile", "websites.0.domain"]
    for finding in body["findings"]:
        page, anchor = finding["url"].split("#")
        assert f'id="{anchor}_error"' in own.client.get(page).content.decode()


def test_a_missing_picture_links_to_the_page_of_pictures():
    own = Own()
    own.case.filing.evidence.all().delete()

    first = own.findings().json()["findings"][0]

    assert first["url"].split("#")[0] == f"/filings/{own.case.filing.pk}/edit/papers/"


def test_a_filing_that_lies_with_others_has_no_links_to_the_form():
    case = case_at(Status.WITH_PROVIDER)
    case.filing.evidence.all().delete()
    body = sign_in(Client(), case.filing.host).get(f"/api/filings/{case.filing.pk}/findings").json()

    assert {finding["url"] for finding in body["findings"]} == {""}


# --- Saving ---------------------------------------------------------------------------------------


def test_a_page_is_saved_and_answers_its_own_findings_alone():
    own = Own()
    services.save_facts(own.case.filing.pk, own.case.host, {"websites.0.domain": "www.x"}, version=None)
    version = own.case.refresh().filing.version

    response = own.save("responsible", mobile=NO_MOBILE, office_phone="010-66009999")

    assert response.status_code == 200
    assert response.json()["version"] == own.case.refresh().filing.version == version + 1
    assert paths(response) == ["responsible.mobile"]
    assert own.kept("responsible.office_phone") == "010-66009999"
    assert own.kept("responsible.mobile") == NO_MOBILE
    assert abs(parse_datetime(response.json()["saved_at"]) - timezone.now()).total_seconds() < 60


@pytest.mark.parametrize(
    ("section", "field", "path", "shapeless"),
    [
        ("subject", "name", "subject.name", "长" * 10_000),
        ("subject", "name", "subject.name", "a\x00b"),
        ("subject", "division", "subject.division", "000000"),
        ("subject", "cert_type", "subject.cert_type", "-1"),
        ("responsible", "cert_until", "responsible.cert_until", "2030-02-31"),
        ("website", "services", "websites.0.services", ["8", "99999"]),
        ("access", "ip_ranges", "websites.0.access.ip_ranges", "1.2.3.4\n" * 10_000),
    ],
)
def test_a_value_of_a_wrong_shape_is_told_at_its_field_and_the_others_are_saved(section, field, path, shapeless):
    own = Own()
    before = own.kept(path)
    other = {"subject": "remark", "responsible": "email", "website": "remark", "access": ""}[section]
    typed = {other: "new@example.cn"} if other else {}

    response = own.save(section, **{field: shapeless}, **typed)

    assert response.status_code == 200
    assert paths(response) == [path]
    assert response.json()["findings"][0]["message"]
    assert own.kept(path) == before
    if other:
        assert own.kept(path.rpartition(".")[0] + f".{other}") == "new@example.cn"


def test_whoever_was_slower_is_told_and_shown_what_is_saved_now():
    own = Own()
    page = own.page("website")
    services.save_facts(own.case.filing.pk, own.case.host, {"websites.0.name": "另一个网站名"}, version=None)
    now = own.case.refresh().filing

    response = own.save("website", page, name="我的网站名称")
    body = response.json()

    assert response.status_code == 409
    assert (body["code"], body["version"]) == ("changed", now.version)
    assert body["detail"]
    assert body["saved"] == [
        {
            "path": "websites.0.name",
            "label": display.label("websites.0.name"),
            "value": "另一个网站名",
            "typed": "我的网站名称",
            "url": field_url(own.case.host, now, "websites.0.name"),
        }
    ]
    assert own.kept("websites.0.name") == "另一个网站名"

    again = own.save("website", page, name="我的网站名称", version=str(body["version"]), seen=body["seen"])
    assert again.status_code == 200
    assert own.kept("websites.0.name") == "我的网站名称"


def test_a_filing_that_has_gone_on_can_not_be_saved():
    own = Own()
    page = own.page("website")
    own.case.submit()
    before = own.case.filing.facts

    responses = [
        own.save("website", page, name="新名称网站"),
        own.save("website", page, name="新名称网站", version="5"),
    ]

    assert [(response.status_code, response.json()["code"]) for response in responses] == [(409, "closed")] * 2
    assert own.case.refresh().filing.facts == before


def test_the_other_pages_wait_for_the_first_one():
    owner = host()
    case = Case()
    draft = services.start(owner, provider_id=case.provider.pk, entrance="ministry")
    client = sign_in(Client(), draft.host)

    response = client.post(f"/api/filings/{draft.pk}/sections/subject", {"version": draft.version, "name": "x"})

    assert (response.status_code, response.json()["code"]) == (409, "basics_first")
