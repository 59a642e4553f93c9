"""Take in records of uploads: each becomes a filing at the bureau, or continues one that the bureau has returned."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from django.utils.translation import gettext_lazy as _

from accounts.models import Party, User
from filings import facts, fields, services
from filings.actors import Actor
from filings.errors import FactsRefused, MoveRefused
from filings.facts import Facts
from filings.fields.findings import Finding
from filings.kinds import KINDS, Kind
from filings.models import Filing
from filings.rules import checks, corrections
from filings.services import ReportedPapers, starting
from filings.services.detection import RecordTarget
from filings.states import OPEN, Role, Status
from interchange import proofs
from interchange.intake import targets
from interchange.mapping import reading
from interchange.mapping.record_parts import Fault, ReadRecord, Record, RecordRefused
from interchange.messages.reading import MessageRecord
from interchange.models import Connection, ReportedRecord, Upload
from interchange.record_handlers import REPEATED, RecordHandler, RecordResult
from interchange.result_codes import RESULTS
from ministry.reference import provinces

# "Access information agrees with the IP register": the only success that V3.0 has for these kinds
TAKEN: Final = 1062
OTHER, NO_PROVINCE, OTHER_PROVINCE, NOT_OWN = 1999, 1019, 1045, 1048
# Zxlb of ZXBA → kind
CANCELLATIONS: Final = {law.target: Kind(kind) for kind, law in KINDS.items() if law.operation == "ZXBA"}


@dataclass(frozen=True, slots=True)
class ReportedFiling:
    """A record understood: the kind of filing, what names it (``ReportedRecord.key``), and what it is about."""

    kind: Kind
    key: str
    read: ReadRecord
    target: RecordTarget | None = None


# --- What a record asks for -------------------------------------------------------------------------------


def new_filing(connection: Connection, record: Record) -> ReportedFiling:
    """Return the first filing that a record of XZBA reports."""
    read = reading.new_filing(record)
    province = read.values["subject"]["province"]
    if province != connection.bureau_id:
        raise RecordRefused([Fault(OTHER_PROVINCE if province in dict(provinces.CHOICES) else NO_PROVINCE, "")])
    return ReportedFiling(Kind.NEW_FILING, read.ids.subject, read)


def new_websites(connection: Connection, record: Record) -> ReportedFiling:
    """Return the new websites that a record of XZWZ reports."""
    target, read = targets.subject_of(connection, record["Zt_xx"]), reading.new_websites(record)
    return ReportedFiling(Kind.NEW_WEBSITE, read.ids.websites[0].website, read, target)


def new_access(connection: Connection, record: Record) -> ReportedFiling:
    """Return the new access that a record of XZJR reports."""
    target, read = targets.website_of(connection, record["Wz_xx"]), reading.new_access(record)
    return ReportedFiling(Kind.NEW_ACCESS, record["IspJrid"], read, target)


def ending(connection: Connection, record: Record) -> ReportedFiling:
    """Return the cancellation that a record of ZXBA reports."""
    what, key = record["Zxlb"], record["Jlid"]
    target = targets.ending_of(connection, what, int(key))
    return ReportedFiling(CANCELLATIONS[what], key, reading.ending(record), target)


def change(connection: Connection, record: Record) -> ReportedFiling:
    """Return the change that a record of BGBA reports; its kind follows from what differs from the register.

    One website a record, and a change of its access in a record of its own, are our own choice: a filing is one
    decision.
    """
    subject = targets.subject_of(connection, {"Ztid": record["Zt_xx"]["Ztid"]})
    if len(record["Wz_xx"]) != 1:
        words = _("A record of a change is about one website. Report others in records of their own.")
        raise RecordRefused([Fault(OTHER, words)])
    target = targets.website_of(connection, {"Wzid": record["Wz_xx"][0]["Wzid"]})
    if target.subject_id != subject.subject_id:
        raise RecordRefused([Fault(targets.NO_WEBSITE, "")])
    if (access := targets.own_access(connection, target)) is None:
        raise RecordRefused([Fault(NOT_OWN, "")])
    target, read = RecordTarget(target.subject_id, target.website_id, access), reading.change(record)
    return ReportedFiling(_kind_of_change(target, read.values), record["Zt_xx"]["Ztid"], read, target)


def _kind_of_change(target: RecordTarget, values: Facts) -> Kind:
    record = starting.facts_of(KINDS[Kind.CHANGE_ACCESS], target)
    differ = _parts(record, values)
    if "access" in differ and len(differ) > 1:
        raise RecordRefused([Fault(OTHER, _("Report the change of the access in a record of its own."))])
    if "access" in differ:
        return Kind.CHANGE_ACCESS
    kinds = {frozenset({"subject"}): Kind.CHANGE_SUBJECT, frozenset({"website"}): Kind.CHANGE_WEBSITE}
    return kinds.get(frozenset(differ), Kind.CHANGE_RECORD)


def _parts(record: Facts, values: Facts) -> set[str]:
    """Return which parts of a record differ: its subject, its website, the access."""
    stated = checks.normalised(values)
    pairs = {path for path, value in facts.flat(stated) if value and value != facts.read(record, path)}
    places = {"websites.0.access": "access", "websites.0": "website"}
    return {next((part for start, part in places.items() if path.startswith(start)), "subject") for path in pairs}


# --- The filing -------------------------------------------------------------------------------------------

Understand = Callable[[Connection, Record], ReportedFiling]


def _take(
    understand: Understand, connection: Connection, upload: Upload, record: MessageRecord
) -> Sequence[RecordResult]:
    """Take in a record and return its results."""
    try:
        asked = understand(connection, record.fields)
        filing = _report(connection, asked, record.fields.get("ICPmm") or "")
    except RecordRefused as refused:
        return [RecordResult(fault.code, str(fault.text)) for fault in refused.faults]
    except FactsRefused as refused:
        return _results_of(cast(Iterable[Finding], refused.findings))
    except MoveRefused as refused:
        return [_result_of(str(refused))]
    newest = {"upload": upload, "own_ids": asked.read.ids.as_json()}
    if filing.round == 1 or not ReportedRecord.objects.filter(filing=filing).update(**newest):
        ReportedRecord.objects.create(
            filing=filing, connection=connection, operation=record.kind, key=asked.key, **newest
        )
    return [RecordResult(TAKEN)]


def _report(connection: Connection, asked: ReportedFiling, password_md5: str) -> Filing:
    """Report the filing; report it again if the bureau has returned one of this kind with this key.

    Raise RecordRefused if one with this key is under way, for the operations in ``REPEATED``; of the others, the rules
    of filings refuse a second one.
    """
    papers = ReportedPapers(asked.read.pictures.papers, asked.read.pictures.sheets, asked.read.pictures.photos)
    actor, operation = _actor(connection), KINDS[asked.kind].operation
    known = _under_way(connection, operation, asked)
    if Status.RETURNED_TO_PROVIDER in known:
        return services.report_again(known[Status.RETURNED_TO_PROVIDER], actor, asked.read.values, papers)
    if known and operation in REPEATED:
        raise RecordRefused([Fault(REPEATED[operation], "")])
    proven = bool(asked.target and password_md5) and proofs.is_right(
        connection, asked.target.subject_id if asked.target else 0, password_md5
    )
    return services.report(actor, asked.read.values, papers, kind=asked.kind, target=asked.target, proven=proven)


def _under_way(connection: Connection, operation: str, asked: ReportedFiling) -> dict[str, int]:
    """Return the open filings of this kind with this key: status → primary key, the newest of each. One query."""
    rows = ReportedRecord.objects.filter(connection=connection, operation=operation, key=asked.key)
    rows = rows.filter(filing__status__in=OPEN, filing__kind=asked.kind)
    return dict(rows.order_by("pk").values_list("filing__status", "filing"))


UNCHECKED_PASSWORD: Final = _(
    "The filing password of this record has not been checked. Check it with isp_verifybamm, then send the record again "
    "with its MD5 (ICPmm)."
)


def _results_of(findings: Iterable[Finding]) -> list[RecordResult]:
    """Return the findings that block as results, each with its field; a code that is not the interface's is 1999."""
    return [RecordResult(_code(finding.code), _words_of(finding)) for finding in findings if finding.blocks]


