"""The verification sheet as PDF: the official layout, and the sheet as it was issued."""

import json
from contextlib import closing
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from noto_cjk_sans_otc import FONT_PATH
from pypdfium2 import PdfDocument

from filings import checklist, checklist_items, facts, services
from filings.evidence.printing import SIMPLIFIED_CHINESE
from filings.models import Sheet, Verification
from filings.states import Status
from filings.tests.verification.pdf_pages import pages
from filings.verification import sheet_pdf, sheets
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of
from ministry.audit.documents import sha256_of
from ministry.reference import code_tables, service_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

XINJIANG, JIANGXI, HEBEI = "650000", "360000", "130000"


def issued(case: Case, website: int = 0) -> str:
    return "".join(pages(sheet_pdf.issued(Sheet.objects.filter(website=website).latest("pk"))))


def blank(case: Case, website: int = 0) -> str:
    return "".join(pages(sheet_pdf.blank(case.filing, website)))


def in_order(read: str, *texts: str) -> None:
    place = 0
    for text in texts:
        found = read.find(text, place)
        assert found >= 0, f"{text} does not follow in {read[place:]}"
        place = found + len(text)


# --- The official layout ----------------------------------------------------------------------------------


# The blocks and the lines of the public sheets, unit and individual, by the words that make each line.
OFFICIAL_LINES = [
    ("一、", "主体信息"),
    ("证件", "□是□否"),
    ("证件号码正确", "□是□否"),
    ("证件复印件", "□是□否"),
    ("当面采集网站负责人照片", "□是□否"),
    ("二、", "联系方式"),
    ("手机号码", "□是□否"),
    ("电话", "□是□否"),
    ("电子邮箱", "□是□否"),
    ("通信地址", "□是□否"),
    ("三、", "网站信息"),
    ("网站名称", "规范", "□是□否"),
    ("域名", "正确", "□是□否"),
    ("服务内容", "正确", "□是□否"),
    ("前置审批或专项审批文件", "□是□否"),
    ("四、", "接入信息"),
    ("接入服务商", "接入方式", "服务器放置地", "IP", "□是□否"),
    ("五、", "书面"),
    ("书面", "□是□否"),
]
UNIT_TICKS = "单位证件资质□组织机构代码证书□工商营业执照□事业法人证书□社团法人证书□军队代号□其他"
PERSON_TICKS = "个人证件资质□身份证□户口簿□军官证□港澳台胞证□护照□其他"
APPROVAL_TICKS = "□新闻□出版□教育□医疗保健□药品和医疗器械□文化□广播电影电视节目□电子公告服务□其他"


@pytest.mark.parametrize("individual", [False, True], ids=["unit", "individual"])
def test_the_blank_sheet_has_every_official_line_in_its_order_and_no_tick(individual):
    case = Case(province=HEBEI, individual=individual).submit()
    read = blank(case)

    in_order(read, "网站备案信息真实性核验单", "网站主办者名称", case.filing.subject_name, "网站类型", "网站域名")
    in_order(read, *(word for line in OFFICIAL_LINES for word in line))
    in_order(read, "接入服务商", case.provider.name, "核验人", "核验时间", "核验地点")
    assert case.filing.domain in read
    assert (UNIT_TICKS in read) != individual
    assert PERSON_TICKS in read
    assert APPROVAL_TICKS in read
    assert read.count("✓") == 1  # the kind of host, which its host has filled in
    assert ("□单位□✓个人" if individual else "□✓单位□个人") in read
    assert ("电话正确□是□否□不涉及" in read) == individual
    assert "空白单" in read
    assert "编号" not in read


@pytest.mark.parametrize("individual", [False, True], ids=["unit", "individual"])
def test_both_pledges_have_room_for_their_signatures(individual):
    read = blank(Case(province=HEBEI, individual=individual).submit())

    in_order(read, "本单位承诺", "当面核验", "真实", "核验人签字：", "单位盖章：", "日期：年月日")
    in_order(read, "本网站主办者承诺", "真实", "及时更新", "关闭网站、注销备案", "网站负责人签字：", "日期：年月日")
    assert ("单位公章：" in read) != individual
    in_order(read, "一式两份", "蓝色或黑色")
    assert "手写" not in read
    assert "指印" not in read
    assert "黑名单" not in read


