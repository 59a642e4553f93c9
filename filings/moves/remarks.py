"""Remarks as typed, complete or not: refuse a decision that would lose them."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.errors import MoveRefused
from filings.rules import corrections

PARTS = ("path", "code", "seen", "expected")
Typed = Mapping[str, str]


class RemarksUnsent(MoveRefused):
    """There are typed remarks that the decision would lose."""


def is_blank(remark: Typed) -> bool:
    """Return whether all fields of the remark are empty."""
    return not any(remark.get(part, "").strip() for part in PARTS)


def refuse_unsent(remarks: Iterable[Typed]) -> None:
    """Raise RemarksUnsent, naming their fields, if any remark is not blank."""
    written = [remark for remark in remarks if not is_blank(remark)]
    if not written:
        return
    words = ngettext(
        "%(count)d remark has been written but not sent (%(fields)s). Return the filing with it, or remove it first.",
        "%(count)d remarks have been written but not sent (%(fields)s). Return the filing with them, or "
        "remove them first.",
        len(written),
    )
    raise RemarksUnsent(words % {"count": len(written), "fields": _fields(written)})


def _fields(written: Iterable[Typed]) -> str:
    paths = [remark["path"] for remark in written if remark.get("path")]
    return corrections.named(paths) or _("no field chosen")
