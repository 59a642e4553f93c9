"""Public documents that state province rules, and the data type of a rule."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ministry.reference.topics import Audience, Demand, RuleSeverity, Topic


@dataclass(frozen=True, slots=True)
class Source:
    """The citation of a public document, and the day from which its rules count."""

    name: str
    since: date
    unverified: bool = False


HUAWEI = Source("华为云备案文档（2025年11月）", date(2025, 11, 1))
# The page says 26 provinces by the end of 2025, but no stored copy has its list of that time; this one names 18.
HUAWEI_MIGRATION = Source("华为云备案文档“迁移备案”（2024年7月19日）", date(2024, 7, 19))
HUAWEI_CHANGES = Source("华为云备案文档“变更备案”（2026年5月27日）", date(2026, 5, 27))
HUAWEI_QINGHAI = Source("华为云备案文档“青海管局要求”（2025年12月31日）", date(2025, 12, 31))
TENCENT = Source("腾讯云备案文档（约2020年）", date(2020, 1, 1))
TENCENT_AND_HUAWEI = Source("腾讯云备案文档（约2020年）、华为云备案文档（2025年）", date(2020, 1, 1))
JD = Source("京东云备案文档（2018—2020年）", date(2018, 1, 1))
CLOUDS = Source("华为云、京东云、腾讯云备案文档（2018—2025年）", date(2020, 1, 1))
INSPUR = Source("浪潮云备案系统（2021年）", date(2021, 1, 1))
VNET = Source("世纪互联《备案信息填写要求》（2017年10月13日）", date(2017, 10, 13))
PHONES = Source("世纪互联《备案信息填写要求》（2017年10月13日）或腾讯云备案文档（约2020年）", date(2017, 10, 13))
FILLING = Source("《网站备案信息填报规范性与真实性的有关要求》（约2010年）", date(2010, 1, 1))
DOMAINS = Source("信管〔2017〕264号（2018年1月1日起施行）", date(2018, 1, 1))
GUANGDONG = Source("广东省通信管理局要求（2021年6月21日起，见华为云、腾讯云备案文档）", date(2021, 6, 21))
JIANGSU = Source("江苏省通信管理局要求（2021年6月1日起，见华为云、腾讯云备案文档）", date(2021, 6, 1))
SHANGHAI = Source("上海市通信管理局《备案承诺书（2020版）》（见京东云备案文档）", date(2020, 1, 1))
HUBEI = Source("湖北省2020年度网站备案信息年度审核（见腾讯云备案文档）", date(2020, 1, 15))
# The page names no day; its rules count from the year in which this portal adopted them.
ORDERS = Source("阿里云备案文档“ICP备案订单清理”（提交管局前45天未更新的订单予以删除）", date(2026, 1, 1))
# The page names no day; its rule counts from the year in which this portal adopted it.
HSY_CHANGES = Source("火数云备案文档“变更主体”（未注明日期）", date(2026, 1, 1))
NAMES = Source("凡科建站帮助文档（广东网站名称要求）", date(2020, 1, 1))
# The stored pages name no day. That of Jiangsu has its rules of 1 June 2021, so all of them count from then.
TENCENT_2021 = Source("腾讯云备案文档“各省管局要求”（约2021年）", date(2021, 6, 1))
TENCENT_APPROVALS = Source("腾讯云备案文档“前置审批相关”（2021年7月24日后）", date(2021, 7, 24))
JIANGSU_NOTICE = Source("江苏省通信管理局通知（2021年5月25日转载，6月1日起）", date(2021, 6, 1))
STATE_WEBSITES = Source("《国务院办公厅关于加强政府网站域名管理的通知》（2018年9月6日发布）", date(2018, 9, 6))
STATE_SERVICES = Source("《互联网政务应用安全管理规定》（2024年7月1日起施行）", date(2024, 7, 1))
ENDINGS = Source("腾讯云备案文档“可备案的域名后缀”（2022年8月30日）", date(2022, 8, 30))
# No such rule comes with the portal, which asks for the filing password, as the official guide does.
CODES = Source("华为云、百度智能云备案文档（2020年8月17日起全国以短信验证码核验）", date(2020, 8, 17))
# Sources that disagree: their rules only warn.
BEIJING_LEGAL = Source("京东云备案文档（2018—2020年）要求，腾讯云备案文档（约2021年）未提", date(2021, 6, 1))
BLOGS = Source("腾讯云备案文档：约2020年要求，约2021年未再要求", date(2021, 6, 1))
INDIVIDUALS_CONTENTS = Source("腾讯云备案文档：一般只选这两项，湖北等地允许其他内容并备注", date(2021, 6, 1))
TIBET_INDIVIDUALS = Source(
    "腾讯云备案文档“西藏管局备案要求”（约2021年，只写单位备案）", date(2021, 6, 1), unverified=True
)
# No public source, or one that doesn't say who states it
TRADE = Source("业内通行做法，公开资料未见出处", date(2020, 1, 1), unverified=True)
OURS = Source("公开资料未说明，本系统自定", date(2026, 1, 1), unverified=True)
UNSTATED = Source("公开资料未说明，暂按通行做法", date(2020, 1, 1), unverified=True)
EARLIER = Source("较早的公开资料，未注明出处", date(2020, 1, 1), unverified=True)


BLOCKS, WARNS = RuleSeverity.BLOCKS, RuleSeverity.WARNS
UNITS, INDIVIDUALS = Audience.UNITS, Audience.INDIVIDUALS


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule for one or more provinces (names separated by spaces; empty: everywhere)."""

    topic: Topic
    places: str
    source: Source
    advice: str = ""
    severity: RuleSeverity = BLOCKS
    audience: Audience = Audience.EVERYBODY
    natures: tuple[int, ...] = ()
    amount: int | None = None
    words: str = ""
    demand: Demand | str = ""
    until: date | None = None


def advise(fields: str, places: str, source: Source, advice: str, **more: Any) -> RuleRow:
    """Return advice at these fields of the form, which blocks nothing."""
    return RuleRow(Topic.ADVICE, places, source, advice, WARNS, words=fields, **more)


def day_before(source: Source) -> date:
    return source.since - timedelta(days=1)