@pytest.mark.parametrize(
    ("province", "individual", "words"),
    [
        (GUANGDONG, False, "接受列入备案黑名单"),
        (GUANGDONG, True, "黑色签字笔在下方手写上述承诺"),
        (XINJIANG, True, "网站负责人指印"),
        (JIANGXI, True, "网站负责人指印"),
    ],
)
def test_what_a_province_adds_stands_on_its_sheets_alone(province, individual, words):
    assert words in printed(sheets.content(Case(province=province, individual=individual).filing, 0))
    assert words not in printed(sheets.content(Case(province=HEBEI, individual=individual).filing, 0))


def test_what_is_asked_of_individuals_is_not_asked_of_units():
    for province in (GUANGDONG, XINJIANG, JIANGXI):
        found = printed(sheets.content(Case(province=province).filing, 0))
        assert "手写" not in found
        assert "指印" not in found
    assert "黑名单" not in printed(sheets.content(Case(province=GUANGDONG, individual=True).filing, 0))


def printed(content: Any) -> str:
    """Every word of a sheet's content in one string."""
    return json.dumps(content, ensure_ascii=False)


def test_the_sheet_of_an_app_speaks_of_no_website():
    case = Case(services=[code_tables.WEBSITE, code_tables.APP])
    site, app = blank(case), blank(case, 1)

    assert "第2个APP" in app
    assert "网站" not in app.replace(case.filing.get("websites.1.name"), "")
    assert site.startswith("网站备案信息真实性核验单")
    services.claim(case.submit().filing.pk, case.staff)
    read = client_of(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    word = str(service_words.OF_ALL)
    assert str(_("The %(service)s name follows the rules.")).replace("%(service)s", word) in read


@pytest.mark.parametrize("individual", [False, True], ids=["unit", "individual"])
@pytest.mark.parametrize("province", [HEBEI, GUANGDONG])
def test_a_sheet_is_one_page_of_a4(province, individual):
    case = Case(province=province, individual=individual).submit().verify()
    with closing(PdfDocument(sheet_pdf.issued(Sheet.objects.get()))) as document:
        assert [tuple(round(side) for side in page.get_size()) for page in document] == [(595, 842)]
    assert len(pages(sheet_pdf.blank(case.filing, 0))) == 1


def test_further_lines_of_a_province_still_fit_beside_the_handwritten_pledge(monkeypatch):
    text = "本人已在通信管理局的承诺书上用黑色签字笔亲笔签名，并写明日期"
    further = tuple(checklist_items.Item(f"further_{number}", "papers", text, ()) for number in (1, 2))
    monkeypatch.setattr(checklist, "ITEMS", checklist_items.ITEMS + further)
    case = Case(province=GUANGDONG, individual=True).submit()

    (read,) = pages(sheet_pdf.blank(case.filing, 0))

    in_order(read, f"{text}□是□否", f"{text}□是□否", "手写上述承诺", "网站负责人签字：", "签字笔填写和签字。")


# --- As it was issued -------------------------------------------------------------------------------------


def test_the_issued_sheet_is_filled_from_the_verification():
    case = Case(province=HEBEI).submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    answers = play.answers(case.filing) | {"approval_kept": checklist_items.NOT_APPLICABLE}
    services.verify(case.filing.pk, case.staff, version=None, answers=answers, place="河北营业厅二层")
    sheet = Sheet.objects.get()
    read = issued(case)

    in_order(read, f"编号{case.filing.pk}-1-1", sheet.sha256, case.filing.subject_name)
    in_order(read, "已查验网站主办者证件原件□✓是□否", "□✓工商营业执照", "□✓身份证", "证件号码正确□✓是□否")
    in_order(read, "前置审批或专项审批文件□是□否□✓不涉及", "□新闻", "□其他")
    in_order(read, case.provider.name, "核验人", case.staff.name, "核验时间", "核验地点", "河北营业厅二层")
    assert read.count("□✓是") == len(case.filing.sheet_items) - 1


# Path of the field → (label of its boxes, certificate type → its box)
TICKED = {
    "subject.cert_type": (
        "单位证件资质",
        dict.fromkeys((3, 9, 10, 12, 16, 18, 20), "组织机构代码证书")
        | {1: "工商营业执照", 4: "事业法人证书", 5: "军队代号", 6: "社团法人证书"},
    ),
    "websites.0.responsible": (
        "个人证件资质",
        {2: "身份证", 7: "护照", 8: "军官证", 11: "港澳台胞证", 14: "港澳台胞证"},
    ),
}


@pytest.mark.parametrize("path", TICKED)
def test_each_certificate_with_a_box_is_ticked_there_alone(path):
    label, expected = TICKED[path]
    case = Case(province=HEBEI)
    everything = Verification(round=1, answers=play.answers(case.filing), place="", verifier_id=case.staff.user_id)
    everything.verified_at = case.filing.created_at
    found = {}
    for cert_type in expected:
        value = {"cert_type": cert_type} if path.endswith("responsible") else cert_type
        case.filing.facts = facts.written(case.filing.facts, {path: value})
        blocks = sheets.content(case.filing, 0, everything)["blocks"]
        (ticks,) = [
            ticks for block in blocks for line in block["lines"] for ticks in line["ticks"] if label in ticks.values()
        ]
        (found[cert_type],) = [name for name, is_ticked in ticks["boxes"] if is_ticked]
    assert found == expected


def test_a_certificate_or_approval_without_a_box_is_named_beside_other():
    case = Case(province=HEBEI)
    values = {"subject.nature": 2, "subject.cert_type": 13, "websites.0.approvals": [1, 13]}
    case.filing.facts = facts.written(case.filing.facts, values)
    everything = Verification(round=1, answers=play.answers(case.filing), place="", verifier_id=case.staff.user_id)
    everything.verified_at = case.filing.created_at
    found = printed(sheets.content(case.filing, 0, everything))

    assert '["其他（统一社会信用代码证书）", true]' in found
    assert '["新闻", true]' in found
    assert '["其他（互联网金融）", true]' in found


def test_each_website_has_a_sheet_of_its_own():
    case = Case(websites=3).submit().verify()
    numbers = [str(sheet) for sheet in Sheet.objects.order_by("website")]

    assert numbers == [f"{case.filing.pk}-1-{number}" for number in (1, 2, 3)]
    for website in range(3):
        domain = case.filing.get(f"websites.{website}.domain")
        assert domain in issued(case, website)
        others = {case.filing.get(f"websites.{other}.domain") for other in range(3)} - {domain}
        assert not any(other in issued(case, website) for other in others)


def test_a_sheet_stays_as_it_was_issued():
    case = case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get()
    before = sheet_pdf.issued(sheet)
    case.provider.name = "改名后的接入商"
    case.provider.save()
    case.return_to_provider().verify()

    assert sheet_pdf.issued(Sheet.objects.get(pk=sheet.pk)) == before
    assert sha256_of(Sheet.objects.get(pk=sheet.pk).content) == sheet.sha256
    assert "改名后的接入商" in issued(case)
    for change in ({"sha256": "0" * 64}, {"token": "taken"}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Sheet.objects.filter(pk=sheet.pk).update(**change)


def test_the_sheet_is_chinese_whatever_language_the_reader_has():
    case = Case(province=HEBEI).submit()
    expected = sheets.content(case.filing, 0)
    with translation.override("en"):
        assert sheets.content(case.filing, 0) == expected
    assert "已留存" in printed(expected)


RARE = "𬭎㛃䶮𠮷𬱖"


def test_rare_characters_of_names_print_with_a_glyph_each():
    with TTFont(FONT_PATH, fontNumber=SIMPLIFIED_CHINESE, lazy=True) as font:
        drawn = set(font.getBestCmap())
    case = Case(province=HEBEI)
    services.save_facts(case.filing.pk, case.host, {"subject.name": f"石家庄{RARE}𠀀有限公司"}, version=None)
    case.refresh()

    read = blank(case)

    assert f"石家庄{RARE}〔U+20000〕有限公司" in read
    assert {character for character in read if ord(character) not in drawn and character.isprintable()} == set()


def test_no_length_of_a_name_tears_the_sheet():
    case = Case(province=GUANGDONG, individual=True)
    case.filing.facts = facts.written(case.filing.facts, {"subject.name": "名" * 255})
    case.filing.provider.name = "商" * 255
    read = pages(sheet_pdf.blank(case.filing, 0))

    assert 1 <= len(read) <= 2
    assert "".join(read).count("名" * 40) >= 1
    in_order("".join(read), *(word for line in OFFICIAL_LINES for word in line))


def test_a_paper_with_hardly_anything_on_it_prints():
    case = Case()
    case.filing.facts = facts.blank()
    in_order(blank(case), "网站备案信息真实性核验单", "□✓单位", "一、", "五、")
    case.filing.facts["websites"][0] |= {"domain": "www.不是.域名..", "approvals": [999]}
    assert "www.不是.域名.." in blank(case)
