"""Find which report a result is about, and enter the bureau's decision."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import languages
from filings import facts
from filings.errors import MoveRefused
from filings.kinds import Numbers
from filings.models import Verdict
from filings.services import external_decisions
from filings.services.external_decisions import LONGEST_SOURCE, IssuedNumbers
from interchange.intake.outcomes import REFUSED
from interchange.mapping.record_parts import OwnIds, Record
from interchange.models import UNDECIDED, KnownRow, OfficialId, Report, ReportingConnection, ReportState
from interchange.models.reporting import LONGEST_MESSAGE
from interchange.reporting import published_records, records
from ministry.models import Access, Website
from ministry.register import query
from ministry.register.locking import lock_subject
from records.comparison.expected import FURTHER, IN_FORCE


@dataclass(slots=True)
class ReportOutcome:
    """What a file says of one report: faults of its check, the bureau's decision, the record as it is now."""

    connection: ReportingConnection
    report: Report
    codes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_approved: bool | None = None
    opinion: str = ""
    decided_on: date | None = None
    published: Record | None = None


def undecided(connection: ReportingConnection, result_type: int, names: Iterable[str | None]) -> Report | None:
    """Return the newest report of a type (Czlx) that one of the names stands for and that waits for a result."""
    asked = [name for name in names if name]
    rows = _undecided(connection).filter(result_type=result_type, names__overlap=asked)
    return rows.order_by("-pk").first() if asked else None


def agrees(
    connection: ReportingConnection, result_type: int, names: Iterable[str | None], *, is_approved: bool | None
) -> bool:
    """Return whether a result repeats what has been entered of a decided report.

    ``is_approved``: None for a result that only says that the report was taken in.
    """
    rows = Report.objects.filter(provider=connection.provider_id, bureau=connection.bureau_id)
    rows = rows.filter(
        state=ReportState.DECIDED, result_type=result_type, names__overlap=[name for name in names if name]
    )
    if is_approved is not None:
        verdict = Verdict.APPROVE if is_approved else Verdict.RETURN
        rows = rows.filter(filing__opinions__round=F("round"), filing__opinions__verdict=verdict)
    return rows.exists()


def _undecided(connection: ReportingConnection) -> Any:
    rows = Report.objects.filter(provider=connection.provider_id, bureau=connection.bureau_id, state__in=UNDECIDED)
    return rows.select_related("filing")


def published_for(connection: ReportingConnection, record: Record) -> Report | None:
    """Return the report that a published record (BASJ) is the outcome of."""
    subject, websites = record["Zt_xx"], record["Wz_xx"]
    accesses = [access.get("IspJrid") for website in websites for access in website["Jr_xx"]]
    by_type = {1: [subject.get("IspZtid")], 2: [website.get("IspWzid") for website in websites], 3: accesses}
    for result_type, names in (by_type | {4: [subject["Ztid"]]}).items():
        if found := undecided(connection, result_type, names):
            return found
    return None


def enter_of_website(connection: ReportingConnection, record: Record, file_name: str) -> bool:
    """Enter the result about a website that was returned alone; return whether the record is about one."""
    key = record.get("Bs") or record.get("Jlid") or ""
    is_refused = REFUSED in [int(one["Jgdm"]) for one in record.get("Jgxx") or ()] or record.get("Shjg") == "0"
    report = _of_split(connection, key) if key and is_refused else None
    if report is None or _place(report, key) not in report.filing.withheld:
        return False
    opinion = record.get("Shyj") or ""
    external_decisions.enter_reason(
        report.filing_id,
        opinion=_with_name(report, key, opinion),
        decided_at=_moment(day_of(record)),
        source=f"{report.pk} {key} {file_name}"[:LONGEST_SOURCE],
        bureau_id=report.bureau_id,
    )
    if opinion:
        report.message = opinion[:LONGEST_MESSAGE]
        report.save(update_fields=["message"])
    return True


