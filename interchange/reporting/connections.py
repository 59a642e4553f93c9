"""A provider's connections at its desk: add, change, pause, test, send again. Supervisors and administrators do so.

Each change is in the record of changes of the provider's organisation; secrets are stored and never shown.
"""

from contextlib import suppress
from typing import TypedDict

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import languages
from bureaus.models import Bureau
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.services import record_look
from filings.states import Status
from filings.webhooks import targets
from interchange import envelope, kept_files
from interchange.models import (
    Exchange,
    ExchangeEnd,
    FetchedFile,
    Report,
    ReportingConnection,
    ReportState,
    ReportUpload,
)
from interchange.models.files import SealedFile
from interchange.reporting import calling, decisions, fetching, packing, queueing, records, sending
from interchange.reporting.unanswered import NotAnswered
from interchange.result_codes import MsgCode, official
from interchange.soap import services
from ministry.mail.outbox import after_commit
from providers.models import StaffRole, What
from providers.organisation import records as organisation

SECRETS = ("password", "secret", "iv", "certificate")
# Ends of a call that come from the settings of the connection rather than from the bureau's system
OF_SETTINGS = (ExchangeEnd.NAME, ExchangeEnd.ADDRESS, ExchangeEnd.TLS)
PATIENCE = 15.0  # seconds that a person who has pressed a button, and a thread of the web server, wait; our own choice
LOOKED_AT = "interchange"  # what a look at the raw message of a filing is called


class ReportingWritten(TypedDict):
    """The settings of a connection as typed; an empty secret stays as it is."""

    url: str
    isp_id: int
    user_name: str
    profile: str
    password: str
    secret: str
    iv: str
    certificate: str
    authority: str


def of(actor: Actor) -> QuerySet[ReportingConnection]:
    """Return the connections of the actor's provider."""
    return ReportingConnection.objects.visible_to(actor).select_related("bureau").order_by("bureau")


def without_connection(actor: Actor) -> QuerySet[Bureau]:
    """Return the bureaus with systems of their own to which the actor's provider has no connection."""
    return Bureau.objects.filter(external=True).exclude(pk__in=of(actor).values("bureau"))


def check_certificate(text: str) -> str:
    """Return a client certificate with its key, both PEM; raise ValidationError for anything else or an expired one."""
    pem = text.encode()
    with suppress(ValueError, TypeError):
        certificate, key = x509.load_pem_x509_certificate(pem), load_pem_private_key(pem, None)
        if certificate.public_key() == key.public_key():
            _refuse_expired(certificate)
            return text
    raise ValidationError(_("This is not a certificate with its key, both as PEM and without a password."))


def _refuse_expired(certificate: x509.Certificate) -> None:
    if certificate.not_valid_after_utc < timezone.now():
        day = date_format(timezone.localtime(certificate.not_valid_after_utc), "DATE_FORMAT")
        raise ValidationError(
            _("This certificate was valid until %(day)s. Ask the bureau for a new one.") % {"day": day}, code="invalid"
        )


def check_authority(text: str) -> str:
    """Return certificates of authorities, PEM; raise ValidationError for anything else."""
    with suppress(ValueError):
        found = x509.load_pem_x509_certificates(text.encode())
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)
    raise ValidationError(_("This is no certificate as PEM. It begins with -----BEGIN CERTIFICATE-----."))


def add(actor: Actor, bureau_id: str, written: ReportingWritten) -> ReportingConnection:
    """Add a connection; raise MoveRefused if there is one to this bureau, or the bureau decides in the portal."""
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        bureau = without_connection(actor).filter(pk=bureau_id).first()
        if bureau is None:
            raise MoveRefused(_("There is a connection to this bureau already, or it decides in this portal."))
        made = ReportingConnection.objects.create(provider=provider, bureau=bureau, **written)
        organisation.record(provider, actor, What.REPORTING_MADE, about=bureau.name, after=words(made))
        after_commit(queueing.TASK, made.pk)
    return made


