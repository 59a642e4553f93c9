"""Province rules as public documents state them, each with its source and the day from which that source speaks.

A source that names no day of its own gives its date of publication as the first day. Where two sources disagree
the newer one wins, and the older one ends the day before. What no public source states is marked as unverified
and never blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ministry.reference import provinces
from ministry.reference.topics import Audience, Demand, RuleSeverity, Topic


@dataclass(frozen=True, slots=True)
class Source:
    """A public document in words, and the day from which it is taken to speak."""

    name: str
    since: date
    unverified: bool = False


HUAWEI = Source("华为云备案文档（2025年11月）", date(2025, 11, 1))
# The page says 26 provinces by the end of 2025, but its list of that time is in no stored copy; this one names 18.
HUAWEI_MIGRATION = Source("华为云备案文档“迁移备案”（2024年7月19日）", date(2024, 7, 19))
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
# The page names no day; it is taken to speak from the year in which this portal began to go by it.
ORDERS = Source("阿里云备案文档“ICP备案订单清理”（提交管局前45天未更新的订单予以删除）", date(2026, 1, 1))
NAMES = Source("凡科建站帮助文档（广东网站名称要求）", date(2020, 1, 1))
# Stated nowhere in public, or without saying by whom.
TRADE = Source("业内通行做法，公开资料未见出处", date(2020, 1, 1), unverified=True)
OURS = Source("公开资料未说明，本系统自定", date(2026, 1, 1), unverified=True)
UNSTATED = Source("公开资料未说明，暂按通行做法", date(2020, 1, 1), unverified=True)
EARLIER = Source("较早的公开资料，未注明出处", date(2020, 1, 1), unverified=True)

BLOCKS, WARNS = RuleSeverity.BLOCKS, RuleSeverity.WARNS
UNITS, INDIVIDUALS = Audience.UNITS, Audience.INDIVIDUALS


@dataclass(frozen=True, slots=True)
class Row:
    """The same rule in one or more provinces (names with blanks between them; empty: everywhere)."""

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


def _day_before(source: Source) -> date:
    return source.since - timedelta(days=1)


# --- Age, residence, telephones -------------------------------------------------------------------------


def _age(places: str, source: Source, advice: str, *, least: int = 18, papers: str = "") -> Row:
    severity = WARNS if source.unverified else BLOCKS
    return Row(Topic.MINIMUM_AGE, places, source, advice, severity, amount=least, words=papers)


ADULT = "主办人和负责人须年满18周岁。"
GUARDIAN = "未满18周岁的，须同时提交监护人证件。"
WORKING = "须年满16周岁；未满18周岁的，须同时提交工作证明。"

AGES = (
    _age("河北 内蒙古 湖南", HUAWEI, ADULT),
    _age("山东", HUAWEI, "主办人和负责人须年满17周岁。", least=17),
    _age("天津 辽宁 吉林 浙江 福建 江西 四川 贵州", TENCENT, ADULT),
    _age("湖北", JD, ADULT),
    _age("黑龙江 上海 河南", TENCENT, GUARDIAN, least=0, papers="guardian"),
    _age("江苏 重庆", TENCENT, WORKING, least=16, papers="job_proof"),
    _age("广东", JD, WORKING, least=16, papers="job_proof"),
    _age("云南", TENCENT, "须年满14周岁；未满18周岁的，须同时提交收入证明。", least=14, papers="income_proof"),
    _age("北京", TRADE, ADULT),
    _age("山西 安徽 广西 海南 西藏 陕西 甘肃 青海 宁夏 新疆", UNSTATED, ADULT),
)


def _residence(places: str, source: Source, demand: Demand, advice: str, until: date | None = None) -> Row:
    papers = "residence_proof" if demand == Demand.PERMIT else ""
    return Row(Topic.RESIDENCE, places, source, advice, WARNS, INDIVIDUALS, words=papers, demand=demand, until=until)


PERMIT = "身份证不是本省的，请提交居住证。户籍已迁入本省的，请提交户口簿或新的身份证说明情况。"
LOCAL_ONLY = "个人备案只接受本省户籍。户籍已迁入本省的，请先与接入服务商确认。"
FREE = "外省户籍的个人也可以在本地备案。"

RESIDENCE = (
    _residence("天津 陕西", TENCENT, Demand.FREE, FREE),
    _residence("北京", TRADE, Demand.FREE, FREE),
    _residence("西藏", UNSTATED, Demand.FREE, "公开资料没有说明外省户籍个人能否备案，请先向接入服务商确认。"),
    _residence("吉林 安徽 福建", TENCENT, Demand.PERMIT, PERMIT),
    _residence("浙江 江西", HUAWEI, Demand.PERMIT, PERMIT),
    _residence("江西", EARLIER, Demand.ONLY_LOCAL, LOCAL_ONLY, until=_day_before(HUAWEI)),
    _residence("江苏 贵州", EARLIER, Demand.PERMIT, PERMIT),
    _residence("湖北", JD, Demand.PERMIT, PERMIT),
    _residence("上海", HUAWEI, Demand.PERMIT, "身份证不是上海的，请提交居住证（须已办理满一个月）；学生证不予接受。"),
    _residence("山东", HUAWEI, Demand.PERMIT, "身份证不是山东的，请提交居住证或学生证。"),
    _residence("四川", TENCENT, Demand.PERMIT, "身份证不是四川的，请提交居住证明，学生证也可以。"),
    _residence("广东", JD, Demand.PERMIT, "身份证不是广东的，请提交居住证、租房合同、房产证或工作证明中的一种。"),
    _residence("山西 内蒙古 广西 青海 宁夏 新疆", HUAWEI, Demand.ONLY_LOCAL, LOCAL_ONLY),
    _residence("重庆 云南 甘肃", TENCENT, Demand.ONLY_LOCAL, LOCAL_ONLY),
)

LOCAL_PHONE = "请填写本省的号码：固定电话用本省区号，手机号码应为本省办理。"
ONE_PHONE = "一个号码只能用于一个主办者；同一个人在几个主体中任职的，各处填写的联系方式须一致。"
TWO_EMERGENCY = "主体负责人和网站负责人的应急联系电话不得相同。"

CONTACTS = (
    Row(Topic.LOCAL_PHONE, "天津", TENCENT, LOCAL_PHONE, demand=Demand.LANDLINE),
    Row(Topic.LOCAL_PHONE, "辽宁 黑龙江", VNET, LOCAL_PHONE, demand=Demand.LANDLINE),
    Row(Topic.LOCAL_PHONE, "江苏 山东 河南 广西 陕西 甘肃 新疆", PHONES, LOCAL_PHONE, demand=Demand.LANDLINE),
    Row(Topic.LOCAL_PHONE, "湖南", HUAWEI, "手机号码应为湖南本地办理。", WARNS, demand=Demand.MOBILE),
    Row(Topic.ONE_PHONE, "", HUAWEI, ONE_PHONE),
    Row(Topic.ONE_PHONE, "天津", TENCENT, ONE_PHONE),
    Row(Topic.ONE_PHONE, "江西 山东 河南 湖南 广西 重庆 云南 新疆", PHONES, ONE_PHONE),
    Row(Topic.EMERGENCY_DIFFERS, "天津 河南 重庆 甘肃", INSPUR, TWO_EMERGENCY),
    Row(
        Topic.ADVICE,
        "广东",
        JD,
        "应急联系电话不得与手机号码相同。",
        WARNS,
        words="responsible.emergency_mobile",
    ),
)

# --- Who may be responsible -----------------------------------------------------------------------------


def _legal(places: str, source: Source, demand: Demand, advice: str, **more: Any) -> Row:
    return Row(Topic.LEGAL_REPRESENTATIVE, places, source, advice, audience=UNITS, demand=demand, **more)


LEGAL = "主体负责人须为法定代表人。"
LEGAL_OR_AUTHORISED = "主体负责人一般为法定代表人；由他人担任的，须提交授权书。"
LEGAL_OR_ANYBODY = "主体负责人可以不是法定代表人，但应为本单位人员。"
LEGAL_ABROAD = "主体负责人须为法定代表人；法定代表人是外籍或港澳台人员的，须授权持内地居民身份证的人员担任。"
SAME_PERSON = "主体负责人不是法定代表人的，网站负责人须为同一人。"
INSIDER = "网站负责人应为实际管理网站的本单位人员；不是法定代表人的，多数省份要求提交授权书。"
NO_FOREIGNERS = "不接受外籍人员担任主办人或负责人。"

RESPONSIBLE = (
    _legal("", CLOUDS, Demand.REQUIRED, LEGAL),
    _legal("安徽 海南", HUAWEI, Demand.AUTHORISATION, LEGAL_OR_AUTHORISED),
    _legal("海南", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=_day_before(HUAWEI)),
    _legal("吉林 四川 甘肃", TENCENT, Demand.AUTHORISATION, LEGAL_OR_AUTHORISED),
    _legal("江苏 辽宁", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY),
    _legal("山西", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=_day_before(HUAWEI)),
    # The exception can't be told from the facts of a filing, so these two warn.
    _legal("山西 山东", HUAWEI, Demand.REQUIRED, LEGAL_ABROAD, severity=WARNS),
    _legal("北京", JD, Demand.REQUIRED, LEGAL, until=_day_before(TENCENT)),
    _legal("北京", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY),
    Row(Topic.MANAGER, "安徽 海南", HUAWEI, SAME_PERSON, audience=UNITS, demand=Demand.SAME_PERSON),
    Row(
        Topic.MANAGER,
        "上海",
        SHANGHAI,
        "网站负责人与主体负责人不是同一人的，须提交授权书。",
        audience=UNITS,
        demand=Demand.AUTHORISATION,
    ),
    Row(
        Topic.MANAGER,
        "湖北",
        JD,
        "网站负责人与主体负责人不是同一人的，须提交授权书。",
        audience=UNITS,
        demand=Demand.AUTHORISATION,
    ),
    Row(Topic.ADVICE, "", HUAWEI, INSIDER, WARNS, UNITS, words="websites.*.responsible.same"),
    Row(Topic.CERTIFICATES_REFUSED, "河北", HUAWEI, NO_FOREIGNERS, words="30"),
    # A passport does not tell whether its holder is a foreigner.
    Row(Topic.CERTIFICATES_REFUSED, "河北", HUAWEI, NO_FOREIGNERS, WARNS, words="7"),
    Row(Topic.CERTIFICATES_REFUSED, "山西 山东", HUAWEI, LEGAL_ABROAD, WARNS, UNITS, words="7 11 14 30 41 42"),
    Row(
        Topic.ADVICE,
        "上海 浙江",
        HUAWEI,
        "法定代表人是外籍人员的，可以用护照。",
        WARNS,
        UNITS,
        words="responsible.cert_type",
    ),
    Row(
        Topic.ADVICE,
        "内蒙古",
        HUAWEI,
        "不接受临时身份证。",
        WARNS,
        words="subject.cert_type responsible.cert_type",
    ),
    Row(
        Topic.CERTIFICATE_MONTHS,
        "",
        HUAWEI,
        "证件的剩余有效期须不少于3个月；快到期的，请先换新证。",
        amount=3,
    ),
)

# --- Websites: how many, their names, contents and domains ------------------------------------------------


def _websites(places: str, most: int, audience: Audience = Audience.EVERYBODY) -> Row:
    advice = f"一次备案最多提交{most}个网站，其余的请在备案通过后再新增。"
    return Row(Topic.WEBSITES, places, CLOUDS, advice, audience=audience, amount=most)


WEBSITES = (
    _websites("湖北 湖南", 1),
    _websites("河南", 5, UNITS),
    _websites("河南", 3, INDIVIDUALS),
    _websites("山西", 3),
    _websites("海南", 1, INDIVIDUALS),
    _websites("陕西", 30),
    Row(
        Topic.ADVICE,
        "江西",
        CLOUDS,
        "个人已备案满7个网站、单位满15个网站后，每次只能新增一个。",
        WARNS,
        words="websites.*.domain",
    ),
    Row(
        Topic.ADVICE,
        "湖南",
        CLOUDS,
        "已备案一个以上网站的，须提交网站建设方案书。",
        WARNS,
        words="websites.*.papers.site_plan",
    ),
    Row(
        Topic.ADVICE,
        "上海",
        CLOUDS,
        "备案网站达到30个的，须提交网站建设方案书。",
        WARNS,
        words="websites.*.papers.site_plan",
    ),
    Row(
        Topic.ADVICE,
        "广东",
        CLOUDS,
        "备案网站超过31个的，须提交网站建设方案书。",
        WARNS,
        words="websites.*.papers.site_plan",
    ),
    Row(Topic.WEBSITE_NAMES_DIFFER, "北京", TENCENT, "同一主办者的网站不得同名。"),
)


def _name_approval(approval: int, words: str, severity: RuleSeverity, advice: str, source: Source = FILLING) -> Row:
    return Row(Topic.NAME_APPROVAL, "", source, advice, severity, amount=approval, words=words)


NAME_APPROVED = "名称中有这类用词的，须取得主管部门的许可；没有许可的，请换一个名称。"
NAME_ABOLISHED = "名称中有这类用词的，部分省份要求提交批准文件或不涉及前置审批的承诺书。"

NAME_RULES = (
    Row(Topic.NAME_CHARACTERS, "", TENCENT_AND_HUAWEI, "网站名称至少要有3个汉字。", amount=3),
    Row(
        Topic.NAME_BEGINNING,
        "",
        TENCENT_AND_HUAWEI,
        "名称不得以“中国”“中华”“国家”等词开头，国家级单位除外。",
        words="中国 中华 中央 人民 人大 国家 全国",
    ),
    Row(
        Topic.NAME_WORDS,
        "",
        TENCENT,
        "名称中不得有这类用词，请换一个名称。",
        words="反腐 赌博 廉政 色情 纪检 监察 信访 维权 投诉",
    ),
    Row(Topic.NAME_WORDS, "", FILLING, "只有政府机关可以在名称中用“人民政府”。", words="人民政府"),
    Row(
        Topic.NAME_WORDS,
        "",
        TENCENT_AND_HUAWEI,
        "个人网站的名称不得像单位的名称，请去掉这类用词。",
        audience=INDIVIDUALS,
        words="公司 集团",
    ),
    Row(
        Topic.NAME_WORDS,
        "",
        TENCENT_AND_HUAWEI,
        "个人网站的名称不得用组织、行业、地名、人名或成语，请换一个名称。",
        WARNS,
        INDIVIDUALS,
        words=" ".join(["协会 学会 基金会 委员会 研究院", *(province.name for province in provinces.PROVINCES)]),
    ),
    # That several provinces ban the word is stated, which ones is not: those that ban the service content.
    Row(
        Topic.NAME_WORDS,
        "浙江 河南 贵州 湖南",
        EARLIER,
        "个人网站的名称不宜用“博客”。",
        WARNS,
        INDIVIDUALS,
        words="博客",
    ),
    _name_approval(1, "新闻", BLOCKS, NAME_APPROVED),
    _name_approval(2, "出版", BLOCKS, NAME_APPROVED),
    _name_approval(10, "广电", BLOCKS, NAME_APPROVED),
    _name_approval(5, "药", WARNS, NAME_APPROVED),
    _name_approval(9, "文化", WARNS, "经营收费的网络文化内容，须取得网络文化经营许可证；不涉及的可以不理会。"),
    _name_approval(3, "教育", WARNS, NAME_ABOLISHED),
    _name_approval(4, "卫生", WARNS, NAME_ABOLISHED),
    _name_approval(6, "论坛", WARNS, "论坛类专项审批已于2010年取消，是否还要材料请问省通信管理局。"),
    _name_approval(
        13,
        "交易所 基金 理财 P2P 众筹 支付",
        WARNS,
        "名称涉及金融业务的，须提交金融管理部门的批准文件；不从事金融业务的，提交不涉及前置审批承诺书。",
        TENCENT_AND_HUAWEI,
    ),
    Row(Topic.NAME_PLACEHOLDER, "", TRADE, "请写出网站真正的名称。", words="未命名 测试 首页"),
    Row(
        Topic.NAME_FORM,
        "江苏",
        TENCENT_AND_HUAWEI,
        "个人网站请取名为“某某的个人博客”或“某某的个人主页”。",
        WARNS,
        INDIVIDUALS,
        words="*的个人博客 *的个人主页",
    ),
    Row(
        Topic.ADVICE,
        "",
        TENCENT_AND_HUAWEI,
        "个人网站的名称以3到10个汉字为宜。",
        WARNS,
        INDIVIDUALS,
        words="websites.*.name",
    ),
    Row(
        Topic.ADVICE,
        "",
        HUAWEI,
        "单位网站的名称应与单位名称或品牌有关；用品牌命名的，可能要提交商标注册证。",
        WARNS,
        UNITS,
        words="websites.*.name websites.*.papers.trademark",
    ),
    Row(
        Topic.ADVICE,
        "广东",
        NAMES,
        "名称要说明网站是做什么的，例如“某某官网”“某某管理系统”。",
        WARNS,
        words="websites.*.name",
    ),
)

BLOG, OTHER = "6", "24"

CONTENTS = (
    Row(
        Topic.SERVICES_FORBIDDEN,
        "浙江 河南 贵州 湖南",
        TENCENT,
        "个人网站不得选“博客/个人空间”，请选“其他”并填写备注。",
        audience=INDIVIDUALS,
        words=BLOG,
    ),
    Row(
        Topic.SERVICES_REQUIRED,
        "黑龙江 重庆",
        TENCENT,
        "个人网站须选“博客/个人空间”。",
        audience=INDIVIDUALS,
        words=BLOG,
    ),
    Row(
        Topic.ADVICE,
        "",
        TENCENT,
        "个人网站一般选“博客/个人空间”或“其他”。",
        WARNS,
        INDIVIDUALS,
        words="websites.*.services",
    ),
    Row(Topic.REMARK, "", TENCENT, "服务内容选“其他”的，请在备注中说明网站是做什么的。", words=OTHER),
)

HOLDER = "域名的持有者须是主办者本人或本单位；单位的域名也可以由股东、主要负责人或高级管理人员持有。"
DOMAIN_MONTHS = "域名的剩余有效期须在3个月以上，快到期的请先续费。"

DOMAIN_RULES = (
    Row(
        Topic.DOMAIN_ENDINGS,
        "北京",
        JD,
        "大多数国家和地区的域名后缀不予备案，请先与接入服务商确认。",
        WARNS,
        words="?? !cn",
    ),
    Row(Topic.ADVICE, "", DOMAINS, HOLDER, WARNS, words="websites.*.domain"),
    Row(
        Topic.ADVICE,
        "",
        HUAWEI,
        "域名后缀和注册机构须经工业和信息化部批准（见 domain.miit.gov.cn）；实名信息须已同步，一般要等2至5个工作日。",
        WARNS,
        words="websites.*.domain",
    ),
    Row(Topic.ADVICE, "宁夏", HUAWEI, "域名不得由法定代表人个人持有。", WARNS, UNITS, words="websites.*.domain"),
    Row(Topic.ADVICE, "新疆", HUAWEI, "一个网站有多个域名的，须拆成多个网站备案。", WARNS, words="websites.*.domain"),
    Row(
        Topic.ADVICE,
        "河北 山西 内蒙古 上海 浙江 贵州",
        HUAWEI,
        DOMAIN_MONTHS,
        WARNS,
        words="websites.*.domain",
    ),
    Row(
        Topic.ADVICE,
        "上海",
        EARLIER,
        "域名的剩余有效期须在6个月以上。",
        WARNS,
        words="websites.*.domain",
        until=_day_before(HUAWEI),
    ),
)

# --- Prior approvals and papers ---------------------------------------------------------------------------

PLEDGE_BY_BUREAU = "全国性的前置审批已取消，部分省份要求提交不涉及前置审批承诺书。"

APPROVALS = (
    Row(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "须填写许可证号，并上传主管部门的许可证。",
        words="1 2 5 10 11 14 15",
        demand=Demand.PAPER,
    ),
    Row(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "经营收费的网络文化内容，须上传网络文化经营许可证。",
        WARNS,
        words="9",
        demand=Demand.PAPER,
    ),
    Row(Topic.APPROVAL, "", HUAWEI, PLEDGE_BY_BUREAU, WARNS, words="3 4", demand=Demand.PLEDGE),
    Row(
        Topic.APPROVAL,
        "",
        TRADE,
        "电子公告服务（论坛）的专项审批已于2010年取消，是否还要材料请问省通信管理局。",
        WARNS,
        words="6",
        demand=Demand.ASK,
    ),
    Row(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "从事金融业务的，上传金融管理部门的批准文件；不从事的，上传不涉及前置审批承诺书。",
        words="13",
        demand=Demand.EITHER,
    ),
    Row(
        Topic.ADVICE,
        "",
        HUAWEI,
        "网络游戏须先取得出版主管部门的批准（版号）。",
        WARNS,
        words="websites.*.approvals",
    ),
)

PUBLIC_BODIES = (2, 3)
SOCIAL_BODIES = (6, 9, 10, 11, 15, 17)

PAPERS = (
    Row(
        Topic.PAPERS,
        "广东",
        GUANGDONG,
        "《互联网信息服务备案承诺书》由法定代表人（个人由本人）用黑色笔手写签名。",
        words="pledge",
    ),
    Row(
        Topic.PAPERS,
        "江苏",
        JIANGSU,
        "由网站负责人签署《真实性责任告知书》和《真实性承诺书》。",
        words="pledge responsibility_notice",
    ),
    Row(Topic.PAPERS, "上海", SHANGHAI, "须提交《备案承诺书（2020版）》。", words="pledge"),
    Row(Topic.PAPERS, "湖北", JD, "企业须提交《电子商务说明》。", audience=UNITS, natures=(4,), words="commerce_note"),
    Row(
        Topic.PAPERS,
        "新疆 西藏",
        TENCENT_AND_HUAWEI,
        "社会组织、律师事务所、医疗机构等单位一般要提交党建确认函。",
        WARNS,
        UNITS,
        SOCIAL_BODIES,
        words="party_letter",
    ),
    Row(
        Topic.PAPERS,
        "",
        TENCENT_AND_HUAWEI,
        "政府机关和事业单位一般要提交机构编制部门的《网站开办审核表》。",
        WARNS,
        UNITS,
        PUBLIC_BODIES,
        words="organ_review",
    ),
    Row(
        Topic.ADVICE,
        "",
        TENCENT_AND_HUAWEI,
        "审核部门要求时，请上传域名证书。",
        WARNS,
        words="websites.*.papers.domain_certificate",
    ),
    Row(
        Topic.ADVICE,
        "",
        TENCENT_AND_HUAWEI,
        "名称或业务范围容易让人以为要前置审批的，可能要提交不涉及前置审批承诺书。",
        WARNS,
        UNITS,
        words="websites.*.papers.no_approval_pledge",
    ),
    Row(
        Topic.ADVICE,
        "",
        TENCENT_AND_HUAWEI,
        "单位已更名而证件或域名仍是旧名称的，请提交更名函。",
        WARNS,
        UNITS,
        words="papers.name_change",
    ),
)

# --- The host's own data ------------------------------------------------------------------------------------

HOSTS = (
    Row(
        Topic.ADVICE,
        "浙江",
        HUAWEI,
        "没有字号的个体工商户，名称填经营者姓名，并在备注中写明，例如“张三（个体工商户）”。",
        WARNS,
        UNITS,
        (4,),
        words="subject.name subject.remark",
    ),
    Row(
        Topic.ADVICE,
        "安徽",
        HUAWEI,
        "没有字号和公章的个体工商户，请在备注中写“无字号无公章个体工商户”。",
        WARNS,
        UNITS,
        (4,),
        words="subject.remark",
    ),
    Row(
        Topic.ADVICE,
        "河北 河南 贵州",
        HUAWEI,
        "通信地址所在的市须与证件住所所在的市一致。",
        WARNS,
        words="subject.address",
    ),
)

TO_OTHERS = "已备案的网站可以变更到另一个主办者名下。"
TO_OWN_COMPANY = "个人备案可以变更到本人担任法定代表人的公司名下。"
RENAME_ONLY = "只能凭更名函办理更名；主办者变了的，须注销后重新备案。"


def _change(places: str, source: Source, audience: Audience, demand: Demand, advice: str) -> Row:
    return Row(Topic.SUBJECT_CHANGE, places, source, advice, audience=audience, demand=demand)


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

# --- A host on record without any website ---------------------------------------------------------------------

SHELLS = (
    Row(
        Topic.SHELLS,
        "",
        HUAWEI,
        "主体下已没有网站的（空壳主体），须先注销主体，再重新备案。",
        demand=Demand.CANCEL_FIRST,
    ),
    Row(
        Topic.SHELLS,
        "天津 辽宁 四川 云南 江苏 浙江 上海 广西 山西 北京 贵州",
        HUAWEI,
        "主体下已没有网站的（空壳主体），可以直接新增网站。",
        WARNS,
        demand=Demand.MAY_ADD,
    ),
)

# --- From one host to another ------------------------------------------------------------------------------

MIGRATION = (
    Row(
        Topic.MIGRATION,
        "河北 陕西 广东 上海 安徽 江苏 河南 福建 天津 四川 湖北 吉林 辽宁 浙江 重庆 湖南 云南 贵州",
        HUAWEI_MIGRATION,
        "已备案的网站可以迁移到另一个单位名下，不必先注销；不能迁移到个人名下。",
        demand=Demand.MAY_MIGRATE,
    ),
)

# --- After the number ---------------------------------------------------------------------------------------

YEARLY = (
    Row(
        Topic.YEARLY_CONFIRMATION,
        "湖北",
        HUBEI,
        "逐个网站确认备案信息：无变化、已更新或已注销。不得延期，逾期未确认的将被注销备案。",
        WARNS,
        until=date(2020, 4, 15),
    ),
)

# --- How long a filing may wait --------------------------------------------------------------------------------

# Only what comes before the bureau is said in public. After a return by the bureau the limit is ours, and longer: what
# has been verified once is not to end lightly.
WAITING = (
    Row(Topic.DAYS_RETURNED_TO_HOST, "", ORDERS, severity=WARNS, amount=45),
    Row(Topic.DAYS_WITH_PROVIDER, "", ORDERS, severity=WARNS, amount=45),
    Row(Topic.DAYS_RETURNED_TO_PROVIDER, "", OURS, severity=WARNS, amount=90),
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


def rules() -> Iterator[dict[str, Any]]:
    """Each rule of each province as the columns of ``ProvinceRule``."""
    for row in ROWS:
        for place in row.places.split() or [""]:
            yield {
                "province": _CODES[place] if place else "",
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
    """Enter the known rules and, for each, the record that the portal came with it; nothing once there are rules.

    Takes the two model classes, so that a migration can hand in its historical ones.
    """
    if province_rule.objects.exists():
        return
    entered = province_rule.objects.bulk_create([province_rule(**columns) for columns in rules()])
    rule_change.objects.bulk_create([rule_change(rule=rule, after=_record(rule)) for rule in entered])


def _record(rule: Any) -> dict[str, Any]:
    """The columns as the record keeps them, dates in ISO form."""
    names = sorted(name for name in next(rules()))
    values = {name: getattr(rule, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
