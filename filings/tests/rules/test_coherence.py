"""Name, nature, certificate, province and address fit together: on the check page, at submission, at the desk."""

import pytest
from django.urls import reverse

from accounts.models import User
from filings import facts, services
from filings.errors import FactsRefused
from filings.rules import checks
from icp_portal.demo import invent
from icp_portal.tests.builders import GUANGDONG, Case, sign_in
from ministry.reference.certificates import check_character_uscc

pytestmark = pytest.mark.django_db


def credit_code(begin: str) -> str:
    """Return a valid credit code with these first eight characters."""
    body = f"{begin}MA0012345"
    return body + check_character_uscc(body)


def at(domain: str) -> dict[str, object]:
    """Values of a website on a domain whose ending the host's type requires."""
    return {"websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"}


INSTITUTION = {"subject.nature": 3, "subject.cert_type": 15, "subject.name": "示例研究院", **at("shili-yanjiu.cn")}
BLOCKED = [
    ({"subject.name": "20260101"}, "1999", "subject.name", "数字"),
    ({"subject.name": "２０２６"}, "1999", "subject.name", "数字"),
    ({"subject.name": "example.com"}, "1999", "subject.name", "域名"),
    ({"subject.name": "https://www.example.cn/"}, "1999", "subject.name", "域名"),
    ({"subject.name": "owner@example.cn"}, "1999", "subject.name", "域名"),
    ({"subject.name": "示例公司.中国"}, "1999", "subject.name", "域名"),
    ({"responsible.name": "王先生"}, "1999", "responsible.name", "“先生”"),
    ({"responsible.name": "李 女 士"}, "1999", "responsible.name", "“女士”"),
    ({"responsible.name": "張經理"}, "1999", "responsible.name", "“经理”"),
    ({"responsible.name": "张三（总经理）"}, "1999", "responsible.name", "“总经理”"),
    ({"responsible.name": "Mr. Smith"}, "1999", "responsible.name", "“Mr.”"),
    (
        {**INSTITUTION, "subject.name": "示例科技有限公司", "subject.cert_number": credit_code("12110105")},
        "1014",
        "subject.nature",
        "“公司”",
    ),
    (
        {**INSTITUTION, "subject.name": "示例中心(有限合伙)", "subject.cert_number": credit_code("12110105")},
        "1014",
        "subject.nature",
        "“有限合伙”",
    ),
    ({"subject.name": "北京示例律师事务所"}, "1014", "subject.nature", "“律师执业机构”"),
    ({"subject.name": "示例市人民政府"}, "1014", "subject.nature", "“政府机关”"),
    ({**INSTITUTION, "subject.cert_number": credit_code("91110105")}, "1008", "subject.cert_number", "“企业”"),
    ({"subject.cert_number": credit_code("12110105")}, "1008", "subject.cert_number", "“事业单位”"),
    ({"subject.cert_number": credit_code("52110105")}, "1008", "subject.cert_number", "“民办非企业单位”"),
]


def typed(values: dict[str, object], **case: object) -> Case:
    """Return a complete draft into which the values have been typed."""
    draft = Case(**case)
    services.save_facts(draft.filing.pk, draft.host, values, version=None)
    return draft.refresh()


def shown(client, case: Case, kind: str) -> list[tuple[str, str]]:
    """Return (code, message) of the findings, or the notes, of the host's check page."""
    sign_in(client, User.objects.get(pk=case.host.user_id))
    page = client.get(reverse("filings:check", args=[case.filing.pk]))
    return [(item.code, item.message) for item in page.context[kind]]


@pytest.mark.parametrize(("values", "code", "path", "said"), BLOCKED)
def test_a_contradiction_is_on_the_check_page_and_stops_the_filing(client, values, code, path, said):
    case = typed(values)

    assert [(finding.code, finding.path) for finding in checks.findings(case.filing) if finding.blocks] == [
        (code, path)
    ]
    [(shown_code, message)] = shown(client, case, "findings")
    assert shown_code == code
    assert said in message + checks.findings(case.filing)[0].fix
    with pytest.raises(FactsRefused) as refused:
        services.submit(case.filing.pk, case.host, version=None)
    assert [(one.code, one.path) for one in refused.value.findings if one.blocks] == [(code, path)]
    assert case.refresh().filing.status == "draft"


COHERENT = [
    {"subject.name": "示例2026有限公司"},
    {"subject.name": "A.B.示例有限公司"},
    {"subject.name": "张三（个体工商户）", "subject.cert_number": credit_code("92110105")},
    {"subject.name": "示例种植专业合作社", "subject.cert_number": credit_code("93110105")},
    {"subject.cert_number": credit_code("91100000")},  # issued by the national department
    {**INSTITUTION, "subject.cert_number": credit_code("12110105")},
    {
        "subject.nature": 2,
        "subject.cert_type": 13,
        "subject.name": "示例区人民政府",
        "subject.cert_number": credit_code("11110105"),
        **at("shili.gov.cn"),
    },
    {
        "subject.nature": 17,
        "subject.cert_type": 38,
        "subject.name": "示例医院有限公司",
        "subject.cert_number": "PDY10000-0",
    },
    {"responsible.name": "李建工"},
    {"responsible.name": "董𬱖"},
    {"subject.cert_address": "北京市朝阳区示例路1号"},
    {"subject.cert_address": "广东路1号", "subject.address": "河南路2号"},
]


