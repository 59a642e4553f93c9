"""Check names of people and organisations that strangers read on pages and in mails.

They must be on one line, contain no link, and not pose as an authority. The official names are those of the ministry
and of the bureaus (``provinces``); the other rejected words are our own choice: the portal's words for them, and for
people words that an office would use.
"""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ministry.reference.typed_text import bare, one_line

LONGEST: Final = 128
# Compared as ``bare`` text: case, width, marks and traditional characters make no difference.
AUTHORITIES: Final = (
    "通信管理局",
    "通信管理",
    "通信管局",
    "通讯管理局",
    "工业和信息化部",
    "工信部",
    "信息通信管理",
    "备案管理系统",
    "备案系统",
    "备案中心",
    "ministryofindustry",
    "communicationsadministration",
    "miit",
    "icpfilingportal",
)
# Words that occur in names of offices but not of people
OFFICES: Final = (
    "管局",
    "管理局",
    "管理处",
    "系统",
    "官方",
    "客服",
    "审核中心",
    "公安",
    "网信办",
    "委员会",
    "政府",
    "administrator",
    "official",
    "system",
)
# Chinese top-level domains in use in China; any other Chinese word after a dot may be part of a name.
_LINK: Final = re.compile(
    r"://|www\.|\S@\S|[\w-]\.(?:[a-z]{2,}|中国|中國|公司|网络|網絡|网址|网店|商城|集团|在线|中文网|政务|公益|香港|台湾)(?!\w)",
    re.IGNORECASE,
)


def check_person(text: str, *, of_authority: bool = False) -> str:
    """Return the name of a person in its normal form; ``of_authority``: of the ministry's or a bureau's own staff.

    Raise ValidationError as ``typed_text.one_line`` does, ``link`` or ``authority``.
    """
    return _checked(text, () if of_authority else (*AUTHORITIES, *OFFICES))


def check_unit(text: str, limit: int = LONGEST) -> str:
    """Return the typed name of a unit or a host in its normal form; raise as ``check_person`` does."""
    return _checked(text, AUTHORITIES, limit)


def _checked(text: str, refused: tuple[str, ...], limit: int = LONGEST) -> str:
    name = one_line(text, limit)
    if _LINK.search(name):
        raise ValidationError(_("A name can't contain a web address. Remove it."), code="link")
    plain = bare(name)
    if any(word in plain for word in refused):
        raise ValidationError(
            _("This name could be mistaken for that of an authority or of this portal. Enter the actual name."),
            code="authority",
        )
    return name
