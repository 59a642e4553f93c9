"""What the rules say at a field: the province's own openly, many that hold everywhere folded."""

import re
from datetime import date

import pytest

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


def folded(page: str) -> str:
    return "".join(re.findall(r"<details.*?</details>", page, re.DOTALL))


def test_the_provinces_own_rule_is_open_and_a_wall_of_others_is_folded(client):
    told("", "处处一", "处处二", "处处三")
    told(builders.BEIJING, OWN)

    page = website_page(client)

    assert {words for words in ("处处一", "处处二", "处处三", OWN) if words in folded(page)} == {
        "处处一",
        "处处二",
        "处处三",
    }
    assert page.count(OWN) == 1


def test_two_rules_of_all_provinces_are_no_wall(client):
    told("", "处处一", "处处二")

    page = website_page(client)

    assert (page.count("处处一"), page.count("处处二"), "处处" in folded(page)) == (1, 1, False)


def test_a_rule_of_another_province_is_not_told(client):
    told(builders.GUANGDONG, OWN)

    assert OWN not in website_page(client)
