"""The monthly bulletin: counted from the record, published by the chief, the same on the page, in Excel and as PDF."""

import re
from contextlib import closing
from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from bureaus import bulletin_files, bulletins
from bureaus.models import Bulletin
from filings.errors import MoveRefused
from filings.kinds import Kind
from filings.models import Filing
from filings.states import Status
from icp_portal.demo import play_kinds
from icp_portal.tests.builders import BEIJING, FILING_PASSWORD, GUANGDONG, case_at, chief, client_of, reviewer
from ministry.audit.documents import sha256_of
from ministry.models import Access, Subject
from ministry.reference import code_tables
from ministry.register import ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def month() -> date:
    """Return last month, in which two filings were approved and one returned, and one in another province."""
    first = last_month()
    with time_machine.travel(timezone.make_aware(timezone.datetime(first.year, first.month, 10, 9))):
        case_at(Status.FILED)
        case_at(Status.FILED, individual=True)
        case_at(Status.RETURNED_TO_PROVIDER)
        case_at(Status.FILED, province=GUANGDONG)
    case_at(Status.FILED)  # this month
    return first


def desk(month: date) -> str:
    return reverse("bureau_desk:bulletin", args=[f"{month:%Y-%m}"])


def public(month: date, form: str = "", slug: str = "beijing") -> str:
    args = [slug, f"{month:%Y-%m}"]
    return reverse("bulletins:file", args=[*args, form]) if form else reverse("bulletins:month", args=args)


def test_a_month_is_counted_for_its_province_alone(month):
    content = bulletins.draft(BEIJING, month)

    assert content["decisions"] == [{"kind": "new_filing", "approved": 2, "returned": 1, "in_time": 3}]
    assert content["subjects"] == {"4": {"all": 1, "new": 1}, "5": {"all": 1, "new": 1}}
    assert content["websites"] == {"all": 2, "new": 2}
    assert (content["deciding_for"], content["codes"]) == (3, {"P301": 1})
    later = bulletins.draft(BEIJING, timezone.localdate().replace(day=1))
    assert (later["websites"], later["decisions"][0]["approved"]) == ({"all": 3, "new": 1}, 1)


def test_only_what_still_waits_for_the_bureau_after_its_last_day_is_overdue(month):
    waiting = [case_at(Status.WITH_BUREAU) for _n in range(3)]
    elsewhere = case_at(Status.WITH_BUREAU, province=GUANGDONG)
    today = timezone.localdate()
    Filing.objects.update(due_on=today - timedelta(days=1))  # of decided ones as well
    Filing.objects.filter(pk=waiting[0].filing.pk).update(due_on=today)

    assert [bulletins.draft(bureau, month)["overdue"] for bureau in (BEIJING, GUANGDONG)] == [2, 1]
    assert elsewhere


