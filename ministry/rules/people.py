"""Data of province rules about hosts and their responsible persons."""

from datetime import date
from typing import Any

from ministry.reference.topics import Demand, Topic
from ministry.rules.sources import (
    BEIJING_LEGAL,
    BLOCKS,
    CLOUDS,
    EARLIER,
    HUAWEI,
    INDIVIDUALS,
    INSPUR,
    JD,
    JIANGSU_NOTICE,
    PHONES,
    SHANGHAI,
    TENCENT,
    TENCENT_2021,
    TIBET_INDIVIDUALS,
    TRADE,
    UNITS,
    UNSTATED,
    VNET,
    WARNS,
    RuleRow,
    Source,
    advise,
    day_before,
)


def _age(places: str, source: Source, advice: str, *, least: int = 18, papers: str = "", **more: Any) -> RuleRow:
    severity = WARNS if source.unverified else BLOCKS
    return RuleRow(Topic.MINIMUM_AGE, places, source, advice, severity, amount=least, words=papers, **more)


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
    _age("北京", TRADE, ADULT, until=day_before(TENCENT_2021)),
    _age("山西 安徽 广西 海南 西藏 甘肃 青海 宁夏 新疆", UNSTATED, ADULT, until=day_before(TENCENT_2021)),
    _age("陕西", UNSTATED, ADULT),
    _age("北京 山西 广西 西藏 甘肃 青海 宁夏 新疆", TENCENT_2021, ADULT),
    _age("安徽 陕西", TENCENT_2021, ADULT, audience=UNITS),
    _age("安徽", TENCENT_2021, GUARDIAN, least=0, papers="guardian", audience=INDIVIDUALS),
    _age("海南", TENCENT_2021, "主办人和负责人须年满16周岁。", least=16),
)


def _residence(places: str, source: Source, demand: Demand, advice: str, until: date | None = None) -> RuleRow:
    papers = "residence_proof" if demand == Demand.PERMIT else ""
    return RuleRow(
        Topic.RESIDENCE, places, source, advice, WARNS, INDIVIDUALS, words=papers, demand=demand, until=until
    )


PERMIT = "身份证不是本省的，请提交居住证。户籍已迁入本省的，请提交户口簿或新的身份证说明情况。"
LOCAL_ONLY = "个人备案只接受本省户籍。户籍已迁入本省的，请先与接入服务商确认。"
FREE = "外省户籍的个人也可以在本地备案。"
RESIDENCE = (
    _residence("天津 陕西", TENCENT, Demand.FREE, FREE),
    _residence("北京", TRADE, Demand.FREE, FREE, until=day_before(TENCENT_2021)),
    _residence("北京", TENCENT_2021, Demand.FREE, FREE),
    _residence(
        "西藏",
        UNSTATED,
        Demand.FREE,
        "公开资料没有说明外省户籍个人能否备案，请先向接入服务商确认。",
        until=day_before(TIBET_INDIVIDUALS),
    ),
    _residence(
        "西藏",
        TIBET_INDIVIDUALS,
        Demand.FREE,
        "公开资料只写明单位备案的要求，没有写个人备案；个人请先向接入服务商或省通信管理局确认。",
    ),
    _residence("吉林 安徽 福建", TENCENT, Demand.PERMIT, PERMIT),
    _residence("浙江 江西", HUAWEI, Demand.PERMIT, PERMIT),
    _residence("江西", EARLIER, Demand.ONLY_LOCAL, LOCAL_ONLY, until=day_before(HUAWEI)),
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
    RuleRow(Topic.LOCAL_PHONE, "天津", TENCENT, LOCAL_PHONE, demand=Demand.LANDLINE),
    RuleRow(Topic.LOCAL_PHONE, "辽宁 黑龙江", VNET, LOCAL_PHONE, demand=Demand.LANDLINE),
    RuleRow(Topic.LOCAL_PHONE, "江苏 山东 河南 广西 陕西 甘肃 新疆", PHONES, LOCAL_PHONE, demand=Demand.LANDLINE),
    RuleRow(Topic.LOCAL_PHONE, "湖南", HUAWEI, "手机号码应为湖南本地办理。", WARNS, demand=Demand.MOBILE),
    RuleRow(Topic.ONE_PHONE, "", HUAWEI, ONE_PHONE),
    RuleRow(Topic.ONE_PHONE, "天津", TENCENT, ONE_PHONE),
    RuleRow(Topic.ONE_PHONE, "江西 山东 河南 湖南 广西 重庆 云南 新疆", PHONES, ONE_PHONE),
    RuleRow(Topic.EMERGENCY_DIFFERS, "天津 河南 重庆 甘肃", INSPUR, TWO_EMERGENCY),
    advise("responsible.emergency_mobile", "广东", JD, "应急联系电话不得与手机号码相同。"),
    advise(
        "websites.*.responsible.emergency_mobile",  # asked only where the two are different persons
        "北京",
        TENCENT_2021,
        "主体负责人与网站负责人不是同一人的，四处手机和应急号码中至少要有3个不同的号码。",
    ),
)


def _legal(places: str, source: Source, demand: Demand, advice: str, **more: Any) -> RuleRow:
    return RuleRow(Topic.LEGAL_REPRESENTATIVE, places, source, advice, audience=UNITS, demand=demand, **more)


