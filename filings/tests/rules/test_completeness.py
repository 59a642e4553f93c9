"""Too little and too much: what a reviewer returns is on the check page before it is submitted."""

import pytest

from accounts.mail import likely_address
from filings import services
from filings.errors import FactsRefused
from filings.fields.findings import Severity
from filings.models import Filing
from filings.rules import checks
from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry.reference import divisions

pytestmark = pytest.mark.django_db


def typed(values: dict[str, object], **case: object) -> Case:
    """Return a complete draft into which the values have been typed."""
    draft = Case(**case)
    services.save_facts(draft.filing.pk, draft.host, values, version=None)
    return draft.refresh()


def found(case: Case) -> list[tuple[str, str, Severity]]:
    return [(one.code, one.path, one.severity) for one in checks.findings(case.filing) if one.path != "mailbox"]


@pytest.mark.parametrize("place", ["北京", "北京市", "北京市 朝阳区", "广东省深圳市南山区", "中国北京市"])
@pytest.mark.parametrize(("path", "code"), [("subject.cert_address", "1999"), ("subject.address", "1007")])
def test_a_place_is_no_address(place, path, code):
    case = typed({path: place})

    assert (code, path, Severity.BLOCKS) in found(case)
    with pytest.raises(FactsRefused) as refused:
        services.submit(case.filing.pk, case.host, version=None)
    assert [(one.code, one.path) for one in refused.value.findings if one.blocks] == [(code, path)]


@pytest.mark.parametrize("address", ["建国路", "北京市朝阳区建国路", "示例大厦", "十里河"])
def test_a_postal_address_without_a_number_is_pointed_out_and_can_be_submitted(address):
    case = typed({"subject.address": address})

    assert found(case) == [("1007", "subject.address", Severity.WARNS)]


@pytest.mark.parametrize(
    "address", ["建国路1号", "建国路８８号", "示例大厦一层", "示例大厦甲座", "十里河村", "张家屯", "建国路二号楼三单元"]
)
def test_a_number_in_figures_or_characters_or_a_village_is_enough(address):
    assert found(typed({"subject.address": address})) == []


def test_an_address_on_a_certificate_needs_no_number():
    assert found(typed({"subject.cert_address": "北京市朝阳区示例大厦"})) == []


def test_an_organisation_may_name_anybody_as_investor():
    assert found(typed({"subject.investor": "王五"})) == []


@pytest.mark.parametrize(("count", "is_told"), [(1, False), (2, False), (3, True), (7, True)])
def test_more_than_two_service_contents_are_pointed_out(count, is_told):
    contents = [11, 16, 17, 18, 19, 20, 21][:count]
    told = [one for one in found(typed({"websites.0.services": contents})) if one[0] == "1034"]

    assert told == ([("1034", "websites.0.services", Severity.WARNS)] if is_told else [])


@pytest.mark.parametrize("path", ["responsible.email", "websites.0.responsible.email"])
def test_an_address_that_looks_misspelt_is_pointed_out_at_its_person(path):
    case = typed({path: "zhang@example.cn;zhang@gamil.com"}, same=False)

    [finding] = [one for one in checks.findings(case.filing) if one.path == path]
    assert (finding.code, finding.severity) == ("1009", Severity.WARNS)
    assert "zhang@gamil.com" in finding.message
    assert "zhang@gmail.com" in finding.fix


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gamil.com", "a@gmail.com"),
        ("A@GMAIL.CON", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@qq.con", "a@qq.com"),
        ("a@163.cm", "a@163.com"),
        ("a@hotmial.com", "a@hotmail.com"),
        ("a@qqq.com", "a@qq.com"),
        ("a@example.cn", ""),
        ("a@mail.com", ""),
        ("a@company-mail.com", ""),
        ("a@136.com", ""),
        ("a@soho.com", ""),
        ("a", ""),
        ("", ""),
    ],
)
def test_likely_misspellings_of_a_mail_service(typed, meant):
    assert likely_address(typed) == meant


@pytest.mark.parametrize(
    ("address", "is_one"),
    [("北京", True), ("仙桃市", True), ("北京路", False), ("", False), ("朝阳区", False), ("内蒙古", True)],
)
def test_what_is_only_a_place(address, is_one):
    assert divisions.is_place(address) is is_one


def test_a_paper_once_uploaded_is_offered_while_it_is_there_though_nothing_asks_for_it():
    case, path = Case(), "websites.0.papers.trademark"
    assert checks.present_papers(Filing()) == set()
    assert path not in [paper.path for paper in checks.papers_of(case.filing)]
    services.add_evidence(case.filing.pk, case.host, path, invent.card("TRADEMARK", 1))
    assert path in [paper.path for paper in checks.papers_of(case.filing)]
    services.remove_evidence(case.filing.pk, case.host, path, version=None)
    assert path not in [paper.path for paper in checks.papers_of(case.filing)]
