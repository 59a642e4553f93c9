"""Recognise numbers and dates in text that may have been misread; a number is one only with its check character."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError

from filings.fields import validity
from ministry.reference import code_tables
from ministry.reference.certificates import check_certificate, credit_code
from ministry.reference.typed_text import simplified

# Letters that no number of a resident and no credit code has, and what they were taken for (GB 32100-2015).
_MISREAD = str.maketrans({"I": "1", "O": "0", "S": "5", "Z": "2"})
_NUMBER = re.compile(r"(?=([0-9A-Z]{18}))")
_RESIDENT = re.compile(r"(?=([0-9]{17}[0-9X]))")
_DAY = re.compile(r"([12][0-9]{3})[年./·,:-]*([01][0-9])[月./·,:-]*([0-3][0-9])日?")
_LONG_TERM = "长期"
# The lower line of a passport's machine-readable zone (ICAO Doc 9303, part 4): number, nationality, birth, sex and last
# day, the first, third and last of them with a check digit.
_PASSPORT = re.compile(r"(?=([0-9A-Z<]{9})([0-9])[A-Z<]{3}([0-9]{6})([0-9])[MFX<]([0-9]{6})([0-9]))")
_WEIGHTS = (7, 3, 1)


# Marks that are printed, typed and read in several ways and tell no two texts apart; hyphens do (1-2号, 12号).
_DROPPED = str.maketrans("‐‑–—―−", "------", "·•・‧,、。:;()[]〔〕【】「」《》\"'“”‘’")


def plain(text: str) -> str:
    """Return text for comparison: NFKC, upper case, without blanks, brackets and commas."""
    return "".join(unicodedata.normalize("NFKC", text).upper().translate(_DROPPED).split())


def folded(text: str) -> str:
    """Return ``plain`` text in simplified Chinese: readers take 粤 for 粵."""
    return simplified(plain(text))


def resident_number(text: str) -> str:
    """Return the valid number of a resident in the text; empty when there is none."""
    for found in _RESIDENT.findall(plain(text).translate(_MISREAD)):
        if any(_is_valid(cert_type, found) for cert_type in code_tables.WITH_BIRTH_DATE):
            return str(found)
    return ""


def unit_number(text: str) -> str:
    """Return the valid unified social credit code in the text; empty when there is none."""
    found = (credit_code(code_tables.LICENCE, one) for one in _NUMBER.findall(plain(text).translate(_MISREAD)))
    return next(filter(None, found), "")


def passport(text: str) -> tuple[str, str]:
    """Return number and last day of a passport from its machine-readable zone, as facts store them.

    Two empty texts unless all three check digits are right.
    """
    for number, *rest in _PASSPORT.findall(plain(text)):
        checked = zip((number, rest[1], rest[3]), (rest[0], rest[2], rest[4]), strict=True)
        until = _day(f"20{rest[3][:2]}", rest[3][2:4], rest[3][4:])
        if until and all(check_digit(part) == digit for part, digit in checked):
            return number.rstrip("<"), until.isoformat()
    return "", ""


def check_digit(text: str) -> str:
    """Return the check digit of a part of a machine-readable zone: A is 10, Z is 35, ``<`` is 0."""
    worth = (0 if char == "<" else int(char, 36) for char in text)
    return str(sum(value * _WEIGHTS[place % 3] for place, value in enumerate(worth)) % 10)


def _is_valid(cert_type: int, number: str) -> bool:
    try:
        check_certificate(cert_type, number)
    except ValidationError:
        return False
    return True


def period(text: str) -> tuple[str, str]:
    """Return first and last day of a validity such as 2016.05.11-2036.05.11 or 2016.05.11-长期, as facts store them.

    Two empty texts unless both are there and in order.
    """
    days = [_day(*found) for found in _DAY.findall(unicodedata.normalize("NFKC", "".join(text.split())))]
    since, until = (*days, None, None)[:2]
    if since and len(days) == 1 and text.rstrip().endswith(_LONG_TERM):
        return since.isoformat(), validity.LONG_TERM
    if since and until and since < until:
        return since.isoformat(), until.isoformat()
    return "", ""


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
