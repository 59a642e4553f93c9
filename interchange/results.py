"""Write the file with the results of an upload: one row a record, or one for a file that can't be read.

The document's schema demands a Czlx of each row, and its prose has one for six kinds of records only. The other kinds,
and files that can't be read, get ``OTHER_OPERATION``; which record a row is about stands in Bz: both our own choice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from interchange.messages.faults import MessageFault
from interchange.messages.reading import Fields, MessageRecord
from interchange.messages.writing import write_download
from interchange.record_handlers import RecordResult
from interchange.result_codes import RESULTS, official

LONGEST_TEXT: Final = 255  # characters of Dmms
OTHER_OPERATION: Final = 1
# Operation → Czlx
OPERATIONS: Final = {"XZBA": 1, "XZWZ": 2, "XZJR": 3, "BGBA": 4, "XZHYD": 35}
ENDINGS: Final = {"0": 6, "1": 7, "2": 5}  # Zxlb of ZXBA
# Kind → what names the record in its result (Bs)
_NAMES: Final[dict[str, Callable[[Fields], Any]]] = {
    "XZBA": lambda fields: fields["Zt_xx"]["IspZtid"],
    "XZWZ": lambda fields: fields["Zt_xx"].get("Ztbah") or fields["Zt_xx"].get("Ztid"),
    "XZJR": lambda fields: fields["IspJrid"],
    "BGBA": lambda fields: fields["Zt_xx"]["Ztid"],
    "ZXBA": lambda fields: fields["Jlid"],
    "XZHYD": lambda fields: next(iter(fields["Fjssdx"]["Ssdxbs"].values()), None),
}
# Of IP addresses and domains: kind → Czlx; and the element of the result of each kind of row
_CHANGES: Final = {"XZBA": 1, "XGBA": 2, "SCBA": 3}
_IP_ROWS: Final = {"ly": "Lyjg", "fp": "Fpjg", "gbjs": "Gbjs", "zd": "Zdip", "ip": "Zdip"}

Answered = tuple[MessageRecord, Sequence[RecordResult]]


def text_of(result: RecordResult) -> str:
    """Return the text of a result: the official one of its code, then any detail."""
    text = official(RESULTS[result.code])
    return (f"{text}：{result.more}" if result.more else text)[:LONGEST_TEXT]


def of_file(code: int, name: str, sequence: int, fault: MessageFault | None = None) -> bytes:
    """Return the results of a file that was refused whole: the text begins with its name, as V3.0 prescribes."""
    where = [fault.record, fault.element, fault.rule, fault.expected, _line(fault)] if fault else []
    text = f"{name} {text_of(RecordResult(code, ' '.join(filter(None, where))))}"
    row = {
        "Jgxx": [{"Jgdm": code, "Dmms": text[:LONGEST_TEXT]}],
        "Czlx": OTHER_OPERATION,
        "Bz": f"dataSequence {sequence}",
    }
    return write_download({"ICP": {"BAJG": {"Jg_xx": [row]}}}, lenient=True)


def _line(fault: MessageFault) -> str:
    return official(_("line %(line)d")) % {"line": fault.line} if fault.line else ""


def of_records(family: str, answered: Iterable[Answered], sequence: int) -> bytes:
    """Return the results of the records of an upload, in their order.

    By the lenient schema: the strict one has no 35, which the prose gives to XZHYD.
    """
    tree = {"ICP": _icp, "IP": _ip, "YM": _ym}[family](answered, sequence)
    return write_download({family: {"BAJG": tree}}, lenient=True)


def _icp(answered: Iterable[Answered], sequence: int) -> dict[str, Any]:
    return {
        "Jg_xx": [
            {
                "Jgxx": [{"Jgdm": one.code, "Dmms": text_of(one)} for one in found],
                "Czlx": _operation(record),
                "Bs": _NAMES[record.kind](record.fields) if record.kind in _NAMES else None,
                "Bz": _note(record, sequence),
            }
            for record, found in answered
        ]
    }


def _operation(record: MessageRecord) -> int:
    if record.kind == "ZXBA":
        return ENDINGS[record.fields["Zxlb"]]
    return OPERATIONS.get(record.kind, OTHER_OPERATION)


def _note(record: MessageRecord, sequence: int) -> str:
    return f"dataSequence {sequence} {record.path}[{record.position}]"


def _changed(record: MessageRecord, sequence: int) -> dict[str, Any]:
    """Return the other elements of rows about IP addresses and domains."""
    return {
        "Id": record.fields.get("Id"),
        "Czlx": _CHANGES[record.kind],
        "IspId": record.fields.get("IspId"),
        "Bz": _note(record, sequence),
    }


def _ip(answered: Iterable[Answered], sequence: int) -> dict[str, Any]:
    tree: dict[str, list[dict[str, Any]]] = {}
    for record, found in answered:
        part = record.path.split("/")[2].lower()  # Xzly, Xgfp, Scgbjs, XgZd, Zdip
        name = _IP_ROWS[part.removeprefix("xz").removeprefix("xg").removeprefix("sc").removeprefix("zd") or "zd"]
        rows = [{"Jgdm": one.code, "Dmms": text_of(one)} for one in found]
        tree.setdefault(name, []).append({"Jgxx": rows, **_changed(record, sequence)})
    return tree


def _ym(answered: Iterable[Answered], sequence: int) -> dict[str, Any]:
    return {
        "Jg_xx": [
            {
                "Jgxx": [{"Dmms": text_of(one), "Jgdm": one.code} for one in found],
                **_changed(record, sequence),
            }
            for record, found in answered
        ]
    }
