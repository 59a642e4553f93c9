"""Data of province rules about papers."""

from ministry.reference.topics import Topic
from ministry.rules.sources import (
    CLOUDS,
    GUANGDONG,
    JD,
    JIANGSU,
    SHANGHAI,
    TENCENT_AND_HUAWEI,
    UNITS,
    WARNS,
    RuleRow,
    advise,
)

PUBLIC_BODIES = (2, 3)
SOCIAL_BODIES = (6, 9, 10, 11, 15, 17)
ROWS = (
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
    advise("websites.*.papers.site_plan", "湖南", CLOUDS, "已备案一个以上网站的，须提交网站建设方案书。"),
    advise("websites.*.papers.site_plan", "上海", CLOUDS, "备案网站达到30个的，须提交网站建设方案书。"),
    advise("websites.*.papers.site_plan", "广东", CLOUDS, "备案网站超过31个的，须提交网站建设方案书。"),
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
