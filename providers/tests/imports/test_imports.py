"""Imports: the template, readable and unreadable files, and the faulty rows that come back."""

import re
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.sealed import keyed
from filings.actors import Actor
from filings.evidence.limited import table as file_table
from icp_portal.tests.builders import client_of, provider, staff
from ministry.reference import code_tables
from providers.imports import files, reading
from providers.imports.columns import HOST_EMAIL, columns, example
from providers.imports.judging import JudgedSheet
from providers.models import Import, ImportRow
from providers.tests.imports.imports_made import S, ask_all, checked, faults, letter, often_asked, written
from providers.tests.imports.sheets_to_import import row, table, text, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]


def test_the_template_holds_nothing_but_its_example_and_the_example_is_right():
    template = files.template()

    with pytest.raises(ValidationError, match="but no rows"):
        reading.read(template)
    changed = example() | {"subject.name": "北京另一家科技有限公司"}
    found = reading.read(workbook([changed]))
    assert JudgedSheet(found.columns, provider().pk).judge(found.rows[0][1]).problems == []


def test_headings_of_the_template_are_chinese_and_its_cells_text():
    book = load_workbook(BytesIO(files.template()))
    first, codes, guide = book.worksheets

    assert [cell.value for cell in first[1]] == [column.heading() for column in columns()]
    assert not first["B1"].value.isascii()
    assert {cell.number_format for cell in first[2]} == {"@"}
    assert codes.max_row > 400
    assert guide.max_row == 7


def test_the_template_offers_lists_and_says_at_each_heading_how_to_fill_it_in():
    first, codes, _guide = load_workbook(BytesIO(files.template())).worksheets

    lists = {str(one.sqref).split(":")[0].rstrip("0123456789"): one for one in first.data_validations.dataValidation}
    offered = lists[letter("subject.nature")]
    start, end = re.fullmatch(r"'.+'!\$C\$(\d+):\$C\$(\d+)", offered.formula1).groups()
    assert [codes.cell(at, 3).value for at in range(int(start), int(end) + 1)] == [
        nature.name for nature in code_tables.NATURES
    ]
    assert offered.showErrorMessage is False  # a code is right too
    assert letter("subject.division") not in lists
    notes = {cell.column_letter: cell.comment.text for cell in first[1]}
    assert "必填" in notes[letter("subject.name")]
    assert "选一项或多项" in notes[letter("websites.0.languages")]
    assert "选一项或多项" not in notes[letter("subject.nature")]
    assert None not in notes.values()


def corrected(member: Actor, batch: Import) -> Worksheet:
    """The first sheet of the faulty rows, as the page hands it out."""
    content = client_of(member).get(reverse("provider_desk:import_faults", args=[batch.pk])).content
    return load_workbook(BytesIO(content)).worksheets[0]


def saved(sheet: Worksheet) -> bytes:
    content = BytesIO()
    sheet.parent.save(content)
    return content.getvalue()


def test_the_faulty_rows_come_back_to_be_corrected_and_sent_again():
    member = staff(provider())
    good, bad = row(), row(responsible__mobile="123", subject__division="440305")
    batch = checked(member, workbook([good, bad]))

    sheet = corrected(member, batch)

    mobile, place = (sheet[f"{letter(key)}2"] for key in ("responsible.mobile", "subject.division"))
    assert (sheet.max_row, mobile.value, mobile.number_format) == (2, "123", "@")
    assert mobile.comment.text.startswith("1011 ")
    assert place.comment.text.startswith("1019 广东省 深圳市 南山区")
    marked = [cell.column_letter for cell in sheet[2] if cell.fill.fgColor.rgb == f"00{files.WRONG.fgColor.rgb[2:]}"]
    assert sorted(marked) == sorted([letter("responsible.mobile"), letter("subject.division")])
    reasons = sheet.cell(2, sheet.max_column).value
    assert "1011" in reasons
    assert "1019" in reasons
    assert faults(checked(member, saved(sheet))) == [(2, column, code) for _row, column, code in faults(batch)]

    mobile.value, place.value = "13800001234", good["subject.division"]
    assert faults(checked(member, saved(sheet))) == []


