"""Data of province rules about the names of websites."""

from ministry.reference import code_tables, provinces
from ministry.reference.topics import RuleSeverity, Topic
from ministry.rules.sources import (
    BLOCKS,
    EARLIER,
    FILLING,
    HUAWEI,
    INDIVIDUALS,
    NAMES,
    TENCENT,
    TENCENT_AND_HUAWEI,
    TENCENT_APPROVALS,
    TRADE,
    UNITS,
    WARNS,
    RuleRow,
    Source,
    advise,
)


def _name_approval(approval: int, words: str, severity: RuleSeverity, advice: str, source: Source = FILLING) -> RuleRow:
    return RuleRow(Topic.NAME_APPROVAL, "", source, advice, severity, amount=approval, words=words)


NAME_APPROVED = "名称中有这类用词的，须取得主管部门的许可；没有许可的，请换一个名称。"
NAME_ABOLISHED = "名称中有这类用词的，部分省份要求提交批准文件或不涉及前置审批的承诺书。"
ROWS = (
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
    RuleRow(Topic.WEBSITE_NAMES_DIFFER, "北京", TENCENT, "同一主办者的网站不得同名。"),
    _name_approval(
        code_tables.GAMES,
        "游戏",
        WARNS,
        "网络游戏须先取得出版主管部门的批准（版号）；不涉及游戏的，请在备注中说明。",
        TENCENT_APPROVALS,
    ),
)
