"""The operators' pages of files in quarantine: list, page, release, start page."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Party, User
from desks.operator import quarantine as pages
from filings.evidence import quarantine, rescan
from filings.models import Evidence, QuarantinedFile, Sheet, SheetPdf
from filings.states import Status
from icp_portal.tests import page_parts
from icp_portal.tests.builders import Case, case_at, chief, sign_in, user, user_of
from ministry import audit
from ministry.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor", "english")]

LIST = "/ministry/quarantine/"
ALARM = "误报：厂商已确认"


@pytest.fixture
def operator() -> Client:
    return sign_in(Client(), user(Party.MINISTRY, name="值班员"))


@pytest.fixture
def case() -> Case:
    return case_at(Status.WITH_BUREAU)


def found(row: Evidence | SheetPdf, signature: str = "Eicar-Signature") -> QuarantinedFile:
    quarantine.put(row.file, signature)
    return QuarantinedFile.objects.get(file=row.file.name, signature=signature)


def picture_of(case: Case) -> Evidence:
    return case.filing.evidence.order_by("pk").first()


def page_of(row: QuarantinedFile) -> str:
    return reverse("operators:quarantined_file", args=[row.pk])


def test_the_start_page_and_the_list_lead_to_what_was_found(operator, case):
    assert page_parts.texts(operator.get(LIST), "//*[@class='empty']//h2") == ["No file is in quarantine"]
    picture = picture_of(case)

    row = found(picture)

    start = operator.get(reverse("ministry_desk:index"))
    assert page_parts.texts(
        start, f"//*[@class='notice-title'][.='Malware was found in 1 stored file']/..//a[@href='{LIST}']"
    )
    listed = operator.get(LIST)
    assert page_parts.cells(listed, "File") == [f"Picture of a filing {picture.pk}"]
    assert page_parts.cells(listed, "What was found") == ["Eicar-Signature"]
    assert page_parts.texts(listed, "//td//a/@href") == [page_of(row)]
    assert page_parts.cells(operator.get(f"{LIST}?tab=nonsense&after=x"), "File") == page_parts.cells(listed, "File")


def test_a_page_says_which_filing_it_is_and_who_uploaded_it_when(operator, case):
    picture = picture_of(case)

    page = operator.get(page_of(found(picture)))

    assert page_parts.texts(page, "//dd/a/@href") == [
        f"{reverse('operators:log')}?filing={case.filing.pk}",
        reverse("ministry_desk:accounts_user_change", args=[picture.uploaded_by_id]),
    ]
    assert page.context["owner"].uploaded_at == picture.uploaded_at
    assert picture.file.name in page_parts.texts(page, "//dd")


def test_the_filing_of_a_sheet_is_found_and_a_table_that_is_no_more_hides_nothing(operator, case):
    sheet = Sheet.objects.filter(verification__filing=case.filing)[0]
    drawn, _is_new = SheetPdf.objects.get_or_create(
        sheet=sheet, defaults={"file": "sheets/none.pdf", "sha256": "0" * 64}
    )
    gone = QuarantinedFile.objects.create(file="x", of="filings.Gone 3 file", signature="Eicar-Signature")

    assert operator.get(page_of(found(drawn))).context["owner"].filing_id == case.filing.pk
    assert operator.get(page_of(gone)).context["owner"] == pages.FileOwner("filings.Gone 3 file")


def test_every_table_whose_files_are_scanned_has_words():
    assert {model._meta.label for model, _column in rescan.columns()} == set(pages.OWNERS)


def test_a_file_is_released_with_a_reason_once_for_all_that_was_found_in_it(operator, case):
    picture = picture_of(case)
    row, other = found(picture), found(picture, "Another-Signature")
    for reason in ("", "1234", "x" * 201):
        response = operator.post(page_of(row), {"reason": reason})
        assert (response.status_code, len(page_parts.field_errors(response, "reason"))) == (200, 1)
    assert quarantine.names() == {picture.file.name}

    released = operator.post(page_of(row), {"reason": ALARM}, follow=True)

    assert page_parts.texts(released, "//*[contains(@class, 'notice-title')]")[-1].startswith("Released by 值班员, ")
    assert 'name="reason"' not in released.content.decode()
    assert quarantine.names() == frozenset()
    rows = QuarantinedFile.objects.order_by("pk")
    assert [(one.pk, one.released_by.name, one.reason) for one in rows] == [
        (row.pk, "值班员", ALARM),
        (other.pk, "值班员", ALARM),
    ]
    again = operator.post(page_of(row), {"reason": "第二次的理由"}, follow=True).content.decode()
    assert "This file has been released already." in again
    assert {one.reason for one in rows.all()} == {ALARM}
    assert page_parts.cells(operator.get(f"{LIST}?tab=released"), "Reason") == [ALARM, ALARM]
    assert page_parts.cells(operator.get(LIST), "File") == []


def test_the_release_enters_the_audit_log_with_the_operator(operator, case):
    row = found(picture_of(case))
    operator.post(page_of(row), {"reason": ALARM})
    audit.seal()

    entry = AuditEntry.objects.filter(shape__name="filings_quarantinedfile").latest("number")
    assert (entry.row, entry.person) == (row.pk, User.objects.get(name="值班员").pk)


def test_nobody_else_sees_or_releases_them(case):
    row = found(picture_of(case))
    for client in (Client(), sign_in(Client(), case.filing.host), sign_in(Client(), user_of(chief()))):
        for address in (LIST, page_of(row)):
            assert client.get(address).status_code in (302, 404)
        assert client.post(page_of(row), {"reason": ALARM}).status_code in (302, 404)
    assert QuarantinedFile.objects.get().released_at is None