def test_a_row_that_was_refused_while_it_was_written_comes_back_too():
    member = staff(provider())
    rows = [row(), row()]
    batch = checked(member, workbook(rows))
    often_asked(rows[1][HOST_EMAIL])
    ask_all(batch, member)
    written(batch)

    sheet = corrected(member, batch)

    assert sheet.max_row == 2
    assert sheet[f"{letter('subject.name')}2"].value == rows[1]["subject.name"]
    assert "several times today" in sheet.cell(2, sheet.max_column).value


def test_a_file_with_very_many_faults_can_still_be_sent_again():
    member = staff(provider())
    batch = Import.objects.create(
        provider_id=member.provider_id,
        made_by_id=member.user_id,
        file_name="x",
        sha256="x",
        columns=[column.key for column in columns()],
        state=S.CHECKED,
    )
    cells = [row().get(column.key, "") for column in columns()]
    problem = {"column": "C", "heading": "甲", "code": "1999", "message": "长" * 200}
    problems = [problem | {"column": one} for one in "CDEFGHIJ"]
    ImportRow.objects.bulk_create(
        keyed(
            ImportRow(batch=batch, number=number, cells=cells, is_faulty=True, problems=problems)
            for number in range(2, 502)
        )
    )

    assert len(reading.read(files.corrections(batch)).rows) == 500


@pytest.mark.parametrize("make", [workbook, text, lambda rows: text(rows, "gb18030")])
def test_a_workbook_and_texts_of_two_encodings_say_the_same(make):
    rows = [row(), row()]

    found = reading.read(make(rows))

    assert [number for number, _cells in found.rows] == [2, 3]
    assert [
        dict(zip([c.key for c in found.columns], cells, strict=True))["subject.name"] for _n, cells in found.rows
    ] == [one["subject.name"] for one in rows]


def test_columns_may_stand_in_any_order_and_the_letters_are_the_files_own():
    one = row(subject__cert_number="wrong")
    lines = [list(reversed(line)) for line in table([one])]
    book = Workbook()
    for line in lines:
        book.active.append(line)
    content = BytesIO()
    book.save(content)

    batch = checked(staff(provider()), content.getvalue())

    at = [column.key for column in reversed(columns())].index("subject.cert_number")
    assert faults(batch) == [(2, book.active.cell(1, at + 1).column_letter, "1008")]


def broken(rows: list[dict[str, str]], change: Callable[[list[list[str]]], object]) -> bytes:
    lines = table(rows)
    change(lines)
    book = Workbook()
    for line in lines:
        book.active.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\x01", "neither a workbook nor a text"),
        (b"PK\x03\x04 broken", "can't be read"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel"),
        (b"a,b,c\n1,2,3\n", "not in the template"),
        (b"x" * (reading.MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_none_of_ours_is_answered_in_words(content, words):
    with pytest.raises(ValidationError, match=words):
        reading.read(content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[0].__setitem__(3, lines[0][4]), "appears twice"),
        (lambda lines: [line.pop(1) for line in lines], "are missing"),
        (lambda lines: lines[1].extend(["", "left over"]), "without a column heading"),
        (lambda lines: lines.pop(), "but no rows"),
        (lambda lines: lines.extend([lines[1]] * reading.MOST_ROWS), "more than 2000 rows"),
    ],
)
def test_a_spoilt_table_is_answered_in_words(change, words):
    with pytest.raises(ValidationError, match=words):
        reading.read(broken([row()], change))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (12, "12"),
        (12.0, "12"),
        (110105194912310020, f"{file_table.ROUNDED}110105194912310020"),
        (True, "是"),
        (datetime(2026, 1, 31), "2026-01-31"),  # noqa: DTZ001 — workbooks have no time zones
        (date(2026, 1, 31), "2026-01-31"),
        ("  x ", "x"),
    ],
)
def test_cells_as_people_read_them(value, words):
    assert file_table.text_of(value) == words
