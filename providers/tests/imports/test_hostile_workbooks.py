"""Workbooks built to occupy a thread or to fill the memory: a child process refuses them soon, with a message."""

import resource
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from filings.evidence.limited import children
from icp_portal.tests.builders import provider, staff_user
from icp_portal.tests.hostile import browser
from providers.imports import reading
from providers.models import Import
from providers.tests.imports.sheets_to_import import row, text, workbook

pytestmark = pytest.mark.django_db

MB = 1024**2
UNPACKS = "“list.xlsx”：该工作簿解压后过大"
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{before}<sheetData>{rows}</sheetData>'
    "</worksheet>"
)


def with_part(name: str, content: str) -> bytes:
    """Return a good workbook, one part of which is replaced or added."""
    source, target = zipfile.ZipFile(BytesIO(workbook([row()]))), BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        for part in source.namelist():
            if part != name:
                book.writestr(part, source.read(part))
        book.writestr(name, content)
    return target.getvalue()


def styles() -> bytes:
    """Return 14 kB that unpack to eight megabytes of styles, which the library turns into a gigabyte of objects."""
    font = '<font><b/><i/><sz val="11"/></font>'
    style = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts>{}</fonts></styleSheet>'
    )
    return with_part("xl/styles.xml", style.format(font * 240_000))


def long_texts() -> bytes:
    """Return a workbook with one text of 4,000 characters, referenced by 40,000 cells."""
    cell = '<c t="inlineStr"><is><t>' + "x" * 4000 + "</t></is></c>"
    rows = "".join(f'<row r="{number}">{cell * 20}</row>' for number in range(1, 600))
    return with_part("xl/worksheets/sheet1.xml", SHEET.format(before="", rows=rows))


def huge_dimension() -> bytes:
    """Return a workbook with a cell in the last corner of the largest possible sheet."""
    rows = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    before = '<dimension ref="A1:XFD1048576"/>'
    return with_part("xl/worksheets/sheet1.xml", SHEET.format(before=before, rows=rows))


HOSTILE = {
    "styles": (styles, UNPACKS),
    "a sheet of 200 MB": (lambda: with_part("xl/worksheets/sheet1.xml", " " * 200 * MB), UNPACKS),
    "300 MB of zeros beside the sheet": (lambda: with_part("xl/media/zeros.bin", "0" * 300 * MB), UNPACKS),
    "shared strings of 30 MB": (lambda: with_part("xl/sharedStrings.xml", "<sst>" + " " * 30 * MB + "</sst>"), UNPACKS),
    "3,000 parts": (lambda: _many_parts(3000), UNPACKS),
    "long texts": (long_texts, "“list.xlsx”：文件的单元格文字过多"),
    "a huge dimension": (huge_dimension, "“list.xlsx”：文件为空"),
    "a million cells in a row": (lambda: b"," * 4 * MB + b"x", "“list.xlsx”：文件为空"),
    "an entity bomb": (lambda: with_part("xl/workbook.xml", _entities()), "“list.xlsx”：无法读取该工作簿"),
}


def _many_parts(count: int) -> bytes:
    target = BytesIO(workbook([row()]))
    with zipfile.ZipFile(target, "a") as book:
        for number in range(count):
            book.writestr(f"xl/media/{number}.xml", "")
    return target.getvalue()


def _entities() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><workbook>&l9;</workbook>'


def own_memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_is_answered_in_words_and_costs_the_web_server_nothing(what):
    make, words = HOSTILE[what]
    client, content = browser(staff_user(provider())), make()
    file = SimpleUploadedFile("list.xlsx", content)
    memory, before = own_memory(), resource.getrusage(resource.RUSAGE_CHILDREN)

    response = client.post(reverse("provider_desk:imports"), {"file": file})

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (response.status_code, Import.objects.count(), len(content) <= reading.MOST_BYTES) == (200, 0, True)
    assert words in unescape(response.content.decode())
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < children.CPU_SECONDS
    assert own_memory() - memory < 60 * MB


def test_the_largest_file_that_is_taken_is_read_within_the_limits():
    full = workbook([row() for _number in range(20)] * (reading.MOST_ROWS // 20))

    assert len(reading.read(full).rows) == reading.MOST_ROWS


def test_a_text_of_two_thousand_rows_is_read_as_the_workbook_is():
    rows = [row()] * reading.MOST_ROWS

    assert reading.read(text(rows)).rows == reading.read(workbook(rows)).rows