def change(actor: Actor, connection_id: int, written: ReportingWritten, *, version: int) -> None:
    """Change the settings; a connection that has stopped is used again."""
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, connection_id, version)
        before = words(found)
        for name, value in written.items():
            if value or name not in SECRETS:
                setattr(found, name, value)
        _go_on(found)
        after = words(found)
        if secrets := [name for name in SECRETS if written[name]]:  # type: ignore[literal-required]
            after = f"{after}\n{_('replaced: %(names)s') % {'names': ', '.join(secrets)}}"
        organisation.record(provider, actor, What.REPORTING, about=found.bureau.name, before=before, after=after)


def set_paused(actor: Actor, connection_id: int, paused: bool, *, version: int) -> None:
    """Pause a connection or use it again. While it is paused nothing is called, and what waits keeps waiting."""
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, connection_id, version)
        if found.is_paused != paused:
            found.is_paused = paused
            _go_on(found)
            what = What.REPORTING_PAUSED if paused else What.REPORTING_USED
            organisation.record(provider, actor, what, about=found.bureau.name)


def go_on(actor: Actor, connection_id: int, *, version: int) -> None:
    """Call again at once: after a stop, or before the rest after a failure is over."""
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        found = _locked(actor, connection_id, version)
        stopped_by = str(found.stopped_by or "")
        _go_on(found)
        organisation.record(provider, actor, What.REPORTING_USED, about=found.bureau.name, before=stopped_by)


def renumber(actor: Actor, connection_id: int, *, version: int) -> None:
    """Renumber the upload that was refused for its number (14) as the bureau's system expects, and resume.

    As after a restore from a backup: the number is another file's there. Raise MoveRefused if the bureau's system does
    not answer, has not given the number to another file, or something else has stopped the connection.
    """
    found = of(actor).get(pk=connection_id)
    if found.stopped_by != MsgCode.MISSING_UPLOADS:
        raise MoveRefused(_("This connection was not stopped because of the number of the upload."))
    try:
        sequence, _answer = sending.last_number(found, PATIENCE)
    except NotAnswered as error:
        raise MoveRefused(_no_answer(error, found)) from error
    except (sending.Stopped, sending.TryAgainLater) as error:
        raise MoveRefused(_("The bureau's system does not state its last upload. Ask the bureau.")) from error
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        locked = _locked(actor, connection_id, version)
        packing.renumber(locked, sequence)
        _go_on(locked)
        after = str(sequence + 1)
        organisation.record(provider, actor, What.REPORTING_USED, about=locked.bureau.name, before="14", after=after)


def _go_on(found: ReportingConnection) -> None:
    found.stopped_by, found.failures = None, 0
    found.next_at = found.fetch_at = timezone.now()
    found.version += 1
    # Not the counter and the lease, which a worker may be changing
    columns = [field.name for field in ReportingConnection._meta.concrete_fields]
    found.save(update_fields=[name for name in columns if name not in ("id", "last_sequence", "busy_until")])
    after_commit(queueing.TASK, found.pk)


def _locked(actor: Actor, connection_id: int, version: int) -> ReportingConnection:
    """Return a connection under a lock; raise ReportingConnection.DoesNotExist for another provider's."""
    rows = of(actor).select_for_update(of=("self",), no_key=True)
    found: ReportingConnection = rows.get(pk=connection_id)
    if found.version != version:
        raise MoveRefused(_("A colleague has changed this connection in the meantime. Compare and save it again."))
    return found


def words(found: ReportingConnection) -> str:
    """Return the settings of a connection in words, one a line; no secret."""
    names = ("url", "isp_id", "user_name", "profile")
    rows = [(_label(name), getattr(found, name)) for name in names]
    rows += [(_label("authority"), one) for one in in_words(found.authority)]
    return "\n".join(_("%(label)s: %(message)s") % {"label": label, "message": value} for label, value in rows)


