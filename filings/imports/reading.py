"""A file taken apart: an Excel workbook or a CSV text, its headings, and the texts of its rows.

Nothing in a file is calculated: a workbook's formulas count as the values that were saved with them. What can't be read
is answered in words.
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from filings.imports.columns import Column, by_heading, columns, example, normal

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 2000
MOST_COLUMNS = 200
LONGEST_CELL = 4000
# Rows that are looked at, empty ones included: some files have a million of those.
MOST_LINES = 20_000
# Excel keeps fifteen figures of a number; a certificate typed as a number is spoilt before it comes here.
EXACT = 10**15
ROUNDED = "\N{REPLACEMENT CHARACTER}"
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: the columns in its own order, and (number, texts) of each row that is not empty."""

    columns: tuple[Column, ...]
    rows: list[tuple[int, list[str]]]


def read(content: bytes) -> Read:
    """The rows of a file; raise ValidationError with words when it is none of ours."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file has more than %(mb)d MB. Send it in parts.") % {"mb": MOST_BYTES // 1024**2})
    lines = enumerate(islice(_lines(content), MOST_LINES + 1), start=1)
    filled = ((number, texts) for number, texts in lines if any(texts))
    try:
        _first, headings = next(filled)
    except StopIteration:
        raise ValidationError(_("The file is empty.")) from None
    known = _columns(headings)
    rows: list[tuple[int, list[str]]] = []
    sample = [example().get(column.key, "") for column in known]
    for number, texts in filled:
        if number > MOST_LINES or len(rows) == MOST_ROWS:
            raise ValidationError(_("The file has more than %(most)d rows. Send it in parts.") % {"most": MOST_ROWS})
        cells = [*texts, *[""] * len(known)][: len(known)]
        if any(texts[len(known) :]):
            raise ValidationError(_("Row %(row)d has a cell without a heading above it.") % {"row": number})
        if cells != sample:
            rows.append((number, cells))
    if not rows:
        raise ValidationError(_("The file has headings, but no row below them."))
    return Read(known, rows)


def _columns(headings: list[str]) -> tuple[Column, ...]:
    """The columns by their headings, in any order; each once, none unknown, none missing but those that may be."""
    while headings and not headings[-1]:
        headings.pop()
    found = [by_heading().get(normal(heading)) for heading in headings]
    if unknown := [heading for heading, column in zip(headings, found, strict=True) if column is None]:
        raise ValidationError(
            _("These headings are not in the template: %(headings)s. Download the template again and copy your rows.")
            % {"headings": "、".join(f"“{heading[:40]}”" for heading in unknown[:5])}
        )
    known = tuple(column for column in found if column)
    if twice := [column for column in columns() if known.count(column) > 1]:
        raise ValidationError(_("The heading “%(heading)s” stands there twice.") % {"heading": twice[0].heading()})
    if missing := [column for column in columns() if column not in known and not column.may_lack]:
        raise ValidationError(
            _("These columns of the template are missing: %(headings)s. Leave cells empty, but keep their column.")
            % {"headings": "、".join(f"“{column.heading()}”" for column in missing[:5])}
        )
    return known


def _lines(content: bytes) -> Iterator[list[str]]:
    if content.startswith(ZIP):
        yield from _of_workbook(content)
    elif content.startswith(OLD_EXCEL):
        raise ValidationError(
            _("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without a password.")
        )
    else:
        yield from _of_text(content)


# --- Workbooks --------------------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet."""
    try:
        _refuse_bomb(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
                yield [text_of(value) for value in row]
        finally:
            book.close()
    except ValidationError:
        raise
    except Exception as error:  # the library answers a broken file with whatever its parts raise
        raise ValidationError(_("This workbook can't be read. Save it once more as .xlsx and send that.")) from error


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise ValidationError(
                _("This workbook unpacks to too much. Copy the rows into the template and send that.")
            )


def text_of(value: Any) -> str:
    """A cell as the person who filled it in reads it; numbers that Excel has rounded are marked."""
    text = str(value)
    match value:
        case None:
            text = ""
        case bool():
            text = "是" if value else "否"
        case int() | float() if abs(value) >= EXACT:
            text = f"{ROUNDED}{int(value)}"
        case float() if value.is_integer():
            text = str(int(value))
        case datetime() if value.time() == time.min:
            text = value.date().isoformat()
        case datetime() | date():
            text = value.isoformat()
    return text.strip()[: LONGEST_CELL + 1]


# --- Text -------------------------------------------------------------------------------------------------


def _of_text(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False):
            yield [text_of(_without_mark(cell)) for cell in row]
    except csv.Error as error:
        raise ValidationError(_("This text can't be read as a table. Save it as CSV (UTF-8) and send that.")) from error


def _without_mark(cell: str) -> str:
    """What people write before a number so that Excel leaves it alone: ="110…" or '110…."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell.removeprefix("'")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ValidationError(_("This is neither a workbook nor a text. Send the template as .xlsx or as CSV."))


def texts_of(cells: Iterable[str], known: Iterable[Column]) -> dict[str, str]:
    """Key → text of a row."""
    return {column.key: cell for column, cell in zip(known, cells, strict=True)}