def _with_name(report: Report, key: str, opinion: str) -> str:
    """Return a website's opinion with the website's name, where several were returned."""
    if not opinion or len(report.filing.withheld) == 1:
        return opinion
    return f"{report.filing.get(f'websites.{_place(report, key)}.name')}：{opinion}"


def _place(report: Report, key: str) -> int:
    """Return the place of the website with this key in the report's filing, counted from 0."""
    return next(place for place, one in enumerate(OwnIds.from_json(report.own_ids).websites) if one.website == key)


def _of_split(connection: ReportingConnection, key: str) -> Report | None:
    """Return the report that the website with this key was in, of a filing of which some websites were returned."""
    rows = Report.objects.filter(provider=connection.provider_id, bureau=connection.bureau_id)
    rows = rows.filter(state=ReportState.DECIDED, own_ids__websites__contains=[{"website": key}])
    return rows.exclude(filing__withheld=[]).select_related("filing").order_by("-pk").first()


def of_upload(connection: ReportingConnection, sequence: int | None) -> Iterator[Report]:
    """Yield the reports of a wholly refused upload; without a number, those of the only upload without a result."""
    rows = _undecided(connection).filter(state=ReportState.PACKED)
    if sequence is not None:
        yield from rows.filter(upload__sequence=sequence)
    elif rows.values("upload").distinct().count() == 1:
        yield from rows


# --- Entering ---------------------------------------------------------------------------------------------


def enter(outcome: ReportOutcome, file_name: str) -> None:
    """Enter what a file says of a report; raise MoveRefused for a decision that contradicts what is on record."""
    report = outcome.report
    source = f"{report.pk} {file_name}"[:LONGEST_SOURCE]
    if outcome.is_approved is False:
        _enter_return(report, "\n".join(filter(None, [outcome.opinion, *outcome.faults])), outcome, source)
    elif outcome.is_approved or outcome.published:
        _enter_approval(report, outcome, source)
    elif report.state == ReportState.TAKEN:
        external_decisions.enter_acceptance(report.filing_id, reported_round=report.round, bureau_id=report.bureau_id)
    report.codes = outcome.codes or report.codes
    if report.state == ReportState.DECIDED:
        report.password_md5 = ""
    report.save(update_fields=["state", "codes", "message", "password_md5"])


def send_back(report: Report) -> bool:
    """Return the filing of a report that can't be sent to its provider's desk; return whether that was possible."""
    why = languages.stored(lambda: _("This filing could not be reported: %(why)s") % {"why": report.message})
    try:
        external_decisions.take_back(report.filing_id, reported_round=report.round, why=why)
    except MoveRefused:
        return False
    return True


def day_of(record: Record) -> date | None:
    """Return the day of a decision (Shsj), None if it can't be read."""
    with suppress(ValueError):
        return date.fromisoformat((record.get("Shsj") or "")[:10])
    return None


def _moment(decided_on: date | None) -> datetime:
    """Return the moment of a decision of which only the day is known: its beginning, or now for today."""
    now = timezone.localtime()
    if decided_on is None or decided_on == now.date():
        return now
    return timezone.make_aware(datetime.combine(decided_on, time()))


def _enter_return(report: Report, opinion: str, outcome: ReportOutcome, source: str) -> None:
    external_decisions.enter_return(
        report.filing_id,
        opinion=opinion,
        decided_at=_moment(outcome.decided_on),
        source=source,
        bureau_id=report.bureau_id,
    )
    report.state, report.message = (
        ReportState.REFUSED if outcome.faults else ReportState.DECIDED,
        opinion[:LONGEST_MESSAGE],
    )


