"""The rules that come with the portal are told in the language of the page, those of operators as they were typed."""

import pytest
from django.utils import translation

from ministry.models import ProvinceRule
from ministry.rules import english
from ministry.rules.official import official
from ministry.rules.rules import rules_on
from ministry.tests.rules.rules_entered import DAY, HEBEI, rule

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("column", "texts"), [("advice", english.ADVICE), ("source", english.SOURCES)])
def test_every_text_that_comes_with_the_portal_has_one_in_english_and_no_other_has(column, texts):
    assert set(texts) == set(ProvinceRule.objects.values_list(column, flat=True))


def test_the_form_tells_a_rule_in_the_language_of_the_page():
    typed = rule(province=HEBEI, topic="advice", words="websites.*.domain", advice="请先来电。", severity="warns")
    typed.save()
    book, path = rules_on(HEBEI, DAY), "websites.0.domain"

    told = {advice.text: advice.source for advice in book.advice_for(path, individual=True)}
    with translation.override("zh-hans"):
        chinese = {advice.text: advice.source for advice in book.advice_for(path, individual=True)}

    assert told["请先来电。"] == chinese["请先来电。"] == "测试来源"
    assert chinese["域名的剩余有效期须在3个月以上，快到期的请先续费。"] == "华为云备案文档（2025年11月）"
    assert (
        told["The domain must be valid for at least 3 more months. If it expires sooner, renew it first."]
        == "华为云备案文档（2025年11月）"
    )
    assert len(told) == len(chinese)


def test_hosts_read_an_official_source_in_their_language_and_no_other():
    source = "上海市通信管理局《备案承诺书（2020版）》（见京东云备案文档）"

    assert official("华为云备案文档（2025年11月）") == ""
    assert official(source) == "Shanghai Communications Administration, filing pledge 《备案承诺书（2020版）》"
    with translation.override("zh-hans"):
        assert official(source) == "上海市通信管理局《备案承诺书（2020版）》"
