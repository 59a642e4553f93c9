"""Refused values of the interface: each is named, with what is wrong with it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import api_keys
from hosts.batch_api import MOST_TEXTS
from icp_portal.tests.builders import host_user
from ministry.reference import lookups

pytestmark = pytest.mark.django_db

OTHERWISE = "This value is not as the interface describes it."
SHAPELESS = [{"name": "texts.0", "detail": OTHERWISE}]


@pytest.fixture
def key() -> str:
    return api_keys.make(host_user(), "nightly check")[1]


def wrong(key: str, body: Any, language: str = "en") -> list[dict[str, str]]:
    given = {"authorization": f"Bearer {key}", "accept-language": language}
    answer = Client().post(reverse("api:batch"), json.dumps(body), content_type="application/json", headers=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    return answer.json()["values"]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ({}, [{"name": "texts", "detail": "This value is missing."}]),
        ({"texts": []}, [{"name": "texts", "detail": "The list is too short; it has at least 1."}]),
        (
            {"texts": ["a.cn"] * (MOST_TEXTS + 1)},
            [{"name": "texts", "detail": f"The list is too long; it has at most {MOST_TEXTS}."}],
        ),
        (
            {"texts": ["x" * (lookups.LONGEST + 1)]},
            [
                {
                    "name": "texts.0",
                    "detail": f"This text is too long; at most {lookups.LONGEST} characters are allowed.",
                }
            ],
        ),
        ({"texts": ["a.cn"], "On": 1}, [{"name": "On", "detail": "There is no value with this name."}]),
        ({"texts": [7]}, SHAPELESS),
        ([], [{"name": "body", "detail": OTHERWISE}]),
    ],
    ids=["missing", "empty", "long", "text", "unknown", "shape", "body"],
)
def test_it_is_named_with_what_is_wrong(key, body, values):
    assert wrong(key, body) == values


def test_it_is_said_in_the_readers_language(key):
    assert wrong(key, {}, "zh-hans") == [{"name": "texts", "detail": "缺少此项。"}]


@pytest.mark.parametrize(("limit", "words"), [("0", "at least 1"), ("1000000", "at most")])
def test_a_number_beyond_its_limit_says_the_limit(limit, words):
    answer = Client().get(reverse("api:changes"), {"limit": limit}, headers={"accept-language": "en"})

    assert answer.status_code == 422
    [value] = answer.json()["values"]
    assert (value["name"], words in value["detail"]) == ("limit", True)
