"""What the province's rules find in the facts: each topic with the value that breaks it beside the one that does not.

Rules are made by the test and not saved: what is tested here is how a rule is held against a filing. A few tests at
the end use the rules that come with the portal.
"""

from datetime import date

import pytest

from filings import facts
from filings.fields.findings import Severity
from filings.rules.provincial import needed_documents, provincial_findings
from icp_portal.demo import invent
from ministry.models import ProvinceRule
from ministry.reference import certificates, provinces
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.rules import RuleBook, rules_on

BEIJING, SHANGHAI = "110000", "310000"
DAY = date(2026, 6, 15)
MANAGER = "websites.0.responsible"


def identity_card(born: str = "19900101", region: str = "110105") -> str:
    body = f"{region}{born}123"
    return body + certificates.check_character_resident_id(body)


def filing(*, individual=False, same=True, websites=1, **typed):
    """The facts of an invented filing, with the values (dots as double underscores) typed over them."""
    values = facts.written(
        {"subject": {}, "responsible": {}, "websites": [{"responsible": {}, "access": {}} for _n in range(websites)]},
        invent.values(1, province=BEIJING, individual=individual, same=same),
    )
    for website in values["websites"][1:]:
        website |= {"name": "另一个示例网站", "services": [8], "responsible": {"same": True}}
    return facts.written(values, {path.replace("__", "."): value for path, value in typed.items()})


def rule(topic, **columns):
    defaults = {"province": BEIJING, "severity": "blocks", "source": "来源", "valid_from": DAY}
    return ProvinceRule(topic=topic, **(defaults | columns))


def found(values, *rules, day=DAY, present=()):
    """Code and path of each finding."""
    book = RuleBook(BEIJING, day, rules)
    return [(one.code, one.path) for one in provincial_findings(values, book, day, present)]


def test_a_good_filing_meets_no_rule_and_no_rule_no_filing():
    assert found(filing()) == []
    assert found({}) == found({"subject": {"nature": 4}, "responsible": {}, "websites": []}) == []


def test_a_finding_carries_the_rules_severity_advice_and_source():
    book = RuleBook(BEIJING, DAY, (rule(Topic.NAME_CHARACTERS, amount=9, severity="warns", advice="请改名"),))
    [one] = provincial_findings(filing(websites__0__name="示例官网"), book, DAY)
    assert (one.severity, one.fix, one.source) == (Severity.WARNS, "请改名", "来源")


def test_a_rule_without_advice_still_says_how_to_mend():
    book = RuleBook(BEIJING, DAY, (rule(Topic.NAME_CHARACTERS, amount=9),))
    [one] = provincial_findings(filing(websites__0__name="示例官网"), book, DAY)
    assert one.fix != ""
    assert one.severity == Severity.BLOCKS


def test_a_rule_for_units_does_not_meet_an_individual():
    units = rule(Topic.NAME_WORDS, words="主页\n官方", audience=Audience.UNITS)
    assert found(filing(individual=True), units) == []
    assert found(filing(), units) == [("P301", "websites.0.name")]


# --- Age --------------------------------------------------------------------------------------------------

SIXTEEN = {"topic": Topic.MINIMUM_AGE, "amount": 16, "words": "job_proof"}


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("20100616", [("P105", "responsible.cert_number")]),
        ("20100615", [("P503", "papers.job_proof")]),
        ("20080616", [("P503", "papers.job_proof")]),
        ("20080615", []),
    ],
)
def test_age_counts_to_the_day_and_a_minor_needs_a_paper(born, expected):
    values = filing(responsible__cert_number=identity_card(born))
    assert found(values, rule(**SIXTEEN)) == expected
    assert needed_documents(values, RuleBook(BEIJING, DAY, (rule(**SIXTEEN),))) == tuple(
        (path, "job_proof") for code, path in expected if code == "P503"
    )


def test_the_paper_of_a_minor_cures():
    values = filing(responsible__cert_number=identity_card("20090101"))
    assert found(values, rule(**SIXTEEN), present=["papers.job_proof"]) == []


def test_every_person_who_answers_is_asked_for_the_age_once():
    child = identity_card("20150101")
    values = filing(same=False, websites__0__responsible__cert_number=child)
    assert found(values, rule(**SIXTEEN)) == [("P105", f"{MANAGER}.cert_number")]
    person = filing(individual=True, subject__cert_number=child, responsible__cert_number=child)
    assert found(person, rule(**SIXTEEN)) == [("P105", "subject.cert_number")]


