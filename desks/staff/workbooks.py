"""Lists as Excel workbooks. Text is never a formula, whatever it begins with.

Imported where a workbook is written, not at the start of a process: openpyxl takes 0.2 s and 40 MB, with numpy.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDEST, NARROWEST = 40, 8
# Characters not allowed in a sheet's name, and its maximum length.
NOT_IN_TITLES, LONGEST_TITLE = str.maketrans("[]:*?/\\", "       "), 31

# title, headings, rows
Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet with a frozen heading; integers stay numbers, everything else is text."""
    return book([(title, headings, rows)])


def book(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook of several sheets, each as in ``workbook``."""
    made = Workbook(write_only=True)
    for title, headings, rows in sheets:
        _add(made, title, headings, rows)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _add(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet = book.create_sheet(title.translate(NOT_IN_TITLES)[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    written = [[cell(sheet, value) for value in row] for row in rows]
    for number, heading in enumerate(headings):
        widest = max((len(str(row[number].value or "")) for row in written if len(row) > number), default=0)
        width = min(max(2 * len(heading), widest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    head = [cell(sheet, heading) for heading in headings]
    for one in head:
        one.font = Font(bold=True)
    sheet.append(head)
    for row in written:
        sheet.append(row)


def cell(sheet: object, value: object) -> WriteOnlyCell:
    """Return a cell that is never calculated: text like a formula is marked as text, as a typed ' would do."""
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value=value)
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    if text.startswith(LIKE_A_FORMULA):
        made.quotePrefix = True
    return made
