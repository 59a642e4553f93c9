"""Findings of the province's rules on names, prior approvals and papers, and the rules that come with the portal."""

from datetime import date

import pytest

from filings import facts
from filings.fields.findings import Severity
from filings.rules.provincial import needed_documents, provincial_findings
from filings.tests.rules.provincial_findings import BEIJING, DAY, SHANGHAI, filing, found, identity_card, rule
from ministry.reference import provinces
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.rules import RuleBook, rules_on

# --- Names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "name", "broken"),
    [
        ({"topic": Topic.NAME_CHARACTERS, "amount": 3}, "示例A", True),
        ({"topic": Topic.NAME_CHARACTERS, "amount": 3}, "示例网", False),
        ({"topic": Topic.NAME_BEGINNING, "words": "中国"}, "中国书店网", True),
        ({"topic": Topic.NAME_BEGINNING, "words": "中国"}, "爱中国书店", False),
        ({"topic": Topic.NAME_WORDS, "words": "赌博\n维权"}, "消费维权网", True),
        ({"topic": Topic.NAME_WORDS, "words": "赌博\n维权"}, "消费者之家", False),
        ({"topic": Topic.NAME_PLACEHOLDER, "words": "测试"}, "测试网站1", True),
        ({"topic": Topic.NAME_PLACEHOLDER, "words": "测试"}, "软件测试学习", False),
        ({"topic": Topic.NAME_FORM, "words": "*的个人主页"}, "张三之家", True),
        ({"topic": Topic.NAME_FORM, "words": "*的个人主页"}, "张三的个人主页", False),
        ({"topic": Topic.NAME_FORM, "words": "*的个人主页"}, "", False),
    ],
)
def test_names(columns, name, broken):
    values = filing(websites__0__name=name)
    assert found(values, rule(**columns)) == ([("P301", "websites.0.name")] if broken else [])


@pytest.mark.parametrize("name", ["12345", "abc", "example.com", "好网站！"])
def test_the_shape_of_a_name_needs_no_rule(name):
    assert found(filing(websites__0__name=name)) == [("P301", "websites.0.name")]


@pytest.mark.parametrize("topic", [Topic.NAME_BEGINNING, Topic.NAME_WORDS])
def test_a_word_of_the_units_own_name_is_for_the_bureau_to_judge(topic):
    word = rule(topic, words="中国")
    own = filing(subject__name="中国示例集团有限公司", websites__0__name="中国示例官网")
    other = filing(websites__0__name="中国示例官网")
    person = filing(individual=True, subject__name="中国", websites__0__name="中国示例官网")
    book = RuleBook(BEIJING, DAY, (word,))
    assert [[one.severity for one in provincial_findings(values, book, DAY)] for values in (own, other, person)] == [
        [Severity.WARNS],
        [Severity.BLOCKS],
        [Severity.BLOCKS],
    ]


# --- Prior approvals and papers ---------------------------------------------------------------------------


PLEDGE = "websites.0.papers.no_approval_pledge"
SCAN = "websites.0.papers.approval.13.1"


def approval(demand, severity="blocks"):
    return rule(Topic.APPROVAL, words="13", demand=demand, severity=severity)


MISSING = [("P303", "websites.0.approval_numbers.13"), ("P303", SCAN)]


@pytest.mark.parametrize(
    ("demand", "present", "number", "expected"),
    [
        (Demand.PAPER, [], "", MISSING),
        (Demand.PAPER, [SCAN], "", MISSING[:1]),
        (Demand.PAPER, ["websites.0.papers.approval.13.2"], "许可1号", []),
        (Demand.PAPER, [PLEDGE], "", MISSING),
        (Demand.PAPER, ["websites.0.papers.approval.1.1", "websites.1.papers.approval.13.1"], "许可1号", MISSING[1:]),
        (Demand.EITHER, [], "", MISSING),
        (Demand.EITHER, [PLEDGE], "", []),
        (Demand.EITHER, [SCAN], "许可1号", []),
        (Demand.PLEDGE, [], "", [("P503", PLEDGE)]),
        (Demand.PLEDGE, [PLEDGE], "", []),
        (Demand.PLEDGE, [SCAN], "许可1号", []),
        (Demand.ASK, [], "", [("P303", "websites.0.approvals")]),
        (Demand.NOTHING, [], "", []),
    ],
)
def test_what_a_prior_approval_has_to_show(demand, present, number, expected):
    values = filing(websites__0__approvals=[13], websites__0__approval_numbers={"13": number})
    assert found(values, approval(demand), present=present) == expected


def test_the_provinces_demand_stands_instead_of_the_nationwide_one():
    nationwide = rule(Topic.APPROVAL, province="", words="13\n1", demand=Demand.PAPER)
    values = filing(websites__0__approvals=[13])
    assert found(values, nationwide, approval(Demand.NOTHING)) == []