@pytest.mark.parametrize(
    ("cert_type", "number"), [(7, "E12345678"), (2, "no number"), (2, ""), (14, "H01234567"), ("", "x")]
)
def test_an_age_that_is_not_known_is_not_judged(cert_type, number):
    values = filing(responsible__cert_type=cert_type, responsible__cert_number=number)
    assert found(values, rule(Topic.MINIMUM_AGE, amount=100)) == []


def test_no_age_is_too_low_for_a_rule_without_one():
    values = filing(responsible__cert_number=identity_card("20250101"))
    guardian = rule(Topic.MINIMUM_AGE, amount=0, words="guardian")
    assert found(values, guardian) == [("P503", "papers.guardian")]


# --- Residence --------------------------------------------------------------------------------------------


def residence(demand, words=""):
    return rule(Topic.RESIDENCE, demand=demand, words=words, audience=Audience.INDIVIDUALS, severity="warns")


@pytest.mark.parametrize(
    ("demand", "words", "expected"),
    [
        (Demand.FREE, "", []),
        (Demand.ONLY_LOCAL, "", [("P115", "subject.cert_number")]),
        (Demand.PERMIT, "residence_proof", [("P503", "papers.residence_proof")]),
    ],
)
def test_an_identity_card_of_another_province(demand, words, expected):
    values = filing(individual=True, subject__cert_number=identity_card(region="440305"))
    assert found(values, residence(demand, words)) == expected
    assert found(filing(individual=True), residence(demand, words)) == []
    assert found(filing(), residence(demand, words)) == []


def test_a_proof_of_residence_cures():
    values = filing(individual=True, subject__cert_number=identity_card(region="440305"))
    assert found(values, residence(Demand.PERMIT, "residence_proof"), present={"papers.residence_proof"}) == []


def test_where_a_passport_lives_is_not_known():
    values = filing(individual=True, subject__cert_type=7, subject__cert_number="E12345678")
    assert found(values, residence(Demand.ONLY_LOCAL)) == []


# --- Telephones and certificates --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("010-66001234", []),
        ("021-66001234", [("P107", "responsible.office_phone")]),
        ("010-66001234;0755-1234567", [("P107", "responsible.office_phone")]),
        ("0300-1234567", []),
        ("not a number", []),
        ("", []),
    ],
)
def test_a_landline_of_another_province(phone, expected):
    local = rule(Topic.LOCAL_PHONE, demand=Demand.LANDLINE)
    assert found(filing(responsible__office_phone=phone), local) == expected


def test_only_landlines_are_judged():
    mobile = rule(Topic.LOCAL_PHONE, demand=Demand.MOBILE)
    assert found(filing(responsible__office_phone="021-66001234"), mobile) == []


def test_emergency_numbers_of_both_persons():
    differs = rule(Topic.EMERGENCY_DIFFERS)
    both = {"responsible__emergency_mobile": "13900000001", "websites__0__responsible__emergency_mobile": "13900000001"}
    assert found(filing(same=False, **both), differs) == [("P108", f"{MANAGER}.emergency_mobile")]
    assert found(filing(same=True, **both), differs) == []
    assert found(filing(same=False), differs) == []


def test_a_certificate_type_that_is_refused():
    refused = rule(Topic.CERTIFICATES_REFUSED, words="7\n30")
    assert found(filing(responsible__cert_type=30), refused) == [("1008", "responsible.cert_type")]
    assert found(filing(individual=True, subject__cert_type=7), refused) == [("1008", "subject.cert_type")]
    assert found(filing(), refused) == []


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-06-14", []),  # has expired: said elsewhere
        ("2026-06-15", [("P105", "responsible.cert_until")]),
        ("2026-09-14", [("P105", "responsible.cert_until")]),
        ("2026-09-15", []),
        ("", []),
        ("no date", []),
    ],
)
def test_a_certificate_must_be_valid_for_some_months(until, expected):
    assert found(filing(responsible__cert_until=until), rule(Topic.CERTIFICATE_MONTHS, amount=3)) == expected


@pytest.mark.parametrize(("until", "short"), [("2026-02-27", True), ("2026-02-28", False)])
def test_months_end_with_the_month(until, short):
    months = rule(Topic.CERTIFICATE_MONTHS, amount=3)
    assert bool(found(filing(responsible__cert_until=until), months, day=date(2025, 11, 30))) is short


