"""The quota of look-ups of a day: what counts, what is left, who sets it, when the day ends."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import api_keys, quotas
from accounts.models import ApiKey, LookUps, User
from hosts.tests.batches import refusal, send
from icp_portal.tests.builders import host_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def owner() -> User:
    return host_user()


@pytest.fixture
def key(owner: User) -> str:
    return api_keys.make(owner, "nightly check")[1]


@pytest.fixture
def noon(time_machine: Any) -> datetime:
    """Six hours before the end of a day in China, on the day before in UTC's evening."""
    now = datetime(2026, 11, 20, 18, 0, tzinfo=CHINA)
    time_machine.move_to(now, tick=False)
    return now


def test_each_text_counts_and_the_headers_say_what_is_left(noon, key, owner, settings):
    settings.LOOK_UPS_A_DAY = 10
    answer = send(key, {"texts": ["a.cn", "a.cn", "…", "王"]})

    assert answer["RateLimit-Policy"] == '"day";q=10;w=86400'
    assert answer["RateLimit"] == '"day";r=6;t=21600'
    assert list(LookUps.objects.values_list("user", "day", "texts")) == [(owner.pk, date(2026, 11, 20), 4)]


def test_a_batch_larger_than_what_is_left_is_refused_as_a_whole(noon, key, settings):
    settings.LOOK_UPS_A_DAY = 5
    assert send(key, {"texts": ["a.cn"] * 4}).status_code == 200
    refused = send(key, {"texts": ["a.cn", "b.cn"]})

    assert refusal(refused) == (429, "quota")
    assert (refused["Retry-After"], refused["RateLimit"]) == ("21600", '"day";r=1;t=21600')
    assert (refused.json()["a_day"], refused.json()["left"]) == (5, 1)
    assert send(key, {"texts": ["a.cn"]})["RateLimit"] == '"day";r=0;t=21600'
    assert refusal(send(key, {"texts": ["a.cn"]})) == (429, "quota")


def test_a_first_batch_larger_than_the_quota_is_refused(key, settings):
    settings.LOOK_UPS_A_DAY = 1

    assert refusal(send(key, {"texts": ["a.cn", "b.cn"]})) == (429, "quota")
    assert not LookUps.objects.exists()


def test_another_key_of_the_same_owner_has_no_quota_of_its_own(key, owner, settings):
    settings.LOOK_UPS_A_DAY = 2
    assert send(key, {"texts": ["a.cn", "b.cn"]}).status_code == 200
    api_keys.end(owner, ApiKey.objects.get().pk)
    stranger = api_keys.make(host_user(), "nightly check")[1]

    assert refusal(send(api_keys.make(owner, "nightly check")[1], {"texts": ["a.cn"]})) == (429, "quota")
    assert send(stranger, {"texts": ["a.cn"]}).status_code == 200


def test_an_operator_sets_the_quota_of_a_user(key, owner, settings):
    settings.LOOK_UPS_A_DAY = 1
    User.objects.filter(pk=owner.pk).update(look_ups_a_day=3)
    assert send(key, {"texts": ["a.cn"] * 3})["RateLimit-Policy"] == '"day";q=3;w=86400'

    User.objects.filter(pk=owner.pk).update(look_ups_a_day=0)
    assert refusal(send(key, {"texts": ["a.cn"]})) == (429, "quota")


def test_the_day_is_chinas(time_machine, key, owner, settings):
    """A second before midnight and at midnight in China, which is the same day in UTC."""
    settings.LOOK_UPS_A_DAY = 1
    time_machine.move_to(datetime(2026, 11, 20, 23, 59, 59, tzinfo=CHINA), tick=False)
    assert send(key, {"texts": ["a.cn"]})["RateLimit"] == '"day";r=0;t=1'
    assert send(key, {"texts": ["a.cn"]})["Retry-After"] == "1"

    time_machine.move_to(datetime(2026, 11, 21, 0, 0, 0, tzinfo=CHINA), tick=False)
    assert quotas.of_today(owner).used == 0
    assert send(key, {"texts": ["a.cn"]})["RateLimit"] == '"day";r=0;t=86400'
    assert list(LookUps.objects.order_by("day").values_list("day", "texts")) == [
        (date(2026, 11, 20), 1),
        (date(2026, 11, 21), 1),
    ]


def test_the_quota_outlives_the_cache(key, settings):
    settings.LOOK_UPS_A_DAY = 1
    send(key, {"texts": ["a.cn"]})
    cache.clear()

    assert refusal(send(key, {"texts": ["a.cn"]})) == (429, "quota")


def test_the_day_of_the_last_use_is_noted_once(noon, key):
    assert ApiKey.objects.get().last_used_on is None
    send(key, {"texts": []})
    assert ApiKey.objects.get().last_used_on == date(2026, 11, 20)

    with CaptureQueriesContext(connection) as queries:
        send(key, {"texts": ["a.cn"]})
    assert [one["sql"] for one in queries if "UPDATE" in one["sql"] and "accounts_apikey" in one["sql"]] == []
