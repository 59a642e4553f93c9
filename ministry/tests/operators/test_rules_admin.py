"""The operators' pages of the province rules: a form for each topic, every change on record, nothing deleted."""

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.urls import reverse

from ministry.models import ProvinceRule, RuleChange
from ministry.operators.rules import says
from ministry.reference.topic_terms import TOPICS
from ministry.reference.topics import Topic

pytestmark = pytest.mark.django_db

LIST = "/ministry/ministry/provincerule/"
ADD = f"{LIST}add/"
TIBET = "540000"


def typed(**changes):
    """What an operator sends for a rule about names."""
    return {
        "province": TIBET,
        "audience": "everybody",
        "words": "甲\r\n乙",
        "severity": "warns",
        "advice": "请更换名称。",
        "source": "西藏自治区通信管理局通知（2026年）",
        "valid_from": "2026-05-01",
        "valid_to": "",
    } | changes


def add(operator, topic=Topic.NAME_WORDS, **changes):
    return operator.post(f"{ADD}?topic={topic}", typed(**changes))


def errors(response):
    """The fields at which the form complains; a page that was left complains at none."""
    return set(response.context["adminform"].form.errors) if response.status_code == 200 else set()


def test_adding_begins_with_the_topic(operator):
    page = operator.get(ADD)
    assert [topic for topic, _about in page.context["topics"]] == list(Topic)
    assert f'href="?topic={Topic.NAME_WORDS}"' in page.content.decode()


@pytest.mark.parametrize("topic", ["", "no_such_topic", "name_words&topic=x", "<script>"])
def test_an_unknown_topic_leads_back_to_the_topics(operator, topic):
    for response in (operator.get(f"{ADD}?topic={topic}"), operator.post(f"{ADD}?topic={topic}", typed())):
        assert response.status_code == 200
        assert "topics" in response.context


@pytest.mark.parametrize("topic", Topic)
def test_each_topic_asks_only_for_what_it_uses(operator, topic):
    terms = TOPICS[topic]
    page = operator.get(f"{ADD}?topic={topic}").context["adminform"]
    form = page.form
    uses = {
        "audience": len(terms.audiences) > 1,
        "natures": terms.by_nature,
        "demand": bool(terms.demands),
        "amount": terms.amount is not None,
        "words": terms.list is not None,
    }
    always = {"province", "severity", "advice", "source", "unverified", "valid_from", "valid_to"}
    assert set(form.fields) == always | {name for name, used in uses.items() if used}
    assert set(flatten_fieldsets(page.fieldsets)) == set(form.fields) | {"topic_name", "about"}
    assert "Hosts see it beside the advice if it is a law" in str(form.fields["source"].help_text)


def test_a_rule_is_added_changed_and_ended_and_all_of_it_is_on_record(operator):
    assert add(operator).status_code == 302
    rule = ProvinceRule.objects.get(province=TIBET, topic=Topic.NAME_WORDS)
    assert (rule.lines, rule.audience, rule.valid_to) == (("甲", "乙"), "everybody", None)

    page = f"{LIST}{rule.pk}/change/"
    assert operator.post(page, typed(severity="blocks", valid_to="2026-12-31")).status_code == 302

    last, first = RuleChange.objects.filter(rule=rule)
    assert (first.by, first.before) == (operator.member, None)
    assert {name for name in last.after if last.after[name] != last.before[name]} == {"severity", "valid_to"}
    history = operator.get(f"{LIST}{rule.pk}/history/").content.decode()
    assert history.index("2026-12-31") < history.index("西藏自治区通信管理局通知（2026年）")


def test_ids_are_ticked_and_kept(operator):
    response = add(operator, Topic.PAPERS, words=["pledge", "site_plan"], natures=["3", "2"])
    assert (response.status_code, errors(response)) == (302, set())
    rule = ProvinceRule.objects.get(source__startswith="西藏")
    assert (rule.lines, rule.natures) == (("pledge", "site_plan"), [2, 3])
    form = operator.get(f"{LIST}{rule.pk}/change/").context["adminform"].form
    assert list(form["words"].value()) == ["pledge", "site_plan"]


