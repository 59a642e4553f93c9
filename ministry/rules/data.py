"""Province rules from public documents, each with its source and first day.

Where a source names no first day, its date of publication is used. Where two sources disagree the newer one wins, and
the older one's rule ends the day before. Rules without a public source are marked as unverified and never block.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ministry.reference import provinces
from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.people import AGES, CONTACTS, HOSTS, RESIDENCE, RESPONSIBLE
from ministry.rules.sources import (
    HUAWEI,
    HUAWEI_MIGRATION,
    HUBEI,
    INDIVIDUALS,
    JD,
    ORDERS,
    OURS,
    TENCENT,
    TENCENT_AND_HUAWEI,
    UNITS,
    WARNS,
    RuleRow,
    Source,
)
from ministry.rules.websites import APPROVALS, CONTENTS, DOMAIN_RULES, NAME_RULES, PAPERS, WEBSITES

TO_OTHERS = "已备案的网站可以变更到另一个主办者名下。"
TO_OWN_COMPANY = "个人备案可以变更到本人担任法定代表人的公司名下。"
RENAME_ONLY = "只能凭更名函办理更名；主办者变了的，须注销后重新备案。"


def _change(places: str, source: Source, audience: Audience, demand: Demand, advice: str) -> RuleRow:
    return RuleRow(Topic.SUBJECT_CHANGE, places, source, advice, audience=audience, demand=demand)


CHANGES = (
    _change("", TENCENT_AND_HUAWEI, Audience.EVERYBODY, Demand.RENAME_ONLY, RENAME_ONLY),
    _change("广东 福建 河北 湖南 山西 青海 重庆", TENCENT, Audience.EVERYBODY, Demand.OTHER_HOST, TO_OTHERS),
    _change("新疆", TENCENT, UNITS, Demand.OTHER_HOST, TO_OTHERS),
    _change("山东", HUAWEI, UNITS, Demand.OTHER_HOST, "法定代表人相同的，已备案的网站可以变更到另一个单位名下。"),
    _change(
        "浙江 安徽 山东 江苏 吉林 河南 黑龙江 云南 广西 辽宁 江西 新疆",
        TENCENT,
        INDIVIDUALS,
        Demand.OWN_COMPANY,
        TO_OWN_COMPANY,
    ),
    _change("上海 湖北", JD, INDIVIDUALS, Demand.OWN_COMPANY, TO_OWN_COMPANY),
    _change("北京", JD, Audience.EVERYBODY, Demand.RENAME_ONLY, RENAME_ONLY),
    _change("陕西 四川", HUAWEI, Audience.EVERYBODY, Demand.RENAME_ONLY, RENAME_ONLY),
    _change("内蒙古 海南 贵州", TENCENT, Audience.EVERYBODY, Demand.RENAME_ONLY, RENAME_ONLY),
)
SHELLS = (
    RuleRow(
        Topic.SHELLS,
        "",
        HUAWEI,
        "主体下已没有网站的（空壳主体），须先注销主体，再重新备案。",
        demand=Demand.CANCEL_FIRST,
    ),
    RuleRow(
        Topic.SHELLS,
        "天津 辽宁 四川 云南 江苏 浙江 上海 广西 山西 北京 贵州",
        HUAWEI,
        "主体下已没有网站的（空壳主体），可以直接新增网站。",
        WARNS,
        demand=Demand.MAY_ADD,
    ),
)
MIGRATION = (
    RuleRow(
        Topic.MIGRATION,
        "河北 陕西 广东 上海 安徽 江苏 河南 福建 天津 四川 湖北 吉林 辽宁 浙江 重庆 湖南 云南 贵州",
        HUAWEI_MIGRATION,
        "已备案的网站可以迁移到另一个单位名下，不必先注销；不能迁移到个人名下。",
        demand=Demand.MAY_MIGRATE,
    ),
)
YEARLY = (
    RuleRow(
        Topic.YEARLY_CONFIRMATION,
        "湖北",
        HUBEI,
        "逐个网站确认备案信息：无变化、已更新或已注销。不得延期，逾期未确认的将被注销备案。",
        WARNS,
        until=date(2020, 4, 15),
    ),
)
# The public source covers only the time before the bureau. The limit after a return by the bureau is ours, and longer,
# because the filing has been verified already.
WAITING = (
    RuleRow(Topic.DAYS_RETURNED_TO_HOST, "", ORDERS, severity=WARNS, amount=45),
    RuleRow(Topic.DAYS_WITH_PROVIDER, "", ORDERS, severity=WARNS, amount=45),
    RuleRow(Topic.DAYS_RETURNED_TO_PROVIDER, "", OURS, severity=WARNS, amount=90),
)
ROWS = (
    *AGES,
    *RESIDENCE,
    *CONTACTS,
    *RESPONSIBLE,
    *WEBSITES,
    *NAME_RULES,
    *CONTENTS,
    *DOMAIN_RULES,
    *APPROVALS,
    *PAPERS,
    *HOSTS,
    *CHANGES,
    *SHELLS,
    *MIGRATION,
    *YEARLY,
    *WAITING,
)
_CODES = {province.name: province.code for province in provinces.PROVINCES}


def codes_of(places: str) -> list[str]:
    """Return the codes of provinces named in a row; that of everywhere if there are none."""
    return [_CODES[place] for place in places.split()] or [""]


def as_columns(rows: Iterable[RuleRow] = ROWS) -> Iterator[dict[str, Any]]:
    """Yield each rule of each province as the columns of ``ProvinceRule``."""
    for row in rows:
        for province in codes_of(row.places):
            yield {
                "province": province,
                "topic": row.topic.value,
                "audience": row.audience.value,
                "natures": list(row.natures),
                "amount": row.amount,
                "words": "\n".join(row.words.split()),
                "demand": str(row.demand),
                "severity": row.severity.value,
                "advice": row.advice,
                "source": row.source.name,
                "unverified": row.source.unverified,
                "valid_from": row.source.since,
                "valid_to": row.until,
            }


def seed_rules(province_rule: Any, rule_change: Any) -> None:
    """Create the first rules; do nothing if there are rules already. ``later`` has those that came after.

    Takes the two model classes, so that a migration can pass its historical ones.
    """
    if not province_rule.objects.exists():
        enter(province_rule, rule_change, as_columns())


def enter(province_rule: Any, rule_change: Any, wanted: Iterable[dict[str, Any]]) -> None:
    """Create rules, each with a change without author."""
    entered = province_rule.objects.bulk_create([province_rule(**columns) for columns in wanted])
    rule_change.objects.bulk_create([rule_change(rule=rule, after=as_recorded(rule)) for rule in entered])


def as_recorded(rule: Any) -> dict[str, Any]:
    """Return the columns as stored in a change, dates in ISO form."""
    names = sorted(next(as_columns()))
    values = {name: getattr(rule, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
