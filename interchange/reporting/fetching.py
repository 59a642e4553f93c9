"""Fetch the files of a bureau's system: each is stored, then acknowledged; what is in it is applied afterwards.

The system hands a file out until its receipt, so one that is stored already only gets its receipt again.
"""

import hmac
import logging
from typing import Final

from django.utils import timezone

from filings.evidence.files import kept
from interchange import kept_files
from interchange.messages.reading import Fields
from interchange.models import ExchangeEnd, FetchedFile, ReportingConnection
from interchange.models.files import LONGEST_FILE_NAME
from interchange.reporting import calling, sending
from interchange.reporting.unanswered import NotAnswered
from interchange.result_codes import MsgCode
from interchange.soap import services
from ministry.mail.outbox import after_commit

logger = logging.getLogger(__name__)

TASK: Final = "interchange.apply_file"
MOST_A_RUN: Final = 200  # files; the rest follows in the next run


def fetch_next(connection: ReportingConnection) -> bool:
    """Fetch the next file and acknowledge it; return whether there was one. Raise as ``sending.send_next``."""
    answer = calling.call(connection, services.DOWNLOAD)
    if answer.code == MsgCode.NOTHING_TO_DOWNLOAD:
        return False
    infos = sending.checked(answer).fields.get("fileInfos") or {}
    if not infos.get("return_FileName"):
        return False
    row = _stored(connection, infos, calling.opened(connection, answer))
    sending.checked(calling.call(connection, services.ACKNOWLEDGE, file=row, fileName=row.file_name))
    if row.acked_at is None:
        row.acked_at = timezone.now()
        row.save(update_fields=["acked_at"])
    return True


def _stored(connection: ReportingConnection, infos: Fields, xml: bytes) -> FetchedFile:
    """Store a file unless it is there; raise NotAnswered for another one of the same name."""
    name, digest = infos["return_FileName"], infos["beianInfoHash"]
    if len(name.encode()) > LONGEST_FILE_NAME:
        raise NotAnswered(ExchangeEnd.UNREADABLE)
    known: FetchedFile | None = connection.files.filter(file_name=name).first()
    if known is not None:
        if not hmac.compare_digest(known.digest, digest):
            logger.critical("bureau %s hands out another file of the name %s", connection.bureau_id, name)
            raise NotAnswered(ExchangeEnd.UNREADABLE)
        return known
    with kept():
        row = FetchedFile(connection=connection, file_name=name, digest=digest)
        kept_files.add(row, xml)
        after_commit(TASK, row.pk)
    return row