def test_what_was_on_record_at_the_end_of_the_month_is_counted_whatever_came_later(month):
    there = bulletins.draft(BEIJING, month)
    assert (there["accesses"], there["providers"]) == (2, 2)  # not the one of this month

    gone = Access.objects.filter(website__subject__province=BEIJING).earliest("pk")
    ends.cancel_subject(gone.website.subject_id, timezone.localdate())

    assert bulletins.draft(BEIJING, month) == there
    now = bulletins.draft(BEIJING, timezone.localdate().replace(day=1))
    assert (now["accesses"], now["websites"]["all"]) == (2, 2)


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 1)])
def test_a_record_cancelled_on_the_first_of_a_month_was_there_at_the_end_of_the_one_before(time_machine, day):
    """Cancelled on the last day of a month it is not counted at the end of it; a second record stays all along."""
    time_machine.move_to(datetime(2026, 9, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    case_at(Status.FILED)
    case = case_at(Status.FILED)
    Subject.objects.update(password_hash=make_password(FILING_PASSWORD))
    time_machine.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    target = play_kinds.target_of(case.filing)
    end = play_kinds.complete_draft(
        case.host, Kind.CANCEL_SUBJECT, target, case.provider.pk, case.number, FILING_PASSWORD
    )
    play_kinds.approved(end, case.host, case.staff, case.reviewer)

    content = bulletins.draft(BEIJING, date(2026, 9, 1))

    left = 2 if day.month == 10 else 1
    assert (content["subjects"]["4"]["all"], content["websites"]["all"]) == (left, left)
    assert (content["accesses"], content["providers"]) == (left, left)


def test_services_are_counted_by_type_beside_the_websites():
    case_at(Status.FILED, services=[code_tables.WEBSITE, code_tables.APP, code_tables.MINI_PROGRAM])
    case_at(Status.FILED, services=[code_tables.APP])

    content = bulletins.draft(BEIJING, timezone.localdate().replace(day=1))

    assert content["websites"] == {"all": 1, "new": 1}
    assert content["services"] == {"6": {"all": 2, "new": 2}, "7": {"all": 1, "new": 1}}
    rows = {row[0]: list(row[1:]) for row in bulletins.parts(content)[0].rows}
    assert (rows["APP"], rows["小程序"]) == ([2, 2], [1, 1])


def test_it_is_public_once_the_chief_has_published_it_and_not_before(month):
    boss = client_of(chief())
    assert Client().get(public(month)).status_code == 404
    assert Client().get(public(month, "pdf")).status_code == 404

    sent = {"version": 0, "unfiled": 8, "illegal": "", "remark": "本月开展专项核查。"}
    assert boss.post(desk(month), sent)["Location"] == public(month)

    page = Client().get(public(month))
    assert page.status_code == 200
    assert not page.cookies
    text = page.content.decode()
    for said in ("本月开展专项核查。", "33.3%", "P301", "<svg"):
        assert said in text
    index = Client().get(reverse("bulletins:index", args=["beijing"])).content.decode()
    assert public(month) in index
    bulletin = Bulletin.objects.get()
    assert bulletin.sha256 == sha256_of(bulletin.content)
    assert bulletin.content["typed"] == {"unfiled": 8, "illegal": None, "shell_subjects": None, "shell_websites": None}
    assert Client().get(public(month, slug="guangdong")).status_code == 404


@pytest.mark.parametrize(
    ("filed", "unfiled", "rate"),
    [(2, 8, "20.00%"), (164_081, 8, "99.99%"), (2, 0, "100.00%"), (0, 3, "0.00%"), (0, 0, "—"), (2, None, None)],
)
@pytest.mark.usefixtures("english")
def test_the_filing_rate_stands_there_once_the_unfiled_are_known(filed, unfiled, rate):
    content = bulletins.draft(BEIJING, last_month()) | {"typed": {"unfiled": unfiled}}
    content["websites"]["all"] = filed
    rows = {row[0]: row[1] for part in bulletins.parts(content) if part.id == "other" for row in part.rows}
    assert rows.get("Filing rate") == rate


def test_what_was_published_stays_whatever_is_decided_afterwards(month):
    boss = chief()
    made = bulletins.publish(boss, month, version=0, typed={}, remark="")
    pdf = Client().get(public(month, "pdf")).content
    case_at(Status.FILED)

    assert Client().get(public(month, "pdf")).content == pdf
    with pytest.raises(Exception, match="Cannot update or delete"):
        made.delete()


def test_a_correction_is_the_next_version_and_a_double_click_is_none(month):
    browser = client_of(chief())
    sent = {"version": 0, "unfiled": 8}
    assert browser.post(desk(month), sent).status_code == 302
    again = browser.post(desk(month), sent)
    assert again.status_code == 200
    assert Bulletin.objects.count() == 1
    assert browser.post(desk(month), sent | {"version": 1, "unfiled": 9}).status_code == 302

    assert list(Bulletin.objects.values_list("version", flat=True)) == [2, 1]
    assert re.search(r">\s*9\s*<", Client().get(public(month)).content.decode())
    earlier = (month - timedelta(days=1)).replace(day=1)
    assert Client().get(public(earlier)).status_code == 404
    assert bulletins.publish(chief(), earlier, version=0, typed={}, remark="").version == 1  # each month has its own
    shown = [Client().get(public(one)).context["bulletin"] for one in (month, earlier)]
    assert [(one.month, one.version) for one in shown] == [(month, 2), (earlier, 1)]


def test_only_a_chief_publishes_and_only_a_month_that_is_over(month):
    member, boss = reviewer(), chief()
    assert client_of(member).get(desk(month)).status_code == 200
    assert client_of(member).post(desk(month), {"version": 0}).status_code == 404
    with pytest.raises(MoveRefused, match=_("The bulletin is published by the chief.")):
        bulletins.publish(member, month, version=0, typed={}, remark="")
    now = timezone.localdate().replace(day=1)
    assert '<form method="post" novalidate' not in client_of(boss).get(desk(now)).content.decode()
    assert client_of(boss).post(desk(now), {"version": 0}).status_code == 200
    assert client_of(boss).post(desk(month), {}).status_code == 200  # without the version it came from
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("text", ["2026-13", "2999-01", "1999-12", "x", "2026-1"])
def test_a_month_that_is_none_is_not_there(text):
    assert client_of(chief()).get(f"/bureau/bulletins/{text}/").status_code == 404
    assert Client().get(f"/bulletins/beijing/{text}/").status_code == 404
    assert Client().get("/bulletins/nowhere/").status_code == 404


def test_what_is_wrong_stands_above_the_form_and_at_its_field(month):
    typed = {"version": 0, "unfiled": "-1", "remark": "本月开展专项核查。"}

    page = client_of(chief()).post(desk(month), typed).content.decode()

    above = page[page.index("data-error-summary") :]
    assert 'href="#id_unfiled"' in above[: above.index("</div>")]
    assert "本月开展专项核查。" in page
    assert not Bulletin.objects.exists()


def test_other_forms_are_not_there(month):
    bulletins.publish(chief(), month, version=0, typed={}, remark="")
    assert Client().get(public(month, "exe")).status_code == 404


def test_the_workbook_holds_every_table_and_no_formula(month):
    content = bulletins.draft(BEIJING, month) | {"remark": '=HYPERLINK("http://x")', "typed": {"unfiled": 8}}

    book = load_workbook(BytesIO(bulletin_files.workbook(content)))

    parts = bulletins.parts(content)
    assert book.sheetnames[1:] == [part.title[:31] for part in parts]
    for part in parts:
        rows = [list(row) for row in book[part.title[:31]].iter_rows(min_row=2, values_only=True)]
        assert rows == [[cell if cell != "" else None for cell in row] for row in part.rows]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert '=HYPERLINK("http://x")' in {cell.value for cell in cells}


def test_orders_that_were_not_given_are_counted_as_none(month):
    rows = dict(next(part.rows for part in bulletins.parts(bulletins.draft(BEIJING, month)) if part.id == "other"))

    labels = [str(label) for label in bulletins.ORDERED.values()]
    assert {label: rows[label] for label in labels} == dict.fromkeys(labels, 0)


def test_the_pdf_says_what_the_page_says(month):
    content = bulletins.draft(BEIJING, month) | {"remark": "备注𠮷𠀀", "typed": {"unfiled": 8}}
    made = bulletin_files.pdf(content, timezone.now())
    with closing(PdfDocument(made)) as document:
        read = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))

    assert re.sub(r"\s", "", bulletins.title(content)) in read
    for part in bulletins.parts(content):
        for text in (part.title, *(str(cell) for row in part.rows for cell in row)):
            assert re.sub(r"\s", "", text) in read
    for title, chart in bulletins.drawings(content):
        drawn = title + "".join(column.text + column.label for column in chart.columns)
        assert re.sub(r"\s", "", drawn) in read
    assert "备注𠮷〔U+20000〕" in read


def test_it_costs_the_same_with_many_rows(month, django_assert_num_queries):
    with django_assert_num_queries(9):
        bulletins.draft(BEIJING, month)
    bulletins.publish(chief(), month, version=0, typed={}, remark="")
    for form in ("", "pdf", "xlsx"):
        with django_assert_num_queries(2):
            Client().get(public(month, form))