def _label(name: str) -> str:
    return str(ReportingConnection._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def in_words(pem: str) -> list[str]:
    """Return certificates in words: name, last day and the beginning of the SHA-256 fingerprint; never a key."""
    known = x509.load_pem_x509_certificates(pem.encode()) if pem else []
    return [
        f"{one.subject.rfc4514_string()} – {one.not_valid_after_utc:%Y-%m-%d} – {one.fingerprint(SHA256()).hex()[:16]}"
        for one in known
    ]


def _no_answer(error: NotAnswered, found: ReportingConnection) -> str:
    if targets.is_withheld(found.url):
        return _("This is a staging copy: it calls only hosts that are in STAGING_HOSTS.")
    why = {"why": error.why.label}
    if error.why == ExchangeEnd.UNOPENED:
        return _("The bureau's system has answered, but its file can't be opened. Correct key, IV and algorithms.")
    if error.why in OF_SETTINGS:
        return (
            _("The bureau's system gave no answer: %(why)s. Check the settings of the connection, then try again.")
            % why
        )
    if error.why == ExchangeEnd.CONNECTION and found.certificate:
        # A server that refuses a client certificate of TLS 1.3 closes the connection, without saying why.
        words = _(
            "The bureau's system gave no answer: %(why)s. Try again later; if it still fails, ask the bureau whether "
            "it knows your client certificate."
        )
        return words % why
    return _("The bureau's system gave no answer: %(why)s. Try again later; if it still fails, ask the bureau.") % why


def test(actor: Actor, connection_id: int) -> tuple[bool, str]:
    """Ask the bureau's system for the last upload; return whether it answered with success, and what it said.

    The file of the last upload, if there is one, is opened with our keys.
    """
    found = of(actor).get(pk=connection_id)
    try:
        answer = calling.call(found, services.PREVIOUS, seconds=PATIENCE)
        if answer.code not in sending.ACCEPTED:
            return False, code_words(answer.code)
        infos = answer.fields.get("fileInfos") or {}
        if infos.get("beianInfo"):  # nothing once their copy has been erased
            calling.opened(found, answer)
    except NotAnswered as error:
        return False, _no_answer(error, found)
    words = _("The bureau's system has answered. Number of the last upload there: %(number)s")
    return True, words % {"number": infos.get("dataSequence") or "0"}


def code_words(code: int | None) -> str:
    """Return a code of an answer with its text, in both languages on an English page."""
    if code is None or code not in MsgCode.values:
        return str(code or "")
    label = MsgCode(code).label
    chinese, shown = official(label), str(label)
    return f"{code} {shown}" if shown == chinese else f"{code} {shown} · {chinese}"


# --- Reports and files ------------------------------------------------------------------------------------


def reports_of(actor: Actor) -> QuerySet[Report]:
    """Return the reports of the actor's provider with their filings."""
    return Report.objects.visible_to(actor).select_related("filing", "bureau", "upload").defer("upload__file_key")


def exchanges_of(actor: Actor) -> QuerySet[Exchange]:
    """Return the exchanges of the actor's provider with what they were about."""
    rows = Exchange.objects.visible_to(actor).select_related("connection__bureau", "upload", "file")
    return rows.defer("upload__file_key", "file__file_key")


AGAIN = (ReportState.REFUSED, ReportState.UNWRITABLE)


def send_again(actor: Actor, report_id: int) -> Report:
    """Send a report again that was not accepted or could not be written; raise MoveRefused for any other."""
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        report = _locked_report(actor, report_id)
        if not may_send_again(report):
            raise MoveRefused(_("This report can't be sent again: it waits, is with the bureau's system, or is over."))
        _wait(report)
        organisation.record(provider, actor, What.REPORTING_AGAIN, about=str(report))
    return report


def take_back(actor: Actor, report_id: int) -> None:
    """Return to the desk the filing of a report that was not accepted or could not be written, with what stops it.

    Raise MoveRefused for any other: the bureau's system has it, or it is about to be sent.
    """
    refusal = MoveRefused(
        _("This filing can't be taken back: its report waits or is with the bureau's system, or the filing is back.")
    )
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        # The filing is locked before the report, as where a result is entered.
        if not decisions.send_back(Report.objects.visible_to(actor).select_related("filing").get(pk=report_id)):
            raise refusal
        report = _locked_report(actor, report_id)
        if report.state not in AGAIN:
            raise refusal
        report.state = ReportState.DROPPED
        report.save(update_fields=["state"])
        organisation.record(provider, actor, What.REPORTING_BACK, about=str(report))


def _locked_report(actor: Actor, report_id: int) -> Report:
    rows = Report.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    found: Report = rows.select_related("filing").get(pk=report_id)
    return found


def may_send_again(report: Report) -> bool:
    """Return whether it was not accepted or could not be written, and its filing still waits for the bureau."""
    is_due = (report.filing.status, report.filing.round) == (Status.WITH_BUREAU, report.round)
    return report.state in AGAIN and is_due


def _wait(report: Report) -> None:
    report.state, report.upload, report.codes, report.message = ReportState.WAITING, None, [], ""
    report.save(update_fields=["state", "upload", "codes", "message", "password_md5"])
    rows = ReportingConnection.objects.filter(provider=report.provider_id, bureau=report.bureau_id)
    for key in rows.values_list("pk", flat=True):
        after_commit(queueing.TASK, key)


def prove(actor: Actor, report_id: int, password: str) -> None:
    """Check the filing password at the bureau's system (isp_verifybamm), and send the report with it if it is right.

    Raise MoveRefused if it is wrong or could not be checked. The portal keeps its MD5 only, as the interface has it.
    """
    report = reports_of(actor).get(pk=report_id)
    connection = of(actor).filter(bureau=report.bureau_id).first()
    filing = report.filing
    if filing.about_subject is None or not records.needs_password(filing):
        raise MoveRefused(_("This filing needs no filing password."))
    if connection is None:
        raise MoveRefused(_("There is no connection to this bureau's system yet."))
    try:
        answer = calling.call(
            connection, services.VERIFY, seconds=PATIENCE, baxh=str(filing.about_subject.number), bamm=password
        )
    except NotAnswered as error:
        raise MoveRefused(_no_answer(error, connection)) from error
    if answer.code not in sending.ACCEPTED:
        raise MoveRefused(code_words(answer.code))
    is_right = answer.fields.get("VerifyRes") == "0"
    calling.add_text(answer, languages.stored(lambda: _("password right") if is_right else _("password wrong")))
    if not is_right:
        raise MoveRefused(_("The bureau's system says that this filing password is wrong."))
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        locked = _locked_report(actor, report_id)
        if not may_send_again(locked):
            raise MoveRefused(_("This report can't be sent again: it waits, is with the bureau's system, or is over."))
        locked.password_md5 = envelope.password_md5(password)
        _wait(locked)
        organisation.record(provider, actor, What.REPORTING_AGAIN, about=str(report))


def apply_again(actor: Actor, file_id: int) -> None:
    """Apply a fetched file again of which something could not be entered; what has been entered stays.

    Raise MoveRefused if nothing in it is open, FetchedFile.DoesNotExist for another provider's.
    """
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        rows = FetchedFile.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
        found: FetchedFile = rows.get(pk=file_id)
        if not (found.applied_at and found.open_results and found.content):
            raise MoveRefused(_("Nothing in this file is left to be applied, or it is being applied."))
        found.applied_at, found.tries = None, 0
        found.save(update_fields=["applied_at", "tries"])
        after_commit(fetching.TASK, found.pk)
        organisation.record(provider, actor, What.REPORTING_AGAIN, about=found.file_name)


def raw(actor: Actor, row: SealedFile) -> bytes:
    """Return the XML of an upload or a fetched file; the look is on record, of an upload with each filing in it."""
    xml = kept_files.read(row)
    with organisation.changing(actor, StaffRole.SUPERVISOR) as provider:
        organisation.record(provider, actor, What.REPORTING_LOOK, about=str(row))
        if isinstance(row, ReportUpload):
            for report in row.reports.select_related("filing"):
                record_look(report.filing, actor, LOOKED_AT)
    return xml
