"""Reading a file to import: its headings and the texts of its rows, parsed in a child process (``limited.table``)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.evidence import files, pictures
from filings.evidence.limited import (
    BOMB,
    NO_TABLE,
    NO_TEXT,
    OLD_EXCEL,
    TOO_MUCH,
    TOO_MUCH_TEXT,
    UNREADABLE,
    FileRefused,
    concurrency,
    running,
)
from filings.evidence.limited.table import MOST_LINES
from ministry.reference import english
from providers.imports.columns import REASONS, ImportColumn, by_heading, columns, example, normal

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2000
UNPACKS_TO_TOO_MUCH = gettext_lazy(
    "This workbook is too large when unpacked. Copy the rows into the template and upload that file."
)
REFUSALS: dict[str, Promise | str] = {
    BOMB: UNPACKS_TO_TOO_MUCH,
    TOO_MUCH: UNPACKS_TO_TOO_MUCH,
    TOO_MUCH_TEXT: gettext_lazy("The cells of this file contain too much text. Upload it in parts."),
    UNREADABLE: gettext_lazy("This workbook can't be read. Save it again as .xlsx and upload that file."),
    OLD_EXCEL: gettext_lazy(
        "This is an old Excel file (.xls) or password-protected. Save it as .xlsx without a password."
    ),
    NO_TABLE: gettext_lazy("This text can't be read as a table. Save it as CSV (UTF-8) and upload that file."),
    NO_TEXT: gettext_lazy("This is neither a workbook nor a text file. Upload the template as .xlsx or CSV."),
    concurrency.BUSY: pictures.REFUSALS[concurrency.BUSY],
}


@dataclass(frozen=True, slots=True)
class Read:
    """The content of a file: the columns in its own order, and (number, texts) of each row that is not empty."""

    columns: tuple[ImportColumn, ...]
    rows: list[tuple[int, list[str]]]


def read(content: bytes, name: str = "") -> Read:
    """Return the content of a file; raise ValidationError if it can't be imported. Slow."""
    try:
        return _read(content)
    except ValidationError as error:
        raise files.about_file(name, " ".join(error.messages), "invalid") from error


def _read(content: bytes) -> Read:
    if len(content) > MOST_BYTES:
        message = _("The file is larger than %(mb)d MB. Upload it in parts.")
        raise ValidationError(message % {"mb": MOST_BYTES // 1024**2})
    filled = iter(_filled(content))
    try:
        _first, headings = next(filled)
    except StopIteration:
        raise ValidationError(_("The file is empty.")) from None
    known, reasons = _columns(headings), _has_reasons(headings)
    rows: list[tuple[int, list[str]]] = []
    sample = [example().get(column.key, "") for column in known]
    for number, texts in filled:
        if number > MOST_LINES or len(rows) == MOST_ROWS:
            raise ValidationError(_("The file has more than %(most)d rows. Upload it in parts.") % {"most": MOST_ROWS})
        cells = [*texts, *[""] * len(known)][: len(known)]
        if any(texts[len(known) + reasons :]):
            raise ValidationError(_("Row %(row)d has a cell without a column heading.") % {"row": number})
        if any(cells) and cells != sample:
            rows.append((number, cells))
    if not rows:
        raise ValidationError(_("The file has headings but no rows."))
    return Read(known, rows)


def _columns(headings: list[str]) -> tuple[ImportColumn, ...]:
    """Return the columns of these headings, in any order; raise ValidationError for unknown, double or missing ones."""
    while headings and not headings[-1]:
        headings.pop()
    read = headings[:-1] if _has_reasons(headings) else headings
    found = [by_heading().get(normal(heading)) for heading in read]
    if unknown := [heading for heading, column in zip(read, found, strict=True) if column is None]:
        raise ValidationError(
            _("These headings are not in the template: %(headings)s. Download the template again and copy your rows.")
            % {"headings": english.joined(f"“{heading[:40]}”" for heading in unknown[:5])}
        )
    known = tuple(column for column in found if column)
    if twice := [column for column in columns() if known.count(column) > 1]:
        raise ValidationError(_("The heading “%(heading)s” appears twice.") % {"heading": twice[0].heading()})
    if missing := [column for column in columns() if column not in known and not column.may_lack]:
        raise ValidationError(
            _(
                "These columns of the template are missing: %(headings)s. Cells may be empty, but the columns "
                "must be kept."
            )
            % {"headings": english.joined(f"“{column.heading()}”" for column in missing[:5])}
        )
    return known


def _has_reasons(headings: list[str]) -> bool:
    """Return whether the last column contains faults, as in a file of faulty rows."""
    return bool(headings) and normal(headings[-1]) == normal(REASONS)


def _filled(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the non-empty rows: the headings, perhaps the template's example, and up to one row too many."""
    try:
        table, _parts = running.run("table", content, most_rows=MOST_ROWS + 2)
    except FileRefused as refused:
        raise ValidationError(str(REFUSALS[refused.reason])) from refused
    return [(number, texts) for number, texts in table["rows"]]


def texts_of(cells: Iterable[str], known: Iterable[ImportColumn]) -> dict[str, str]:
    """Return the texts of a row, by the column's key."""
    return {column.key: cell for column, cell in zip(known, cells, strict=True)}
