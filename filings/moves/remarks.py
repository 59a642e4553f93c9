"""Remarks as typed, complete or not: refuse a decision that would lose them, and words that tell a host nothing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.errors import MoveRefused
from filings.rules import corrections

PARTS = ("path", "code", "seen", "expected")
Typed = Mapping[str, str]


# Words of which a text may consist and still say neither what is wrong nor what is right. Our own list.
_VAGUE = re.compile(
    "(?:备案|信息|资料|材料|内容|数据|填写|所填|此项|该项|本项|存在|有误|有错|错误|问题|有|不对|不正确|不准确|不符合|不符|不合格|要求|规定"
    "|请|按|修改|更正|改正|核实|核对|重新|提交|正确|后|再|的|is|are|the|it|this|wrong|incorrect|invalid|error|data|information"
    "|please|correct|check|again)+",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[\W_]+")


def is_vague(text: str) -> bool:
    """Return whether a text names neither the fault nor the right value, such as “信息有误，请修改”."""
    return bool(_VAGUE.fullmatch(_NO_WORD.sub("", unicodedata.normalize("NFKC", text))))


@dataclass(frozen=True, slots=True)
class RemarkDraft:
    """A remark as a desk writes it: path of the field, official code, what was seen, what is expected."""

    path: str
    code: str
    seen: str
    expected: str


class RemarksUnsent(MoveRefused):
    """There are typed remarks that the decision would lose."""


def is_blank(remark: Typed) -> bool:
    """Return whether all fields of the remark are empty."""
    return not any(remark.get(part, "").strip() for part in PARTS)


def refuse_unsent(remarks: Iterable[Typed], sent: Iterable[RemarkDraft] = ()) -> None:
    """Raise RemarksUnsent, naming their fields, if any remark is neither blank nor among those that are sent."""
    known = [_stripped(asdict(draft)) for draft in sent]
    written = [remark for remark in remarks if not is_blank(remark) and _stripped(remark) not in known]
    if not written:
        return
    words = ngettext(
        "%(count)d remark has been written but not sent (%(fields)s). Return the filing with it, or remove it first.",
        "%(count)d remarks have been written but not sent (%(fields)s). Return the filing with them, or "
        "remove them first.",
        len(written),
    )
    raise RemarksUnsent(words % {"count": len(written), "fields": _fields(written)})


def _stripped(remark: Typed) -> list[str]:
    return [remark.get(part, "").replace("\r\n", "\n").strip() for part in PARTS]


def _fields(written: Iterable[Typed]) -> str:
    paths = [remark["path"] for remark in written if remark.get("path")]
    return corrections.named(paths) or _("no field chosen")
