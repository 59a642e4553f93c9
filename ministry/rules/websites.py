"""Data of province rules about websites: names, contents, domains, approvals and papers."""

from ministry.reference import provinces
from ministry.reference.topics import Audience, Demand, RuleSeverity, Topic
from ministry.rules.sources import (
    BLOCKS,
    CLOUDS,
    DOMAINS,
    EARLIER,
    FILLING,
    GUANGDONG,
    HUAWEI,
    INDIVIDUALS,
    JD,
    JIANGSU,
    NAMES,
    SHANGHAI,
    TENCENT,
    TENCENT_AND_HUAWEI,
    TRADE,
    UNITS,
    WARNS,
    RuleRow,
    Source,
    advise,
    day_before,
)


def _websites(places: str, most: int, audience: Audience = Audience.EVERYBODY) -> RuleRow:
    advice = f"一次备案最多提交{most}个网站，其余的请在备案通过后再新增。"
    return RuleRow(Topic.WEBSITES, places, CLOUDS, advice, audience=audience, amount=most)


WEBSITES = (
    _websites("湖北 湖南", 1),
    _websites("河南", 5, UNITS),
    _websites("河南", 3, INDIVIDUALS),
    _websites("山西", 3),
    _websites("海南", 1, INDIVIDUALS),
    _websites("陕西", 30),
    advise("websites.*.domain", "江西", CLOUDS, "个人已备案满7个网站、单位满15个网站后，每次只能新增一个。"),
    advise("websites.*.papers.site_plan", "湖南", CLOUDS, "已备案一个以上网站的，须提交网站建设方案书。"),
    advise("websites.*.papers.site_plan", "上海", CLOUDS, "备案网站达到30个的，须提交网站建设方案书。"),
    advise("websites.*.papers.site_plan", "广东", CLOUDS, "备案网站超过31个的，须提交网站建设方案书。"),
    RuleRow(Topic.WEBSITE_NAMES_DIFFER, "北京", TENCENT, "同一主办者的网站不得同名。"),
)


def _name_approval(approval: int, words: str, severity: RuleSeverity, advice: str, source: Source = FILLING) -> RuleRow:
    return RuleRow(Topic.NAME_APPROVAL, "", source, advice, severity, amount=approval, words=words)


