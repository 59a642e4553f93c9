"""Who may have the verification sheet, and the public page that its code leads to."""

import hashlib
from contextlib import closing

import pytest
import segno
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from pypdfium2 import PdfDocument

from desks.staff.sheets import PAGES_A_MINUTE
from filings import services
from filings.evidence.printing import MARGIN
from filings.models import Look, Sheet, SheetPdf, SheetScan
from filings.states import Status
from filings.tests.verification.pdf_pages import pages
from filings.verification import sheet_pdf
from icp_portal.tests.builders import GUANGDONG, Case, case_at, client_of, reviewer
from icp_portal.tests.photos import as_file, photographed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


# --- Who may have it ----------------------------------------------------------------------------------------


def test_provider_and_bureau_download_it_and_each_download_is_on_record():
    case = case_at(Status.WITH_BUREAU)
    sheet = Sheet.objects.get()
    for actor, desk in ((case.staff, "provider_desk"), (case.reviewer, "bureau_desk")):
        answer = client_of(actor).get(reverse(f"{desk}:sheet", args=[case.filing.pk, sheet.pk]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["Content-Disposition"].startswith("attachment;")
        assert str(sheet) in "".join(pages(answer.content))
        assert Look.objects.get(user_id=actor.user_id).what == f"sheet {sheet}"


def test_it_is_drawn_once_and_a_file_that_was_changed_is_not_given_away(client):
    case = case_at(Status.WITH_BUREAU)
    url = reverse("bureau_desk:sheet", args=[case.filing.pk, Sheet.objects.get().pk])
    first = client_of(case.reviewer).get(url).content
    stored = SheetPdf.objects.get()
    with stored.file.open("rb") as file:
        assert file.read() == first
    SheetPdf.objects.update(sha256=hashlib.sha256(b"older layout").hexdigest())

    stored.file.storage.delete(stored.file.name)
    stored.file.storage.save(stored.file.name, ContentFile(b"older layout"))
    assert client_of(case.reviewer).get(url).content == b"older layout", "as it was drawn first"
    stored.file.storage.delete(stored.file.name)
    stored.file.storage.save(stored.file.name, ContentFile(b"forged"))
    assert client_of(case.reviewer).get(url).content == first
    stored.file.storage.delete(stored.file.name)
    assert client_of(case.reviewer).get(url).content == first
    assert SheetPdf.objects.count() == 1


def test_the_blank_sheet_is_there_while_the_provider_has_the_filing():
    case = Case().submit()
    client, url = client_of(case.staff), reverse("provider_desk:blank_sheet", args=[case.filing.pk, 1])

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
        client = client_of(actor)
        assert client.get(reverse(f"{desk}:sheet", args=[mine.filing.pk, sheet.pk])).status_code == 404
        assert client.get(reverse(f"{desk}:sheet_scan", args=[mine.filing.pk, scan.pk])).status_code == 404
    with pytest.raises(Sheet.DoesNotExist):
        services.add_scan(mine.filing.pk, mine.staff, sheet.pk, [as_file(photographed(2))])
    assert (
        client_of(mine.staff)
        .post(
            reverse("provider_desk:sheets", args=[mine.filing.pk]),
            {"sheet": sheet.pk, "pages": as_file(photographed(2))},
        )
        .status_code
        == 200
    )
    assert SheetScan.objects.count() == 1
    assert (
        client_of(reviewer(GUANGDONG)).get(reverse("bureau_desk:sheet", args=[other.filing.pk, sheet.pk])).status_code
        == 404
    )


def test_the_desks_pages_lead_to_the_sheets():
    case = Case().submit()
    sheets_url = reverse("provider_desk:sheets", args=[case.filing.pk])
    staff = client_of(case.staff)
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
    page = client_of(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
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
