"""The rules that come with the portal, through the form and the submission: whom they stop, whom they only warn."""

import pytest
from django.test import Client
from django.urls import reverse

from filings import services
from filings.fields.website import APPROVED_CONTENTS
from filings.rules import checks
from icp_portal.tests.builders import Case, blocked_by, sign_in, user_of
from ministry.reference import code_tables

pytestmark = pytest.mark.django_db

BEIJING, JIANGSU, TIBET, ZHEJIANG, HENAN, CHONGQING = "110000", "320000", "540000", "330000", "410000", "500000"
NEWS, MUSIC, FILM, BANKING, GAMES, EDUCATION, BLOG, OTHER = 5, 14, 15, 11, 13, 21, 6, 24
APPROVALS, DOMAIN, SERVICES = "websites.0.approvals", "websites.0.domain", "websites.0.services"


def found(case: Case, **typed: object) -> list[tuple[str, str, bool]]:
    """Code, path and whether it blocks, of what is found once the values have been typed."""
    said = {path.replace("__", "."): value for path, value in typed.items()}
    filing = services.save_facts(case.filing.pk, case.host, said, version=None)
    return [(finding.code, finding.path, finding.blocks) for finding in checks.findings(filing)]


# --- Who may be responsible -------------------------------------------------------------------------


def test_jiangsu_wants_the_authorisation_of_whoever_is_not_the_legal_representative():
    asked = "papers.authorisation"
    assert asked not in [paper.path for paper in checks.papers_of(Case(province=JIANGSU).filing)]
    # the website's responsible person is somebody else
    assert asked in [paper.path for paper in checks.papers_of(Case(province=JIANGSU, same=False).filing)]

    case = Case(province=JIANGSU)
    assert found(case, responsible__legal_representative="no") == [("P104", asked, True)]
    with blocked_by("P104"):
        services.submit(case.filing.pk, case.host, version=None)


def test_beijing_warns_because_sources_disagree_and_says_so():
    case = Case()
    assert found(case, responsible__legal_representative="no") == [("P104", "responsible.legal_representative", False)]
    (finding,) = checks.findings(case.refresh().filing)
    assert "说法不一" in finding.fix
    services.submit(case.filing.pk, case.host, version=None)


def test_tibet_wants_the_legal_representative():
    said = found(Case(province=TIBET), responsible__legal_representative="no")
    assert ("P104", "responsible.legal_representative", True) in said


# --- Contents ---------------------------------------------------------------------------------------


def test_an_individual_chooses_blog_or_other():
    case = Case(individual=True, province=ZHEJIANG)
    assert found(case, **{SERVICES: [8]}) == [("P302", SERVICES, True)]  # 单位门户网站
    assert found(case, **{SERVICES: [9]}) == [("P302", SERVICES, False)]
    assert found(case, **{SERVICES: [OTHER]}) == []
    assert found(Case(), **{SERVICES: [9]}) == []  # a unit may


@pytest.mark.parametrize(("province", "blocks"), [(BEIJING, True), (ZHEJIANG, True), (HENAN, True), (CHONGQING, None)])
def test_where_an_individual_has_no_blog(province, blocks):
    said = [
        blocks
        for _code, path, blocks in found(Case(individual=True, province=province), **{SERVICES: [BLOG]})
        if path == SERVICES
    ]
    assert said == ([] if blocks is None else [blocks])


def test_where_sources_disagree_on_the_blog_it_only_warns():
    said = found(Case(individual=True, province=CHONGQING), **{SERVICES: [OTHER]})
    assert ("P302", SERVICES, False) in said


CONTENTS = [
    (NEWS, 1, True),
    (FILM, 10, True),
    (GAMES, code_tables.GAMES, True),
    (BANKING, 13, True),
    (EDUCATION, 14, False),
    (MUSIC, 9, False),
]


@pytest.mark.parametrize(("content", "approval", "blocks"), CONTENTS)
def test_the_contents_ask_for_the_prior_approval(content, approval, blocks):
    case = Case()
    assert ("P303", APPROVALS, blocks) in found(case, **{SERVICES: [content]})
    name = code_tables.name_of(code_tables.PRIOR_APPROVALS, approval)
    page = sign_in(Client(), user_of(case.host)).get(reverse("filings:check", args=[case.filing.pk]))
    assert name in page.content.decode()

    named = found(case, **{APPROVALS: [approval]})
    assert "P303" not in [code for code, path, _blocks in named if path == APPROVALS]


def test_the_approvals_are_complete_and_each_kind_is_offered_once():
    ids = {row.id for row in code_tables.PRIOR_APPROVALS}
    assert ids == {*range(1, 16), code_tables.GAMES}
    offered = [name for _id, name in APPROVED_CONTENTS.choices_for({})]
    assert len(offered) == len(set(offered))
    assert {"博客", "WAP网站", "网络预约车", "网络游戏"} <= set(offered)


def test_a_games_number_and_its_paper_are_asked_for():
    said = found(Case(), **{SERVICES: [GAMES], APPROVALS: [code_tables.GAMES]})
    number, paper = (
        f"websites.0.approval_numbers.{code_tables.GAMES}",
        f"websites.0.papers.approval.{code_tables.GAMES}.1",
    )
    assert {("P303", number, True), ("P303", paper, True)} <= set(said)


# --- Endings of domains -----------------------------------------------------------------------------

CREDIT = {2: 13, 3: 15, 4: 1}  # type of host → certificate with a credit code


@pytest.mark.parametrize(
    ("nature", "domain", "blocks"),
    [
        (2, "example.gov.cn", None),
        (2, "示例.政务", None),
        (2, "example.cn", True),
        (3, "example.cn", None),
        (3, "示例.公益", None),
        (3, "example.com", True),
        (3, "example.gov.cn", False),
        (4, "example.gov.cn", True),
        (4, "示例.政务", True),
        (4, "示例.公益", True),
        (4, "example.com", None),
    ],
)
def test_the_ending_of_a_domain_fits_the_host(nature, domain, blocks):
    typed = {"subject.nature": nature, "subject.cert_type": CREDIT[nature], DOMAIN: domain}
    said = [blocks for code, path, blocks in found(Case(), **typed) if (code, path) == ("P203", DOMAIN)]
    assert said == ([] if blocks is None else [blocks])


def test_an_individual_has_no_domain_of_the_state():
    assert ("P203", DOMAIN, True) in found(Case(individual=True), **{DOMAIN: "example.gov.cn"})


@pytest.mark.parametrize("province", ["340000", HENAN, "130000"])
def test_the_form_advises_three_months_of_the_domain(province):
    case = Case(province=province)
    page = sign_in(Client(), user_of(case.host)).get(reverse("filings:section", args=[case.filing.pk, "website"]))
    assert "域名的剩余有效期须在3个月以上" in page.content.decode()
