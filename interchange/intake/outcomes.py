"""Write the outcome of a reported filing into the outbox of its provider's system, in the same transaction."""

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.utils import timezone

from filings.models import Entrance, Event, Filing, Remark, Verdict
from filings.rules import corrections, ownership
from filings.services import splitting
from interchange import outbox
from interchange.mapping import publishing
from interchange.mapping.record_parts import OwnIds
from interchange.messages.faults import MessageFault
from interchange.messages.writing import Unwritable, write_download
from interchange.models import ReportedRecord
from interchange.record_handlers import RecordResult
from interchange.result_codes import in_chinese
from interchange.results import ENDINGS, LONGEST_TEXT, OPERATIONS, text_of
from ministry.models import Subject, Website

logger = logging.getLogger(__name__)

APPROVED, REFUSED = 1001, 1002
LONGEST_OPINION: Final = 1024  # characters of Shyj


def approved(filing: Filing, subject: Subject) -> None:
    """Write the reviewer's opinion and the published record of an approved filing."""
    if reported := _of(filing):
        written = filing.opinions.filter(round=filing.round, verdict=Verdict.APPROVE).last()
        result = {"BAJG": _result(reported, APPROVED, written.text if written else "")}
        try:
            _write(reported, _published(filing, subject, reported) | result)
        except (Unwritable, MessageFault) as fault:
            # The decision stands: its number goes out in the opinion, and the record must be sent by hand.
            logger.critical("filing %d can't be published to connection %s: %s", filing.pk, reported.connection, fault)
            _write(reported, {"BAJG": _result(reported, APPROVED, str(subject.number))})


def _published(filing: Filing, subject: Subject, reported: ReportedRecord) -> dict[str, Any]:
    """Return what the decision has changed: the record as it is now (``BASJ``), or what has ended (``ZXSJ``)."""
    if filing.law.cancels:
        return _end_of(filing, reported)
    ids, websites = OwnIds.from_json(reported.own_ids), ownership.websites_of(filing)
    return {"BASJ": {"Baxx": [publishing.published(filing, subject, websites, ids, reported.connection.isp_id)]}}


def _end_of(filing: Filing, reported: ReportedRecord) -> dict[str, Any]:
    return {"ZXSJ": {"Zxxx": [{"Zxlb": filing.law.target, "Jlid": reported.key}]}}


def _has_ended(filing: Filing) -> bool:
    """Return whether the subject or the website that a filing wanted to end is no longer in force."""
    if filing.about_website_id:
        return not Website.objects.filter(pk=filing.about_website_id, live=True).exists()
    return not Subject.objects.filter(pk=filing.about_subject_id or 0, live=True).exists()


def returned(filing: Filing, remarks: Sequence[Remark], opinion: str) -> None:
    """Write why the bureau, or the time limit of the responsible persons, has returned a filing."""
    if reported := _of(filing):
        with in_chinese():
            lines = [opinion, *map(_words, remarks)]
        _write(reported, {"BAJG": _result(reported, REFUSED, "\n".join(filter(None, lines)))})


def _words(remark: Remark) -> str:
    return f"{remark.code} {corrections.named([remark.path])}：{remark.seen}；{remark.expected}"


def ended(filing: Filing, event: Event) -> None:
    """Write that a filing has ended without a record: it lapsed, or another filing or an order took its place.

    Also that what it wanted to end has ended, if an order has done that.
    """
    if reported := _of(filing):
        with in_chinese():
            ending = event.get_name_display()
        gone = _end_of(filing, reported) if filing.law.cancels and _has_ended(filing) else {}
        _write(reported, {"BAJG": _result(reported, REFUSED, ending)} | gone)


def _of(filing: Filing) -> ReportedRecord | None:
    """Return the record that was reported as this filing, if a system has done so. No query for filings of hosts."""
    if filing.entrance != Entrance.SYSTEM:
        return None
    rows = ReportedRecord.objects.select_related("connection", "filing")
    return rows.filter(filing=filing).first() or _of_rest(filing)


def _of_rest(filing: Filing) -> ReportedRecord | None:
    """Return a new record for the websites that the bureau has returned while it approved the others of their filing.

    They go on as a filing of new websites, so the provider's system reports them again by XZWZ.
    """
    whole = splitting.whole_of(filing)
    reported = ReportedRecord.objects.filter(filing=whole).first() if whole else None
    if whole is None or reported is None:
        return None
    ids = OwnIds.from_json(reported.own_ids)
    rest = OwnIds("", [ids.websites[number] for number in whole.withheld])
    return ReportedRecord.objects.create(
        connection=reported.connection,
        upload=reported.upload,
        filing=filing,
        operation=filing.law.operation,
        key=rest.websites[0].website,
        own_ids=rest.as_json(),
    )


def _result(reported: ReportedRecord, code: int, opinion: str) -> dict[str, Any]:
    """Return result and opinion; what names them (``Bs``, ``Jlid``) follows the table of Czlx."""
    law, now = reported.filing.law, timezone.localdate()
    operation = ENDINGS[law.target] if law.cancels else OPERATIONS[reported.operation]
    text = text_of(RecordResult(code))
    row = {"Jgxx": [{"Jgdm": code, "Dmms": text[:LONGEST_TEXT]}], "Czlx": operation, "Bs": reported.key}
    judged = {
        "Shsj": f"{now:%Y-%m-%d}",
        "Shyj": _in_gbk(opinion or text)[:LONGEST_OPINION],
        "Shjg": int(code == APPROVED),
        "Czlx": operation,
        "Jlid": reported.key,
    }
    return {"Jg_xx": [row], "GJSHS": {"Gjsh": [judged]}}


def _write(reported: ReportedRecord, tree: dict[str, Any]) -> None:
    outbox.write(reported.connection, write_download({"ICP": tree}, lenient=True))


def _in_gbk(text: str) -> str:
    """Return a reviewer's text with a question mark for each character that the interface can't carry."""
    return text.encode("gbk", "replace").decode("gbk")
