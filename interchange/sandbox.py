"""Connections for trying out: records are checked by all rules as if they were taken in, then everything is undone.

Each record is undone on its own, so that none holds the locks of a filing longer than its check: two records of one
file that exclude each other both pass. That, and the filing password of every record, are our own choice.
"""

from typing import Final

from filings.evidence.files import kept
from interchange import envelope
from interchange.messages.reading import MessageRecord
from interchange.models import Connection, Upload
from interchange.record_handlers import RecordHandler, RecordResult

# The filing password of every record in a sandbox; it proves nothing, and wrong tries are not counted
PASSWORD: Final = "12345678"  # noqa: S105 — public, on the page about the interface


class _Undone(Exception):
    """Ends the transaction of a record; carries its results."""

    def __init__(self, results: list[RecordResult]) -> None:
        super().__init__()
        self.results = results


def tried(taker: RecordHandler, upload: Upload, record: MessageRecord) -> list[RecordResult]:
    """Check a record in a transaction that is rolled back; return its results. No row and no file is kept.

    The connection is read anew each time: an account made for a filing is rolled back with it.
    """
    connection = Connection.objects.select_related("provider").get(pk=upload.connection_id)
    try:
        with kept():
            raise _Undone(list(taker(connection, upload, record)))
    except _Undone as undone:
        return undone.results


def is_password_md5(text: str) -> bool:
    """Return whether ``ICPmm`` is that of the sandbox's password."""
    return text.lower() == envelope.password_md5(PASSWORD)
