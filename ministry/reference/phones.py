"""Check, normalise and mask mainland telephone numbers: mobiles and landlines, one or several separated by ``;``."""

import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference.typed_text import normal_text, without_spaces

# Beginning of every range allocated so far; change it when carriers get a new range.
MOBILE_PREFIX: Final = "1[3-9]"
SHORTEST: Final = 11  # a mobile, or a landline with its area code
LONGEST: Final = 128  # the whole field, as in the official interface

_COUNTRY: Final = r"(?:\+|00?)?86-?"
_MOBILE: Final = re.compile(rf"(?:{_COUNTRY})?({MOBILE_PREFIX}[0-9]{{9}})")
# Area codes in use, by the province's GB/T 2260 code. Codes merged into a neighbour's are left out, as no number has
# them any more; an unknown code has no province.
_AREA_CODES: Final = {
    "110000": "010",
    "120000": "022",
    "130000": "0310 0311 0312 0313 0314 0315 0316 0317 0318 0319 0335",
    "140000": "0349 0350 0351 0352 0353 0354 0355 0356 0357 0358 0359",
    "150000": "0470 0471 0472 0473 0474 0475 0476 0477 0478 0479 0482 0483",
    "210000": "024 0411 0412 0415 0416 0417 0418 0419 0421 0427 0429",
    "220000": "0431 0432 0433 0434 0435 0436 0437 0438 0439",
    "230000": "0451 0452 0453 0454 0455 0456 0457 0458 0459 0464 0467 0468 0469",
    "310000": "021",
    "320000": "025 0510 0511 0512 0513 0514 0515 0516 0517 0518 0519 0523 0527",
    "330000": "0570 0571 0572 0573 0574 0575 0576 0577 0578 0579 0580",
    "340000": "0550 0551 0552 0553 0554 0555 0556 0557 0558 0559 0561 0562 0563 0564 0566",
    "350000": "0591 0592 0593 0594 0595 0596 0597 0598 0599",
    "360000": "0701 0790 0791 0792 0793 0794 0795 0796 0797 0798 0799",
    "370000": "0530 0531 0532 0533 0534 0535 0536 0537 0538 0539 0543 0546 0631 0632 0633 0635",
    "410000": "0370 0371 0372 0373 0374 0375 0376 0377 0379 0391 0392 0393 0394 0395 0396 0398",
    "420000": "027 0710 0711 0712 0713 0714 0715 0716 0717 0718 0719 0722 0724 0728",
    "430000": "0730 0731 0734 0735 0736 0737 0738 0739 0743 0744 0745 0746",
    "440000": (
        "020 0660 0662 0663 0668 0750 0751 0752 0753 0754 0755 0756 0757 0758 0759 0760 0762 0763 0766 0768 0769"
    ),
    "450000": "0770 0771 0772 0773 0774 0775 0776 0777 0778 0779",
    "460000": "0898",
    "500000": "023",
    "510000": "028 0812 0813 0816 0817 0818 0825 0826 0827 0830 0831 0832 0833 0834 0835 0836 0837 0838 0839",
    "520000": "0851 0854 0855 0856 0857 0858 0859",
    "530000": "0691 0692 0870 0871 0872 0873 0874 0875 0876 0877 0878 0879 0883 0886 0887 0888",
    "540000": "0891 0892 0893 0894 0895 0896 0897",
    "610000": "029 0911 0912 0913 0914 0915 0916 0917 0919",
    "620000": "0930 0931 0932 0933 0934 0935 0936 0937 0938 0939 0941 0943",
    "630000": "0970 0971 0972 0973 0974 0975 0976 0977 0979",
    "640000": "0951 0952 0953 0954 0955",
    "650000": "0901 0902 0903 0906 0908 0909 0990 0991 0992 0993 0994 0995 0996 0997 0998 0999",
}
_PROVINCE_OF_AREA: Final = {area: province for province, areas in _AREA_CODES.items() for area in areas.split()}

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
            _("This is not a mainland mobile number. It has 11 digits, such as 13800138000."),
            code="invalid",
        )
    return match[1]


def check_landline(text: str) -> str:
    """Return one landline as ``010-12345678`` or, with an extension, ``0755-1234567-801``.

    ``086-``, spaces, brackets and missing hyphens may be typed; 010-00000000 is rejected.
    Raise ValidationError: ``required``, ``too_long``, ``invisible`` or ``invalid``.
    """
    plain = without_spaces(normal_text(text, LONGEST)).replace("(", "").replace(")", "-").replace("--", "-")
    if not (match := _LANDLINE.fullmatch(plain)):
        raise ValidationError(
            _("This is not an office telephone number. Enter area code, number and extension: 010-12345678-801."),
            code="invalid",
        )
    return "-".join(part for part in match.groups() if part)


def check_mobiles(text: str) -> str:
    """Return mobiles separated by ``;`` in normal form; raise ValidationError also for ``repeated``."""
    return _each(text, check_mobile)


def check_landlines(text: str) -> str:
    """Return landlines separated by ``;`` in normal form; raise ValidationError also for ``repeated``."""
    return _each(text, check_landline)


def area_codes(province: str) -> tuple[str, ...]:
    """Return the area codes of a province's landlines; none for an unknown province."""
    return tuple(_AREA_CODES.get(province, "").split())


def area_province(landline: str) -> str | None:
    """Return the GB/T 2260 code of a landline's province (number in normal form); None for an unknown area code."""
    return _PROVINCE_OF_AREA.get(landline.partition("-")[0])


def mask_phone(text: str) -> str:
    """Mask the middle of each number (normal form); the first 3, last 4 and hyphens stay.

    A text shorter than a telephone number is masked completely.
    """
    return ";".join(_masked(number) for number in text.split(";"))


def _masked(number: str) -> str:
    if len(number) < SHORTEST:
        return "*" * len(number)
    return number[:3] + re.sub("[^-]", "*", number[3:-4]) + number[-4:]


def _each(text: str, check: Callable[[str], str]) -> str:
    numbers = [check(number) for number in normal_text(text, LONGEST).split(";") if number.strip()]
    if not numbers:
        raise ValidationError(_("Not filled in yet."), code="required")
    if len(set(numbers)) < len(numbers):
        raise ValidationError(_("The same number is entered twice. Enter each number once."), code="repeated")
    return ";".join(numbers)
