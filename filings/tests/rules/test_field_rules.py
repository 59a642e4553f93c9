"""What the rules say at a field: the province's own, and those of all provinces that the portal can't check."""

import re
from datetime import date

import pytest
from django.utils.translation import gettext as _

from accounts.models import Party, User
from icp_portal.tests import builders
from ministry.models import ProvinceRule
from ministry.reference.topics import Topic
from ministry.rules.rules import save_rule

pytestmark = pytest.mark.django_db

FIELD, OWN = "websites.*.name", "本省的要求"


@pytest.fixture(autouse=True)
def _no_other_rules():
    """The rules that come with the portal have ended."""
    ProvinceRule.objects.update(valid_from=date(2001, 1, 1), valid_to=date(2001, 1, 1))


def told(province: str, *advice: str) -> None:
    for words in advice:
        rule = ProvinceRule(
            topic=Topic.ADVICE, province=province, words=FIELD, advice=words, source="来源", valid_from=date(2020, 1, 1)
        )
        save_rule(rule, builders.user(Party.MINISTRY))


def website_page(client) -> str:
    case = builders.Case()
    builders.sign_in(client, User.objects.get(pk=case.host.user_id))
    return client.get(f"/filings/{case.filing.pk}/edit/website/").content.decode()


def test_the_provinces_own_rule_comes_first_and_then_those_of_all_provinces(client):
    told("", "处处一", "处处二", "处处三")
    told(builders.BEIJING, OWN)

    page = website_page(client)

    assert [page.count(words) for words in (OWN, "处处一", "处处二", "处处三")] == [1] * 4
    assert page.index(OWN) < page.index("处处一")


def test_a_rule_that_the_portal_checks_everywhere_is_told_where_it_is_not_met(client):
    day = date(2020, 1, 1)
    for province, advice in (("", "处处检查"), (builders.BEIJING, OWN)):
        rule = ProvinceRule(
            topic=Topic.NAME_WORDS, province=province, words="官方", advice=advice, source="来源", valid_from=day
        )
        save_rule(rule, builders.user(Party.MINISTRY))

    page = website_page(client)

    assert (page.count("处处检查"), page.count(OWN)) == (0, 1)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("信管〔2017〕264号（2018年1月1日起施行）", "信管〔2017〕264号（2018年1月1日起施行）"),
        (
            "《互联网政务应用安全管理规定》（2024年7月1日起施行）",
            "《互联网政务应用安全管理规定》（2024年7月1日起施行）",
        ),
        (
            "广东省通信管理局要求（2021年6月21日起，见华为云、腾讯云备案文档）",
            "广东省通信管理局要求（2021年6月21日起）",
        ),
        (
            "上海市通信管理局《备案承诺书（2020版）》（见京东云备案文档）",
            "上海市通信管理局《备案承诺书（2020版）》",
        ),
        ("腾讯云备案文档（约2020年）", ""),
        ("业内通行做法，公开资料未见出处", ""),
    ],
)
def test_only_an_official_source_is_named_to_hosts(client, source, shown):
    rule = ProvinceRule(
        topic=Topic.ADVICE, province="", words=FIELD, advice="处处一", source=source, valid_from=date(2020, 1, 1)
    )
    save_rule(rule, builders.user(Party.MINISTRY))

    page = website_page(client)

    assert re.findall(r"<li>处处一(?: <cite>(.*?)</cite>)?</li>", page) == [shown]
    assert (_("As your access provider requires") in page) is not bool(shown)


def test_a_rule_of_another_province_is_not_told(client):
    told(builders.GUANGDONG, OWN)

    assert OWN not in website_page(client)
