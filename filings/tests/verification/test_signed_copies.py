"""The signed copies of the verification sheet, and how long sheet and copies are kept."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from filings import clock, services
from filings.deadlines import erasing, sweeps
from filings.errors import MoveRefused
from filings.evidence import quality, scans
from filings.evidence.limited import children, pdf
from filings.models import Look, Sheet, SheetScan
from filings.states import Status
from filings.verification import sheet_pdf
from icp_portal.demo import play
from icp_portal.tests.builders import Case, case_at, client_of
from icp_portal.tests.page_parts import field_errors
from icp_portal.tests.photos import as_file, photographed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


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
    answer = client_of(case.staff).post(url, {"sheet": sheet.pk, "pages": list(files)}, follow=True)
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
        assert (
            url in client_of(case.reviewer).get(reverse("bureau_desk:review", args=[case.filing.pk])).content.decode()
        )
        answer = client_of(case.reviewer).get(url)
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
    assert client_of(case.reviewer).post(url, {"sheet": sheet.pk, "pages": as_file(photographed(1))}).status_code == 405


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

    (error,) = field_errors(page, "pages")
    assert words in error
    assert 'aria-invalid="true"' in page
    assert not SheetScan.objects.exists()


def test_a_pdf_that_would_exhaust_the_server_exhausts_a_child_of_its_own():
    with pytest.raises(ValidationError, match=r"“endless\.pdf”：这份 PDF 过于复杂"):
        scans.accept([endless_pdf()])


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(children, "SECONDS", 0.01)
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
    client = client_of(case.staff)
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
        assert erasing.erase_ended().changed == 0
    assert clock.papers_kept_until(case.filing) == date(2031, 3, 2)
    assert sheet_pdf.issued(Sheet.objects.get()) == content
    assert file.storage.exists(file.name)
    assert case.refresh().filing.erased_at is None

    time_machine.move_to("2031-03-03 04:00 +0800", tick=False)
    assert erasing.erase_ended().changed == 1
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
