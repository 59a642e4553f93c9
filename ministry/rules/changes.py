"""Data of province rules about changes of what is on record, migrations and the yearly confirmation."""

from datetime import date
from typing import Any

from ministry.reference.topics import Audience, Demand, Topic
from ministry.rules.sources import (
    HSY_CHANGES,
    HUAWEI,
    HUAWEI_CHANGES,
    HUAWEI_MIGRATION,
    HUAWEI_QINGHAI,
    HUBEI,
    INDIVIDUALS,
    JD,
    TENCENT,
    TENCENT_AND_HUAWEI,
    UNITS,
    WARNS,
    RuleRow,
    Source,
)

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


def _one_change(places: str, source: Source, demand: Demand, advice: str, **more: Any) -> RuleRow:
    """Return a rule of changes in one filing. It only warns: providers state these, no bureau's own text is public."""
    return RuleRow(Topic.ONE_CHANGE, places, source, advice, WARNS, demand=demand, **more)


CHANGES_IN_ONE = (
    _one_change(
        "青海",
        HUAWEI_QINGHAI,
        Demand.EVERY_CHANGE,
        "变更须提交全部证件图片，请办理“变更主体和网站”。",
        audience=UNITS,
    ),
    _one_change(
        "湖南 贵州",
        HUAWEI_CHANGES,
        Demand.NEW_RESPONSIBLE,
        "更换主体负责人的，请办理“变更主体和网站”，并提交新的授权书。",
    ),
    _one_change("江苏", HSY_CHANGES, Demand.HOST_CHANGES, "不单独受理变更主体，请办理“变更主体和网站”。"),
)
ROWS = (*CHANGES, *SHELLS, *MIGRATION, *CHANGES_IN_ONE, *YEARLY)
