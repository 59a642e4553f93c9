"""Parse and format filing numbers: ``京ICP备2026000001号`` for a subject, ``…号-1`` for its first website.

Serials have ten digits today (year and six digits); those of earlier systems have six or eight. The letter
after the sequence names the kind of service: none for a website, A for an app, X for a mini-program,
K for a quick app.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference import code_tables, provinces
from ministry.reference.provinces import Province
from ministry.reference.typed_text import normal_text, without_spaces

LONGEST: Final = 64  # as typed, spaces included; a number itself has at most 26 characters

_SUFFIXES = "".join(service.suffix for service in code_tables.SERVICE_TYPES)
_CHARS = "".join([*(province.char for province in provinces.PROVINCES), *provinces.ALTERNATE_CHARS])
_NUMBER = re.compile(
    rf"([{_CHARS}])ICP备([0-9]{{10}}|[0-9]{{8}}|[0-9]{{6}})号?(?:-([1-9][0-9]{{0,5}})([{_SUFFIXES}]?))?"
)
_LICENCE = re.compile(r".ICP证|.?B[12]-")


@dataclass(frozen=True, slots=True)
class FilingNumber:
    """The parts of a filing number; ``str()`` returns the canonical text.

    ``serial`` is 6, 8 or 10 digits. ``sequence`` is the service's running number, None for the subject's own
    number. ``suffix`` is ``""``, ``"A"``, ``"X"`` or ``"K"``.
    """

    province: Province
    serial: str
    sequence: int | None = None
    suffix: str = ""

    def __str__(self) -> str:
        subject = f"{self.province.char}ICP备{self.serial}号"
        return subject if self.sequence is None else f"{subject}-{self.sequence}{self.suffix}"


def number_in(text: str) -> FilingNumber | None:
    """Return the filing number that was typed; None for anything else."""
    try:
        return parse_number(text)
    except ValidationError:
        return None


def parse_number(text: str) -> FilingNumber:
    """Parse a typed filing number; raise ValidationError for anything else.

    Full-width characters, spaces, lower case, a missing ``号`` and the alternate characters of provinces
    are accepted; the result is canonical.
    """
    plain = without_spaces(normal_text(text, LONGEST)).upper()
    if _LICENCE.match(plain):
        raise ValidationError(
            _("This is the number of a commercial licence. Enter a filing number like 京ICP备2026000001号."),
            code="licence",
        )
    if not (match := _NUMBER.fullmatch(plain)):
        raise ValidationError(
            _("This is not a filing number. Write it like 京ICP备2026000001号 or 京ICP备2026000001号-1."),
            code="invalid",
        )
    char, serial, sequence, suffix = match.groups()
    return FilingNumber(provinces.by_char(char), serial, int(sequence) if sequence else None, suffix or "")
