"""What the province's rules find in the facts: each topic with the value that breaks it beside the one that does not.

Rules are made by the test and not saved: what is tested here is how a rule is held against a filing.
"""

from datetime import date

import pytest

from filings.fields.findings import Severity
from filings.rules.provincial import needed_documents, provincial_findings
from filings.tests.rules.provincial_findings import BEIJING, DAY, filing, found, identity_card, rule
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.rules import RuleBook

MANAGER = "websites.0.responsible"


def test_a_good_filing_meets_no_rule_and_no_rule_no_filing():
    assert found(filing()) == []
    assert found({}) == found({"subject": {"nature": 4}, "responsible": {}, "websites": []}) == []


def test_a_finding_carries_the_rules_severity_advice_and_source():
    book = RuleBook(BEIJING, DAY, (rule(Topic.NAME_CHARACTERS, amount=9, severity="warns", advice="请改名"),))
    [one] = provincial_findings(filing(websites__0__name="示例官网"), book, DAY)
    assert (one.severity, one.fix, one.source) == (Severity.WARNS, "请改名", "来源")


def test_a_rule_without_advice_still_says_how_to_correct_it():
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


@pytest.mark.parametrize(
    ("domain", "refused"),
    [
        ("xn--fiq26am7nzn2b.cn", True),  # 中国示例.cn
        ("www.xn--fiq26am7nzn2b.com", True),
        ("xn--fsqu00a.xn--fiqs8s", False),  # 例子.中国: everybody may register under this ending
        ("china.cn", False),
        ("", False),
    ],
)
def test_words_in_a_domain(domain, refused):
    expected = [("P203", "websites.0.domain")] if refused else []
    assert found(filing(websites__0__domain=domain), rule(Topic.DOMAIN_WORDS, words="中国\n国家")) == expected


def test_an_address_has_no_ending():
    values = filing(websites__0__ip_only=True, websites__0__domain="example.jp")
    assert found(values, rule(Topic.DOMAIN_ENDINGS, words="??")) == []
