"""The rules that hold on a day: which of them replace others, and which advice is shown."""

from datetime import date, timedelta

import pytest

from ministry.reference.rule_lines import Lines, choices_of
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.rules import read_once, rules_on, save_rule
from ministry.tests.rules.rules_entered import DAY, HEBEI, SHANGHAI, days, rule

pytestmark = pytest.mark.django_db


def amounts(book, topic=Topic.MINIMUM_AGE, **whom):
    return [found.amount for found in book.of(topic, **({"individual": True} | whom))]


@pytest.mark.parametrize(("offset", "held"), [(-1, []), (0, [18]), (5, [18]), (10, [18]), (11, [])])
def test_a_rule_holds_from_its_first_to_its_last_day(operator, no_rules, offset, held):
    save_rule(rule(**days(0, 10)), operator)
    assert amounts(rules_on(SHANGHAI, DAY + timedelta(offset))) == held


def test_an_open_rule_holds_on(operator, no_rules):
    save_rule(rule(), operator)
    assert amounts(rules_on(SHANGHAI, date(2099, 1, 1))) == [18]


def test_other_provinces_rules_do_not_hold(operator, no_rules):
    save_rule(rule(), operator)
    assert amounts(rules_on(HEBEI, DAY)) == []


def test_the_narrowest_rule_replaces_the_wider_ones(operator, no_rules):
    for amount, columns in enumerate(
        (
            {"province": ""},
            {"province": "", "audience": Audience.INDIVIDUALS},
            {},
            {"audience": Audience.INDIVIDUALS},
        ),
        start=10,
    ):
        save_rule(rule(amount=amount, **columns), operator)

    assert amounts(rules_on(SHANGHAI, DAY)) == [13]
    assert amounts(rules_on(SHANGHAI, DAY), individual=False) == [12]
    assert amounts(rules_on(HEBEI, DAY)) == [11]
    assert amounts(rules_on(HEBEI, DAY), individual=False) == [10]


def test_lists_of_words_add_up(operator, no_rules):
    save_rule(rule(Topic.NAME_WORDS, "", words="甲"), operator)
    save_rule(rule(Topic.NAME_WORDS, words="乙"), operator)
    book = rules_on(SHANGHAI, DAY)
    assert {found.words for found in book.of(Topic.NAME_WORDS, individual=True)} == {"甲", "乙"}


def test_a_province_decides_about_an_approval_and_leaves_the_others(operator, no_rules):
    save_rule(rule(Topic.APPROVAL, "", words="1\n3", demand=Demand.PAPER), operator)
    save_rule(rule(Topic.APPROVAL, words="3", demand=Demand.PLEDGE), operator)
    book = rules_on(SHANGHAI, DAY)

    demands = [book.for_line(Topic.APPROVAL, line, individual=True) for line in "13"]
    assert [found.demand for found in demands] == [Demand.PAPER, Demand.PLEDGE]
    assert book.for_line(Topic.APPROVAL, "2", individual=True) is None


def test_an_approval_decided_whole_by_the_province_is_not_decided_twice(operator, no_rules):
    save_rule(rule(Topic.APPROVAL, "", words="3", demand=Demand.PAPER), operator)
    save_rule(rule(Topic.APPROVAL, words="3", demand=Demand.NOTHING), operator)
    found = rules_on(SHANGHAI, DAY).of(Topic.APPROVAL, individual=False)
    assert [one.demand for one in found] == [Demand.NOTHING]


def test_a_rule_for_some_natures_is_for_them_alone(operator, no_rules):
    save_rule(rule(Topic.PAPERS, words="organ_review", natures=[2, 3]), operator)
    book = rules_on(SHANGHAI, DAY)
    assert [len(book.of(Topic.PAPERS, individual=False, nature=nature)) for nature in (2, 4, None)] == [1, 0, 0]


def test_advice_stands_at_its_field_the_provinces_own_first(operator, no_rules):
    save_rule(rule(Topic.ADVICE, "", words="websites.*.name", advice="全国建议"), operator)
    save_rule(rule(Topic.NAME_CHARACTERS, amount=3, advice="本省规则"), operator)
    save_rule(rule(Topic.ADVICE, words="websites.*.name", advice="只对单位", audience=Audience.UNITS), operator)
    book = rules_on(SHANGHAI, DAY)

    assert book.advice_for("websites.4.name", individual=True) == [
        ("本省规则", "测试来源", True),
        ("全国建议", "测试来源", False),
    ]
    assert [advice.text for advice in book.advice_for("websites.0.name", individual=False)] == [
        "只对单位",
        "本省规则",
        "全国建议",
    ]
    assert book.advice_for("websites.0.domain", individual=True) == []


def test_advice_about_a_paper_stands_at_the_paper(operator, no_rules):
    save_rule(rule(Topic.PAPERS, words="pledge", advice="手写签名"), operator)
    assert rules_on(SHANGHAI, DAY).advice_for("papers.pledge", individual=True) == [("手写签名", "测试来源", True)]


def test_advice_of_a_rule_that_was_replaced_is_not_shown(operator, no_rules):
    save_rule(rule(province="", advice="全国"), operator)
    save_rule(rule(advice="本省"), operator)
    assert rules_on(SHANGHAI, DAY).advice_for("subject.cert_number", individual=True) == [("本省", "测试来源", True)]


def test_a_provinces_rule_on_what_to_choose_replaces_nationwide_advice(operator, no_rules):
    save_rule(rule(Topic.ADVICE, "", words="websites.*.services", advice="一般选博客"), operator)
    save_rule(rule(Topic.SERVICES_FORBIDDEN, words="6", advice="不得选博客", audience=Audience.INDIVIDUALS), operator)
    book = rules_on(SHANGHAI, DAY)

    def told(book, individual):
        return [advice.text for advice in book.advice_for("websites.0.services", individual=individual)]

    assert told(book, individual=True) == ["不得选博客"]
    assert told(book, individual=False) == ["一般选博客"]
    assert told(rules_on("440000", DAY), individual=True) == ["一般选博客"]


def test_the_rules_of_a_day_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        book = rules_on("440000", date(2026, 6, 1))
        assert [book.of(topic, individual=True, nature=5) for topic in Topic]
        assert book.advice_for("websites.0.name", individual=True)


def test_the_newest_source_wins_where_two_disagree():
    """山西 asked for nobody in particular in 2020 and for the legal representative in 2025."""
    demands = [
        rules_on("140000", day).one(Topic.LEGAL_REPRESENTATIVE, individual=False).demand
        for day in (date(2020, 6, 1), date(2025, 10, 31), date(2025, 11, 1))
    ]
    assert demands == [Demand.FREE, Demand.FREE, Demand.REQUIRED]


def test_lists_of_ids_offer_every_row_of_their_table():
    assert {lines for lines in Lines if choices_of(lines)} == {
        Lines.SERVICES,
        Lines.CERTIFICATES,
        Lines.APPROVALS,
        Lines.DOCUMENTS,
        Lines.FIELDS,
    }


def test_a_piece_of_work_reads_a_provinces_rules_once_and_the_next_one_what_has_changed(
    operator, no_rules, django_assert_num_queries
):
    with django_assert_num_queries(2), read_once():
        assert rules_on(SHANGHAI, DAY) is rules_on(SHANGHAI, DAY)
        assert amounts(rules_on(HEBEI, DAY)) == []

    save_rule(rule(), operator)

    with read_once():
        assert amounts(rules_on(SHANGHAI, DAY)) == [18]
    with django_assert_num_queries(2):
        assert rules_on(SHANGHAI, DAY) is not rules_on(SHANGHAI, DAY)