def test_a_word_asks_for_an_approval():
    word = rule(Topic.NAME_APPROVAL, amount=13, words="基金\nP2P")
    values = filing(websites__0__name="某某基金官网")
    assert found(values, word) == [("P303", "websites.0.name")]
    assert found(facts.written(values, {"websites.0.approvals": [13]}), word) == []
    assert found(filing(), word) == []


def test_a_pledge_does_for_a_word_only_where_the_approval_takes_one():
    word = rule(Topic.NAME_APPROVAL, amount=13, words="基金")
    values = filing(websites__0__name="某某基金官网")
    assert found(values, word, approval(Demand.EITHER), present=[PLEDGE]) == []
    assert found(values, word, approval(Demand.PAPER), present=[PLEDGE]) == [("P303", "websites.0.name")]
    assert needed_documents(values, RuleBook(BEIJING, DAY, (word, approval(Demand.EITHER)))) == (
        (PLEDGE, "no_approval_pledge"),
    )
    assert needed_documents(values, RuleBook(BEIJING, DAY, (word, approval(Demand.PAPER)))) == ()


def test_papers_of_the_host_and_of_each_website():
    asked = rule(Topic.PAPERS, words="pledge\nsite_plan")
    paths = ["papers.pledge", "websites.0.papers.site_plan", "websites.1.papers.site_plan"]
    values = filing(websites=2)
    assert found(values, asked) == [("P503", path) for path in paths]
    assert found(values, asked, present=paths[:2]) == [("P503", paths[2])]
    assert [path for path, _document in needed_documents(values, RuleBook(BEIJING, DAY, (asked,)))] == paths


def test_papers_of_some_natures():
    asked = rule(Topic.PAPERS, words="party_letter", natures=[6], audience=Audience.UNITS)
    assert found(filing(), asked) == []
    assert found(filing(subject__nature=6), asked) == [("P503", "papers.party_letter")]


# --- The rules that come with the portal ------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("province", [province.code for province in provinces.PROVINCES])
@pytest.mark.parametrize("individual", [False, True])
def test_a_good_filing_lacks_no_more_than_papers_in_any_province(province, individual):
    """A filing whose people and telephones are of the province meets no rule but those that ask for papers."""
    at_home = {
        "subject__province": province,
        "responsible__office_phone": "",
        "websites__0__name": "云岭星河的个人主页" if individual else "云岭星河官方网站",
        "websites__0__services": [24] if individual else [8],
        "websites__0__remark": "记录学习和生活" if individual else "",
    }
    if individual:
        at_home["subject__cert_number"] = at_home["responsible__cert_number"] = identity_card(
            region=f"{province[:2]}0102"
        )
    values = filing(individual=individual, **at_home)
    book = rules_on(province, DAY)
    offered = [path for path, _document in needed_documents(values, book)]
    blocking = {one.path for one in provincial_findings(values, book, DAY, offered) if one.severity == Severity.BLOCKS}
    assert blocking == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("province", "born", "expected"),
    [
        ("370000", "20090616", [("P105", "subject.cert_number")]),  # 山东: 17
        ("370000", "20090615", []),
        ("310000", "20200101", [("P503", "papers.guardian"), ("P503", "papers.pledge")]),  # 上海: with the guardian's
        ("320000", "20100616", [("P105", "subject.cert_number")]),  # 江苏: 16
        ("320000", "20100615", [("P503", "papers.job_proof")]),
    ],
)
def test_the_published_ages(province, born, expected):
    number = identity_card(born, f"{province[:2]}0102")
    values = filing(
        individual=True,
        subject__province=province,
        subject__cert_number=number,
        responsible__cert_number=number,
        responsible__office_phone="",
        websites__0__name="云岭星河的个人主页",
        websites__0__services=[24],
        websites__0__remark="记录学习和生活",
    )
    codes_found = [
        (one.code, one.path)
        for one in provincial_findings(values, rules_on(province, DAY), DAY)
        if one.path not in ("papers.pledge", "papers.responsibility_notice") or province == SHANGHAI
    ]
    assert codes_found == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "asked"), [(date(2021, 6, 20), False), (date(2021, 6, 21), True)])
def test_guangdongs_pledge_is_asked_for_from_its_day(day, asked):
    values = filing(subject__province="440000")
    assert (("papers.pledge", "pledge") in needed_documents(values, rules_on("440000", day))) is asked


@pytest.mark.django_db
def test_judging_a_filing_costs_no_query_beyond_the_rules(django_assert_num_queries):
    values = filing(websites=10, same=False)
    with django_assert_num_queries(1):
        book = rules_on(BEIJING, DAY)
        list(provincial_findings(values, book, DAY))
        needed_documents(values, book)
