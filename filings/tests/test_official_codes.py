"""The official result codes: each is given with its own meaning, or ``NOT_GIVEN`` says why it never is."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from filings import facts, fields, reasons, services
from filings.moves.remarks import is_vague
from filings.rules import checks
from icp_portal.tests.builders import Case

pytestmark = pytest.mark.django_db

# 《ICP/IP地址信息备案管理系统与企业系统接口规范》 V3.0（2013年10月）, result codes of ICP filings (Jgdm), in short.
OFFICIAL = {
    "1001": "管局审核通过",
    "1002": "管局审核拒绝",
    "1003": "主办者冲突",
    "1004": "无效域名",
    "1005": "域名已备案",
    "1006": "无效IP",
    "1007": "无效联系方式",
    "1008": "无效证件",
    "1009": "无效邮箱",
    "1010": "无效办公电话",
    "1011": "无效手机",
    "1012": "无效MSN",
    "1013": "无效QQ",
    "1014": "无效单位性质",
    "1015": "无效身份证号",
    "1016": "所指备案不存在",
    "1017": "变更审核中，不可再变更",
    "1018": "ICP备案密码错",
    "1019": "省市县代码错",
    "1020": "网站名称冲突",
    "1021": "首页地址冲突",
    "1022": "首页地址格式错",
    "1023": "IP 数据不存在",
    "1024": "IP 冲突",
    "1025": "唯一接入不可取消",
    "1026": "注销理由代码错",
    "1027": "主体注销重复",
    "1028": "ICP用户名错",
    "1029": "同站接入重复",
    "1030": "网站注销重复",
    "1031": "网站负责人办公电话为空",
    "1032": "取消接入重复",
    "1033": "前置审批类型无效",
    "1034": "服务内容无效",
    "1035": "接入方式无效",
    "1036": "服务器放置地无效",
    "1037": "网站已报备",
    "1038": "接入已报备",
    "1039": "域名已报备",
    "1040": "接入IP已报备",
    "1041": "首页URL须含其一域名",
    "1042": "主体注销中不可注销网站",
    "1043": "网站注销中不可注销主体",
    "1044": "主体负责人为空",
    "1045": "只能在所在省报备",
    "1046": "变更不得跨省",
    "1047": "只能取消本接入商接入",
    "1048": "非本接入商备案",
    "1049": "主体已注销",
    "1050": "网站已注销",
    "1051": "变更申请超上限",
    "1052": "原系统受理中",
    "1053": "单位已删除",
    "1054": "报备单位无效",
    "1055": "核验单不属该备案",
    "1056": "附件格式代码错",
    "1057": "附件用途代码错",
    "1058": "主体不存在",
    "1059": "网站不存在",
    "1060": "核验单成功入库",
    "1061": "核验单用途与标识不符",
    "1062": "接入信息比对IP库成功",
    "1063": "接入IP与本单位IP报备不一致",
    "1064": "网站域名在黑名单",
    "1065": "主体在黑名单",
    "1066": "语言类别错",
    "1067": "备案号/主键对应多个网站",
    "1068": "同前，对应多个缩略信息",
    "1999": "其他",
}
# The general codes (5xxx) are about messages, which people don't write; this one is about the files of a report.
GENERAL = {"5010": "附件格式不合规"}
# Official codes that are no reason → why the portal never gives them.
NOT_GIVEN = {
    "1001": "The bureau's approval is a move of the filing (approve), not a code.",
    "1002": "The bureau's refusal is a move (return), with a reason at each field.",
    "1012": "MSN has ended; the form doesn't offer it.",
    "1023": "The portal has no national IP register; addresses are compared with the provider's pool (1063).",
    "1024": "As for 1023; several websites may share an address.",
    "1028": "There is no user name of a filing; a host signs in with an e-mail address.",
    "1037": "A website is known by its domain (1005, 1039).",
    "1038": "A second access through the same provider is 1029; another filing under way is P110.",
    "1040": "Several websites may share an address.",
    "1052": "There is no earlier system with filings of its own.",
    "1053": "A provider is never deleted; one that has stopped can't be chosen.",
    "1054": "The provider is chosen from the directory or is the one who signs in.",
    "1055": "The verification sheet is made in its filing and can't be of another.",
    "1056": "A file's format is read from its content; a wrong one is refused when it is uploaded.",
    "1058": "A picture is uploaded to a filing, not to a subject's id; what is not on record is 1016.",
    "1059": "As for 1058, of a website.",
    "1060": "Reports success.",
    "1061": "A sheet is reported with the website it is about, so its use can't differ from it.",
    "1062": "Reports success.",
    "1067": "A website has one number and a number one website.",
    "1068": "As for 1067.",
}
OURS = [reason.code for reason in reasons.REASONS]


def test_every_official_code_is_a_reason_or_it_is_said_why_it_is_not_given():
    given = {code for code in OURS if code.isdecimal()}

    assert given | NOT_GIVEN.keys() == OFFICIAL.keys() | GENERAL.keys()
    assert given & NOT_GIVEN.keys() == set()
    assert all(NOT_GIVEN.values())
    assert len(OURS) == len(set(OURS))


def test_every_code_in_the_source_is_a_reason():
    """Also those of fields, refusals and checks: what a person is told can be remarked on by that code."""
    assert codes_in_source() - set(OURS) == set()
    assert {"1031", "1039", "1044", "P110"} <= codes_in_source()


@pytest.mark.parametrize("empty", [False, True])
def test_what_can_be_wrong_with_a_field_is_among_the_codes_offered_for_it(empty):
    values = facts.blank()
    for path, section, field in fields.each(values):
        code = field.fault_in(values, section.prefix, empty=empty)
        classes = next(names for part, names in reasons.usual_classes() if part in path)
        assert str(reasons.CLASSES[reasons.class_of(code)]) in classes, path


def test_no_usual_wording_is_too_vague_to_be_sent():
    said = [(reason.code, str(text)) for reason in reasons.REASONS for text in (reason.text, reason.fix)]

    assert [(code, text) for code, text in said if is_vague(text)] == []


def codes_in_source() -> set[str]:
    """Return the codes that the apps' modules name as a whole string, or at the beginning of a message."""
    code = re.compile(r"^(1[0-9]{3}|[PB][0-9]{3})(?=$|: )")
    found = set()
    for app in ("ministry", "filings", "records", "desks", "hosts", "bureaus", "providers"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            if "tests" in path.parts or path.name == "reasons.py":
                continue
            texts = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
            found |= {match[1] for text in texts if isinstance(text, str) and (match := code.match(text))}
    return found


MANAGER = "websites.0.responsible"
PASSPORT = 7
# path → value typed into a good filing, the only code found at the path
MEANT = [
    ("responsible.name", "", "1044"),
    ("responsible.name", "张三✿", "1999"),
    (f"{MANAGER}.name", "", "1999"),
    ("responsible.office_phone", "", "1010"),
    (f"{MANAGER}.office_phone", "", "1031"),
    (f"{MANAGER}.office_phone", "110", "1010"),
    ("responsible.cert_number", "110105199001011234", "1015"),
    ("responsible.cert_number", "", "1015"),
    ("subject.address", "", "1007"),
    ("responsible.im_account", "名字✿", "1007"),
]


@pytest.mark.parametrize(("path", "value", "code"), MEANT)
def test_a_value_has_the_code_that_means_it(path, value, code):
    case = Case(same=False)
    typed = {path: value} | ({"responsible.im": 2} if path.endswith("im_account") else {})

    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)

    assert [finding.code for finding in checks.findings(filing) if finding.path == path] == [code]


@pytest.mark.parametrize("person", ["subject", "responsible"])
@pytest.mark.parametrize(("cert_type", "code"), [(2, "1015"), (PASSPORT, "1008")])
def test_only_the_number_of_an_identity_card_is_an_identity_number(person, cert_type, code):
    case = Case(individual=person == "subject")  # whose responsible person's number is the individual's own
    typed = {f"{person}.cert_type": cert_type, f"{person}.cert_number": "11010519900101123!"}

    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)

    path = f"{person}.cert_number"
    found = {finding.code for finding in checks.findings(filing) if finding.path == path}
    assert found & {"1008", "1015"} == {code}
