"""Data of province rules about the service contents of websites, and the remarks that explain them."""

from ministry.reference import code_tables
from ministry.reference.topics import Topic
from ministry.rules.sources import (
    BLOGS,
    FILLING,
    INDIVIDUALS,
    INDIVIDUALS_CONTENTS,
    TENCENT,
    TENCENT_2021,
    UNITS,
    WARNS,
    RuleRow,
    advise,
    day_before,
)

# Ids of service contents, see ``code_tables.SERVICE_CONTENTS``
BLOG, OTHER, OF_A_UNIT = "6", "24", "8"
EVERY = [str(code.id) for code in code_tables.SERVICE_CONTENTS]


def _other_than(*ids: str) -> str:
    return " ".join(content for content in EVERY if content not in ids)


ROWS = (
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
        until=day_before(BLOGS),
    ),
    advise("websites.*.services", "", TENCENT, "个人网站一般选“博客/个人空间”或“其他”。", audience=INDIVIDUALS),
    RuleRow(Topic.REMARK, "", TENCENT, "服务内容选“其他”的，请在备注中说明网站是做什么的。", words=OTHER),
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
        words=" ".join(EVERY),
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
