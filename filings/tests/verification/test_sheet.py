"""The verification sheet: as PDF in the official layout, its public page, its signed copies and how long they stay."""

import json
import re
from contextlib import closing
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import segno
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image
from pypdfium2 import PdfDocument

from accounts.models import User
from desks.staff.sheets import PAGES_A_MINUTE
from filings import checklist, checklist_items, clock, facts, services
from filings.deadlines import erasing, sweeps
from filings.errors import MoveRefused
from filings.evidence import quality, scans
from filings.evidence.limited import pdf, running
from filings.evidence.printing import MARGIN, SIMPLIFIED_CHINESE
from filings.models import Look, Sheet, SheetScan, Verification
from filings.states import Status
from filings.verification import sheet_pdf, sheets
from icp_portal.demo import play
from icp_portal.tests.builders import GUANGDONG, Case, case_at, reviewer, sign_in
from icp_portal.tests.photos import as_file, photographed
from ministry.reference import code_tables, service_words

pytestmark = pytest.mark.django_db

XINJIANG, JIANGXI, HEBEI = "650000", "360000", "130000"


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.RELAX_SECOND_FACTOR = True


def as_(actor: Any) -> Client:
    return sign_in(Client(), User.objects.get(pk=actor.user_id))


def pages(content: bytes) -> list[str]:
    """The text of each page without the blanks and breaks of its lines."""
    with closing(PdfDocument(content)) as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


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
    read = as_(case.staff).get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
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
    assert sheets.digest(Sheet.objects.get(pk=sheet.pk).content) == sheet.sha256
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


# --- Who may have it ----------------------------------------------------------------------------------------