def _words_of(finding: Finding) -> str:
    """Return the fault in words, with its field; for the filing password, which call takes it: systems have no page."""
    if finding.path == fields.PROOF:
        return str(UNCHECKED_PASSWORD)
    return f"{corrections.named([finding.path])} {finding.message} {finding.fix}".strip()


def _result_of(refusal: str) -> RecordResult:
    """Return a refusal as a result; some begin with their code."""
    code, _colon, text = refusal.partition(": ")
    return RecordResult(int(code), text) if code.isdecimal() and int(code) in RESULTS else RecordResult(OTHER, refusal)


def _code(code: str) -> int:
    with suppress(ValueError):
        if int(code) in RESULTS:
            return int(code)
    return OTHER


def _actor(connection: Connection) -> Actor:
    """Return the provider's system as actor; the upload's row is locked, so its account is made once."""
    if connection.account is None:
        name = f"{connection.provider}企业系统"
        # .invalid is no domain of anybody's (RFC 2606)
        email = f"{connection.user_name}@interchange.invalid"
        connection.account = User.objects.create_user(email, party=Party.PROVIDER, name=name, is_active=False)
        connection.save(update_fields=["account"])
    account = connection.account
    return Actor(Role.PROVIDER, account.pk, account.name, provider_id=connection.provider_id)


HANDLERS: Final[dict[str, RecordHandler]] = {
    "ICP/XZBA": partial(_take, new_filing),
    "ICP/XZWZ": partial(_take, new_websites),
    "ICP/XZJR": partial(_take, new_access),
    "ICP/BGBA": partial(_take, change),
    "ICP/ZXBA": partial(_take, ending),
}