NAME_APPROVED = "名称中有这类用词的，须取得主管部门的许可；没有许可的，请换一个名称。"
NAME_ABOLISHED = "名称中有这类用词的，部分省份要求提交批准文件或不涉及前置审批的承诺书。"
NAME_RULES = (
    RuleRow(Topic.NAME_CHARACTERS, "", TENCENT_AND_HUAWEI, "网站名称至少要有3个汉字。", amount=3),
    RuleRow(
        Topic.NAME_BEGINNING,
        "",
        TENCENT_AND_HUAWEI,
        "名称不得以“中国”“中华”“国家”等词开头，国家级单位除外。",
        words="中国 中华 中央 人民 人大 国家 全国",
    ),
    RuleRow(
        Topic.NAME_WORDS,
        "",
        TENCENT,
        "名称中不得有这类用词，请换一个名称。",
        words="反腐 赌博 廉政 色情 纪检 监察 信访 维权 投诉",
    ),
    RuleRow(Topic.NAME_WORDS, "", FILLING, "只有政府机关可以在名称中用“人民政府”。", words="人民政府"),
    RuleRow(
        Topic.NAME_WORDS,
        "",
        TENCENT_AND_HUAWEI,
        "个人网站的名称不得像单位的名称，请去掉这类用词。",
        audience=INDIVIDUALS,
        words="公司 集团",
    ),
    RuleRow(
        Topic.NAME_WORDS,
        "",
        TENCENT_AND_HUAWEI,
        "个人网站的名称不得用组织、行业、地名、人名或成语，请换一个名称。",
        WARNS,
        INDIVIDUALS,
        words=" ".join(["协会 学会 基金会 委员会 研究院", *(province.name for province in provinces.PROVINCES)]),
    ),
    # The source doesn't say which provinces ban the word; these are the ones that ban the service content.
    RuleRow(
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
    RuleRow(Topic.NAME_PLACEHOLDER, "", TRADE, "请写出网站真正的名称。", words="未命名 测试 首页"),
    RuleRow(
        Topic.NAME_FORM,
        "江苏",
        TENCENT_AND_HUAWEI,
        "个人网站请取名为“某某的个人博客”或“某某的个人主页”。",
        WARNS,
        INDIVIDUALS,
        words="*的个人博客 *的个人主页",
    ),
    advise("websites.*.name", "", TENCENT_AND_HUAWEI, "个人网站的名称以3到10个汉字为宜。", audience=INDIVIDUALS),
    advise(
        "websites.*.name websites.*.papers.trademark",
        "",
        HUAWEI,
        "单位网站的名称应与单位名称或品牌有关；用品牌命名的，可能要提交商标注册证。",
        audience=UNITS,
    ),
    advise("websites.*.name", "广东", NAMES, "名称要说明网站是做什么的，例如“某某官网”“某某管理系统”。"),
)
# Ids of service contents, see ``code_tables.CONTENTS``
BLOG, OTHER = "6", "24"

CONTENTS = (
    RuleRow(
        Topic.SERVICES_FORBIDDEN,
        "浙江 河南 贵州 湖南",
        TENCENT,
        "个人网站不得选“博客/个人空间”，请选“其他”并填写备注。",
        audience=INDIVIDUALS,
        words=BLOG,
    ),
    RuleRow(
        Topic.SERVICES_REQUIRED,
        "黑龙江 重庆",
        TENCENT,
        "个人网站须选“博客/个人空间”。",
        audience=INDIVIDUALS,
        words=BLOG,
    ),
    advise("websites.*.services", "", TENCENT, "个人网站一般选“博客/个人空间”或“其他”。", audience=INDIVIDUALS),
    RuleRow(Topic.REMARK, "", TENCENT, "服务内容选“其他”的，请在备注中说明网站是做什么的。", words=OTHER),
)
HOLDER = "域名的持有者须是主办者本人或本单位；单位的域名也可以由股东、主要负责人或高级管理人员持有。"
DOMAIN_MONTHS = "域名的剩余有效期须在3个月以上，快到期的请先续费。"
DOMAIN_RULES = (
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
)
GAMES_NEED_APPROVAL = "网络游戏须先取得出版主管部门的批准（版号）。"
PLEDGE_BY_BUREAU = "全国性的前置审批已取消，部分省份要求提交不涉及前置审批承诺书。"
APPROVALS = (
    RuleRow(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "须填写许可证号，并上传主管部门的许可证。",
        words="1 2 5 10 11 14 15",
        demand=Demand.PAPER,
    ),
    RuleRow(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "经营收费的网络文化内容，须上传网络文化经营许可证。",
        WARNS,
        words="9",
        demand=Demand.PAPER,
    ),
    RuleRow(Topic.APPROVAL, "", HUAWEI, PLEDGE_BY_BUREAU, WARNS, words="3 4", demand=Demand.PLEDGE),
    RuleRow(
        Topic.APPROVAL,
        "",
        TRADE,
        "电子公告服务（论坛）的专项审批已于2010年取消，是否还要材料请问省通信管理局。",
        WARNS,
        words="6",
        demand=Demand.ASK,
    ),
    RuleRow(
        Topic.APPROVAL,
        "",
        TENCENT_AND_HUAWEI,
        "从事金融业务的，上传金融管理部门的批准文件；不从事的，上传不涉及前置审批承诺书。",
        words="13",
        demand=Demand.EITHER,
    ),
)
PUBLIC_BODIES = (2, 3)
SOCIAL_BODIES = (6, 9, 10, 11, 15, 17)
PAPERS = (
    RuleRow(
        Topic.PAPERS,
        "广东",
        GUANGDONG,
        "《互联网信息服务备案承诺书》由法定代表人（个人由本人）用黑色笔手写签名。",
        words="pledge",
    ),
    RuleRow(
        Topic.PAPERS,
        "江苏",
        JIANGSU,
        "由网站负责人签署《真实性责任告知书》和《真实性承诺书》。",
        words="pledge responsibility_notice",
    ),
    RuleRow(Topic.PAPERS, "上海", SHANGHAI, "须提交《备案承诺书（2020版）》。", words="pledge"),
    RuleRow(
        Topic.PAPERS, "湖北", JD, "企业须提交《电子商务说明》。", audience=UNITS, natures=(4,), words="commerce_note"
    ),
    RuleRow(
        Topic.PAPERS,
        "新疆 西藏",
        TENCENT_AND_HUAWEI,
        "社会组织、律师事务所、医疗机构等单位一般要提交党建确认函。",
        WARNS,
        UNITS,
        SOCIAL_BODIES,
        words="party_letter",
    ),
    RuleRow(
        Topic.PAPERS,
        "",
        TENCENT_AND_HUAWEI,
        "政府机关和事业单位一般要提交机构编制部门的《网站开办审核表》。",
        WARNS,
        UNITS,
        PUBLIC_BODIES,
        words="organ_review",
    ),
    advise("websites.*.papers.domain_certificate", "", TENCENT_AND_HUAWEI, "审核部门要求时，请上传域名证书。"),
    advise(
        "websites.*.papers.no_approval_pledge",
        "",
        TENCENT_AND_HUAWEI,
        "名称或业务范围容易让人以为要前置审批的，可能要提交不涉及前置审批承诺书。",
        audience=UNITS,
    ),
    advise(
        "papers.name_change",
        "",
        TENCENT_AND_HUAWEI,
        "单位已更名而证件或域名仍是旧名称的，请提交更名函。",
        audience=UNITS,
    ),
)