@pytest.mark.parametrize("values", COHERENT, ids=str)
def test_what_fits_together_has_no_finding(values):
    case = typed(values)
    services.save_facts(case.filing.pk, case.host, {"subject.division": "110105"}, version=None)

    papers = "P503"  # of organs and institutions
    assert [finding for finding in checks.findings(case.refresh().filing) if finding.code != papers] == []


WARNED = [
    ({"subject.cert_number": credit_code("91440300")}, "1019", "subject.province", "广东省"),
    ({"subject.cert_address": "广东省深圳市南山区1号"}, "1019", "subject.cert_address", "广东省 深圳市 南山区"),
    ({"subject.cert_address": "深圳市1号"}, "1019", "subject.cert_address", "广东省 深圳市"),
    ({"subject.address": "中国 上海 浦东新区1号"}, "1019", "subject.address", "上海市 浦东新区"),
    ({"responsible.name": "张总"}, "1999", "responsible.name", "张总"),
]


@pytest.mark.parametrize(("values", "code", "path", "said"), WARNED)
def test_what_may_be_so_all_the_same_warns_the_host_and_the_verifier(client, settings, values, code, path, said):
    settings.RELAX_SECOND_FACTOR = True
    case = typed(values)

    [(shown_code, message)] = shown(client, case, "notes")
    assert (shown_code, shown(client, case, "findings")) == (code, [])
    assert said in message
    assert [finding.path for finding in checks.findings(case.filing)] == [path]

    case.submit()
    sign_in(client, User.objects.get(pk=case.staff.user_id))
    assert message in client.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()


def test_the_city_on_the_certificate_is_the_chosen_one(client):
    case = typed({"subject.division": "440300", "subject.cert_address": "广州市天河区1号"}, province=GUANGDONG)
    assert [code for code, _message in shown(client, case, "notes")] == ["1019"]

    elsewhere = {"subject.cert_address": "深圳市南山区1号", "subject.address": "广东省广州市天河区1号"}
    services.save_facts(case.filing.pk, case.host, elsewhere, version=None)
    assert shown(client, case, "notes") == []


def test_an_individual_is_no_organisation_and_has_no_title(client):
    case = typed({"subject.name": "示例科技有限公司", "subject.investor": "x"}, individual=True)
    assert ("1014", "subject.nature") in [(one.code, one.path) for one in checks.findings(case.filing)]

    case = typed({"subject.name": "王先生"}, individual=True)
    assert [(one.code, one.path) for one in checks.findings(case.filing)] == [("1999", "subject.name")]


def test_a_websites_own_person_is_asked_for_the_name_too():
    case = typed({"websites.0.responsible.name": "网站负责人"}, same=False)

    assert [(one.code, one.path) for one in checks.findings(case.filing)] == [("1999", "websites.0.responsible.name")]


@pytest.mark.parametrize("province", ["110000", GUANGDONG])
def test_invented_filings_fit_together(province):
    values = facts.written(facts.blank(), invent.values(7, province=province))
    assert values["subject"]["cert_number"][2:4] == province[:2]
    assert checks.findings(Case(province=province).filing) == []


@pytest.mark.parametrize(
    "name",
    [
        "示例反腐资讯",
        "示例反 腐资讯",
        "示例反·腐资讯",
        "示例反-腐资讯",
        "示例反(腐)资讯",
        "示例監察资讯",
        "示例監 察资讯",
    ],
)
def test_a_forbidden_word_is_found_however_it_is_written(client, name):
    case = typed({"websites.0.name": name})

    assert [code for code, _message in shown(client, case, "findings")] == ["P301"]
    with pytest.raises(FactsRefused) as refused:
        services.submit(case.filing.pk, case.host, version=None)
    assert [(one.code, one.path) for one in refused.value.findings if one.blocks] == [("P301", "websites.0.name")]


@pytest.mark.parametrize(("length", "fits"), [(128, True), (129, False)])
def test_a_rare_character_counts_as_one(client, length, fits):
    case = typed({"websites.0.name": "𠮷𫚖𬱖"})
    assert checks.findings(case.filing) == []
    sign_in(client, User.objects.get(pk=case.host.user_id))

    page = client.post(
        reverse("filings:section", args=[case.filing.pk, "responsible"]),
        {**case.filing.facts["responsible"], "name": "𠮷" * length, "version": case.filing.version},
    )

    assert (page.status_code == 302) is fits
    assert (case.refresh().filing.get("responsible.name") == "𠮷" * length) is fits
