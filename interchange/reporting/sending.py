"""Send the uploads of a connection one after the other, each until it is accepted: same bytes, same number.

A worker may die between any two lines. The file is kept and numbered before it is sent; one that may have been sent
already is looked for first (isp_querypreviousupload), because the document doesn't say what a repeated number gets.
"""

from typing import Final

from django.db.models import F
from django.utils import timezone

from filings.errors import FileMissing
from interchange import envelope, kept_files
from interchange.models import ReportingConnection, ReportUpload
from interchange.reporting import calling, packing
from interchange.reporting.calling import CallAnswer
from interchange.reporting.unanswered import SECONDS
from interchange.result_codes import MsgCode
from interchange.soap import services

ACCEPTED: Final = (MsgCode.DONE, MsgCode.ALL_DOWNLOADED, MsgCode.MORE_TO_DOWNLOAD)
# Codes after which the same call is made again later; every other one needs a person (docs/interchange.md)
LATER: Final = (
    *(MsgCode.TOO_MANY_WAITING, MsgCode.OUTSIDE_HOURS, MsgCode.UPLOADS_PAUSED, MsgCode.DOWNLOADS_PAUSED),
    MsgCode.OTHER,
)


class TryAgainLater(Exception):
    """The bureau's system has asked to be called later."""


class Stopped(Exception):
    """A person has to see to the connection; ``code`` is the ``msg_code`` that says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"msg_code {code}")
        self.code = code


def send_next(connection: ReportingConnection) -> bool:
    """Send the next upload; return whether there was one. Raise TryAgainLater, Stopped or NotAnswered."""
    if not connection.uploads.exists():
        if not packing.waiting(connection).exists():
            return False
        packing.begin_after(connection, last_number(connection)[0])
    upload = packing.next_upload(connection.pk)
    if upload is None:
        return False
    is_repeated = upload.tries > 0
    ReportUpload.objects.filter(pk=upload.pk).update(tries=F("tries") + 1)
    if not (is_repeated and _has_arrived(connection, upload)):
        _send(connection, upload)
    upload.sent_at = timezone.now()
    upload.save(update_fields=["sent_at"])
    return True


def _has_arrived(connection: ReportingConnection, upload: ReportUpload) -> bool:
    """Return whether the bureau's system has the upload; raise Stopped (14) if its number is another file's there."""
    sequence, xml = _previous(connection)
    if sequence < upload.sequence:
        return False
    if sequence > upload.sequence or xml != kept_files.read(upload):
        raise Stopped(MsgCode.MISSING_UPLOADS)
    return True


def _previous(connection: ReportingConnection) -> tuple[int, bytes]:
    """Return number and XML of the last file that the bureau's system has accepted; 0 before the first."""
    sequence, answer = last_number(connection)
    return (sequence, calling.opened(connection, answer)) if sequence else (0, b"")


def last_number(connection: ReportingConnection, seconds: float = SECONDS) -> tuple[int, CallAnswer]:
    """Return the number of the last file that the bureau's system has accepted, and the answer with the file.

    ``seconds``: the time limit. Raise TryAgainLater, Stopped or NotAnswered.
    """
    answer = checked(calling.call(connection, services.PREVIOUS, seconds=seconds))
    infos = answer.fields.get("fileInfos") or {}
    return int(infos.get("dataSequence") or 0), answer


def _send(connection: ReportingConnection, upload: ReportUpload) -> None:
    """Upload a file; if the bureau's system misses earlier ones (14), those first. Not more than once each."""
    answer = _uploaded(connection, upload)
    if answer.code == MsgCode.MISSING_UPLOADS:
        for earlier in _missing(connection, upload, answer):
            checked(_uploaded(connection, earlier))
        answer = _uploaded(connection, upload)
    checked(answer)


def _missing(connection: ReportingConnection, upload: ReportUpload, answer: CallAnswer) -> list[ReportUpload]:
    """Return the uploads that are missing there; raise Stopped unless they are earlier ones whose files we have."""
    numbers = [int(one) for one in (answer.fields.get("dataSequences") or {}).get("dataSequence") or []]
    rows = connection.uploads.filter(sequence__in=numbers, sequence__lt=upload.sequence).exclude(content="")
    found = list(rows.order_by("sequence"))
    if not found or len(found) != len(numbers):
        raise Stopped(answer.code)
    return found


def _uploaded(connection: ReportingConnection, upload: ReportUpload) -> CallAnswer:
    try:
        content = packing.packed(connection, kept_files.read(upload))
    except FileMissing:
        raise Stopped(MsgCode.MISSING_UPLOADS) from None
    used = envelope.keys_of(connection).profile.usual
    return calling.call(
        connection,
        services.UPLOAD,
        upload=upload,
        beianInfo=content.content,
        beianInfoHash=content.digest,
        dataSequence=upload.sequence,
        encryptAlgorithm=used.encrypt,
        compressionFormat=used.compression,
    )


def checked(answer: CallAnswer) -> CallAnswer:
    """Return a successful answer; raise TryAgainLater or Stopped for any other."""
    if answer.code in ACCEPTED:
        return answer
    if answer.code in LATER:
        raise TryAgainLater
    raise Stopped(answer.code)
