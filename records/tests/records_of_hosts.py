"""Records on a host's pages, and the rules and days they depend on."""

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Party
from icp_portal.tests.builders import BEIJING, Case, user
from ministry.models import ProvinceRule, Website
from ministry.reference.topics import Topic
from ministry.rules.rules import save_rule

POLICE = "京公网安备11010802000001号"


def website_of(case: Case) -> Website:
    return case.filing.subject.websites.order_by("sequence").first()


def text_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def rule(province: str = BEIJING, first: int = -10, last: int | None = 20, **columns: object) -> ProvinceRule:
    """A yearly confirmation that a bureau asks for from one day to another, counted from today."""
    made = ProvinceRule(
        province=province,
        topic=Topic.YEARLY_CONFIRMATION,
        source="示例公告",
        valid_from=in_days(first),
        valid_to=None if last is None else in_days(last),
        **columns,
    )
    return save_rule(made, user(Party.MINISTRY))
