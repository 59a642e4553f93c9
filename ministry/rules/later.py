"""Rules that came after the first ones (``data``), and which of those they end or correct.

Entered by a migration of their own, so that a database of an earlier release gets them too.
"""

from datetime import date
from typing import Any, Final

from django.db.models import Q

from ministry.reference import code_tables
from ministry.reference.topic_terms import TOPICS
from ministry.reference.topics import Demand, RuleSeverity, Topic
from ministry.rules.data import as_columns, as_recorded, codes_of, enter, seed_rules
from ministry.rules.people import ADULT, FREE, GUARDIAN, LEGAL, LEGAL_OR_AUTHORISED
from ministry.rules.sources import (
    BEIJING_LEGAL,
    BLOCKS,
    BLOGS,
    ENDINGS,
    FILLING,
    HSY_CHANGES,
    HUAWEI_CHANGES,
    HUAWEI_QINGHAI,
    INDIVIDUALS,
    INDIVIDUALS_CONTENTS,
    JIANGSU_NOTICE,
    STATE_SERVICES,
    STATE_WEBSITES,
    TENCENT,
    TENCENT_2021,
    TENCENT_APPROVALS,
    TIBET_INDIVIDUALS,
    TRADE,
    UNITS,
    UNSTATED,
    WARNS,
    RuleRow,
    Source,
    day_before,
)
from ministry.rules.websites import BLOG, DOMAIN_MONTHS, GAMES_NEED_APPROVAL, OTHER

# Rules that end: topic, provinces, source, last day.
ENDED: Final[tuple[tuple[Topic, str, Source, date], ...]] = (
    (Topic.MINIMUM_AGE, "北京", TRADE, day_before(TENCENT_2021)),
    (Topic.MINIMUM_AGE, "山西 安徽 广西 海南 西藏 甘肃 青海 宁夏 新疆", UNSTATED, day_before(TENCENT_2021)),
    (Topic.RESIDENCE, "北京", TRADE, day_before(TENCENT_2021)),
    (Topic.RESIDENCE, "西藏", UNSTATED, day_before(TIBET_INDIVIDUALS)),
    (Topic.LEGAL_REPRESENTATIVE, "江苏", TENCENT, day_before(JIANGSU_NOTICE)),
    (Topic.LEGAL_REPRESENTATIVE, "北京", TENCENT, day_before(BEIJING_LEGAL)),
    (Topic.SERVICES_REQUIRED, "黑龙江 重庆", TENCENT, day_before(BLOGS)),
)

PEOPLE = (
    RuleRow(Topic.MINIMUM_AGE, "北京 山西 广西 西藏 甘肃 青海 宁夏 新疆", TENCENT_2021, ADULT, amount=18),
    RuleRow(Topic.MINIMUM_AGE, "安徽 陕西", TENCENT_2021, ADULT, audience=UNITS, amount=18),
    RuleRow(Topic.MINIMUM_AGE, "安徽", TENCENT_2021, GUARDIAN, audience=INDIVIDUALS, amount=0, words="guardian"),
    RuleRow(Topic.MINIMUM_AGE, "海南", TENCENT_2021, "主办人和负责人须年满16周岁。", amount=16),
    RuleRow(Topic.RESIDENCE, "北京", TENCENT_2021, FREE, WARNS, INDIVIDUALS, demand=Demand.FREE),
    RuleRow(
        Topic.RESIDENCE,
        "西藏",
        TIBET_INDIVIDUALS,
        "公开资料只写明单位备案的要求，没有写个人备案；个人请先向接入服务商或省通信管理局确认。",
        WARNS,
        INDIVIDUALS,
        demand=Demand.FREE,
    ),
    RuleRow(
        Topic.LEGAL_REPRESENTATIVE,
        "江苏",
        JIANGSU_NOTICE,
        LEGAL_OR_AUTHORISED,
        audience=UNITS,
        demand=Demand.AUTHORISATION,
    ),
    RuleRow(
        Topic.MANAGER,
        "江苏",
        JIANGSU_NOTICE,
        "网站负责人不是法定代表人的，须提交法定代表人的授权书。",
        audience=UNITS,
        demand=Demand.AUTHORISATION,
    ),
    RuleRow(
        Topic.ADVICE,
        "江苏",
        TENCENT_2021,
        "主体负责人不是法定代表人的，网站负责人须与主体负责人为同一人；一个人只能担任一家单位的网站负责人。",
        WARNS,
        UNITS,
        words="websites.*.responsible.same",
    ),
    RuleRow(Topic.LEGAL_REPRESENTATIVE, "西藏", TENCENT_2021, LEGAL, audience=UNITS, demand=Demand.REQUIRED),
    RuleRow(
        Topic.LEGAL_REPRESENTATIVE,
        "北京",
        BEIJING_LEGAL,
        "各接入服务商的说法不一：有的要求主体负责人为法定代表人，有的没有这项要求。由他人担任的，请先与接入服务商确认。",
        WARNS,
        UNITS,
        demand=Demand.REQUIRED,
    ),
    RuleRow(
        Topic.ADVICE,
        "北京",
        TENCENT_2021,
        "主体负责人与网站负责人不是同一人的，四处手机和应急号码中至少要有3个不同的号码。",
        WARNS,
        words="websites.*.responsible.emergency_mobile",  # asked only where the two are different persons
    ),
)
EVERY_CONTENT = [str(code.id) for code in code_tables.SERVICE_CONTENTS]
OF_A_UNIT = "8"  # 单位门户网站


