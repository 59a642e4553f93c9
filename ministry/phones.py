"""Telephone numbers of the mainland: mobiles and landlines, one or several separated by ``;``."""

import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.typed import normal_text, without_spaces

# Every range given out so far begins like this. When carriers get a new range, this is the line to change.
MOBILE_PREFIX: Final = "1[3-9]"
SHORTEST: Final = 11  # a mobile, or a landline with its area code
LONGEST: Final = 128  # the whole field, as in the official interface

_COUNTRY: Final = r"(?:\+|00?)?86-?"
_MOBILE: Final = re.compile(rf"(?:{_COUNTRY})?({MOBILE_PREFIX}[0-9]{{9}})")
# Area codes: 010 and 02x have three digits, all others four. No local number begins with 0.
_LANDLINE: Final = re.compile(
    rf"(?:{_COUNTRY})?(010|02[0-9]|0[3-9][0-9]{{2}})-?([1-9][0-9]{{6,7}})(?:-([0-9]{{1,6}}))?"
)


def check_mobile(text: str) -> str:
    """Return one mobile number as 11 digits; ``+86``, spaces and hyphens may be typed.

    Raise ValidationError: ``required``, ``too_long``, ``invisible`` or ``invalid``.
    """
    match = _MOBILE.fullmatch(without_spaces(normal_text(text, LONGEST)).replace("-", ""))
    if not match:
        raise ValidationError(
            _("This is not a mobile number of the mainland. It has 11 digits, such as 13800138000."),
            code="invalid",
        )
    return match[1]


def check_landline(text: str) -> str:
    """Return one landline as ``010-12345678`` or, with an extension, ``0755-1234567-801``.

    ``086-``, spaces, brackets and missing hyphens may be typed; 010-00000000 is refused.
    Raise ValidationError: ``required``, ``too_long``, ``invisible`` or ``invalid``.
    """
    plain = without_spaces(normal_text(text, LONGEST)).replace("(", "").replace(")", "-").replace("--", "-")
    if not (match := _LANDLINE.fullmatch(plain)):
        raise ValidationError(
            _("This is not an office phone. Write area code, number and extension: 010-12345678-801."),
            code="invalid",
        )
    return "-".join(part for part in match.groups() if part)


def check_mobiles(text: str) -> str:
    """Return mobiles separated by ``;`` in normal form; raise ValidationError also for ``repeated``."""
    return _each(text, check_mobile)


def check_landlines(text: str) -> str:
    """Return landlines separated by ``;`` in normal form; raise ValidationError also for ``repeated``."""
    return _each(text, check_landline)


def mask_phone(text: str) -> str:
    """Hide the middle of each number of the normal form; the first 3, last 4 and hyphens stay.

    A text shorter than a telephone number is hidden whole.
    """
    return ";".join(_masked(number) for number in text.split(";"))


def _masked(number: str) -> str:
    if len(number) < SHORTEST:
        return "*" * len(number)
    return number[:3] + re.sub("[^-]", "*", number[3:-4]) + number[-4:]


def _each(text: str, check: Callable[[str], str]) -> str:
    numbers = [check(number) for number in normal_text(text, LONGEST).split(";") if number.strip()]
    if not numbers:
        raise ValidationError(_("Nothing has been entered."), code="required")
    if len(set(numbers)) < len(numbers):
        raise ValidationError(_("The same number is given twice. Enter every number once."), code="repeated")
    return ";".join(numbers)
