"""Read the texts of the non-empty rows of an Excel workbook or a CSV text. Must not import Django.

Formulas are not calculated: the values saved with them are used. The unpacked size of a workbook is read from its
directory before anything is unpacked.
"""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from filings.evidence.limited import BOMB, NO_TABLE, NO_TEXT, OLD_EXCEL, TOO_MUCH_TEXT, UNREADABLE, FileRefused

MOST_COLUMNS = 200
LONGEST_CELL = 4000
# Rows read, including empty ones: some files have a million of those.
MOST_LINES = 20_000
# Excel keeps fifteen digits of a number; a certificate typed as a number is already rounded.
EXACT = 10**15
ROUNDED = "\N{REPLACEMENT CHARACTER}"
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Our own limits. A filled-in template of 2,000 rows has 15 parts that unpack to 9 MB, its styles to 10 KB.
MOST_PARTS = 200
MOST_UNPACKED = 60 * 1024 * 1024
# Parts that the library reads whole, not row by row, take some twenty times as much memory: (part, bytes).
READ_WHOLE = (("xl/sharedstrings", 10 * 1024 * 1024), ("xl/worksheets/", MOST_UNPACKED), ("", 1024 * 1024))
MOST_TEXT = 5_000_000  # characters of all cells: as many as in the largest CSV text


def read(content: bytes, *, most_rows: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return ``rows``: (number, texts) of the first non-empty rows, at most ``most_rows`` + 1.

    Raise FileRefused if it is not a table.
    """
    rows: list[tuple[int, list[str]]] = []
    length = 0
    for number, texts in enumerate(islice(_lines(content), MOST_LINES + 1), start=1):
        cells = texts[:MOST_COLUMNS]
        length += sum(map(len, cells))
        if length > MOST_TEXT:
            raise FileRefused(TOO_MUCH_TEXT)
        if any(cells):
            rows.append((number, cells))
        if len(rows) > most_rows:
            break
    return {"rows": rows}, []


def _lines(content: bytes) -> Iterator[list[str]]:
    if content.startswith(ZIP):
        return _of_workbook(content)
    if content.startswith(OLD):
        raise FileRefused(OLD_EXCEL)
    return _of_text(content)


# --- Workbooks --------------------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of the first sheet."""
    try:
        _refuse_bomb(content)
        from openpyxl import load_workbook  # late: the import is slow, and CSV texts don't need it

        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield [text_of(value) for value in row]
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # for a broken file the library raises anything
        raise FileRefused(UNREADABLE) from error


def _refuse_bomb(content: bytes) -> None:
    """Raise FileRefused if the parts unpack to too much by the directory; no more than that is ever unpacked."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = book.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(BOMB)
    for part in parts:
        most = next(most for start, most in READ_WHOLE if part.filename.lower().lstrip("/").startswith(start))
        if part.file_size > most:
            raise FileRefused(BOMB)


def text_of(value: Any) -> str:
    """Return a cell's text as displayed; numbers that Excel has rounded are marked."""
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
        raise FileRefused(NO_TABLE) from error


def _without_mark(cell: str) -> str:
    """Remove what people write before a number so that Excel keeps it as text: ="110…" or '110…."""
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
    raise FileRefused(NO_TEXT)