def _other_than(*ids: str) -> str:
    return " ".join(content for content in EVERY_CONTENT if content not in ids)


CONTENTS = (
    RuleRow(
        Topic.SERVICES_FORBIDDEN,
        "",
        FILLING,
        "“单位门户网站”是单位的网站，个人请另选服务内容。",
        audience=INDIVIDUALS,
        words=OF_A_UNIT,
    ),
    RuleRow(
        Topic.SERVICES_FORBIDDEN,
        "",
        INDIVIDUALS_CONTENTS,
        "个人网站一般不选此项服务内容。确需选择的，请先与接入服务商确认。",
        WARNS,
        INDIVIDUALS,
        words=_other_than(BLOG, OTHER, OF_A_UNIT),
    ),
    RuleRow(
        Topic.SERVICES_FORBIDDEN,
        "北京 内蒙古",
        TENCENT_2021,
        "个人网站不得选“博客/个人空间”，请选“其他”并填写备注。",
        audience=INDIVIDUALS,
        words=BLOG,
    ),
    RuleRow(
        Topic.SERVICES_REQUIRED,
        "黑龙江 重庆",
        BLOGS,
        "较早的资料要求个人网站选“博客/个人空间”，较新的资料没有这项要求。请先与接入服务商确认。",
        WARNS,
        INDIVIDUALS,
        words=BLOG,
    ),
    RuleRow(
        Topic.REMARK,
        "北京 河北 内蒙古 黑龙江 江苏 山东 青海",
        TENCENT_2021,
        "个人备案须在备注中详细说明网站开办后的内容和用途。",
        audience=INDIVIDUALS,
        words=" ".join(EVERY_CONTENT),
    ),
    RuleRow(
        Topic.REMARK,
        "湖北",
        TENCENT_2021,
        "服务内容不是“博客/个人空间”的，须在备注中说明网站内容。",
        audience=INDIVIDUALS,
        words=_other_than(BLOG),
    ),
    RuleRow(
        Topic.REMARK,
        "湖北",
        TENCENT_2021,
        "服务内容不是“单位门户网站”的，须在备注中说明网站内容。",
        audience=UNITS,
        words=_other_than(OF_A_UNIT),
    ),
)
STATE, PUBLIC_INSTITUTION, PEOPLES_BODY = 2, 3, 13
OF_THE_STATE = "gov.cn 政务 政务.cn"
OTHERS = tuple(code.id for code in code_tables.NATURES if code.id not in (STATE, PUBLIC_INSTITUTION, PEOPLES_BODY))
DOMAINS = (
    RuleRow(
        Topic.DOMAIN_ENDINGS_REQUIRED,
        "",
        STATE_SERVICES,
        "党政机关的域名须以“.gov.cn”或“.政务”结尾。",
        natures=(STATE,),
        words=OF_THE_STATE,
    ),
    RuleRow(
        Topic.DOMAIN_ENDINGS_REQUIRED,
        "",
        STATE_SERVICES,
        "事业单位的域名须以“.cn”或“.公益”结尾。",
        natures=(PUBLIC_INSTITUTION,),
        words="cn 公益",
    ),
    RuleRow(
        Topic.DOMAIN_ENDINGS,
        "",
        STATE_WEBSITES,
        "以“.gov.cn”“.政务”结尾的域名只供政府网站使用。",
        natures=OTHERS,
        words=OF_THE_STATE,
    ),
    RuleRow(
        Topic.DOMAIN_ENDINGS,
        "",
        STATE_WEBSITES,
        "不承担行政职能的单位原则上不得使用以“.gov.cn”结尾的域名。",
        WARNS,
        natures=(PUBLIC_INSTITUTION, PEOPLES_BODY),
        words="gov.cn",
    ),
    RuleRow(
        Topic.DOMAIN_ENDINGS,
        "",
        ENDINGS,
        "以“.公益”结尾的域名只供非营利性机构使用。",
        natures=(code_tables.ENTERPRISE, code_tables.PERSON),
        words="公益 公益.cn",
    ),
    RuleRow(Topic.ADVICE, "安徽 河南", TENCENT_2021, DOMAIN_MONTHS, WARNS, words="websites.*.domain"),
    RuleRow(
        Topic.ADVICE,
        "广西",
        TENCENT_2021,
        "单位一次备案超过5个域名的，域名的剩余有效期须在3个月以上。",
        WARNS,
        UNITS,
        words="websites.*.domain",
    ),
    RuleRow(
        Topic.ADVICE,
        "西藏",
        TENCENT_2021,
        "域名的持有者须与主办单位名称一致。",
        WARNS,
        UNITS,
        words="websites.*.domain",
    ),
    RuleRow(
        Topic.DOMAIN_WORDS,
        "北京",
        TENCENT_2021,
        "不是国家级单位的，域名中不得带有“中国”“国家”。",
        WARNS,
        words="中国 国家",
    ),
)


