"""Apply a fetched file: results to their reports, decisions to their filings. Once, in one transaction.

The files of a connection are applied in the order in which they came. A result for which no
report waits, and a decision that the portal refuses, don't stop the rest of the file: they are counted in its row and
shown to the provider. Supervisors get a mail about refused decisions, because those filings need a person.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from filings.errors import FileMissing, MoveRefused
from filings.evidence.files import kept
from interchange import kept_files
from interchange.intake.outcomes import APPROVED, REFUSED
from interchange.mapping.record_parts import Record
from interchange.messages.faults import MessageFault
from interchange.messages.reading import MessageRecord, read_download
from interchange.models import FetchedFile, ReportingConnection, ReportState
from interchange.models.reporting import LONGEST_MESSAGE
from interchange.record_handlers import REPEATED, SUCCESSES
from interchange.reporting import decisions, fetching, supervisor_mails
from interchange.reporting.decisions import ReportOutcome
from interchange.results import ENDINGS
from ministry.mail.outbox import after_commit
from records.comparison import running as comparison

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 5  # then the file is left to a person, so that it doesn't block the next; our own choice
TOO_OFTEN: Final = gettext_lazy("This file could not be applied. Contact the operators.")
# Results about the form of a message or of a whole file; such a report is shown, and the filing stays where it is
OF_FORM: Final = range(5000, 6000)
# Of a record, unlike of a whole file, it is about a picture, which can be taken anew.
OF_PICTURE: Final = 5010
# Paths of records that may be about a website that was returned alone
OF_WEBSITES: Final = ("ICP/BAJG/Jg_xx", "ICP/BAJG/GJSHS/Gjsh")
_SEQUENCE: Final = re.compile(r"dataSequence (\d{1,10})")  # in Bz, as our own server writes it


def apply(file_id: int) -> None:
    """Apply a file and queue the next one; do nothing if another worker does, or one before it is not applied."""
    if not _begin(file_id):
        return
    with kept():
        rows = FetchedFile.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        row = rows.select_related("connection").filter(pk=file_id, applied_at=None).first()
        if row is None:
            return
        unknown, refused = ([], [str(TOO_OFTEN)]) if row.tries > MOST_TRIES else _applied(row)
        faults = unknown + refused
        row.applied_at, row.open_results, row.faults = timezone.now(), len(faults), "\n".join(faults)
        row.save(update_fields=["applied_at", "open_results", "faults"])
        if refused:
            supervisor_mails.of_refused_results(row.connection, row.file_name, refused)
        for later in row.connection.files.filter(applied_at=None).order_by("pk")[:1]:
            after_commit(fetching.TASK, later.pk)


def _begin(file_id: int) -> bool:
    """Count a try, in a transaction of its own so that it counts also when the worker dies; return whether to go on."""
    with transaction.atomic():
        rows = FetchedFile.objects.select_for_update(no_key=True, skip_locked=True)
        row = rows.filter(pk=file_id, applied_at=None).first()
        if (
            row is None
            or FetchedFile.objects.filter(connection=row.connection_id, applied_at=None, pk__lt=row.pk).exists()
        ):
            return False
        row.tries += 1
        row.save(update_fields=["tries"])
    return True


def _applied(row: FetchedFile) -> tuple[list[str], list[str]]:
    """Apply what a file says; return a line for each record that is about nothing here, and for each that is refused.

    An unreadable file is refused.
    """
    reader = _FileReader(row.connection)
    try:
        message = read_download(kept_files.read(row), lenient=True)
    except (MessageFault, FileMissing, InvalidToken) as fault:
        logger.error("file %s of bureau %s can't be read: %s", row.file_name, row.connection.bureau_id, fault)
        return [], [str(fault)]
    reader.take(message.records())
    known = sorted(reader.learned)
    for place in range(0, len(known), comparison.PIECE):
        comparison.compare(known[place : place + comparison.PIECE])
    refused = [*_entered(reader, row.file_name)]
    return [*reader.open], refused


def _entered(reader: "_FileReader", file_name: str) -> Iterator[str]:
    """Enter what the file says of reports, then of websites that were returned alone; yield what is refused."""
    for outcome in reader.outcomes.values():
        try:
            with transaction.atomic():
                decisions.enter(outcome, file_name)
        except MoveRefused as refusal:
            yield f"{outcome.report.filing_id}: {refusal}"
    for place, fields in [*reader.open.items()]:  # the approval of the other websites may be in the same file
        try:
            if decisions.enter_of_website(reader.connection, fields, file_name):
                del reader.open[place]
        except MoveRefused as refusal:
            del reader.open[place]
            yield f"{place}: {refusal}"


class _FileReader:
    """The outcomes of reports, collected from the records of a file.

    ``open``: places of records that are about none, with the fields of those that may be about a website returned
    alone; ``learned``: subjects on record of which they say something.
    """

    def __init__(self, connection: ReportingConnection) -> None:
        self.connection = connection
        self.outcomes: dict[int, ReportOutcome] = {}
        self.open: dict[str, Record] = {}
        self.learned: set[int] = set()
        self._readers = {
            "ICP/BAJG/Jg_xx": self._checked,
            "ICP/BAJG/GJSHS/Gjsh": self._judged,
            "ICP/BASJ/Baxx": self._published,
            "ICP/ZXSJ/Zxxx": self._ended,
        }

    def take(self, records: Iterable[MessageRecord]) -> None:
        """Collect the outcomes of the records; unknown ones are left in ``open``."""
        for record in records:
            read, place = self._readers.get(record.path), f"{record.path}[{record.position}]"
            if read is None or not read(record.fields):
                self.open[place] = record.fields if record.path in OF_WEBSITES else {}

    def _outcome(self, result_type: int, *names: str | None) -> ReportOutcome | None:
        report = decisions.undecided(self.connection, result_type, names)
        return self.outcomes.setdefault(report.pk, ReportOutcome(self.connection, report)) if report else None

    def _checked(self, fields: Record) -> bool:
        """Collect the result of the check of a record, or of a whole file if it names none."""
        codes = [int(one["Jgdm"]) for one in fields["Jgxx"]]
        results = [f"{one['Jgdm']} {one.get('Dmms') or ''}".strip() for one in fields["Jgxx"]]
        if not fields.get("Bs"):
            return self._file_refused(fields, codes, results)
        outcome = self._outcome(int(fields["Czlx"]), fields["Bs"])
        if outcome is None:
            is_taken = set(codes) <= SUCCESSES
            return self._agrees(int(fields["Czlx"]), fields["Bs"], None if is_taken else APPROVED in codes)
        self._note(outcome, codes, results, of_form=any(code in OF_FORM and code != OF_PICTURE for code in codes))
        return True

    def _agrees(self, result_type: int, name: str | None, is_approved: bool | None) -> bool:
        """Return whether this has been entered already, as when a file is applied again."""
        return decisions.agrees(self.connection, result_type, [name], is_approved=is_approved)

    def _file_refused(self, fields: Record, codes: list[int], results: list[str]) -> bool:
        found = _SEQUENCE.search(fields.get("Bz") or "")
        reports = list(decisions.of_upload(self.connection, int(found[1]) if found else None))
        of_form = any(code in OF_FORM for code in codes)
        for report in reports:
            outcome = self.outcomes.setdefault(report.pk, ReportOutcome(self.connection, report))
            self._note(outcome, codes, results, of_form=of_form)
        return bool(reports)

    @staticmethod
    def _note(outcome: ReportOutcome, codes: list[int], results: list[str], *, of_form: bool) -> None:
        """Store the codes of a check: a decision, the receipt, or faults, for which the filing is returned.

        Faults of form return no filing.
        """
        report, outcome.codes = outcome.report, codes
        if APPROVED in codes or REFUSED in codes:
            outcome.is_approved = APPROVED in codes
            return
        report.message = "\n".join(results)[:LONGEST_MESSAGE]
        if set(codes) <= SUCCESSES or (report.sent > 1 and codes == [REPEATED.get(report.operation)]):
            report.state, report.message = ReportState.TAKEN, ""
            return
        report.state, outcome.faults = ReportState.REFUSED, results
        if not of_form:
            outcome.is_approved = False

    def _judged(self, fields: Record) -> bool:
        result_type = int(fields.get("Czlx") or 0)
        outcome = self._outcome(result_type, fields.get("Jlid"))
        if outcome is None:
            return self._agrees(result_type, fields.get("Jlid"), fields["Shjg"] == "1")
        outcome.is_approved, outcome.opinion = fields["Shjg"] == "1", fields.get("Shyj") or ""
        outcome.decided_on = decisions.day_of(fields)
        return True

    def _published(self, fields: Record) -> bool:
        report = decisions.published_for(self.connection, fields)
        if report is None:
            subject_id = decisions.learn(self.connection, fields)
            self.learned |= {subject_id} if subject_id else set()
            return subject_id is not None
        self.outcomes.setdefault(report.pk, ReportOutcome(self.connection, report)).published = fields
        return True

    def _ended(self, fields: Record) -> bool:
        """Collect a cancellation: the approval of a reported one, else the end of a record in the portal.

        The operators then see that the copies differ.
        """
        result_type = ENDINGS.get(fields["Zxlb"], 0)
        outcome = self._outcome(result_type, fields["Jlid"])
        if outcome and outcome.is_approved is None:
            outcome.is_approved = True
        if outcome is not None or self._agrees(result_type, fields["Jlid"], True):
            return True
        subject_id = decisions.learn_end(self.connection, fields["Zxlb"], int(fields["Jlid"]))
        self.learned |= {subject_id} if subject_id else set()
        return subject_id is not None