def test_provider_and_bureau_download_it_and_each_download_is_on_record():
    case = case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get()
    for actor, desk in ((case.staff, "provider_desk"), (case.reviewer, "bureau_desk")):
        answer = as_(actor).get(reverse(f"{desk}:sheet", args=[case.filing.pk, sheet.pk]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["Content-Disposition"].startswith("attachment;")
        assert str(sheet) in "".join(pages(answer.content))
        assert Look.objects.get(user_id=actor.user_id).what == f"sheet {sheet}"


def test_the_blank_sheet_is_there_while_the_provider_has_the_filing():
    case = Case().submit()
    client, url = as_(case.staff), reverse("provider_desk:blank_sheet", args=[case.filing.pk, 1])

    assert pages(client.get(url).content)[0].startswith("网站备案信息真实性核验单")
    assert Look.objects.get().what == "blank sheet 1"
    assert client.get(url.replace("1.pdf", "0.pdf")).status_code == 404
    assert client.get(url.replace("1.pdf", "2.pdf")).status_code == 404
    case.verify()
    assert client.get(url).status_code == 404


def test_a_sheet_or_scan_of_another_filing_is_not_found_under_ones_own():
    mine, other = case_at(Status.WITH_BUREAU), case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get(verification__filing=other.filing)
    services.add_scan(other.filing.pk, other.staff, sheet.pk, [as_file(photographed(1))])
    scan = sheet.scans.get()
    for actor, desk in ((mine.staff, "provider_desk"), (mine.reviewer, "bureau_desk")):
        client = as_(actor)
        assert client.get(reverse(f"{desk}:sheet", args=[mine.filing.pk, sheet.pk])).status_code == 404
        assert client.get(reverse(f"{desk}:sheet_scan", args=[mine.filing.pk, scan.pk])).status_code == 404
    with pytest.raises(Sheet.DoesNotExist):
        services.add_scan(mine.filing.pk, mine.staff, sheet.pk, [as_file(photographed(2))])
    assert (
        as_(mine.staff)
        .post(
            reverse("provider_desk:sheets", args=[mine.filing.pk]),
            {"sheet": sheet.pk, "pages": as_file(photographed(2))},
        )
        .status_code
        == 200
    )
    assert SheetScan.objects.count() == 1
    assert (
        as_(reviewer(GUANGDONG)).get(reverse("bureau_desk:sheet", args=[other.filing.pk, sheet.pk])).status_code == 404
    )


def test_the_desks_pages_lead_to_the_sheets():
    case = Case().submit()
    sheets_url = reverse("provider_desk:sheets", args=[case.filing.pk])
    staff = as_(case.staff)
    assert f'href="{sheets_url}"' in staff.get(reverse("provider_desk:verify", args=[case.filing.pk])).content.decode()
    page = staff.get(sheets_url).content.decode()
    assert reverse("provider_desk:blank_sheet", args=[case.filing.pk, 1]) in page
    assert "每个网站或其他服务出具一份核验单" in page
    assert 'type="file"' not in page

    case.verify()

    sheet = Sheet.objects.get()
    page = staff.get(sheets_url).content.decode()
    assert reverse("provider_desk:sheet", args=[case.filing.pk, sheet.pk]) in page
    assert 'type="file"' in page
    page = as_(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
    assert reverse("bureau_desk:sheet", args=[case.filing.pk, sheet.pk]) in page
    assert reverse("bureau_desk:sheets", args=[case.filing.pk]) in page
    assert "尚未上传签字件" in page


# --- The page behind the code -------------------------------------------------------------------------------


def test_the_code_leads_to_a_page_that_knows_the_sheet_and_nobodys_name(settings):
    case = Case(individual=True).submit().verify()
    sheet = Sheet.objects.get()
    assert sheet_pdf.address_of(sheet) == f"{settings.SITE_URL}/sheets/{sheet.token}/"
    assert len(sheet.token) >= 22

    answer = Client().get(f"/sheets/{sheet.token}/")

    page = answer.content.decode()
    for said in (str(sheet), sheet.sha256, case.provider.name, case.filing.domain, "是最近一轮的核验单"):
        assert said in page
    fact = case.filing.get
    for personal in (
        fact("subject.name"),
        fact("subject.cert_number"),
        fact("responsible.mobile"),
        fact("responsible.email"),
        fact("subject.address"),
        case.staff.name,
    ):
        assert personal
        assert personal not in page
    assert "no-store" in answer["Cache-Control"]


def test_the_code_on_the_paper_spells_the_address():
    """Each square of the printed code, looked at in its middle, is as dark as the code of the address has it."""
    case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get()
    with closing(PdfDocument(sheet_pdf.issued(sheet))) as document:
        page = document[0].render(scale=4).to_pil().convert("L")
    dot = page.width / 210  # A4, in millimetres
    rows = tuple(segno.make_qr(sheet_pdf.address_of(sheet), error="m").matrix)
    left, side = 210 - MARGIN - sheet_pdf.CODE, sheet_pdf.CODE / len(rows)
    seen = [
        [
            page.getpixel((int((left + (x + 0.5) * side) * dot), int((sheet_pdf.TOP + (y + 0.5) * side) * dot))) < 128
            for x in range(len(rows))
        ]
        for y in range(len(rows))
    ]

    assert seen == [[bool(square) for square in row] for row in rows]


def test_the_page_says_when_a_later_round_has_replaced_the_sheet():
    case = case_at(Status.WITH_BUREAU)
    first = Sheet.objects.get()
    case.return_to_provider()
    assert "是最近一轮的核验单" in Client().get(f"/sheets/{first.token}/").content.decode()

    case.verify()

    later = Sheet.objects.latest("pk")
    assert "已有后一轮核验单取代" in Client().get(f"/sheets/{first.token}/").content.decode()
    assert "是最近一轮的核验单" in Client().get(f"/sheets/{later.token}/").content.decode()


def test_a_strange_token_is_not_found_and_guessing_is_slow():
    case_at(Status.WITH_BUREAU)
    client = Client(REMOTE_ADDR="198.51.100.77")
    token = Sheet.objects.get().token
    for guess in ("x", token[:-1], token.swapcase(), "a" * 400, f"{token}x"):
        assert client.get(f"/sheets/{guess}/").status_code == 404
    assert client.post(f"/sheets/{token}/").status_code == 405
    for _n in range(PAGES_A_MINUTE):
        client.get("/sheets/x/")
    assert client.get(f"/sheets/{token}/").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.78").get(f"/sheets/{token}/").status_code == 200


# --- The signed copy ----------------------------------------------------------------------------------------


def pdf_of(
    count: int, size: tuple[int, int] = (900, 1200), name: str = "scan.pdf", **options: Any
) -> SimpleUploadedFile:
    """A scanner's PDF with pages that differ."""
    images = [photographed(number, size=size) for number in range(1, count + 1)]
    target = BytesIO()
    images[0].save(target, "PDF", save_all=True, append_images=images[1:], resolution=100, **options)
    return SimpleUploadedFile(name, target.getvalue())


def bring(case: Case, *files: Any, sheet: Sheet | None = None) -> str:
    """Send the files through the page; answers the page that follows."""
    sheet = sheet or Sheet.objects.latest("pk")
    url = reverse("provider_desk:sheets", args=[case.filing.pk])
    answer = as_(case.staff).post(url, {"sheet": sheet.pk, "pages": list(files)}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_versions_of_the_signed_copy_stay_beside_the_sheet_and_the_bureau_sees_them():
    case = case_at(Status.WITH_BUREAU)
    assert "签字件已留存" in bring(case, as_file(photographed(1)))
    page = bring(case, pdf_of(2))
    assert "签字件第 2 版" in page
    assert page.index("签字件第 2 版") < page.index("签字件第 1 版")

    kept = list(SheetScan.objects.order_by("version", "page").values_list("version", "page", "uploaded_by"))
    assert kept == [(1, 1, case.staff.user_id), (2, 1, case.staff.user_id), (2, 2, case.staff.user_id)]
    newest = SheetScan.objects.filter(version=2).order_by("page")
    assert len({scan.original_sha256 for scan in newest}) == 1
    assert len({scan.sha256 for scan in newest}) == 2
    for scan in newest:
        assert scan.official.size <= quality.VERIFICATION_SHEET.official_bytes
        url = reverse("bureau_desk:sheet_scan", args=[case.filing.pk, scan.pk])
        assert url in as_(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
        answer = as_(case.reviewer).get(url)
        assert answer["Content-Type"] == "image/jpeg"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert Image.open(BytesIO(answer.content)).size == (scan.width, scan.height)
    looks = Look.objects.filter(user_id=case.reviewer.user_id).order_by("pk").values_list("what", flat=True)
    assert list(looks) == [f"signed sheet {Sheet.objects.get()} 2/{page}" for page in (1, 2)]


def test_the_same_file_again_is_not_kept_twice():
    case = case_at(Status.WITH_BUREAU)
    bring(case, as_file(photographed(1)))
    assert "已经留存" in bring(case, as_file(photographed(1)))
    assert SheetScan.objects.count() == 1


def test_nobody_but_the_provider_brings_a_copy():
    case = case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get()
    for actor in (case.host, case.reviewer):
        with pytest.raises(MoveRefused, match=_("Only the provider uploads the signed copy.")):
            services.add_scan(case.filing.pk, actor, sheet.pk, [as_file(photographed(1))])
    assert not SheetScan.objects.exists()
    url = reverse("bureau_desk:sheets", args=[case.filing.pk])
    assert as_(case.reviewer).post(url, {"sheet": sheet.pk, "pages": as_file(photographed(1))}).status_code == 405


def test_a_pdf_is_kept_as_pictures_alone():
    """Whatever else a PDF carries does not survive being drawn."""
    (page,) = scans.accept([pdf_of(1, size=(900, 1200), title="隐藏的标题")])

    assert Image.open(BytesIO(page.picture.content)).format == "JPEG"
    assert max(page.picture.width, page.picture.height) == pdf.LONGER_SIDE
    assert b"PDF" not in page.picture.content


def locked_pdf() -> SimpleUploadedFile:
    paper = sheet_pdf.A4("锁")
    paper.set_encryption(owner_password="owner", user_password="user")
    paper.add_page()
    return SimpleUploadedFile("locked.pdf", bytes(paper.output()))


# A page that draws another, which draws another …: 10 to the 9th squares.
def endless_pdf() -> SimpleUploadedFile:
    forms = 9
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length 5>>stream\n/F Do\nendstream",
    ]
    for number in range(forms):
        calls = b"/F Do " * 10 if number < forms - 1 else b"0 0 500 700 re f "
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + number) if number < forms - 1 else b""
        objects.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 600 800]%b/Length %d>>stream\n%b\nendstream"
            % (inner, len(calls), calls)
        )
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(body),
    )
    return SimpleUploadedFile("endless.pdf", body)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SimpleUploadedFile("scan.pdf", b""), "JPEG"),
        (lambda: SimpleUploadedFile("scan.pdf", b"%PDF-1.7\nnothing"), "无法读取"),
        (lambda: SimpleUploadedFile("scan.pdf", pdf_of(1).read()[:5000]), "无法读取"),
        (lambda: SimpleUploadedFile("scan.pdf", b"<html><script>alert(1)</script>"), "JPEG"),
        (lambda: SimpleUploadedFile("scan.pdf", b"PK\x03\x04" + b"0" * 100), "JPEG"),
        (locked_pdf, "密码"),
        (lambda: pdf_of(6, size=(300, 400)), "不超过 5 页"),
    ],
    ids=["empty", "no pdf", "torn", "html", "zip", "locked", "six pages"],
)
def test_what_is_no_scan_is_refused_at_the_field(make, words):
    case = case_at(Status.WITH_BUREAU)
    page = bring(case, make())

    assert words in re.search(r'id="id_pages_error">(.*?)</', page, re.S)[1] or words in page
    assert 'aria-invalid="true"' in page
    assert not SheetScan.objects.exists()


