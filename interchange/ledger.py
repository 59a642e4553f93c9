"""Accept uploads: each connection's in the order of their sequence numbers, without a gap, each once."""

from collections.abc import Sequence
from typing import Final

from filings.errors import FileMissing, NotKept
from filings.evidence.files import kept
from interchange import kept_files
from interchange.models import Connection, Upload, UploadState
from interchange.models.connection import LARGEST_SEQUENCE
from interchange.result_codes import CallRefused, MsgCode
from ministry.mail.outbox import after_commit

TASK: Final = "interchange.check_upload"
MOST_MISSING: Final = 1000  # sequence numbers listed; our own choice


class Missing(CallRefused):
    """Code 14: another sequence number is expected; ``sequences`` are those to be sent, the first ones of many."""

    def __init__(self, sequences: Sequence[int]) -> None:
        super().__init__(MsgCode.MISSING_UPLOADS)
        self.sequences = sequences


def is_known(connection: Connection, sequence: int, digest: str) -> bool:
    """Return whether this very file was accepted before with this number; raise CallRefused (15, 14) for a wrong one.

    The document doesn't say what a repeated number gets. Our own choice: the same file has been sent again because its
    answer was lost. It has the same digest, or the same XML in another envelope: a zip made again has another time in
    it (``accept``). With other contents the number is taken, and the next one is expected. Two queries at most.
    """
    taken = _taken(connection, sequence)
    if taken is None:
        _refuse_unless_next(connection, sequence)
    return taken is not None and taken.digest == digest


def _taken(connection: Connection, sequence: int) -> Upload | None:
    """Return the upload that has this number."""
    return connection.uploads.filter(sequence=sequence).first() if 1 <= sequence <= connection.last_sequence else None


def _refuse_unless_next(connection: Connection, sequence: int) -> None:
    if connection.uploads.filter(state=UploadState.WAITING).count() >= connection.waiting_limit:
        raise CallRefused(MsgCode.TOO_MANY_WAITING)
    if connection.last_sequence == LARGEST_SEQUENCE:  # the document doesn't say what follows the last of four bytes
        raise CallRefused(MsgCode.OTHER)
    if sequence != connection.last_sequence + 1:
        raise _missing(connection, sequence)


def _missing(connection: Connection, sequence: int) -> Missing:
    first = connection.last_sequence + 1
    return Missing(range(first, min(max(sequence, first + 1), first + MOST_MISSING)))


def accept(connection_id: int, sequence: int, digest: str, xml: bytes) -> None:
    """Store the next upload and queue its check; do nothing if this XML has the number already.

    One transaction, in which the connection's row is locked. Raise CallRefused as ``is_known`` does, 4 if the
    connection was closed meanwhile, 999 if the storage is full.
    """
    try:
        with kept():
            rows = Connection.objects.in_force().select_for_update(no_key=True)
            connection = rows.filter(pk=connection_id).first()
            if connection is None:
                raise CallRefused(MsgCode.WRONG_USER)
            if taken := _taken(connection, sequence):
                if taken.digest != digest and not _is_of(taken, xml):
                    raise _missing(connection, sequence)
                return
            _refuse_unless_next(connection, sequence)
            upload = Upload(connection=connection, sequence=sequence, digest=digest)
            kept_files.add(upload, xml)
            after_commit(TASK, upload.pk)
    except NotKept as error:
        raise CallRefused(MsgCode.OTHER) from error


def _is_of(upload: Upload, xml: bytes) -> bool:
    """Return whether the upload's file has these contents; nobody can tell once they are erased."""
    try:
        return bool(upload.content) and kept_files.read(upload) == xml
    except FileMissing:
        return False


def last(connection: Connection) -> Upload | None:
    """Return the last accepted upload; None before the first."""
    return connection.uploads.order_by("-sequence").first()
