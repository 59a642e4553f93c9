"""Take records of uploads in: each becomes a filing at the bureau, or goes on with one that the bureau has returned."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final, cast

from accounts.models import Party, User
from filings import services
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.fields.findings import Finding
from filings.models import Filing
from filings.services import ReportedPapers
from filings.states import Role, Status
from interchange.codes import RESULTS
from interchange.intake import RecordResult, Taker
from interchange.mapping import reading
from interchange.mapping.record_parts import ReadRecord, RecordRefused
from interchange.messages.reading import MessageRecord
from interchange.models import Connection, ReportedRecord, Upload

# "Access information agrees with the IP register": the only success that V3.0 has for these kinds
TAKEN: Final = 1062
OTHER, OTHER_PROVINCE = 1999, 1045


def new_filing(connection: Connection, upload: Upload, record: MessageRecord) -> Sequence[RecordResult]:
    """Take a record of XZBA in and return its results; an own id that the bureau has returned is the same filing."""
    try:
        read = reading.new_filing(record.fields)
    except RecordRefused as refused:
        return [RecordResult(fault.code, str(fault.text)) for fault in refused.faults]
    if read.values["subject"]["province"] != connection.bureau_id:
        return [RecordResult(OTHER_PROVINCE)]
    return _reported(connection, upload, record.kind, read.ids.subject, read)


def _reported(
    connection: Connection, upload: Upload, operation: str, key: str, read: ReadRecord
) -> Sequence[RecordResult]:
    papers = ReportedPapers(read.pictures.papers, read.pictures.sheets, read.pictures.photos)
    actor, known = _actor(connection), _returned(connection, operation, key)
    try:
        if known:
            filing = services.report_again(known.filing_id, actor, read.values, papers)
        else:
            filing = services.report(actor, read.values, papers)
    except FactsRefused as refused:
        return _results_of(cast(Iterable[Finding], refused.findings))
    except MoveRefused as refused:
        return [RecordResult(OTHER, str(refused))]
    _note(connection, upload, operation, key, read, filing)
    return [RecordResult(TAKEN)]


def _returned(connection: Connection, operation: str, key: str) -> ReportedRecord | None:
    """Return the record with this key whose filing the bureau has returned; None if there is none."""
    rows = ReportedRecord.objects.filter(connection=connection, operation=operation, key=key)
    return rows.filter(filing__status=Status.RETURNED_TO_PROVIDER).order_by("-pk").first()


def _note(connection: Connection, upload: Upload, operation: str, key: str, read: ReadRecord, filing: Filing) -> None:
    of_record = {"connection": connection, "operation": operation, "key": key}
    newest = {"upload": upload, "own_ids": read.ids.as_json()}
    ReportedRecord.objects.update_or_create(filing=filing, defaults=newest, create_defaults={**of_record, **newest})


def _results_of(findings: Iterable[Finding]) -> list[RecordResult]:
    """Return the findings that block as results; a code that is not the interface's is 1999, with the text."""
    return [
        RecordResult(_code(finding.code), f"{finding.message} {finding.fix}".strip())
        for finding in findings
        if finding.blocks
    ]


def _code(code: str) -> int:
    with suppress(ValueError):
        if int(code) in RESULTS:
            return int(code)
    return OTHER


def _actor(connection: Connection) -> Actor:
    """Return the provider's system as actor; call it with the connection's row locked or in its worker."""
    if connection.account is None:
        name = f"{connection.provider}企业系统"
        # .invalid is no domain of anybody's (RFC 2606)
        email = f"{connection.user_name}@interchange.invalid"
        connection.account = User.objects.create_user(email, party=Party.PROVIDER, name=name, is_active=False)
        connection.save(update_fields=["account"])
    account = connection.account
    return Actor(Role.PROVIDER, account.pk, account.name, provider_id=connection.provider_id)


TAKERS: Final[dict[str, Taker]] = {"ICP/XZBA": new_filing}
