"""Check a message by its schema alone; nothing is kept. For the page and for ``manage.py check_interchange``."""

from collections import Counter
from dataclasses import dataclass

from interchange import schemas
from interchange.messages.charsets import utf8_pieces
from interchange.messages.faults import MessageFault
from interchange.messages.reading import InspectedRecord, inspect, read_return


@dataclass(frozen=True, slots=True)
class Conformance:
    """The records of a message with their faults; ``fault``: what is wrong around them or has ended the reading."""

    records: tuple[InspectedRecord, ...]
    fault: MessageFault | None

    @property
    def faults(self) -> list[MessageFault]:
        """Return every fault, in the order of the message."""
        of_records = [fault for record in self.records for fault in record.faults]
        return [*of_records, self.fault] if self.fault else of_records


def check(content: bytes, message: str, *, lenient: bool) -> Conformance:
    """Check the content of a file as one of ``schemas.MESSAGES``."""
    records: list[InspectedRecord] = []
    try:
        if message in schemas.OPERATIONS:
            text = b"".join(utf8_pieces(content, Counter(), lenient=True)).decode()
            read_return(text, message, lenient=lenient)
        else:
            for record in inspect(content, message, lenient=lenient):
                records.append(record)  # one by one: those before a fault that ends the reading count
    except MessageFault as fault:
        return Conformance(tuple(records), fault)
    return Conformance(tuple(records), None)
