"""Whatever rule an operator may save, and whatever a host has typed: findings in words, and never a fault."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filings import facts, fields
from filings.fields import Type, validity
from filings.rules import provincial
from icp_portal.demo import invent
from icp_portal.tests.builders import BEIJING
from ministry.models import ProvinceRule
from ministry.reference.rule_lines import Lines, choices_of
from ministry.reference.topic_terms import TOPICS
from ministry.reference.topics import Audience, RuleSeverity, Topic
from ministry.rules.rules import RuleBook

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
quick = settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))

# What a pattern, a template or a page could take for more than text.
odd_text = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=64),  # no form takes NUL
    st.sampled_from(
        ["*", "*" * 64, "a*" * 32, "[", "[!", "]", "?", "\\", "(", "%(x)s", "%s", "{0}", "{{ 7 }}", "<b>", "官方*"]
    ),
)


@st.composite
def rules(draw: Any) -> ProvinceRule:
    """A rule of any topic as the operators' form could send it."""
    topic = draw(st.sampled_from(list(Topic)))
    terms = TOPICS[topic]
    lines: Any = st.just([])
    if terms.list:
        known = sorted(choices_of(terms.list.lines))
        endings = st.from_regex(r"!?(\?\?|[a-z]{1,9}(\.[a-z]{1,9})?)", fullmatch=True)
        free = endings if terms.list.lines == Lines.ENDINGS else odd_text
        lines = st.lists(st.sampled_from(known) if known else free, max_size=6)
    amounts = st.integers(terms.amount.least, terms.amount.most) if terms.amount else st.none()
    if topic == Topic.NAME_APPROVAL:
        amounts = st.sampled_from([int(approval) for approval in choices_of(Lines.APPROVALS)])
    return ProvinceRule(
        province=draw(st.sampled_from(["", BEIJING])),
        topic=topic,
        audience=draw(st.sampled_from(terms.audiences)),
        natures=draw(st.lists(st.sampled_from([4, 5]), max_size=2)) if terms.by_nature else [],
        amount=draw(amounts),
        words="\n".join(draw(lines)),
        demand=draw(st.sampled_from(terms.demands)) if terms.demands else "",
        severity=draw(st.sampled_from(list(RuleSeverity))),
        advice=draw(odd_text),
        source=draw(odd_text),
        valid_from=draw(st.dates(date(2000, 1, 1), TODAY)),
        valid_to=draw(st.one_of(st.none(), st.dates(TODAY, date.max))),
    )


def may_be_saved(rule: ProvinceRule) -> bool:
    try:
        rule.full_clean()
    except ValidationError:
        return False
    return True


JUNK = {
    Type.TEXT: ["", " ", "x", "测试", "1" * 18, "例" * 500, "[a-z]*", "2026-13-45", "\u202e"],
    Type.LINES: ["", "x\ny", "\n\n"],
    Type.CHOICE: ["", 0, 2, 5, 999],
    Type.NAMED: ["", "yes", "no", "maybe"],
    Type.DIVISION: ["", "110105", "999999"],
    Type.CHOICES: [[], [1], [1, 2, 5], [999]],
    Type.DATE: ["", "0001-01-01", "2024-02-29", "9999-12-31", "x"],
    Type.VALIDITY: ["", "0001-01-01", "9999-12-31", validity.LONG_TERM, "x"],
    Type.SWITCH: [False, True],
}


@st.composite
def documents(draw: Any) -> facts.Facts:
    """A filing of one to three websites in which some fields are junk."""
    websites = draw(st.integers(1, 3))
    values = facts.blank()
    values["websites"] = [facts.blank_website() for _website in range(websites)]
    whole = invent.values(
        7, province=BEIJING, individual=draw(st.booleans()), same=draw(st.booleans()), websites=websites
    )
    values = facts.written(values, whole)
    known = [(path, field) for path, _section, field in fields.each(values)]
    for path, field in draw(st.lists(st.sampled_from(known), max_size=8)):
        values = facts.written(values, {path: draw(st.sampled_from(JUNK[field.type]))})
    return values


@quick
@given(st.lists(rules(), min_size=1, max_size=5), documents())
def test_rules_that_may_be_saved_judge_any_filing_without_a_fault(drawn, values):
    book = RuleBook(BEIJING, TODAY, tuple(rule for rule in drawn if may_be_saved(rule)))

    found = list(provincial.provincial_findings(values, book, TODAY, {"papers.pledge"}))

    for finding in found:
        assert finding.code
        assert finding.message
        assert fields.find(finding.path) or ".papers." in finding.path or finding.path.startswith("papers.")
    assert all(len(needed) == 2 for needed in provincial.needed_documents(values, book))
    for path, _section, _field in fields.each(values):
        book.advice_for(path, facts.is_individual(values), 4)


@pytest.mark.parametrize("first", [TODAY, date.min])
@pytest.mark.parametrize("days", [1, 400])
def test_a_rule_that_ends_before_it_begins_is_refused(first, days):
    """Whatever its topic; also where the first day is the first there is."""
    rule = ProvinceRule(
        topic=Topic.WEBSITE_NAMES_DIFFER,
        audience=Audience.EVERYBODY,
        source="示例",
        valid_from=first + timedelta(days=days),
        valid_to=first,
    )
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert "valid_to" in refused.value.message_dict
