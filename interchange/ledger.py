"""Accept uploads: each connection's in the order of their sequence numbers, without a gap, each once."""

from collections.abc import Sequence
from typing import Final

from filings.errors import NotKept
from filings.evidence.files import kept
from interchange import kept_files
from interchange.codes import CallRefused, MsgCode
from interchange.models import Connection, Upload, UploadState
from interchange.models.connection import LARGEST_SEQUENCE
from ministry.mail.outbox import after_commit

TASK: Final = "interchange.check_upload"
MOST_MISSING: Final = 1000  # sequence numbers listed; ours


class Missing(CallRefused):
    """Code 14: another sequence number is expected; ``sequences`` are those to be sent, the first ones of many."""

    def __init__(self, sequences: Sequence[int]) -> None:
        super().__init__(MsgCode.MISSING_UPLOADS)
        self.sequences = sequences


def is_known(connection: Connection, sequence: int, digest: str) -> bool:
    """Return whether this very file was accepted before; raise CallRefused (15, 14) unless it is that or the next one.

    The document doesn't say what a repeated number gets. Ours: the same digest is the same file, sent again because the
    answer was lost; with another digest the number is taken, and the next one is expected. Two queries at most.
    """
    if connection.uploads.filter(state=UploadState.WAITING).count() >= connection.waiting_limit:
        raise CallRefused(MsgCode.TOO_MANY_WAITING)
    last = connection.last_sequence
    if 1 <= sequence <= last and connection.uploads.filter(sequence=sequence, digest=digest).exists():
        return True
    if last == LARGEST_SEQUENCE:  # what comes after the last number of four bytes the document doesn't say
        raise CallRefused(MsgCode.OTHER)
    if sequence != last + 1:
        raise Missing(range(last + 1, min(max(sequence, last + 2), last + 1 + MOST_MISSING)))
    return False


def accept(connection_id: int, sequence: int, digest: str, xml: bytes) -> None:
    """Store the next upload and queue its check; do nothing if another call has just stored it.

    One transaction, in which the connection's row is locked. Raise CallRefused as ``is_known`` does, 4 if the
    connection was closed meanwhile, 999 if the storage is full.
    """
    try:
        with kept():
            rows = Connection.objects.in_force().select_for_update(no_key=True)
            connection = rows.filter(pk=connection_id).first()
            if connection is None:
                raise CallRefused(MsgCode.WRONG_USER)
            if not is_known(connection, sequence, digest):
                upload = Upload(connection=connection, sequence=sequence, digest=digest)
                kept_files.add(upload, xml)
                after_commit(TASK, upload.pk)
    except NotKept as error:
        raise CallRefused(MsgCode.OTHER) from error


def last(connection: Connection) -> Upload | None:
    """Return the last accepted upload; None before the first."""
    return connection.uploads.order_by("-sequence").first()
