"""Rules as an operator enters them."""

from datetime import date, timedelta

from ministry.models import ProvinceRule
from ministry.reference.topics import Topic

SHANGHAI, HEBEI = "310000", "130000"
DAY = date(2030, 6, 15)


def rule(topic=Topic.MINIMUM_AGE, province=SHANGHAI, **columns):
    defaults = {"source": "测试来源", "valid_from": DAY}
    if topic == Topic.MINIMUM_AGE:
        defaults["amount"] = 18
    return ProvinceRule(**(defaults | {"topic": topic, "province": province} | columns))


def days(first, last):
    return {"valid_from": DAY + timedelta(first), "valid_to": None if last is None else DAY + timedelta(last)}
