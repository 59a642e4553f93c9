"""Data of province rules about how many websites a filing can contain."""

from ministry.reference.topics import Audience, Topic
from ministry.rules.sources import CLOUDS, INDIVIDUALS, UNITS, RuleRow, advise


def _websites(places: str, most: int, audience: Audience = Audience.EVERYBODY) -> RuleRow:
    advice = f"一次备案最多提交{most}个网站，其余的请在备案通过后再新增。"
    return RuleRow(Topic.WEBSITES, places, CLOUDS, advice, audience=audience, amount=most)


ROWS = (
    _websites("湖北 湖南", 1),
    _websites("河南", 5, UNITS),
    _websites("河南", 3, INDIVIDUALS),
    _websites("山西", 3),
    _websites("海南", 1, INDIVIDUALS),
    _websites("陕西", 30),
    advise("websites.*.domain", "江西", CLOUDS, "个人已备案满7个网站、单位满15个网站后，每次只能新增一个。"),
)
