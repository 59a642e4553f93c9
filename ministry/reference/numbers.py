"""Parse and format filing numbers: ``京ICP备2026000001号`` for a subject, ``…号-1`` for its first website.

Serials have ten digits today (year and six digits); those of earlier systems have six or eight. Records of commercial
websites of earlier systems bear the number of the operator's licence instead: ``京ICP证040001号``, ``京B2-20090001``.
The letter after the sequence names the kind of service: none for a website, A for an app, X for a mini-program,
K for a quick app.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference import code_tables, provinces
from ministry.reference.provinces import Province
from ministry.reference.typed_text import normal_text, without_spaces

FIRST_YEAR = 2005  # Order 33, by which numbers are issued, came into force on 2005-03-20
YEAR_DIGITS, SERIAL_DIGITS = 4, 6  # of the numbers that the register's series issue
HIGHEST_SERIAL: Final = 10**SERIAL_DIGITS - 1
LONGEST: Final = 64  # as typed, spaces included; a number itself has at most 26 characters
# Shown wherever a number is asked for; the others are of earlier systems.
EXAMPLE_NUMBER: Final = "京ICP备2026000001号"
EARLIER_EXAMPLES: Final = ("京ICP备05000001号", "京ICP备010001号", "京ICP证040001号", "京B2-20090001")

# Last day on which an earlier system can have issued a number. Published numbers have ten digits from 2019 on, and some
# of 2020 still have eight; the exact day is not published, so this limit is our own choice.
EARLIER_UNTIL: Final = date(2020, 12, 31)
# PostgreSQL pattern of the numbers of earlier systems as stored. Published numbers of the form ICP证 have six digits;
# up to eight are accepted, by our own choice.
EARLIER: Final = r"^.(ICP备([0-9]{6}|[0-9]{8})号|ICP证[0-9]{6,8}号|B2-[0-9]{8})$"


class NumberForm(StrEnum):
    """Form of a subject's number after the province's character."""

    FILING = "ICP备{}号"
    LICENCE = "ICP证{}号"
    TELECOM_LICENCE = "B2-{}"


_FORMS: Final = tuple((form.name, form) for form in NumberForm)
_SUFFIXES: Final = "".join(service.suffix for service in code_tables.SERVICE_TYPES)
# What follows the hyphen of a service's number
SEQUENCE: Final = "[1-9][0-9]{0,5}"
OF_SERVICE: Final = rf"(?P<sequence>{SEQUENCE})(?![0-9])(?P<suffix>[{_SUFFIXES}]?)"
_CHARS: Final = "".join([*(province.char for province in provinces.PROVINCES), *provinces.ALTERNATE_CHARS])
_PARTS: Final = (
    rf"(?P<char>[{_CHARS}])",
    rf"(?:ICP 备 案? 字? 第? (?P<FILING>[0-9]{{{YEAR_DIGITS + SERIAL_DIGITS}}}|[0-9]{{8}}|[0-9]{{6}})",
    r"|ICP 证 (?P<LICENCE>[0-9]{6,8})",
    r"|(?:ICP 证 )?B2-(?P<TELECOM_LICENCE>[0-9]{8}))(?![0-9])",
    r"(?P<end> 号)?+",
    # One 号 at most: before the hyphen, or at the end.
    # A sequence that is none, such as -0 or one of seven digits, is no reason to take the number without it. After a
    # blank it is something else, such as a telephone number.
    rf"(?: - {OF_SERVICE}(?(end)|(?: 号)?)|(?!-[0-9]))",
)
# As people write it within a text; parts may be separated by single blanks.
_NUMBER: Final = re.compile(" ".join([_PARTS[0], "".join(_PARTS[1:])]).replace(" ", " ?"), re.IGNORECASE)
_LICENCE: Final = re.compile(r".{0,8}(?:ICP证|B[12]-)")
_LABEL: Final = re.compile(r"[^0-9:]{1,20}:")  # 备案号：
# Brackets around parts, and traditional characters
_SPELLED: Final = str.maketrans({**dict.fromkeys("()[]【】〔〕"), "備": "备", "號": "号", "證": "证"})


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
    form: NumberForm = NumberForm.FILING

    def __str__(self) -> str:
        subject = self.province.char + self.form.format(self.serial)
        return subject if self.sequence is None else text_of_service(subject, self.sequence, self.suffix)

    @property
    def of_subject(self) -> "FilingNumber":
        """Return the subject's number, without the service's suffix."""
        return replace(self, sequence=None, suffix="")

    def of_service(self, sequence: int, service: int) -> "FilingNumber":
        """Return the number of the subject's service with this sequence, with the letter of its type."""
        return replace(self, sequence=sequence, suffix=code_tables.suffix_of(service))

    @property
    def is_earlier(self) -> bool:
        """Return whether an earlier system issued it; the register's number series issue ten digits."""
        return self.form != NumberForm.FILING or len(self.serial) != YEAR_DIGITS + SERIAL_DIGITS

    @property
    def year_and_serial(self) -> tuple[int, int]:
        """Return the year and the serial within it, as the register's columns; not for an ``is_earlier`` number."""
        return int(self.serial[:YEAR_DIGITS]), int(self.serial[YEAR_DIGITS:])


