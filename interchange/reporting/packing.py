"""Pack the waiting reports of a connection into its next upload, and keep the file before anything is sent."""

import logging
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from filings.errors import FileMissing, MoveRefused
from filings.evidence.files import kept
from filings.states import Status
from interchange import envelope, kept_files
from interchange.checking import UPLOAD_NAME
from interchange.mapping.record_parts import Fault, Record, RecordRefused
from interchange.messages.reading import MAX_RECORDS
from interchange.models import Report, ReportingConnection, ReportState, ReportUpload
from interchange.models.reporting import LONGEST_MESSAGE
from interchange.reporting import decisions, records, supervisor_mails

logger = logging.getLogger(__name__)

LOOKED_AT: Final = 2 * MAX_RECORDS  # waiting reports of a run; of those that can't be sent yet there may be more


def next_upload(connection_id: int) -> ReportUpload | None:
    """Return the upload that is to be sent next, packed now if there is none; None if no report can be sent."""
    with kept():
        connection = ReportingConnection.objects.select_for_update(no_key=True).get(pk=connection_id)
        known = connection.uploads.filter(sent_at=None).first()
        return known or _packed(connection)


def waiting(connection: ReportingConnection) -> QuerySet[Report]:
    """Return the reports that wait for a connection and can be sent, the oldest first."""
    rows = Report.objects.filter(
        provider=connection.provider_id, bureau=connection.bureau_id, state=ReportState.WAITING
    )
    return rows.exclude(records.unsigned("filing")).order_by("pk")


def _packed(connection: ReportingConnection) -> ReportUpload | None:
    """Pack reports of one operation, because a file may have records of one kind only; the oldest decides which."""
    taken: list[Report] = []
    found: list[Record] = []
    size = 0
    for report in _waiting_now(connection):
        if taken and report.operation != taken[0].operation:
            continue
        written = _written(connection, report)
        if written is None:
            continue
        size += written.size
        if taken and size > envelope.MAX_XML:
            break
        report.names, report.own_ids, report.state = written.names, written.ids.as_json(), ReportState.PACKED
        report.sent += 1
        taken.append(report)
        found.append(written.record)
        if len(taken) == MAX_RECORDS:
            break
    return _kept(connection, taken, found) if taken else None


def _waiting_now(connection: ReportingConnection) -> list[Report]:
    rows = waiting(connection).select_for_update(of=("self",), no_key=True, skip_locked=True)
    return list(rows.select_related("filing__about_subject", "filing__about_website__subject")[:LOOKED_AT])


def _written(connection: ReportingConnection, report: Report) -> records.WrittenReport | None:
    """Return a report's record; None, and the reason in its row, for one that can't or need not be sent.

    A filing that the interface can't carry goes back to its provider's desk: the bureau could never receive it.
    """
    filing = report.filing
    if (filing.status, filing.round, filing.provider_id) != (Status.WITH_BUREAU, report.round, report.provider_id):
        report.state = ReportState.DROPPED
        report.save(update_fields=["state"])
        return None
    try:
        return records.written(report, connection.isp_id)
    except RecordRefused as refused:
        faults, is_final = refused.faults, refused.is_final
    except FileMissing as error:
        faults, is_final = [Fault(records.OTHER, str(error))], False
    report.state = ReportState.UNWRITABLE
    report.codes = [fault.code for fault in faults]
    report.message = "\n".join(str(fault.text) for fault in faults)[:LONGEST_MESSAGE]
    report.save(update_fields=["state", "codes", "message"])
    supervisor_mails.of_unwritable(connection, report, is_back=is_final and decisions.send_back(report))
    return None


def _kept(connection: ReportingConnection, taken: list[Report], found: list[Record]) -> ReportUpload:
    xml = records.message(taken[0].operation, found, connection.isp_id)
    upload = ReportUpload(
        connection=connection,
        sequence=connection.last_sequence + 1,
        digest=packed(connection, xml).digest,
        operation=taken[0].operation,
        records=len(taken),
    )
    kept_files.add(upload, xml)
    for report in taken:
        report.upload, report.codes, report.message = upload, [], ""
        report.save(update_fields=["state", "upload", "sent", "names", "own_ids", "codes", "message"])
    return upload


def packed(connection: ReportingConnection, xml: bytes) -> envelope.Packed:
    """Return a file in its envelope; its zip, and so its digest, is the same each time."""
    keys = envelope.keys_of(connection)
    return envelope.pack(xml, UPLOAD_NAME, keys, keys.profile.usual)


def renumber(connection: ReportingConnection, sequence: int) -> None:
    """Renumber the upload in flight as the one after ``sequence``; the connection's row is locked and nothing is sent.

    Its reports count as sent again: the bureau's system may know them, which is then no fault of theirs. Raise
    MoveRefused unless the number of the upload is taken there.
    """
    upload = connection.uploads.filter(sent_at=None).first()
    if upload is None or sequence < upload.sequence:
        raise MoveRefused(
            _(
                "The bureau's system has no other file under this number: its last one is %(number)d. "
                "Earlier uploads are missing there; ask the bureau."
            )
            % {"number": sequence}
        )
    connection.last_sequence = upload.sequence = sequence + 1
    connection.save(update_fields=["last_sequence"])
    upload.save(update_fields=["sequence"])
    upload.reports.update(sent=F("sent") + 1)


def begin_after(connection: ReportingConnection, sequence: int) -> None:
    """Store the number of the last upload that the bureau's system has received, before the portal's first one."""
    with transaction.atomic():
        row = ReportingConnection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        if not row.uploads.exists():
            row.last_sequence = sequence
            row.save(update_fields=["last_sequence"])
