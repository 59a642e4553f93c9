"""Check an accepted upload: read it, take in each record, and put the results into the outbox.

One transaction: an upload whose worker dies is checked again from the start, and nothing of it is done twice. The
uploads of a connection are checked one after the other, because later records build on earlier ones.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from filings.evidence.files import kept
from interchange import kept_files, ledger, outbox, results, sandbox
from interchange.intake import decoding
from interchange.messages.faults import MessageFault
from interchange.messages.leniencies import Leniency
from interchange.messages.reading import CheckedMessage, MessageRecord, read_upload
from interchange.models import Connection, LeniencyUse, Upload, UploadState
from interchange.record_handlers import HANDLERS, SUCCESSES, RecordHandler, RecordResult
from interchange.result_codes import NOT_OPEN, OTHER_FAULT, OTHER_REPORTER
from interchange.results import Answered
from ministry.mail.outbox import after_commit
from ministry.rules import rules

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 5  # then the upload gets 5999, so that it doesn't block the next; our own choice
REST: Final = timedelta(seconds=5)  # times the tries so far, if workers die one after another; our own choice
SWEEP_AFTER: Final = timedelta(seconds=20)
UPLOAD_NAME: Final = "beianinfo.xml"  # the name in a known client's zip
ONLY_TO_THE_MINISTRY: Final = 3036  # reports about domain names


def due() -> list[int]:
    """Return the first waiting upload of each connection that has waited longer than ``SWEEP_AFTER``. One query."""
    rows = Upload.objects.filter(state=UploadState.WAITING, received_at__lt=timezone.now() - SWEEP_AFTER)
    return list(rows.order_by("connection", "sequence").distinct("connection").values_list("pk", flat=True))


def check(upload_id: int) -> None:
    """Check an upload and queue the next one of its connection; do nothing if another worker does or has done so.

    An upload behind one that still waits is left to that one, one that rests after a try to the sweep.
    """
    if not _begin(upload_id):
        return
    with kept():
        rows = Upload.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        row = rows.select_related("connection").filter(pk=upload_id, state=UploadState.WAITING).first()
        if row is None:
            return
        if row.tries > MOST_TRIES:
            logger.critical("upload %d of connection %s can't be checked", row.sequence, row.connection)
            _end(row, UploadState.FAILED, results.of_file(OTHER_FAULT, UPLOAD_NAME, row.sequence))
        else:
            _end(row, UploadState.CHECKED, _results(row))
        for other in row.connection.uploads.filter(state=UploadState.WAITING).order_by("sequence")[:1]:
            after_commit(ledger.TASK, other.pk)


def _begin(upload_id: int) -> bool:
    """Count a try, in a transaction of its own so that it counts also when the worker dies; return whether to go on."""
    with transaction.atomic():
        rows = Upload.objects.select_for_update(no_key=True, skip_locked=True)
        row = rows.filter(pk=upload_id, state=UploadState.WAITING).first()
        if row is None:
            return False
        waiting = Upload.objects.filter(connection=row.connection_id, state=UploadState.WAITING)
        if waiting.filter(sequence__lt=row.sequence).exists():
            return False
        now = timezone.now()
        if row.tried_at and now < row.tried_at + row.tries * REST:
            return False
        row.tries, row.tried_at = row.tries + 1, now
        row.save(update_fields=["tries", "tried_at"])
    return True


def _end(row: Upload, state: UploadState, xml: bytes) -> None:
    row.state, row.checked_at = state, timezone.now()
    row.save(update_fields=["state", "checked_at", "records", "refused"])
    outbox.write(row.connection, xml, row)


def _results(row: Upload) -> bytes:
    """Take in the records and return the file with their results; store their counts in the row."""
    try:
        message = read_upload(kept_files.read(row), lenient=row.connection.is_lenient)
    except MessageFault as fault:
        logger.info("upload %d of connection %s: %s", row.sequence, row.connection, fault.code)
        return results.of_file(fault.code, UPLOAD_NAME, row.sequence, fault)
    row.records = message.counts.total()
    _count(row.connection, message.leniencies)
    if message.reporter != row.connection.isp_id:
        row.refused = row.records
        return results.of_file(OTHER_REPORTER, UPLOAD_NAME, row.sequence)
    with decoding.kept(message), rules.read_once():
        return results.of_records(message.family, _taken(row, message), row.sequence)


def _count(connection: Connection, leniencies: Mapping[Leniency, int]) -> None:
    """Add what was read leniently to the connection's counts."""
    now = timezone.now()
    for leniency, times in sorted(leniencies.items()):
        LeniencyUse.objects.update_or_create(
            connection=connection,
            leniency=leniency,
            defaults={"times": F("times") + times, "last_at": now},
            create_defaults={"times": times, "first_at": now, "last_at": now},
        )


def _taken(row: Upload, message: CheckedMessage) -> Iterator[Answered]:
    for record in decoding.read(message.records()):
        found = [RecordResult(ONLY_TO_THE_MINISTRY)]
        if message.family != "YM":
            taker = HANDLERS.get(f"{message.family}/{record.kind}")
            found = _result_of(taker, row, record) if taker else [RecordResult(NOT_OPEN)]
        row.refused += any(one.code not in SUCCESSES for one in found)
        yield record, found


def _result_of(taker: RecordHandler, row: Upload, record: MessageRecord) -> list[RecordResult]:
    if row.connection.is_sandbox:
        return sandbox.tried(taker, row, record)
    return list(taker(row.connection, row, record))
