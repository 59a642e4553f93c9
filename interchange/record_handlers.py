"""Functions that take in records of uploads. A kind of record without a handler is answered with 5011 (功能未开放)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from interchange.messages.reading import MessageRecord
from interchange.models import Connection, Upload

# The result codes that say that a record was taken in
SUCCESSES: Final = frozenset({1060, 1062, 2998, 3998})
# Operation → the code for a record that is under way already; changes and endings are refused by the register's rules
REPEATED: Final = {"XZBA": 1037, "XZWZ": 1037, "XZJR": 1038}


@dataclass(frozen=True, slots=True)
class RecordResult:
    """A result of a record: a code of ``result_codes.RESULTS``, and what is added to its text."""

    code: int
    more: str = ""


# Takes a record of a connection's upload in, inside the transaction of its check; returns at least one result.
RecordHandler = Callable[[Connection, Upload, MessageRecord], Sequence[RecordResult]]
# Family and kind, such as ICP/XZBA → its handler. ``intake.taking`` adds to it when the app loads.
HANDLERS: Final[dict[str, RecordHandler]] = {}