def text_of_service(subject: str, sequence: int, suffix: str) -> str:
    """Return the text of a service's number from that of its subject."""
    return f"{subject}-{sequence}{suffix}"


def number_in(text: str) -> FilingNumber | None:
    """Return the filing number that was typed; None for anything else."""
    try:
        return parse_number(text)
    except ValidationError:
        return None


def parse_number(text: str) -> FilingNumber:
    """Parse a typed filing number; raise ValidationError for anything else.

    Full-width characters, spaces, lower case, brackets, a label such as ``备案号：``, a missing ``号`` and the
    alternate characters of provinces are accepted; the result is canonical.
    """
    plain = _LABEL.sub("", spelled(without_spaces(normal_text(text, LONGEST))), count=1)
    if match := _NUMBER.fullmatch(plain):
        return _number_of(match)
    if without := _without_province(plain):
        raise ValidationError(
            _(
                "The character of the province is missing at the beginning. "
                "Enter the whole number, such as %(example)s for Beijing."
            ),
            code="province",
            params={"example": str(without)},
        )
    if _LICENCE.match(plain.upper()):
        raise ValidationError(
            _(
                "A licence number of this form is not the number of a filing. "
                "Write the number as issued, like %(example)s or %(licence)s."
            ),
            code="licence",
            params={"example": EXAMPLE_NUMBER, "licence": EARLIER_EXAMPLES[-1]},
        )
    raise ValidationError(
        _("This is not a filing number. Write it like %(example)s or %(service)s."),
        code="invalid",
        params={"example": EXAMPLE_NUMBER, "service": text_of_service(EXAMPLE_NUMBER, 1, "")},
    )


def _without_province(plain: str) -> FilingNumber | None:
    """Return the number of Beijing that a text would be that lacks the province, or all before the serial."""
    matches = (_NUMBER.fullmatch(f"{start}{plain}") for start in ("京", "京ICP备"))
    return next((_number_of(match) for match in matches if match), None)


def number_of_columns(
    province: str,
    year: int | None,
    serial: int | None,
    earlier: str,
    sequence: int | None = None,
    service: int | None = None,
) -> FilingNumber:
    """Return the number made of these columns: the service's, or the subject's without ``sequence`` or ``service``."""
    if earlier:
        number = parse_number(earlier)
    else:
        number = FilingNumber(provinces.by_code(province), f"{year}{serial:0{SERIAL_DIGITS}d}")
    if sequence is None or service is None:
        return number
    return number.of_service(sequence, service)


def start_of_series(province: str, year: int) -> str:
    """Return what the numbers of a province's series of a year begin with: ``京ICP备2026``."""
    return provinces.by_code(province).char + NumberForm.FILING.partition("{}")[0] + str(year)


def numbers_within(text: str) -> Iterator[tuple[FilingNumber, re.Match[str]]]:
    """Yield the filing numbers within a text (see ``spelled``), with their places."""
    for match in _NUMBER.finditer(text):
        yield _number_of(match), match


def spelled(text: str) -> str:
    """Return a text in NFKC without the brackets and traditional characters with which numbers are also written."""
    return text.translate(_SPELLED)


def _number_of(match: re.Match[str]) -> FilingNumber:
    form = next(form for group, form in _FORMS if match[group])
    sequence = int(match["sequence"]) if match["sequence"] else None
    suffix = (match["suffix"] or "").upper()
    return FilingNumber(provinces.by_char(match["char"]), match[form.name], sequence, suffix, form)