@pytest.mark.parametrize(
    ("topic", "changes", "wrong"),
    [
        (Topic.NAME_WORDS, {"words": ""}, {"words"}),
        (Topic.NAME_WORDS, {"words": "\x00"}, {"words"}),
        (Topic.NAME_WORDS, {"words": "控\x07制"}, {"words"}),
        (Topic.NAME_WORDS, {"advice": "长" * 501}, {"advice"}),
        (Topic.NAME_WORDS, {"source": ""}, {"source"}),
        (Topic.NAME_WORDS, {"province": "999999"}, {"province"}),
        (Topic.NAME_WORDS, {"audience": "all"}, {"audience"}),
        (Topic.NAME_WORDS, {"severity": "kills"}, {"severity"}),
        (Topic.NAME_WORDS, {"valid_from": "yesterday"}, {"valid_from"}),
        (Topic.NAME_WORDS, {"valid_from": ""}, {"valid_from"}),
        (Topic.NAME_WORDS, {"valid_to": "2026-04-30"}, {"valid_to"}),
        (Topic.PAPERS, {"words": ["pledge", "no_such_paper"]}, {"words"}),
        (Topic.PAPERS, {"words": ["pledge"], "natures": ["4", "x"]}, {"natures"}),
        (Topic.NAME_APPROVAL, {"amount": "16"}, {"amount"}),
        (Topic.NAME_APPROVAL, {"amount": ""}, {"amount"}),
        (Topic.WEBSITES, {"amount": "0"}, {"amount"}),
        (Topic.WEBSITES, {"amount": "99999999999999999999"}, {"amount"}),
        (Topic.WEBSITES, {"amount": "２x"}, {"amount"}),
        (Topic.LEGAL_REPRESENTATIVE, {"demand": "permit"}, {"demand"}),
        (Topic.LEGAL_REPRESENTATIVE, {"demand": ""}, {"demand"}),
        (Topic.RESIDENCE, {"demand": "permit", "words": []}, {"words"}),
        (Topic.MINIMUM_AGE, {"amount": "18", "words": [], "valid_from": "2026-01-01"}, {"valid_from"}),
    ],
)
def test_whatever_is_typed_wrong_is_named_at_its_field_and_kept(operator, topic, changes, wrong):
    before = ProvinceRule.objects.count()
    response = add(operator, topic, **changes)
    assert errors(response) == wrong
    assert ProvinceRule.objects.count() == before
    kept = response.context["adminform"].form.data
    assert all(kept.getlist(name) == (value if isinstance(value, list) else [value]) for name, value in changes.items())


def test_the_topic_of_a_rule_can_not_be_changed(operator):
    rule = ProvinceRule.objects.filter(topic=Topic.WEBSITES).first()
    operator.post(
        f"{LIST}{rule.pk}/change/?topic=name_words",
        typed(topic="name_words", amount="7", province=rule.province, audience=rule.audience),
    )
    rule.refresh_from_db()
    assert (rule.topic, rule.amount, rule.words) == (Topic.WEBSITES, 7, "")


def test_nothing_is_deleted(operator):
    rule = ProvinceRule.objects.first()
    assert operator.get(f"{LIST}{rule.pk}/delete/").status_code == 403
    assert operator.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"}
    operator.post(LIST, chosen)
    assert ProvinceRule.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize("pk", ["999999999", "abc", "1_5C", "9" * 30])
def test_a_rule_that_is_not_there_has_no_page(operator, pk):
    assert operator.get(f"{LIST}{pk}/history/").status_code == 404
    assert operator.get(f"{LIST}{pk}/change/").status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("validity=today&province__exact=310000&topic__exact=minimum_age", 1),
        ("validity=ended&province__exact=140000&topic__exact=legal_representative", 1),
        ("validity=coming", 0),
        ("validity=nonsense&topic__exact=minimum_age", 43),
        ("q=监护人", 4),
    ],
)
def test_the_list_is_narrowed(operator, query, count):
    assert operator.get(f"{LIST}?{query}").context["cl"].result_count == count


def test_the_pages_cost_the_same_whatever_there_is(operator, django_assert_max_num_queries):
    rule = ProvinceRule.objects.first()
    with django_assert_max_num_queries(9):
        operator.get(LIST)
    with django_assert_max_num_queries(6):
        operator.get(reverse("ministry_desk:ministry_provincerule_history", args=[rule.pk]))


RUBBISH = ["\x00", "-1", "１", "9" * 400, "9999-12-31", "<script>", "例" * 700]


@pytest.mark.parametrize("topic", Topic)
def test_no_rubbish_in_the_fields_of_any_topic_is_a_fault_of_ours(operator, topic):
    """It is refused at its field, or it is a rule; and the page of rules opens afterwards."""
    fields = ("province", "audience", "natures", "amount", "words", "demand", "severity", "valid_from", "valid_to")
    for rubbish in RUBBISH:
        for names in (fields, ("words", "valid_to")):
            assert add(operator, topic, **dict.fromkeys(names, rubbish)).status_code in (200, 302)
    assert operator.get(LIST).status_code == 200


@pytest.mark.usefixtures("english")
def test_the_list_says_the_advice_of_advice_alone():
    text = "请先咨询通信管理局"

    assert says(ProvinceRule(topic=Topic.ADVICE, advice=text)) == text
    assert says(ProvinceRule(topic=Topic.MINIMUM_AGE, amount=18, advice=text)) == "18 years"