def _contents_approval(
    approval: int, contents: str, advice: str, severity: RuleSeverity = BLOCKS, places: str = "", **more: Any
) -> RuleRow:
    return RuleRow(
        Topic.SERVICE_APPROVAL, places, TENCENT_APPROVALS, advice, severity, amount=approval, words=contents, **more
    )


APPROVALS = (
    _contents_approval(1, "5", "提供新闻信息的，须取得互联网新闻信息服务许可证；不提供的，请不要选“网络新闻”。"),
    _contents_approval(10, "15", "提供影视节目的，须取得信息网络传播视听节目许可证；不提供的，请不要选“网络影视”。"),
    _contents_approval(code_tables.GAMES, "13", GAMES_NEED_APPROVAL),
    _contents_approval(
        13,
        "10 11 12 29 30 31 32 33",
        "从事金融业务的，须有金融管理部门的批准文件；不从事的，上传不涉及前置审批承诺书。",
    ),
    # What is chosen doesn't say whether the paper is needed: these only warn.
    _contents_approval(
        14, "21", "从事中小学生校外培训的，须取得教育部门的批准文件；职业培训等不涉及的可以不理会。", WARNS
    ),
    _contents_approval(9, "14", "经营收费的网络音乐，须取得网络文化经营许可证；不涉及的可以不理会。", WARNS),
    RuleRow(
        Topic.SERVICE_APPROVAL,
        "陕西",
        TENCENT_2021,
        "个人网站选“博客/个人空间”的，须先取得网信部门的审批。",
        audience=INDIVIDUALS,
        amount=7,
        words=BLOG,
    ),
    RuleRow(
        Topic.NAME_APPROVAL,
        "",
        TENCENT_APPROVALS,
        "网络游戏须先取得出版主管部门的批准（版号）；不涉及游戏的，请在备注中说明。",
        WARNS,
        amount=code_tables.GAMES,
        words="游戏",
    ),
    RuleRow(
        Topic.APPROVAL,
        "",
        TENCENT_APPROVALS,
        "须填写批准文号，并上传主管部门的批准文件。",
        words=f"12 {code_tables.GAMES}",
        demand=Demand.PAPER,
    ),
    RuleRow(
        Topic.APPROVAL,
        "",
        TENCENT_2021,
        "是否还要材料，各省要求不一，请问省通信管理局。",
        WARNS,
        words="7 8",
        demand=Demand.ASK,
    ),
)
ROWS = (*PEOPLE, *CONTENTS, *DOMAINS, *APPROVALS)


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


def seed_all_rules(province_rule: Any, rule_change: Any) -> None:
    """Create the first rules and those that came after, in their order.

    Takes the two model classes, so that a migration can pass its historical ones.
    """
    seed_rules(province_rule, rule_change)
    bring_later_rules(province_rule, rule_change)
    bring_changes_in_one(province_rule, rule_change)


def bring_later_rules(province_rule: Any, rule_change: Any) -> None:
    """End what has been superseded and enter ``ROWS``, each with a change without author.

    What operators entered stays: a row about the same in the same period is left out.
    """
    for topic, places, source, last in ENDED:
        rules = province_rule.objects.filter(topic=topic, source=source.name, valid_to=None, valid_from__lte=last)
        for rule in rules.filter(province__in=codes_of(places)):
            _change(rule_change, rule, valid_to=last)
    wanted = [columns for columns in as_columns(ROWS) if not _is_there(province_rule, columns)]
    enter(province_rule, rule_change, wanted)


def bring_changes_in_one(province_rule: Any, rule_change: Any) -> None:
    """Enter ``CHANGES_IN_ONE``, as ``bring_later_rules`` does its rows."""
    wanted = [columns for columns in as_columns(CHANGES_IN_ONE) if not _is_there(province_rule, columns)]
    enter(province_rule, rule_change, wanted)


def _change(rule_change: Any, rule: Any, **columns: Any) -> None:
    """Save other values of a rule, with a change without author."""
    before = as_recorded(rule)
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.save(update_fields=list(columns))
    rule_change.objects.create(rule=rule, before=before, after=as_recorded(rule))


def _is_there(province_rule: Any, columns: dict[str, Any]) -> bool:
    """Return whether a rule about the same is in force in the row's period or later; for advice, of any topic."""
    same = {name: columns[name] for name in ("province", "audience", "natures")}
    others = province_rule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=columns["valid_from"]), **same)
    if columns["topic"] == Topic.ADVICE:
        return bool(others.filter(advice=columns["advice"]).exists())
    others = others.filter(topic=columns["topic"])
    if not TOPICS[Topic(columns["topic"])].several:
        return bool(others.exists())
    lines = set(columns["words"].splitlines())
    return any(lines & set(other.words.splitlines()) for other in others)
