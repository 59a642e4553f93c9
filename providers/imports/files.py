"""Workbooks of an import: the template to fill in, and the list of a file's faults."""

from collections.abc import Iterable
from io import BytesIO

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from desks.staff import workbooks
from filings import fields
from providers.imports.columns import HEADING_LANGUAGES, HOST_EMAIL, code_table, columns, example
from providers.imports.reading import MOST_ROWS
from providers.models import Import

WIDTH = 22
TEXT = "@"
NEEDED, OPTIONAL = PatternFill("solid", fgColor="FFF2CC"), PatternFill("solid", fgColor="EDEDED")


def template() -> bytes:
    """Return the workbook to fill in: headings and an example row, the codes, and instructions."""
    book = Workbook(write_only=True)
    with translation.override(HEADING_LANGUAGES[0]):
        _filings(book)
        _codes(book)
        _guide(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _filings(book: Workbook) -> None:
    """Add the first sheet, the one that is read. Its cells are text, so that no certificate number is rounded."""
    sheet = book.create_sheet(_("Filings"))
    sheet.freeze_panes = "B2"
    heads, row = [], example()
    for at, column in enumerate(columns(), start=1):
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width, dimension.number_format = WIDTH, TEXT
        head = workbooks.cell(sheet, column.heading())
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        is_needed = column.key == HOST_EMAIL or (column.field is not None and column.field.need != fields.Need.NOBODY)
        is_needed = is_needed and not column.may_lack
        head.fill = NEEDED if is_needed and not column.key.startswith("websites.0.responsible.") else OPTIONAL
        heads.append(head)
    sheet.append(heads)
    cells = [workbooks.cell(sheet, row.get(column.key, "")) for column in columns()]
    for one in cells:
        one.number_format = TEXT
    sheet.append(cells)


def _codes(book: Workbook) -> None:
    sheet = book.create_sheet(_("Codes"))
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 36), ("B", 12), ("C", 44)):
        sheet.column_dimensions[letter].width = width
    for line in ((_("Column"), _("Code"), _("Name")), *code_table()):
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


def problems(batch: Import) -> bytes:
    """Return a workbook of a file's faults, a line each: row, column, heading, code, words."""
    headings = (_("Row"), _("Column"), _("Heading"), _("Code"), _("What is wrong"))
    return workbooks.workbook(_("Errors"), headings, problem_lines(batch))


def problem_lines(batch: Import, most: int | None = None) -> Iterable[tuple[int, str, str, str, str]]:
    """Yield (row, column, heading, code, words) in the order of the rows; of ``most`` rows only. Two queries."""
    for row in batch.rows.filter(is_faulty=True).only("number", "problems", "batch_id")[:most]:
        for one in row.problems:
            yield row.number, one["column"], one["heading"], one["code"], one["message"]
    for row in batch.rows.exclude(refusal="").only("number", "refusal", "batch_id")[:most]:
        yield row.number, "", "", "", row.refusal
