"""Check certificate numbers by their official type, and normalise them for comparison in the register.

Check characters are verified where a standard defines them: GB 32100 (unified social credit code), GB 11714
(organisation code), GB 11643 (resident ID and residence permits of Hong Kong, Macao and Taiwan residents) and
the old 15-digit licence number. All other certificates are checked by their shape only.

Normal form: NFKC, upper case, no white space; an organisation code has no hyphen, so that it equals
characters 9 to 17 of the unit's credit code.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, NoReturn

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministry.reference.provinces import PROVINCES
from ministry.reference.typed_text import normal_text, shown, without_spaces

LONGEST: Final = 128  # as typed, spaces included
EARLIEST_BIRTH: Final = date(1900, 1, 1)

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS: Final = "10X98765432"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_HONG_KONG_AND_MACAO: Final = frozenset({"81", "82"})
_TAIWAN: Final = frozenset({"83"})
_REGIONS: Final = frozenset(province.code[:2] for province in PROVINCES) | _HONG_KONG_AND_MACAO | _TAIWAN

_LICENCE: Final = gettext_lazy("the business licence")
_LETTERS_AND_DIGITS: Final = re.compile(r"[0-9A-Z]+")
_ORGANISATION: Final = re.compile(r"([0-9A-Z]{8})-?([0-9X])")
_PASSPORT: Final = re.compile(r"[0-9A-Z]{5,15}")
_TAIWAN_PERMIT: Final = re.compile(r"([0-9]{8}|[0-9]{10})(?:\(?([A-Z])\)?)?")
_HONG_KONG_PERMIT: Final = re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})")
_FOREIGNER_CARD: Final = re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]")
_PAPER: Final = re.compile(r"[0-9A-Z\u3400-\u9fff()\[\]〔〕/.-]{4,60}")


def check_certificate(cert_type: int, number: str) -> str:
    """Return the normal form of a certificate number of the official type ``cert_type``.

    Raise ValidationError that says what is wrong and how to correct it; its code is one of ``required``,
    ``too_long``, ``invisible``, ``cert_type``, ``length``, ``characters``, ``check_character``, ``region``,
    ``birth_date`` or ``shape``.
    """
    if (check := _CHECKS.get(cert_type)) is None:
        raise ValidationError(_("Choose a certificate type from the list."), code="cert_type")
    return check(without_spaces(normal_text(number, LONGEST)).upper())


def check_character_uscc(body17: str) -> str:
    """Return the 18th character of a credit code from its first 17 (GB 32100-2015).

    Raise ValueError for another length or a character that the code never uses.
    """
    if len(body17) != 17:
        raise ValueError("the body of a credit code has 17 characters")
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(body17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def check_character_resident_id(body17: str) -> str:
    """Return the 18th character of a resident ID from its first 17 digits (GB 11643-1999).

    Raise ValueError for another length or for anything but digits.
    """
    if len(body17) != 17:
        raise ValueError("the body of a resident ID has 17 digits")
    total = sum(int(digit) * weight for digit, weight in zip(body17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def check_digit(digits: str) -> str:
    """Return the digit that follows these by ISO 7064 MOD 11,10; raise ValueError for anything but digits."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def birth_date(number: str) -> date:
    """Return the birth date inside an 18-character resident ID or residence permit (normal form).

    Raise ValueError when characters 7 to 14 are not a date.
    """
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def age(number: str, day: date) -> int:
    """Return the holder's age in whole years on a day, from a number that contains a birth date (``birth_date``)."""
    born = birth_date(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def organisation_code(cert_type: int, number: str) -> str:
    """Return the organisation code, which is the same under a unit's old and new certificate.

    That is the number itself when it is an organisation code, and characters 9 to 17 of a unified social credit
    code (GB 32100-2015). Empty for everything else: persons, the old 15-digit licence number, which contains no
    organisation code, and invalid numbers.
    """
    if code := credit_code(cert_type, number):
        return code[8:17]
    if _CHECKS.get(cert_type) is not _organisation_code:
        return ""
    try:
        return check_certificate(cert_type, number)
    except ValidationError:
        return ""


def credit_code(cert_type: int, number: str) -> str:
    """Return a certificate number if it is a valid unified social credit code; empty for everything else."""
    try:
        normal = check_certificate(cert_type, number)
    except ValidationError:
        return ""
    is_code = _CHECKS[cert_type] in _CREDIT_CODE_TAKEN and len(normal) == 18 and _LETTERS_AND_DIGITS.fullmatch(normal)
    return normal if is_code else ""


def mask(number: str) -> str:
    """Mask the middle of a certificate number, keeping its length.

    The first 3 and last 4 characters stay from a length of 12, the first 1 and last 2 from 6, otherwise the first 1.
    """
    head, tail = (3, 4) if len(number) >= 12 else (1, 2) if len(number) >= 6 else (1, 0)
    hidden = max(len(number) - head - tail, 0)
    return number[:head] + "*" * hidden + number[head + hidden :] if hidden else "*" * len(number)


def _refuse(code: str, message: str, **params: object) -> NoReturn:
    raise ValidationError(message, code=code, params=params)


def _business_licence(number: str) -> str:
    if len(number) == 15:
        return _old_licence(number)
    if len(number) == 18:
        return _credit_code(number, _LICENCE)
    _refuse(
        "length",
        _("You entered %(length)d characters; a credit code has 18, an old licence number 15. Enter the full number."),
        length=len(number),
    )


def _credit_code(number: str, paper: Promise | str = "") -> str:
    """Check a unified social credit code; ``paper`` names the paper that messages tell the user to compare it with."""
    if len(number) != 18:
        _refuse(
            "length",
            _("You entered %(length)d characters; a unified social credit code has 18. Enter the full number."),
            length=len(number),
        )
    for position, char in enumerate(number, start=1):
        allowed = "0123456789" if 3 <= position <= 8 else _USCC_ALPHABET
        if char not in allowed:
            _refuse_credit_character(char, position)
    if check_character_uscc(number[:17]) != number[17]:
        _refuse_check_character(18, paper or _("the certificate"))
    return number


def _refuse_credit_character(char: str, position: int) -> NoReturn:
    params = {"char": shown(char), "position": position}
    if char in "IOSVZ":
        message = _(
            "The letter %(char)s at position %(position)d is never used in a credit code. Check whether it "
            "is 1, 0, 5, U or 2."
        )
    elif 3 <= position <= 8:
        message = _("Position %(position)d must be a digit, not %(char)s. Check it against the certificate.")
    else:
        message = _("The character %(char)s at position %(position)d is not allowed. Use letters and digits.")
    _refuse("characters", message, **params)


def _refuse_check_character(position: int, paper: Promise | str) -> NoReturn:
    _refuse(
        "check_character",
        _("The check character at position %(position)d does not match. Check the number against %(paper)s."),
        position=position,
        paper=paper,
    )


def _old_licence(number: str) -> str:
    """Check a 15-digit licence number: ISO 7064 MOD 11,10 over all digits."""
    _digits_only(number)
    if check_digit(number[:14]) != number[14]:
        _refuse_check_character(15, _LICENCE)
    return number


def _digits_only(digits: str) -> None:
    for position, char in enumerate(digits, start=1):
        if char not in "0123456789":
            _refuse(
                "characters",
                _("Position %(position)d must be a digit, not %(char)s. Check it against the certificate."),
                position=position,
                char=shown(char),
            )


def _organisation_code(number: str) -> str:
    """Check an organisation code, or the credit code that has replaced it."""
    if len(number) == 18:
        return _credit_code(number)
    if not (match := _ORGANISATION.fullmatch(number)):
        _refuse(
            "shape",
            _(
                "An organisation code has 8 letters or digits and a check character, such as D2143569-X; "
                "a credit code has 18 characters."
            ),
        )
    body, check = match.groups()
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    if "0X987654321"[total % 11] != check:
        _refuse_check_character(9, _("the certificate"))
    return body + check


def _resident_number(regions: frozenset[str]) -> Callable[[str], str]:
    """Return the check of an 18-character number whose first two digits must be one of ``regions``."""

    def check(number: str) -> str:
        if len(number) != 18:
            _refuse(
                "length",
                _("You entered %(length)d characters; the number has 18. Use the number on the current card."),
                length=len(number),
            )
        _digits_only(number[:17])
        if number[17] not in _RESIDENT_CHECKS:
            _refuse("characters", _("The last character must be a digit or X. Check the number against the card."))
        if number[:2] not in regions:
            _refuse(
                "region",
                _("Numbers of this card type do not start with %(region)s. Check the number against the card."),
                region=number[:2],
            )
        _real_birth_date(number)
        if check_character_resident_id(number[:17]) != number[17]:
            _refuse_check_character(18, _("the card"))
        return number

    return check


def _real_birth_date(number: str) -> None:
    try:
        born = birth_date(number)
    except ValueError:
        born = None
    if born is None or not EARLIEST_BIRTH <= born <= timezone.localdate():
        _refuse(
            "birth_date",
            _("Positions 7 to 14 (%(digits)s) are not a valid date of birth. Check the number against the card."),
            digits=number[6:14],
        )


def _passport(number: str) -> str:
    """Check a passport number by shape: 5 to 15 letters and digits, whatever the country."""
    if not _PASSPORT.fullmatch(number):
        _refuse("shape", _("A passport number has 5 to 15 letters and digits. Copy it from the photo page."))
    return number


def _taiwan_permit(number: str) -> str:
    """Check a 台胞证 by shape: 8 digits, or 10 digits on old booklets; a letter in brackets may follow."""
    if not (match := _TAIWAN_PERMIT.fullmatch(number)):
        _refuse("shape", _("The number has 8 digits (10 in old booklets). Copy it from the permit."))
    return match[1] + (match[2] or "")


def _hong_kong_permit(number: str) -> str:
    """Check a 回乡证 by shape: H or M and 8 digits; old cards add 2 digits for the issue."""
    if not _HONG_KONG_PERMIT.fullmatch(number):
        _refuse("shape", _("The number is H or M and 8 digits (10 on old cards), such as H01234567."))
    return number


def _foreigner_card(number: str) -> str:
    """Check a permanent residence card: 3 letters and 12 digits, or since 2023-12-01 9 and 17 more characters.

    The last of these is a check character as on a resident ID (国家移民管理局《新版外国人永久居留身份证机读信息规则》,
    2023, no. 3).
    """
    if not _FOREIGNER_CARD.fullmatch(number):
        _refuse("shape", _("The number is 3 letters and 12 digits, or 18 characters that begin with 9."))
    if number[0] == "9" and check_character_resident_id(number[:17]) != number[17]:
        _refuse_check_character(18, _("the card"))
    return number


def _paper(number: str) -> str:
    """Check a certificate without national numbering by shape: letters, digits, Chinese characters, ()[]〔〕/.-"""
    if not _PAPER.fullmatch(number):
        _refuse(
            "shape",
            _(
                "A certificate number has 4 to 60 letters, digits, Chinese characters, brackets, dots or "
                "hyphens. Copy it from the certificate."
            ),
        )
    return number


def _registration(number: str) -> str:
    """Check a registration, which has a credit code today and had its own number before."""
    if len(number) == 18 and _LETTERS_AND_DIGITS.fullmatch(number):
        return _credit_code(number)
    return _paper(number)


# Official ids of the certificate types whose number is an organisation code.
ORGANISATION_CODES: Final = (3, 9, 10, 12, 16, 18, 20)
# Official id of the certificate type → its check.
_CHECKS: Final[dict[int, Callable[[str], str]]] = {
    1: _business_licence,
    **dict.fromkeys((13, 15, 24), _credit_code),
    **dict.fromkeys(ORGANISATION_CODES, _organisation_code),
    **dict.fromkeys((4, 6, 17, 19, 21, 25, 27, 28, 36, 39, 43, 44), _registration),
    **dict.fromkeys((5, 8, 22, 23, 34, 35, 37, 38, 40), _paper),
    2: _resident_number(_REGIONS),
    41: _resident_number(_HONG_KONG_AND_MACAO),
    42: _resident_number(_TAIWAN),
    7: _passport,
    11: _taiwan_permit,
    14: _hong_kong_permit,
    30: _foreigner_card,
}

# The checks that accept a credit code, among other numbers.
_CREDIT_CODE_TAKEN: Final = (_business_licence, _credit_code, _organisation_code, _registration)
