"""Workbooks of an import: the template to fill in, and a file's faulty rows to correct, in the template's form.

Imported where one is written (see ``desks.staff.workbooks``).
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from desks.staff import workbooks
from filings import fields
from filings.evidence.limited.table import ROUNDED
from filings.fields import Type
from ministry.reference import english
from providers.imports.columns import HEADING_LANGUAGES, HOST_EMAIL, REASONS, ImportColumn, code_table, columns, example
from providers.imports.reading import MOST_ROWS
from providers.models import Import, ImportRow

WIDTH, REASONS_WIDTH = 22, 60
NOTE = (320, 120)  # pixels of a note
TEXT = "@"
NEEDED, OPTIONAL = PatternFill("solid", fgColor="FFF2CC"), PatternFill("solid", fgColor="EDEDED")
WRONG = PatternFill("solid", fgColor="F8CBAD")
# Further faulty cells are only marked: a part of a file that is sent may have 1 MB, see ``evidence.limited.table``.
MOST_NOTES = 500
# Types of fields whose values are chosen from a list in the cell; places are too many for one.
LISTED = (Type.CHOICE, Type.NAMED, Type.CHOICES, Type.SWITCH, Type.VALIDITY)

# A row: the text of each column, by key; the faults of its cells, by key; and all its faults in words.
Line = tuple[Mapping[str, str], Mapping[str, str], str]


def template() -> bytes:
    """Return the workbook to fill in: headings and an example row, the codes, and instructions."""
    return _book([(example(), {}, "")], is_template=True)


def corrections(batch: Import) -> bytes:
    """Return the template with a file's rows that were not written for their faults: each faulty cell marked, with why.

    Sent again, it is read like the template; the last column, which says all that is wrong, is ignored. One query.
    """
    rows = batch.rows.filter(Q(is_faulty=True) | ~Q(refusal=""), filing=None)
    return _book([_line(batch, row) for row in rows if row.cells], is_template=False)


def _line(batch: Import, row: ImportRow) -> Line:
    found: Sequence[Mapping[str, Any]] = row.problems
    faults: dict[str, str] = {}
    for one in found:
        key = batch.columns[column_index_from_string(one["column"]) - 1]
        faults[key] = "\n".join(filter(None, [faults.get(key, ""), f"{one['code']} {one['message']}"]))
    reasons = [english.labelled(one["heading"], f"{one['code']} {one['message']}") for one in found]
    texts = {key: text.removeprefix(ROUNDED) for key, text in zip(batch.columns, row.cells, strict=True)}
    place = _("Row %(row)d of the file") % {"row": row.number}
    return texts, faults, "\n".join(filter(None, [place, *reasons, row.refusal]))


def _book(lines: Iterable[Line], *, is_template: bool) -> bytes:
    book = Workbook(write_only=True)
    with translation.override(HEADING_LANGUAGES[0]):
        _filings(book, lines, is_template=is_template)
        _codes(book)
        _guide(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _filings(book: Workbook, lines: Iterable[Line], *, is_template: bool) -> None:
    """Add the first sheet, the one that is read. Its cells are text, so that no certificate number is rounded."""
    sheet = book.create_sheet(_("Filings"))
    sheet.freeze_panes = "B2"
    for at, _column in enumerate(columns(), start=1):
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width, dimension.number_format = WIDTH, TEXT
    heads = [_head(sheet, column) for column in columns()]
    if not is_template:
        sheet.column_dimensions[get_column_letter(len(heads) + 1)].width = REASONS_WIDTH
        heads.append(workbooks.cell(sheet, REASONS))
        heads[-1].font = Font(bold=True)
    sheet.append(heads)
    notes = MOST_NOTES
    for texts, faults, reasons in lines:
        cells = [_cell(sheet, texts.get(column.key, "")) for column in columns()]
        for one, column in zip(cells, columns(), strict=True):
            if fault := faults.get(column.key):
                one.fill = WRONG
                one.comment, notes = (_note(fault), notes - 1) if notes else (None, 0)
        sheet.append(cells if is_template else [*cells, workbooks.cell(sheet, reasons)])
    for validation in _lists():
        sheet.data_validations.append(validation)


def _head(sheet: object, column: ImportColumn) -> Any:
    """Return the heading of a column, with a note on how to fill it in."""
    head = workbooks.cell(sheet, column.heading())
    head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    is_needed = column.key == HOST_EMAIL or (column.field is not None and column.field.need != fields.Need.NOBODY)
    is_needed = is_needed and not column.may_lack and not column.key.startswith("websites.0.responsible.")
    head.fill = NEEDED if is_needed else OPTIONAL
    head.comment = _note("\n".join(_hints(column, is_needed=is_needed)))
    return head


def _hints(column: ImportColumn, *, is_needed: bool) -> Iterable[str]:
    yield _("Required.") if is_needed else _("Only where it applies.")
    if column.field is None:
        return
    hint, sample = column.field.help_for(individual=False)
    if hint:
        yield str(hint)
    if sample:
        yield _("Example: %(example)s") % {"example": sample}
    if column.field.type == Type.CHOICES:
        yield _("One or several of the list, or their codes; separate several with semicolons.")
    elif column.field.type in LISTED:
        yield _("One of the list, or its code.")
    elif column.field.type == Type.DIVISION:
        yield _("The code of the place; see the sheet of codes.")
    elif column.field.type == Type.DATE:
        yield _("A day like 2026-01-31.")


def _cell(sheet: object, text: str) -> Any:
    made = workbooks.cell(sheet, text)
    made.number_format = TEXT
    return made


def _note(text: str) -> Comment:
    return Comment(text, _("ICP filing"), width=NOTE[0], height=NOTE[1])


def _lists() -> Iterable[DataValidation]:
    """Yield the lists in the cells. They offer names and refuse nothing, because codes and several are valid too."""
    places: dict[str, list[int]] = {}
    for number, (heading, _code, _name) in enumerate(code_table(), start=2):
        places.setdefault(heading, []).append(number)
    for at, column in enumerate(columns(), start=1):
        numbers = places.get(column.heading())
        if column.field is None or column.field.type not in LISTED or not numbers:
            continue
        offered = f"'{_('Codes')}'!$C${numbers[0]}:$C${numbers[-1]}"
        letter = get_column_letter(at)
        yield DataValidation(
            "list", formula1=offered, showErrorMessage=False, sqref=f"{letter}2:{letter}{MOST_ROWS + 1}"
        )


def _codes(book: Workbook) -> None:
    sheet = book.create_sheet(_("Codes"))
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 36), ("B", 12), ("C", 44)):
        sheet.column_dimensions[letter].width = width
    for line in ((_("Column"), _("Official code"), _("Meaning")), *code_table()):
        sheet.append([workbooks.cell(sheet, value) for value in line])


def _guide(book: Workbook) -> None:
    sheet = book.create_sheet(_("Instructions"))
    sheet.column_dimensions["A"].width = 100
    for line in (
        _("One row per filing, with one website. At most %(most)d rows per file.") % {"most": MOST_ROWS},
        _("Columns with yellow headings are required, grey ones only where they apply. Do not change the headings."),
        _("Where there are codes, enter the code or the name; separate several with semicolons."),
        _("The example row is not imported as long as it is unchanged."),
        _("Leave the website's responsible person empty if it is the same as the host's."),
        _(
            "The e-mail address must be the host's own: the request for consent is sent there, and the host "
            "uses it to see what you do."
        ),
        _("Pictures of documents and the numbers of prior approvals are added to each filing afterwards."),
    ):
        sheet.append([workbooks.cell(sheet, line)])


def problem_lines(batch: Import, most: int | None = None) -> Iterable[tuple[int, str, str, str, str]]:
    """Yield (row, column, heading, code, words) in the order of the rows, for at most ``most`` rows. Two queries."""
    for row in batch.rows.filter(is_faulty=True).only("number", "problems", "batch_id")[:most]:
        for one in row.problems:
            yield row.number, one["column"], one["heading"], one["code"], one["message"]
    for row in batch.rows.exclude(refusal="").only("number", "refusal", "batch_id")[:most]:
        yield row.number, "", "", "", row.refusal