LEGAL = "主体负责人须为法定代表人。"
LEGAL_OR_AUTHORISED = "主体负责人一般为法定代表人；由他人担任的，须提交授权书。"
LEGAL_OR_ANYBODY = "主体负责人可以不是法定代表人，但应为本单位人员。"
LEGAL_ABROAD = "主体负责人须为法定代表人；法定代表人是外籍或港澳台人员的，须授权持内地居民身份证的人员担任。"
OTHER_PERSON = "网站负责人与主体负责人不是同一人的，须提交授权书。"
SAME_PERSON = "主体负责人不是法定代表人的，网站负责人须为同一人。"
INSIDER = "网站负责人应为实际管理网站的本单位人员；不是法定代表人的，多数省份要求提交授权书。"
NO_FOREIGNERS = "不接受外籍人员担任主办人或负责人。"
RESPONSIBLE = (
    _legal("", CLOUDS, Demand.REQUIRED, LEGAL),
    _legal("安徽 海南", HUAWEI, Demand.AUTHORISATION, LEGAL_OR_AUTHORISED),
    _legal("海南", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=day_before(HUAWEI)),
    _legal("吉林 四川 甘肃", TENCENT, Demand.AUTHORISATION, LEGAL_OR_AUTHORISED),
    _legal("辽宁", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY),
    _legal("江苏", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=day_before(JIANGSU_NOTICE)),
    _legal("江苏", JIANGSU_NOTICE, Demand.AUTHORISATION, LEGAL_OR_AUTHORISED),
    _legal("西藏", TENCENT_2021, Demand.REQUIRED, LEGAL),
    _legal("山西", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=day_before(HUAWEI)),
    # A filing's facts don't show whether the exception applies, so these two warn.
    _legal("山西 山东", HUAWEI, Demand.REQUIRED, LEGAL_ABROAD, severity=WARNS),
    _legal("北京", JD, Demand.REQUIRED, LEGAL, until=day_before(TENCENT)),
    _legal("北京", TENCENT, Demand.FREE, LEGAL_OR_ANYBODY, until=day_before(BEIJING_LEGAL)),
    _legal(
        "北京",
        BEIJING_LEGAL,
        Demand.REQUIRED,
        "各接入服务商的说法不一：有的要求主体负责人为法定代表人，有的没有这项要求。由他人担任的，请先与接入服务商确认。",
        severity=WARNS,
    ),
    RuleRow(Topic.MANAGER, "安徽 海南", HUAWEI, SAME_PERSON, audience=UNITS, demand=Demand.SAME_PERSON),
    RuleRow(Topic.MANAGER, "上海", SHANGHAI, OTHER_PERSON, audience=UNITS, demand=Demand.AUTHORISATION),
    RuleRow(Topic.MANAGER, "湖北", JD, OTHER_PERSON, audience=UNITS, demand=Demand.AUTHORISATION),
    RuleRow(
        Topic.MANAGER,
        "江苏",
        JIANGSU_NOTICE,
        "网站负责人不是法定代表人的，须提交法定代表人的授权书。",
        audience=UNITS,
        demand=Demand.AUTHORISATION,
    ),
    advise("websites.*.responsible.same", "", HUAWEI, INSIDER, audience=UNITS),
    advise(
        "websites.*.responsible.same",
        "江苏",
        TENCENT_2021,
        "主体负责人不是法定代表人的，网站负责人须与主体负责人为同一人；一个人只能担任一家单位的网站负责人。",
        audience=UNITS,
    ),
    RuleRow(Topic.CERTIFICATES_REFUSED, "河北", HUAWEI, NO_FOREIGNERS, words="30"),
    # A passport doesn't show whether its holder is a foreigner.
    RuleRow(Topic.CERTIFICATES_REFUSED, "河北", HUAWEI, NO_FOREIGNERS, WARNS, words="7"),
    RuleRow(Topic.CERTIFICATES_REFUSED, "山西 山东", HUAWEI, LEGAL_ABROAD, WARNS, UNITS, words="7 11 14 30 41 42"),
    advise("responsible.cert_type", "上海 浙江", HUAWEI, "法定代表人是外籍人员的，可以用护照。", audience=UNITS),
    advise("subject.cert_type responsible.cert_type", "内蒙古", HUAWEI, "不接受临时身份证。"),
    RuleRow(
        Topic.CERTIFICATE_MONTHS,
        "",
        HUAWEI,
        "证件的剩余有效期须不少于3个月；快到期的，请先换新证。",
        amount=3,
    ),
)
HOSTS = (
    advise(
        "subject.name subject.remark",
        "浙江",
        HUAWEI,
        "没有字号的个体工商户，名称填经营者姓名，并在备注中写明，例如“张三（个体工商户）”。",
        audience=UNITS,
        natures=(4,),
    ),
    advise(
        "subject.remark",
        "安徽",
        HUAWEI,
        "没有字号和公章的个体工商户，请在备注中写“无字号无公章个体工商户”。",
        audience=UNITS,
        natures=(4,),
    ),
    advise("subject.address", "河北 河南 贵州", HUAWEI, "通信地址所在的市须与证件住所所在的市一致。"),
)
ROWS = (*AGES, *RESIDENCE, *CONTACTS, *RESPONSIBLE, *HOSTS)
