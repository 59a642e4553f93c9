"""Have the files of the next records decoded while a record is taken in, in processes kept for one upload."""

import base64
import binascii
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from filings.evidence import pictures, quality
from filings.evidence.limited import children
from filings.evidence.quality import Use
from interchange.mapping.record_parts import LARGEST, LARGEST_OTHERS, Purpose
from interchange.messages.reading import CheckedMessage, MessageRecord

CHILDREN: Final = 2  # processes of an upload
RECORDS: Final = 3  # ahead
FEWEST: Final = 10  # records of an upload for which processes are kept
USES: Final[dict[Purpose, Use]] = {Purpose.SHEET: quality.VERIFICATION_SHEET, Purpose.PHOTO: quality.PHOTO}


def kept(message: CheckedMessage) -> AbstractContextManager[None]:
    """Keep processes for the files that are decoded inside, if the message has enough records."""
    return children.kept(CHILDREN) if message.counts.total() >= FEWEST else nullcontext()


def read(records: Iterable[MessageRecord]) -> Iterator[MessageRecord]:
    """Yield the records in their order, a few later than they are read; their files are begun when they are read."""
    waiting: deque[MessageRecord] = deque()
    for record in records:
        for purpose, content in _files(record.fields):
            pictures.begin(content, USES.get(purpose, quality.DOCUMENT))
        waiting.append(record)
        if len(waiting) > RECORDS:
            yield waiting.popleft()
    yield from waiting


def _files(record: dict[str, Any]) -> Iterator[tuple[Purpose, bytes]]:
    """Yield the attachments that can be read; what is wrong with the others is found when the record is taken in."""
    if children.current() is None:
        return
    for element in record.get("Fj") or []:
        attachment = element["Fjxx"]
        try:
            purpose = Purpose(int(attachment["Fjyt"]))
            content = base64.b64decode("".join(attachment["Fjnr"].split()), validate=True)
        except (ValueError, binascii.Error):
            continue
        if len(content) <= LARGEST.get(purpose, LARGEST_OTHERS):
            yield purpose, content
