"""The summary as PDF: unmasked, in the order of the form, machine-readable, with rare characters too."""

import re
import time
from contextlib import closing

import pytest
from django.urls import reverse
from pypdfium2 import PdfDocument

from accounts.models import User
from filings import services
from filings.fields import attachments, display
from filings.states import Status
from hosts import summary_pdf
from icp_portal.tests.builders import Case, case_at, host, provider, sign_in

pytestmark = pytest.mark.django_db


def pages(content: bytes) -> list[str]:
    with closing(PdfDocument(content)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def text(filing) -> str:
    """Return the text of the summary, without blanks, line breaks and page footers."""
    read = re.sub(r"\s", "", "".join(pages(summary_pdf.pdf(filing))))
    return re.sub(rf"ICP备案单{filing.pk}\d/\d", "", read)


def test_everything_is_in_it_in_full_and_in_the_order_of_the_form():
    case = Case(same=False)
    read = text(case.filing)

    place = 0
    for block in display.blocks(case.filing, full=True):
        place = read.index(str(block.section.title), place)
        for row in block.rows:
            place = read.index(re.sub(r"\s", "", row.label + (row.value or "未填写")), place)
    for picture in case.filing.evidence.all():
        assert picture.sha256 in read
        assert str(attachments.label(picture.path)) in read
    assert "****" not in read
    for said in ("ICP备案信息表", f"备案单{case.filing.pk}", "状态草稿", case.provider.name, "打印时间"):
        assert said in read
    assert "需要补充或修改" not in read


def test_it_addresses_the_host_of_a_returned_filing():
    assert "状态待您修改" in text(case_at(Status.RETURNED_TO_HOST).filing)


def test_rare_characters_of_names_are_printed_and_can_be_searched():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "䶮㛃𬱖", "subject.name": "𠮷野"}, version=None)
    read = text(case.refresh().filing)
    assert "䶮㛃𬱖" in read
    assert "𠮷野" in read


def test_a_character_the_font_does_not_have_is_printed_as_its_code():
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"responsible.name": "王𠀀"}, version=None)
    assert "王〔U+20000〕" in text(case.refresh().filing)


def test_open_findings_stand_first_while_the_host_has_the_filing():
    case = Case()
    services.save_facts(
        case.filing.pk, case.host, {"responsible.mobile": "", "websites.0.domain": "www.x"}, version=None
    )
    read = text(case.refresh().filing)
    assert "项需要补充或修改" in read
    assert "主体负责人·手机号码" in read
    assert read.index("项需要补充或修改") < read.index("备案主体类型")


@pytest.mark.parametrize("status", list(Status))
def test_it_is_there_at_every_status(status):
    case = case_at(status)
    read = text(case.filing)
    assert case.filing.status_to_host in read
    assert ("备案号" in read) == (status == Status.FILED)
    assert "项需要补充或修改" not in read


def test_the_face_to_face_photo_is_not_the_hosts():
    case = case_at(Status.FILED)
    photo = case.filing.evidence.get(path__endswith=".photo")
    assert photo.sha256 not in text(case.filing)


def test_an_empty_draft_has_a_summary_too():
    filing = services.start(host(), provider_id=provider().pk, entrance="ministry")
    read = text(filing)
    assert "未填写" in read
    assert "尚未提交图片" in read


@pytest.mark.parametrize(
    "words",
    [
        "长" * 1024,
        "a" * 1024,
        "\n".join(f"192.31.196.{n}" for n in range(250)),
        "一行\r\n**粗** <b>二</b>\t--- __三__ {nb}",
        "ملاحظة 🙂 \u202e\u200b\u00ad",
    ],
    ids=["long", "unbroken", "many lines", "marks", "strange characters"],
)
def test_whatever_somebody_writes_is_printed(words):
    case = Case()
    services.save_facts(case.filing.pk, case.host, {"subject.remark": words}, version=None)
    read = text(case.refresh().filing)
    expected = re.sub(r"[\s\u00ad\u202e\u200b🙂]|[\u0600-\u06ff]", "", words)
    assert expected in read or not expected


def test_each_page_has_its_number_and_the_filings():
    case = Case(same=False)
    services.save_facts(case.filing.pk, case.host, {"subject.remark": "长" * 1024}, version=None)
    read = pages(summary_pdf.pdf(case.refresh().filing))
    assert len(read) >= 3
    for number, page in enumerate(read, start=1):
        assert f"{number} / {len(read)}" in page
        assert f"ICP备案单 {case.filing.pk}" in page


def test_the_same_filing_at_the_same_moment_is_the_same_file(time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    case = Case()
    assert summary_pdf.pdf(case.filing) == summary_pdf.pdf(case.filing)
    with closing(PdfDocument(summary_pdf.pdf(case.filing))) as document:
        assert document.get_metadata_value("Title") == f"ICP备案单 {case.filing.pk}"


def test_a_summary_is_small_and_made_in_a_moment():
    case = Case(same=False)
    begin = time.process_time()
    content = summary_pdf.pdf(case.filing)
    assert time.process_time() - begin < 3
    assert len(content) < 300_000


def test_the_host_downloads_it_and_nobody_keeps_it(client):
    case = Case()
    sign_in(client, User.objects.get(pk=case.host.user_id))
    url = reverse("filings:summary", args=[case.filing.pk])
    for page in ("check", "status"):
        assert f'href="{url}"' in client.get(reverse(f"filings:{page}", args=[case.filing.pk])).content.decode()

    answer = client.get(url)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''ICP")
    assert answer.content.startswith(b"%PDF-")
