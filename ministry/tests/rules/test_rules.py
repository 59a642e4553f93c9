"""Province rules: what may be written, and that every change stays on record."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import Party
from filings import fields
from icp_portal.tests.builders import user
from ministry.models import ProvinceRule, RuleChange
from ministry.reference import provinces
from ministry.reference.rule_lines import FIELDS
from ministry.reference.topic_terms import TOPICS
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.data import as_columns, seed_rules
from ministry.rules.rules import as_worded, content, rules_on, save_rule
from ministry.tests.rules.rules_entered import DAY, HEBEI, SHANGHAI, days, rule

pytestmark = pytest.mark.django_db


def faults(**columns):
    """The fields that a rule is refused at."""
    try:
        rule(**columns).full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


# --- The table of topics and the rules that come with the portal ------------------------------------------


def test_every_topic_is_in_the_table_and_speaks_somewhere():
    assert set(TOPICS) == set(Topic)
    silent = {topic for topic, terms in TOPICS.items() if not terms.paths}
    assert silent == {
        Topic.PAPERS,
        Topic.ADVICE,
        Topic.SUBJECT_CHANGE,
        Topic.CHANGES,
        Topic.ONE_CHANGE,
        Topic.SHELLS,
        Topic.MIGRATION,
        Topic.YEARLY_CONFIRMATION,
        Topic.CODES,
        Topic.DAYS_WITH_PROVIDER,
        Topic.DAYS_RETURNED_TO_HOST,
        Topic.DAYS_RETURNED_TO_PROVIDER,
    }


def test_the_fields_of_the_table_are_fields_of_the_form():
    paths = {path for terms in TOPICS.values() for path in terms.paths} | set(FIELDS)
    assert [path for path in sorted(paths) if fields.find(path.replace("*", "0")) is None] == []


def test_every_seeded_rule_would_be_accepted_at_the_form():
    assert ProvinceRule.objects.count() == len(list(as_columns())) > 200
    for seeded in ProvinceRule.objects.all():
        seeded.full_clean()


def test_every_seeded_rule_is_on_record_as_what_the_portal_came_with():
    changes = RuleChange.objects.select_related("rule")
    assert len(changes) == ProvinceRule.objects.count()
    assert all(change.by is None and change.before is None for change in changes)
    assert all(change.after == content(change.rule) for change in changes)


def test_what_is_not_verified_never_blocks_but_for_a_name_that_says_nothing():
    blocking = ProvinceRule.objects.filter(unverified=True, severity="blocks")
    assert {found.topic for found in blocking} <= {Topic.NAME_PLACEHOLDER}


def test_every_province_says_from_which_age():
    for province in provinces.PROVINCES:
        book = rules_on(province.code, date(2026, 7, 1))
        for individual in (True, False):
            assert book.one(Topic.MINIMUM_AGE, individual=individual), province


def test_the_rules_are_seeded_once():
    before = ProvinceRule.objects.count(), RuleChange.objects.count()
    seed_rules(ProvinceRule, RuleChange)
    assert (ProvinceRule.objects.count(), RuleChange.objects.count()) == before


# --- What may be saved ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ({"amount": None}, {"amount"}),
        ({"amount": 101}, {"amount"}),
        ({"amount": -1}, {"amount"}),
        ({"words": "no such document"}, {"words"}),
        ({"demand": Demand.FREE}, {"demand"}),
        ({"demand": "no such demand"}, {"demand"}),
        ({"topic": "no such topic"}, {"topic"}),
        ({"audience": "nobody"}, {"audience"}),
        ({"natures": [4]}, {"natures"}),
        ({"province": "999999"}, {"province"}),
        ({"source": ""}, {"source"}),
        ({"valid_from": None}, {"valid_from"}),
        ({"valid_to": DAY - timedelta(1)}, {"valid_to"}),
        ({"severity": ""}, {"severity"}),
        ({"topic": Topic.ONE_PHONE, "amount": 1}, {"amount"}),
        ({"topic": Topic.ONE_PHONE, "words": "x"}, {"words"}),
        ({"topic": Topic.RESIDENCE}, {"audience", "demand"}),
        ({"topic": Topic.RESIDENCE, "audience": "individuals", "demand": Demand.PERMIT}, {"words"}),
        ({"topic": Topic.RESIDENCE, "audience": "individuals", "demand": Demand.PAPER}, {"demand"}),
        ({"topic": Topic.NAME_WORDS}, {"words"}),
        ({"topic": Topic.NAME_WORDS, "words": " \n\t\n"}, {"words"}),
        ({"topic": Topic.NAME_WORDS, "words": "长" * 65}, {"words"}),
        ({"topic": Topic.NAME_WORDS, "words": "控\x07制"}, {"words"}),
        ({"topic": Topic.NAME_WORDS, "words": "\n".join(map(str, range(301)))}, {"words"}),
        ({"topic": Topic.NAME_APPROVAL, "amount": 16, "words": "词"}, {"amount"}),
        ({"topic": Topic.NAME_FORM, "words": "*"}, {"words"}),
        ({"topic": Topic.SERVICES_FORBIDDEN, "words": "6\n999"}, {"words"}),
        ({"topic": Topic.SERVICES_FORBIDDEN, "words": "６"}, {"words"}),
        ({"topic": Topic.DOMAIN_ENDINGS, "words": ".cn"}, {"words"}),
        ({"topic": Topic.DOMAIN_ENDINGS, "words": "*"}, {"words"}),
        ({"topic": Topic.ADVICE, "words": "subject.name"}, {"advice"}),
        ({"topic": Topic.ADVICE, "words": "subject.password", "advice": "x"}, {"words"}),
        ({"topic": Topic.PAPERS, "words": "pledge", "natures": [99]}, {"natures"}),
    ],
)
def test_what_a_topic_does_not_know_is_refused_at_its_field(no_rules, columns, wrong):
    assert faults(**columns) == wrong


@pytest.mark.parametrize(
    "columns",
    [
        {"topic": Topic.NAME_WORDS, "words": "词语\n词语\n 另一个 "},
        {"topic": Topic.DOMAIN_ENDINGS, "words": "??\n!cn\ncom.cn\n中国\nxn--fiqs8s"},
        {"topic": Topic.ADVICE, "words": "websites.*.papers.trademark", "advice": "建议", "natures": [4, 2]},
    ],
)
def test_a_good_rule_is_taken(columns):
    assert faults(**columns) == set()


def test_a_list_is_kept_tidy(operator):
    saved = save_rule(rule(Topic.NAME_WORDS, words=" 甲 \r\n\r\n乙\r\n甲"), operator)
    assert saved.lines == ("甲", "乙")


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (-20, -11, set()),
        (-20, -10, {"valid_from"}),
        (-5, 5, {"valid_from"}),
        (10, 20, {"valid_from"}),
        (11, None, set()),
        (-20, None, {"valid_from"}),
    ],
)
def test_two_rules_about_the_same_never_share_a_day(operator, no_rules, first, last, wrong):
    save_rule(rule(**days(-10, 10)), operator)
    assert faults(**days(first, last)) == wrong


def test_rules_of_others_may_share_the_days(operator, no_rules):
    save_rule(rule(), operator)
    assert faults(province="") == set()
    assert faults(province=HEBEI) == set()
    assert faults(audience=Audience.UNITS) == set()


def test_a_rule_may_be_saved_again_without_meeting_itself(operator, no_rules):
    saved = save_rule(rule(), operator)
    saved.full_clean()


def test_lists_may_stand_side_by_side_until_they_name_the_same(operator, no_rules):
    save_rule(rule(Topic.NAME_WORDS, words="甲\n乙"), operator)
    assert faults(topic=Topic.NAME_WORDS, words="丙") == set()
    assert faults(topic=Topic.NAME_WORDS, words="丙\n乙") == {"valid_from"}


def test_a_field_may_have_several_hints_but_none_twice(operator, no_rules):
    save_rule(rule(Topic.ADVICE, words="subject.name", advice="甲"), operator)
    assert faults(topic=Topic.ADVICE, words="subject.name", advice="乙") == set()
    assert faults(topic=Topic.ADVICE, words="subject.name", advice="甲") == {"valid_from"}


def test_the_database_refuses_what_passes_by_the_checks():
    for columns in ({"valid_to": DAY - timedelta(1)}, {"topic": "x"}, {"audience": "x"}, {"source": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rule(**columns).save()


# --- The record -------------------------------------------------------------------------------------------


def test_every_change_is_on_record_with_what_it_was(operator, no_rules):
    saved = save_rule(rule(), operator)
    saved.amount, saved.valid_to = 16, DAY
    save_rule(saved, operator)

    last, first = saved.changes.all()
    assert (first.by, first.before, first.after["amount"]) == (operator, None, 18)
    assert (last.before, last.after) == (
        first.after,
        first.after | {"amount": 16, "valid_to": "2030-06-15"},
    )


def test_saving_without_a_change_leaves_no_record(operator, no_rules):
    saved = save_rule(rule(), operator)
    save_rule(ProvinceRule.objects.get(pk=saved.pk), operator)
    assert saved.changes.count() == 1


def test_a_refused_rule_leaves_nothing(operator):
    before = ProvinceRule.objects.count(), RuleChange.objects.count()
    with pytest.raises(ValidationError) as refusal:
        save_rule(rule(amount=None), operator)
    assert refusal.value.message_dict == {"amount": ["This topic needs a number."]}
    assert (ProvinceRule.objects.count(), RuleChange.objects.count()) == before


@pytest.mark.parametrize("attempt", [lambda change: change.delete(), lambda change: change.save()])
def test_the_record_is_append_only(attempt):
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        attempt(RuleChange.objects.first())


def test_a_rule_is_never_deleted(operator, no_rules):
    fresh = rule()
    fresh.save()
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        fresh.delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_add_the_same_rule_at_once_one_is_refused():
    operators, barrier, refused = [user(Party.MINISTRY), user(Party.MINISTRY)], Barrier(2), []

    def add(operator):
        barrier.wait()
        try:
            save_rule(rule(Topic.WEBSITES, amount=2), operator)
        except ValidationError as error:
            refused.append(set(error.message_dict))
        finally:
            connection.close()

    threads = [Thread(target=add, args=[operator]) for operator in operators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [{"valid_from"}]
    assert ProvinceRule.objects.filter(topic=Topic.WEBSITES, province=SHANGHAI).count() == 1


def test_rules_can_be_read_as_they_were_worded_at_a_moment(operator, no_rules):
    written = save_rule(rule(**days(0, 9)), operator)
    then = RuleChange.objects.get(rule=written).at
    written.amount = 16
    save_rule(written, operator)

    def amounts(province: str, distance: int, at: datetime) -> list[int]:
        found = as_worded(province, DAY + timedelta(distance), at)
        return [one.rule.amount for one in found if one.rule.pk == written.pk]

    now = timezone.now()
    assert [amounts(SHANGHAI, 0, at) for at in (then - timedelta(seconds=1), then, now)] == [[], [18], [16]]
    assert [amounts(SHANGHAI, distance, now) for distance in (-1, 9, 10)] == [[], [16], []]
    assert amounts(HEBEI, 0, now) == []