def _enter_approval(report: Report, outcome: ReportOutcome, source: str) -> None:
    """Enter an approval; one that issues numbers waits until the record with them has come."""
    filing = report.filing
    if filing.law.numbers == Numbers.ISSUED and outcome.published is None:
        report.state = ReportState.APPROVED
        return
    issued = _issued(report, outcome.published)
    entered: dict[str, Any] = {
        "decided_at": _moment(outcome.decided_on),
        "source": source,
        "bureau_id": report.bureau_id,
    }
    if 0 < len(issued.services) < facts.count(filing.facts):
        # The opinion is that of the approval; why the others were returned comes with the result of each.
        external_decisions.enter_split(filing.pk, issued=issued, **entered)
    else:
        external_decisions.enter_approval(filing.pk, issued=issued, opinion=outcome.opinion, **entered)
    report.state, report.message = ReportState.DECIDED, ""
    if outcome.published:
        learn(outcome.connection, outcome.published)
    elif filing.about_subject:
        published_records.forget(filing.about_subject)


def _issued(report: Report, published: Record | None) -> IssuedNumbers:
    """Return the numbers of a published record, each by the place of its website in the filing."""
    filing = report.filing
    if filing.law.numbers != Numbers.ISSUED or published is None:
        return IssuedNumbers(str(filing.about_subject.number) if filing.about_subject else "")
    places = {one.website: place for place, one in enumerate(OwnIds.from_json(report.own_ids).websites)}
    known = {website.get("IspWzid"): website.get("Baxh") or "" for website in published["Wz_xx"]}
    services = {place: known[key] for key, place in places.items() if key in known}
    return IssuedNumbers(published["Zt_xx"].get("Baxh") or "", services)


def learn(connection: ReportingConnection, record: Record) -> int | None:
    """Store ids and data of a published record; return the primary key of its subject here, None if there is none."""
    bureau = connection.bureau_id
    subject = query.subject_of_number(record["Zt_xx"].get("Baxh") or "")
    if subject is None or subject.province != bureau:
        return None
    websites = {str(one.number): one for one in subject.websites.filter(live=True).select_related("subject")}
    stated = published_records.of_subject(record["Zt_xx"])
    if further := sorted({element.get("Baxh") or "" for element in record["Wz_xx"]} - {"", *websites}):
        stated[FURTHER] = further
    _store(bureau, KnownRow.SUBJECT, subject.pk, record["Zt_xx"]["Ztid"], stated)
    for element in record["Wz_xx"]:
        if website := websites.get(element.get("Baxh") or ""):
            _store(bureau, KnownRow.WEBSITE, website.pk, element["Wzid"], published_records.of_website(element))
            _learn_access(connection, website, element["Jr_xx"])
    return subject.pk


def learn_end(connection: ReportingConnection, what: str, key: int) -> int | None:
    """Store that the record with this id in the bureau's system has ended; return the primary key of its subject here.

    ``what``: Zxlb. None for an id that is not known here.
    """
    rows = OfficialId.objects.filter(bureau=connection.bureau_id, what=records.ROWS.get(what, ""), key=key)
    if (known := rows.order_by("-pk").first()) is None:
        return None
    row = published_records.MODELS[KnownRow(known.what)]._default_manager.get(pk=known.row)
    site = row.website if isinstance(row, Access) else row
    subject_id: int = site.subject_id if isinstance(site, Website) else site.pk
    # As an approval does: first the subject, then what is kept of it
    lock_subject(pk=subject_id)
    known.published = {IN_FORCE: False}
    known.save(update_fields=["published"])
    return subject_id


def _learn_access(connection: ReportingConnection, website: Website, records: list[Record]) -> None:
    """Store id and data of the provider's own access; the register has one for each provider of a website."""
    own = [record for record in records if record["Ispid"] == str(connection.isp_id)]
    access = website.accesses.filter(provider=connection.provider_id, live=True).first()
    if access and len(own) == 1:
        _store(connection.bureau_id, KnownRow.ACCESS, access.pk, own[0]["Jrid"], published_records.of_access(own))


def _store(bureau_id: str, what: KnownRow, row: int, key: str, stated: Mapping[str, Any]) -> None:
    written = {"key": int(key), "published": stated}
    OfficialId.objects.update_or_create(bureau_id=bureau_id, what=what, row=row, defaults=written)