# --- Who may be responsible -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demand", "expected"),
    [
        (Demand.REQUIRED, [("P104", "responsible.legal_representative")]),
        (Demand.AUTHORISATION, [("P104", "papers.authorisation")]),
        (Demand.FREE, []),
    ],
)
def test_somebody_else_than_the_legal_representative(demand, expected):
    legal = rule(Topic.LEGAL_REPRESENTATIVE, demand=demand, audience=Audience.UNITS)
    assert found(filing(responsible__legal_representative="no"), legal) == expected
    assert found(filing(responsible__legal_representative="yes"), legal) == []
    assert found(filing(responsible__legal_representative=""), legal) == []
    assert found(filing(individual=True), legal) == []


def test_an_authorisation_cures():
    legal = rule(Topic.LEGAL_REPRESENTATIVE, demand=Demand.AUTHORISATION)
    assert found(filing(responsible__legal_representative="no"), legal, present=("papers.authorisation",)) == []


def test_another_person_for_the_website():
    same = rule(Topic.MANAGER, demand=Demand.SAME_PERSON)
    authorised = {"responsible__legal_representative": "no"}
    assert found(filing(same=False, **authorised), same) == [("P104", f"{MANAGER}.same")]
    assert found(filing(same=True, **authorised), same) == []
    assert found(filing(same=False), same) == []


def test_another_person_for_the_website_with_an_authorisation_asked_once():
    manager = rule(Topic.MANAGER, demand=Demand.AUTHORISATION)
    legal = rule(Topic.LEGAL_REPRESENTATIVE, demand=Demand.AUTHORISATION, severity="warns")
    values = filing(same=False, responsible__legal_representative="no")
    book = RuleBook(BEIJING, DAY, (legal, manager))
    [one] = provincial_findings(values, book, DAY)
    assert (one.path, one.severity) == ("papers.authorisation", Severity.BLOCKS)
    assert needed_documents(values, book) == (("papers.authorisation", "authorisation"),)


# --- Websites ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("websites", "expected"), [(1, []), (2, []), (3, [("P402", "websites.2.domain")])])
def test_more_websites_than_a_filing_may_hold(websites, expected):
    assert found(filing(websites=websites), rule(Topic.WEBSITES, amount=2)) == expected


def test_two_websites_of_one_name():
    values = filing(websites=3)
    assert found(values, rule(Topic.WEBSITE_NAMES_DIFFER)) == [("1020", "websites.2.name")]


def test_a_remark_is_asked_for_by_the_service_content():
    remark = rule(Topic.REMARK, words="24")
    other = {"websites__0__services": [8, 24]}
    assert found(filing(**other), remark) == [("P305", "websites.0.remark")]
    assert found(filing(**other, websites__0__remark="展示产品"), remark) == []
    assert found(filing(), remark) == []


def test_services_forbidden_and_required():
    assert found(filing(websites__0__services=[6, 8]), rule(Topic.SERVICES_FORBIDDEN, words="6\n7")) == [
        ("P302", "websites.0.services")
    ]
    assert found(filing(websites=2), rule(Topic.SERVICES_REQUIRED, words="6")) == [
        ("P302", "websites.0.services"),
        ("P302", "websites.1.services"),
    ]
    assert found(filing(websites__0__services=[6]), rule(Topic.SERVICES_REQUIRED, words="6\n24")) == []
    assert found(filing(websites__0__services=[]), rule(Topic.SERVICES_REQUIRED, words="6")) == []


@pytest.mark.parametrize(
    ("domain", "refused"),
    [
        ("example.jp", True),
        ("example.cn", False),
        ("example.com.cn", False),
        ("example.com", False),
        ("example.xyz", True),
        ("xn--fsqu00a.xn--fiqs8s", True),
        ("", False),
    ],
)
def test_domain_endings(domain, refused):
    endings = rule(Topic.DOMAIN_ENDINGS, words="??\n!cn\nxyz\n中国")
    assert bool(found(filing(websites__0__domain=domain), endings)) is refused


def test_an_address_has_no_ending():
    values = filing(websites__0__ip_only=True, websites__0__domain="example.jp")
    assert found(values, rule(Topic.DOMAIN_ENDINGS, words="??")) == []


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
