"""Filings as facts, rules that are not saved, and what such a rule finds."""

from datetime import date

from filings import facts
from filings.rules.provincial import provincial_findings
from icp_portal.demo import invent
from ministry.models import ProvinceRule
from ministry.reference import certificates
from ministry.rules.rules import RuleBook

BEIJING, SHANGHAI = "110000", "310000"
DAY = date(2026, 6, 15)


def identity_card(born: str = "19900101", region: str = "110105") -> str:
    body = f"{region}{born}123"
    return body + certificates.check_character_resident_id(body)


def filing(*, individual=False, same=True, websites=1, **typed):
    """The facts of an invented filing, with the values (dots as double underscores) typed over them."""
    values = facts.written(
        {"subject": {}, "responsible": {}, "websites": [{"responsible": {}, "access": {}} for _n in range(websites)]},
        invent.values(1, province=BEIJING, individual=individual, same=same),
    )
    for website in values["websites"][1:]:
        website |= {"name": "另一个示例网站", "services": [8], "responsible": {"same": True}}
    return facts.written(values, {path.replace("__", "."): value for path, value in typed.items()})


def rule(topic, **columns):
    defaults = {"province": BEIJING, "severity": "blocks", "source": "来源", "valid_from": DAY}
    return ProvinceRule(topic=topic, **(defaults | columns))


def found(values, *rules, day=DAY, present=()):
    """Code and path of each finding."""
    book = RuleBook(BEIJING, day, rules)
    return [(one.code, one.path) for one in provincial_findings(values, book, day, present)]