def test_a_pdf_that_would_exhaust_the_server_exhausts_a_child_of_its_own():
    with pytest.raises(ValidationError, match=r"“endless\.pdf”：这份 PDF 过于复杂"):
        scans.accept([endless_pdf()])


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.01)
    with pytest.raises(ValidationError, match="过于复杂"):
        scans.accept([pdf_of(1)])


def test_pages_count_over_all_files_and_size_counts_too(settings):
    settings.EVIDENCE_MAX_BYTES = 200_000
    small = [as_file(photographed(number, size=(500, 400))) for number in range(6)]
    with pytest.raises(ValidationError, match="不超过 5 页"):
        scans.accept(small)
    with pytest.raises(ValidationError, match="文件超过"):
        scans.accept([SimpleUploadedFile("scan.pdf", b"%PDF-" + b"0" * 200_000)])


def test_without_a_file_or_with_anothers_sheet_the_page_says_so():
    case = case_at(Status.WITH_BUREAU)
    url = reverse("provider_desk:sheets", args=[case.filing.pk])
    client = as_(case.staff)
    assert "请先选择核验单扫描件" in client.post(url, {"sheet": Sheet.objects.get().pk}).content.decode()
    for strange in ("", "0", "abc", "9" * 40):
        assert client.post(url, {"sheet": strange, "pages": as_file(photographed(1))}).status_code == 200
    assert not SheetScan.objects.exists()


