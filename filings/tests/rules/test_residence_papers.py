"""A missing proof of residence blocks submission exactly where the province's rule blocks, and warns where it warns."""

import pytest

from filings import services
from filings.errors import FactsRefused
from filings.models import Filing
from filings.rules import checks
from filings.states import Status
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case
from ministry.models import ProvinceRule
from ministry.reference import provinces
from ministry.reference.topics import RuleSeverity, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PAPER = "papers.residence_proof"
ASKING = ("吉林", "安徽", "福建", "浙江", "江西", "江苏", "贵州", "湖北", "上海", "山东", "四川", "广东")
OF_PROVINCES = [(code, str(name) in ASKING) for code, name in provinces.CHOICES]


def from_elsewhere(province: str) -> Case:
    """An individual's complete draft in a province, with the identity card of another one and no proof of residence."""
    case = Case(province=province, individual=True)
    card = invent.person(2 * case.number, GUANGDONG if province != GUANGDONG else BEIJING).id_number
    typed = {f"{part}.cert_number": card for part in ("subject", "responsible")}
    services.save_facts(case.filing.pk, case.host, typed, version=None)
    return case.refresh()


def about_the_paper(filing: Filing) -> list[tuple[str, bool]]:
    return [(one.code, one.blocks) for one in checks.findings(filing) if one.path == PAPER]


def let_the_rules_be(severity: RuleSeverity, province: str = "") -> None:
    """Set the severity of the rules about residence, of one province or of all."""
    rows = ProvinceRule.objects.filter(topic=Topic.RESIDENCE)
    rows = rows.filter(province=province) if province else rows
    assert rows.update(severity=severity)


@pytest.mark.parametrize(("province", "asks"), OF_PROVINCES)
def test_as_the_rules_are_published_the_missing_paper_warns_where_one_is_asked_for(province, asks):
    case = from_elsewhere(province)

    assert about_the_paper(case.filing) == ([("P503", False)] if asks else [])
    assert case.submit().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize(("province", "asks"), OF_PROVINCES)
def test_where_the_rules_block_the_missing_paper_is_refused_and_nowhere_else(province, asks):
    case = from_elsewhere(province)
    let_the_rules_be(RuleSeverity.BLOCKS)

    blocking = [(one.code, one.path) for one in checks.findings(case.filing) if one.blocks and one.code != "P115"]

    assert blocking == ([("P503", PAPER)] if asks else [])


def test_one_provinces_rule_blocks_in_no_other_province():
    here, there = from_elsewhere("310000"), from_elsewhere(GUANGDONG)
    let_the_rules_be(RuleSeverity.BLOCKS, "310000")

    with pytest.raises(FactsRefused, match="One item must be corrected first") as refused:
        services.submit(here.filing.pk, here.host, version=None)
    (finding,) = refused.value.findings
    assert (finding.code, finding.path) == ("P503", PAPER)
    assert finding.message == "A document is missing: 居住证明."
    assert there.submit().filing.status == Status.WITH_PROVIDER


def test_the_uploaded_paper_cures_what_blocks():
    case = from_elsewhere("310000")
    let_the_rules_be(RuleSeverity.BLOCKS)
    services.add_evidence(case.filing.pk, case.host, PAPER, invent.card("RESIDENCE", 1))

    assert about_the_paper(case.filing) == []
    assert case.submit().filing.status == Status.WITH_PROVIDER


@pytest.mark.parametrize("individual", [True, False])
def test_residents_and_organisations_are_not_asked_where_the_rules_block(individual):
    case = Case(province="310000", individual=individual)
    let_the_rules_be(RuleSeverity.BLOCKS)

    assert about_the_paper(case.filing) == []
    assert case.submit().filing.status == Status.WITH_PROVIDER
