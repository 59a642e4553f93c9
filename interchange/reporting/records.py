"""Write a report as a record of the interface: the filing's facts, with its pictures in the official sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from filings import facts, fields
from filings.evidence.files import content_of
from filings.facts import Facts
from filings.fields import attachments
from filings.kinds import KINDS, Kind
from filings.models import Filing, Sheet, SheetScan
from filings.services import starting
from filings.services.detection import RecordTarget
from interchange.mapping import writing
from interchange.mapping.record_parts import Fault, OfficialIds, OwnIds, Pictures, Record, RecordRefused
from interchange.messages.faults import MessageFault
from interchange.messages.writing import Unwritable, write_upload
from interchange.models import KnownRow, OfficialId, Report
from interchange.models.reporting import NO_PASSWORD
from interchange.reporting import own_ids
from ministry.models import Access

# Operation → what contains its records
CONTAINERS: Final = {"XZBA": "Baxx", "XZWZ": "Xzxx", "XZJR": "Xzxx", "BGBA": "Bgxx", "ZXBA": "Zx_xx"}
OTHER: Final = 1999
ROWS: Final = {"0": KnownRow.SUBJECT, "1": KnownRow.WEBSITE, "2": KnownRow.ACCESS}


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A record, what names it in results, and our ids in it; ``size``: bytes of a file with this record alone."""

    record: Record
    names: list[str]
    ids: OwnIds
    size: int


def unsigned(filing: str) -> Exists:
    """Return the condition that a signed copy of a sheet is missing; ``filing``: path to the report's filing."""
    sheets = Sheet.objects.filter(verification__filing=OuterRef(filing), verification__round=OuterRef("round"))
    return Exists(sheets.exclude(Exists(SheetScan.objects.filter(sheet=OuterRef("pk")))))


def needs_password(filing: Filing) -> bool:
    """Return whether the interface requires the filing password with it: a further access, the end of a subject."""
    return filing.law.operation == "XZJR" or (filing.law.operation == "ZXBA" and filing.law.target == "0")


def written(report: Report, isp_id: int) -> WrittenReport:
    """Return a report's record; raise RecordRefused with every reason why the interface can't carry it."""
    filing = report.filing
    if not filing.law.is_reportable:
        words = _("The interface of 2013 has no operation for this kind of filing.")
        raise _refused(OTHER, words, is_final=True)
    if needs_password(filing) and not report.password_md5:
        raise _refused(NO_PASSWORD, _("The bureau wants the filing password with this filing."))
    try:
        record, names, ids = _WRITERS[report.operation](report, _pictures(filing))
        size = len(message(report.operation, [record], isp_id))
    except KeyError as missing:
        raise _refused(OTHER, _("This is missing on record: %(name)s") % {"name": missing.args[0]}) from missing
    except Unwritable as fault:
        raise _refused(OTHER, _unwritable_words(fault), is_final=True) from fault
    except MessageFault as fault:
        raise _refused(fault.code, f"{fault.element} {fault.rule}".strip(), is_final=True) from fault
    return WrittenReport(record, names, ids, size)


def message(operation: str, records: list[Record], isp_id: int) -> bytes:
    """Return the file that contains these records."""
    return write_upload({"ICP": {operation: {CONTAINERS[operation]: records}, "Qqdwid": isp_id}}, lenient=True)


def _refused(code: int, words: str, *, is_final: bool = False) -> RecordRefused:
    return RecordRefused([Fault(code, words)], is_final=is_final)


def _unwritable_words(fault: Unwritable) -> str:
    if fault.rule == "GBK":
        return _("A character can't be sent, because the interface uses GBK: %(path)s") % {"path": fault.path}
    return f"{fault.path} {fault.rule}"


# --- Pictures ---------------------------------------------------------------------------------------------


def _pictures(filing: Filing) -> Pictures:
    """Return the filing's current pictures, in copies within the official limits; those without a copy as they are."""
    found = Pictures()
    for one in filing.evidence.filter(replaced_at=None):
        content = content_of(one.official or one.file)
        if attachments.is_photo(one.path):
            found.photos[fields.website_of(one.path) or 0] = content
        else:
            found.papers[one.path] = content
    for sheet in _sheets(filing):
        scans = list(sheet.scans.all())
        newest = [scan for scan in scans if scan.version == scans[0].version]
        found.sheets[sheet.website] = [content_of(scan.official) for scan in newest]
    return found


