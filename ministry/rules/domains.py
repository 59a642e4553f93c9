"""Data of province rules about the domains of websites."""

from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.rules.sources import (
    DOMAINS,
    EARLIER,
    ENDINGS,
    HUAWEI,
    JD,
    STATE_SERVICES,
    STATE_WEBSITES,
    TENCENT_2021,
    UNITS,
    WARNS,
    RuleRow,
    advise,
    day_before,
)

STATE, PUBLIC_INSTITUTION, PEOPLES_BODY = 2, 3, 13
OF_THE_STATE = "gov.cn 政务 政务.cn"
OTHERS = tuple(code.id for code in code_tables.NATURES if code.id not in (STATE, PUBLIC_INSTITUTION, PEOPLES_BODY))
HOLDER = "域名的持有者须是主办者本人或本单位；单位的域名也可以由股东、主要负责人或高级管理人员持有。"
DOMAIN_MONTHS = "域名的剩余有效期须在3个月以上，快到期的请先续费。"
ROWS = (
    RuleRow(
        Topic.DOMAIN_ENDINGS,
        "北京",
        JD,
        "大多数国家和地区的域名后缀不予备案，请先与接入服务商确认。",
        WARNS,
        words="?? !cn",
    ),
    advise("websites.*.domain", "", DOMAINS, HOLDER),
    advise(
        "websites.*.domain",
        "",
        HUAWEI,
        "域名后缀和注册机构须经工业和信息化部批准（见 domain.miit.gov.cn）；实名信息须已同步，一般要等2至5个工作日。",
    ),
    advise("websites.*.domain", "宁夏", HUAWEI, "域名不得由法定代表人个人持有。", audience=UNITS),
    advise("websites.*.domain", "新疆", HUAWEI, "一个网站有多个域名的，须拆成多个网站备案。"),
    advise("websites.*.domain", "河北 山西 内蒙古 上海 浙江 贵州", HUAWEI, DOMAIN_MONTHS),
    advise("websites.*.domain", "上海", EARLIER, "域名的剩余有效期须在6个月以上。", until=day_before(HUAWEI)),
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
    advise("websites.*.domain", "安徽 河南", TENCENT_2021, DOMAIN_MONTHS),
    advise(
        "websites.*.domain",
        "广西",
        TENCENT_2021,
        "单位一次备案超过5个域名的，域名的剩余有效期须在3个月以上。",
        audience=UNITS,
    ),
    advise("websites.*.domain", "西藏", TENCENT_2021, "域名的持有者须与主办单位名称一致。", audience=UNITS),
    RuleRow(
        Topic.DOMAIN_WORDS,
        "北京",
        TENCENT_2021,
        "不是国家级单位的，域名中不得带有“中国”“国家”。",
        WARNS,
        words="中国 国家",
    ),
)
