"""The public pages of the bureaus: contact, how long it takes, the rules in force, bulletins."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bureaus.models import Bureau
from filings.figures import monthly
from filings.figures.monthly import MonthCount
from filings.models import MonthFigures
from icp_portal.tests import page_parts
from icp_portal.tests.builders import BEIJING, GUANGDONG
from ministry.models import ProvinceRule
from ministry.reference import code_tables, provinces
from ministry.reference.topics import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = timezone.localdate()
RULE = {"topic": Topic.DAYS_WITH_PROVIDER, "province": BEIJING, "amount": 7, "valid_from": TODAY}


def page(slug: str = "beijing"):
    return Client().get(f"/bureaus/{slug}/")


def texts(topic: Topic) -> list[dict[str, object]]:
    """The rules of a topic that the page of Beijing shows."""
    return [rule for found in page().context["topics"] if found["title"] == topic.label for rule in found["rules"]]


def test_all_bureaus_are_listed_with_their_telephone():
    Bureau.objects.filter(pk=BEIJING).update(contact_phone="010-12345")

    rows = Client().get("/bureaus/").context["rows"]

    assert [province for province, _phone in rows] == list(provinces.PROVINCES)
    assert dict(rows)[provinces.by_code(BEIJING)] == "010-12345"


@pytest.mark.parametrize("province", provinces.PROVINCES, ids=lambda one: one.slug)
def test_every_province_has_a_page(province):
    assert page(province.slug).context["bureau"].province == province.code


@pytest.mark.parametrize("slug", ["atlantis", "BEIJING", "110000"])
def test_no_other_has_one(slug):
    assert page(slug).status_code == 404


def test_contact_is_shown_and_the_chiefs_address_is_not():
    said = {"contact_phone": "010-12345", "contact_email": "office@bureau.test", "address": "示例路1号"}
    Bureau.objects.filter(pk=BEIJING).update(chief_email="chief@bureau.test", **said)

    text = page().content.decode()

    assert all(value in text for value in said.values())
    assert "chief@bureau.test" not in text


def test_the_rules_of_the_day_are_shown_with_day_and_source_and_no_others():
    ended = {**RULE, "valid_from": TODAY - timedelta(days=9), "valid_to": TODAY - timedelta(days=1)}
    coming = {**RULE, "valid_from": TODAY + timedelta(days=1)}
    elsewhere = {**RULE, "province": GUANGDONG}
    for row in (RULE, ended, coming, elsewhere):
        ProvinceRule.objects.create(source="北京市通信管理局通知", advice="请在七日内提交核验", **row)

    (rule,) = texts(Topic.DAYS_WITH_PROVIDER)

    assert (rule["text"], rule["since"], rule["until"]) == ("请在七日内提交核验", TODAY, None)
    assert (rule["source"], rule["details"]) == ("北京市通信管理局通知", [])


def test_a_rule_without_advice_shows_its_number_and_its_list():
    ProvinceRule.objects.create(source="北京市通信管理局通知", **RULE)
    listed = {"topic": Topic.SERVICES_FORBIDDEN, "province": BEIJING, "words": "8", "valid_from": TODAY}
    ProvinceRule.objects.create(source="北京市通信管理局通知", **listed)

    assert "7" in texts(Topic.DAYS_WITH_PROVIDER)[0]["details"][0]
    (forbidden,) = (rule for rule in texts(Topic.SERVICES_FORBIDDEN) if rule["since"] == TODAY)
    assert forbidden["details"] == [f"Service contents: {code_tables.name_of(code_tables.SERVICE_CONTENTS, 8)}"]


def test_a_source_that_is_no_authoritys_is_not_named():
    ProvinceRule.objects.create(source="某云备案文档", advice="请核对", **RULE)

    assert texts(Topic.DAYS_WITH_PROVIDER)[0]["source"] == ""
    assert "某云备案文档" not in page().content.decode()


def test_the_last_whole_month_says_how_long_it_takes():
    last = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
    decided = {"new_filing": {"approved": 8, "returned": 2, "in_time": 10}}
    counted = MonthCount(decided=decided, days={"4": 5, "9": 4, "12": 1})
    for month, count in ((last, counted), (TODAY.replace(day=1), MonthCount())):
        MonthFigures.objects.create(
            month=month, province=BEIJING, content=monthly.content_of(count), counted_at=timezone.now()
        )

    found = page().context

    assert (found["asked"].month, found["count"].in_all) == (last, 10)
    assert (found["count"].median, found["count"].nine_tenths) == (4, 9)
    assert page("guangdong").context["count"] is None


def test_a_page_costs_the_same_whatever_it_shows(django_assert_num_queries):
    with django_assert_num_queries(5):
        page("xizang")
    for number in range(5):
        row = {**RULE, "province": "540000", "amount": number + 1}
        ProvinceRule.objects.create(source="西藏自治区通信管理局", advice=f"第{number}条", **row)
    with django_assert_num_queries(5):
        page("xizang")


def test_a_bureau_without_announcements_in_force_leads_to_the_former_ones():
    shown = page()

    assert not shown.context["announcements"]
    assert page_parts.texts(shown, "//a[@href='/bureaus/beijing/announcements/']") == [
        "All announcements of this bureau"
    ]


def test_the_page_is_reached_from_the_foot_and_from_the_provinces_directory():
    assert 'href="/bureaus/"' in Client().get("/").content.decode()
    assert 'href="/bureaus/beijing/"' in Client().get("/bureaus/").content.decode()
    assert 'href="/bureaus/beijing/"' in Client().get("/navigation/beijing/").content.decode()