def _sheets(filing: Filing) -> QuerySet[Sheet]:
    rows = Sheet.objects.filter(verification__filing=filing, verification__round=filing.round)
    return rows.prefetch_related("scans")


# --- Records ----------------------------------------------------------------------------------------------

_Parts = tuple[Record, list[str], OwnIds]


def _checked(values: Facts, pictures: Pictures) -> None:
    if faults := writing.unwritable(values, pictures):
        raise RecordRefused(faults, is_final=True)


def _new_filing(report: Report, pictures: Pictures) -> _Parts:
    filing, ids = report.filing, own_ids.of(report.filing)
    _checked(filing.facts, pictures)
    record = writing.new_filing(filing.facts, pictures, ids, on_behalf=filing.mandate_id is not None)
    return record, [ids.subject], ids


def _new_websites(report: Report, pictures: Pictures) -> _Parts:
    filing, ids = report.filing, own_ids.of(report.filing)
    _checked(filing.facts, pictures)
    number = str(filing.about_subject.number) if filing.about_subject else ""
    return writing.new_websites(filing.facts, pictures, ids, number), [ids.websites[0].website, number], ids


def _new_access(report: Report, pictures: Pictures) -> _Parts:
    filing, ids = report.filing, own_ids.of(report.filing)
    _checked(filing.facts, pictures)
    number = str(filing.about_website.number) if filing.about_website else ""
    record = writing.new_access(filing.facts, pictures, ids, number=number, password_md5=report.password_md5)
    return record, [record["IspJrid"], number], ids


def _change(report: Report, pictures: Pictures) -> _Parts:
    """Return a change that contains the whole record: the interface accepts no part of one."""
    filing = report.filing
    access = _own_access(filing)
    website = access.website
    base = starting.facts_of(KINDS[Kind.CHANGE_ACCESS], RecordTarget(website.subject_id, website.pk, access.pk))
    values = _laid_over(base, filing.facts)
    _checked(values, pictures)
    ids = own_ids.of_record(filing, facts.read(values, "websites.0.access.ip_ranges"))
    official = OfficialIds(
        official_id(report, KnownRow.SUBJECT, website.subject_id),
        official_id(report, KnownRow.WEBSITE, website.pk),
        official_id(report, KnownRow.ACCESS, access.pk),
        str(website.subject.number),
        str(website.number),
    )
    return writing.change(values, pictures, ids, official), [official.subject], ids


def _own_access(filing: Filing) -> Access:
    """Return the provider's access of the website that a change is about, of any website for a change of the host."""
    rows = Access.objects.filter(website__subject=filing.about_subject_id, provider=filing.provider_id, live=True)
    if filing.about_access_id:
        rows = rows.filter(pk=filing.about_access_id)
    elif filing.about_website_id:
        rows = rows.filter(website=filing.about_website_id)
    found = rows.select_related("website__subject").order_by("pk").first()
    if found is None:
        raise _refused(OTHER, _("There is no access of yours on record, and the interface wants one."))
    return found


def _laid_over(base: Facts, stated: Facts) -> Facts:
    """Return the record's facts, with those of host, website and access replaced by the filing's."""
    values: Facts = {**base, "subject": stated["subject"], "responsible": stated["responsible"]}
    if stated["websites"]:
        (website,), (known,) = stated["websites"], base["websites"]
        access = website.get("access") or {}
        values["websites"] = [{**known, **website, "access": access if access.get("ip_ranges") else known["access"]}]
    return values


def _ending(report: Report, _pictures: Pictures) -> _Parts:
    filing, target = report.filing, report.filing.law.target
    rows = {"0": filing.about_subject_id, "1": filing.about_website_id, "2": filing.about_access_id}
    key = official_id(report, ROWS[target], rows[target] or 0)
    return writing.ending(filing.facts, target, key, report.password_md5), [key], OwnIds(str(filing.pk))


def official_id(report: Report, what: KnownRow, row: int) -> str:
    """Return the bureau's id of a row of the register; raise RecordRefused if it is not known."""
    found = OfficialId.objects.filter(bureau=report.bureau_id, what=what, row=row).values_list("key", flat=True).first()
    if found is None:
        words = _("The bureau's id of this record is not known here (%(what)s). It comes with the bureau's data.")
        raise _refused(OTHER, words % {"what": what.label})
    return str(found)


_WRITERS: Final[dict[str, Callable[[Report, Pictures], _Parts]]] = {
    "XZBA": _new_filing,
    "XZWZ": _new_websites,
    "XZJR": _new_access,
    "BGBA": _change,
    "ZXBA": _ending,
}