# --- Kept for five years ------------------------------------------------------------------------------------


def test_sheets_and_signed_copies_are_kept_for_five_years(time_machine):
    """The host withdraws after a return: nobody needs the filing any more, and still its papers stay so long."""
    time_machine.move_to("2026-03-02 10:00 +0800", tick=False)
    case = case_at(Status.WITH_BUREAU).return_to_provider()
    bring(case, as_file(photographed(1)))
    play.send_back(case.filing, case.staff)
    case.refresh().withdraw()
    content, file = sheet_pdf.issued(Sheet.objects.get()), SheetScan.objects.get().file

    for day in ("2027-03-04", "2028-06-01", "2031-03-01", "2031-03-02"):
        time_machine.move_to(f"{day} 04:00 +0800", tick=False)
        sweeps.lapse_drafts()
        assert erasing.erase_ended() == 0
    assert clock.papers_kept_until(case.filing) == date(2031, 3, 2)
    assert sheet_pdf.issued(Sheet.objects.get()) == content
    assert file.storage.exists(file.name)
    assert case.refresh().filing.erased_at is None

    time_machine.move_to("2031-03-03 04:00 +0800", tick=False)
    assert erasing.erase_ended() == 1
    assert not file.storage.exists(file.name)


def test_the_database_itself_refuses_to_lose_them():
    case = case_at(Status.WITH_BUREAU)
    bring(case, as_file(photographed(1)))
    for rows in (SheetScan.objects.all(), Sheet.objects.all()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(ProgrammingError), transaction.atomic():
        SheetScan.objects.update(version=9)
    assert (Sheet.objects.count(), SheetScan.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("status", "kept"),
    [(Status.WITH_BUREAU, None), (Status.FILED, date(2029, 2, 28)), (Status.WITHDRAWN, date(2029, 2, 28))],
)
def test_the_years_count_from_the_end_of_the_filing(time_machine, status, kept):
    time_machine.move_to("2024-02-29 10:00 +0800", tick=False)
    assert clock.papers_kept_until(case_at(status).filing) == kept
