"""Data of province rules about approvals that a website needs before it is filed."""

from typing import Any

from ministry.reference import code_tables
from ministry.reference.topics import Demand, RuleSeverity, Topic
from ministry.rules.contents import BLOG
from ministry.rules.sources import (
    BLOCKS,
    HUAWEI,
    INDIVIDUALS,
    TENCENT_2021,
    TENCENT_AND_HUAWEI,
    TENCENT_APPROVALS,
    TRADE,
    WARNS,
    RuleRow,
)


def _contents_approval(
    approval: int, contents: str, advice: str, severity: RuleSeverity = BLOCKS, places: str = "", **more: Any
) -> RuleRow:
    return RuleRow(
        Topic.SERVICE_APPROVAL, places, TENCENT_APPROVALS, advice, severity, amount=approval, words=contents, **more
    )


ROWS = (
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
    RuleRow(
        Topic.APPROVAL,
        "",
        HUAWEI,
        "全国性的前置审批已取消，部分省份要求提交不涉及前置审批承诺书。",
        WARNS,
        words="3 4",
        demand=Demand.PLEDGE,
    ),
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
    _contents_approval(1, "5", "提供新闻信息的，须取得互联网新闻信息服务许可证；不提供的，请不要选“网络新闻”。"),
    _contents_approval(10, "15", "提供影视节目的，须取得信息网络传播视听节目许可证；不提供的，请不要选“网络影视”。"),
    _contents_approval(code_tables.GAMES, "13", "网络游戏须先取得出版主管部门的批准（版号）。"),
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
