"""The six operations: the checks that all have in common, then each one's own; the code of the first that fails."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from filings.errors import FileMissing
from filings.evidence import malware
from interchange import (
    authentication,
    checking,
    envelope,
    filing_queries,
    kept_files,
    ledger,
    outbox,
    proofs,
    sandbox,
)
from interchange.authentication import Credentials
from interchange.envelope import Algorithms, Packed
from interchange.ledger import Missing
from interchange.models import Connection, Download, Upload
from interchange.result_codes import CallRefused, MsgCode
from interchange.soap import services
from interchange.soap.replies import SoapReply, Tree
from interchange.soap.requests import Call
from interchange.soap.services import ISP_ID
from ministry.passwords import passwords

logger = logging.getLogger(__name__)

LONGEST_DIGEST: Final = 64  # characters of beianInfoHash

NO_NUMBER: Final = -1  # of what is sent in place of a number; no id and no sequence


@dataclass(frozen=True, slots=True)
class Pause:
    """The switch of a connection that stops an operation, and the code that says so."""

    column: str
    code: MsgCode


def answered(call: Call, address: str) -> SoapReply:
    """Return what a call from an IP address gets. The code is that of the first check that fails."""
    try:
        return _checked(call, address)
    except (FileMissing, InvalidToken) as error:
        logger.critical("%s: what is on record can't be read: %s", call.operation, error)
        return SoapReply(MsgCode.OTHER)
    except Missing as refusal:
        return SoapReply(
            refusal.code, body={"dataSequences": {"dataSequence": [str(one) for one in refusal.sequences]}}
        )
    except CallRefused as refusal:
        return SoapReply(refusal.code, refusal.more)


def _checked(call: Call, address: str) -> SoapReply:
    answer, pause = OPERATIONS[call.operation]
    found = authentication.known(call.text("userName"))
    if found and pause and getattr(found, pause.column):
        raise CallRefused(pause.code)
    return answer(authentication.check(found, _credentials(call, address)), call)


def _credentials(call: Call, address: str) -> Credentials:
    return Credentials(
        isp_id=call.number(ISP_ID),
        user_name=call.text("userName"),
        random=call.text("randVal"),
        password_hash=call.text("pwdHash"),
        hash_algorithm=_number(call, "hashAlgorithm"),
        address=address,
    )


def _number(call: Call, name: str) -> int:
    number = call.number(name)
    return NO_NUMBER if number is None else number


# --- Uploads ------------------------------------------------------------------------------------------


def _upload(connection: Connection, call: Call) -> SoapReply:
    """Take a file in: permission and hours, algorithms, room and sequence, then the envelope, then store it."""
    _check_permission(connection)
    keys = envelope.keys_of(connection)
    algorithms = Algorithms(
        _number(call, "encryptAlgorithm"), _number(call, "hashAlgorithm"), _number(call, "compressionFormat")
    )
    keys.profile.check(algorithms)
    sequence, digest = call.number("dataSequence"), call.text("beianInfoHash")
    if sequence is None:
        raise CallRefused(MsgCode.OTHER)
    if not ledger.is_known(connection, sequence, digest):
        if len(digest) > LONGEST_DIGEST:
            raise CallRefused(MsgCode.WRONG_HASH)
        xml = envelope.unpack(call.content.read(), digest, keys, algorithms)
        _scan(xml)
        ledger.accept(connection.pk, sequence, digest, xml)
    return SoapReply(MsgCode.DONE)


def _scan(xml: bytes) -> None:
    """Refuse a file that is infected or can't be scanned now. Files inside it are scanned when they are opened."""
    try:
        malware.check(xml)
    except malware.Infected as found:
        logger.warning("a file of the interface is infected: %s", found)
        raise CallRefused(MsgCode.OTHER, str(found)) from found
    except malware.TooLarge as error:
        logger.error("a file of the interface, %d bytes, can't be scanned: set the scanner's StreamMaxLength", len(xml))
        raise CallRefused(MsgCode.UPLOADS_PAUSED) from error
    except malware.NotScanned as error:
        logger.error("a file of the interface can't be scanned: %s", error)
        raise CallRefused(MsgCode.UPLOADS_PAUSED) from error


def _check_permission(connection: Connection) -> None:
    if not connection.may_report or not connection.provider.is_active:
        raise CallRefused(MsgCode.NOT_PERMITTED)
    if not connection.takes_reports_at(timezone.localtime().time()):
        raise CallRefused(MsgCode.OUTSIDE_HOURS, connection.hours)  # V3.0 requires them in the text


def _previous(connection: Connection, _call: Call) -> SoapReply:
    """Return the last accepted file with its number; an empty file before the first (0) and for an erased one."""
    last = ledger.last(connection)
    if last is None or not last.content:
        infos = _file_infos(connection, "", Packed("", ""), sequence=last.sequence if last else 0)
        return SoapReply(MsgCode.DONE, body={"fileInfos": infos})
    infos = _file_infos(connection, checking.UPLOAD_NAME, _packed(last, checking.UPLOAD_NAME), sequence=last.sequence)
    return SoapReply(MsgCode.DONE, body={"fileInfos": infos})


# --- Downloads ----------------------------------------------------------------------------------------


def _download(connection: Connection, _call: Call) -> SoapReply:
    """Return the oldest file that is not acknowledged. Of codes 0 to 3 it uses 0 for a file, 2 for none."""
    row = outbox.next_of(connection)
    if row is None:
        return SoapReply(MsgCode.NOTHING_TO_DOWNLOAD)
    return SoapReply(
        MsgCode.DONE, body={"fileInfos": _file_infos(connection, row.file_name, _packed(row, row.file_name))}
    )


def _packed(row: Upload | Download, name: str) -> Packed:
    """Pack a file with the connection's secrets of today, in lines of 76 characters, as in a captured reply."""
    keys = envelope.keys_of(row.connection)
    return envelope.pack(kept_files.read(row), name, keys, keys.profile.usual, wrapped=True)


def _file_infos(connection: Connection, name: str, packed: Packed, *, sequence: int | None = None) -> Tree:
    used = envelope.PROFILES[connection.profile].usual
    return {
        "hashAlgorithm": str(used.hash),
        "compressionFormat": str(used.compression),
        "encryptAlgorithm": str(used.encrypt),
        **({} if sequence is None else {"dataSequence": str(sequence)}),
        "return_FileName": name,
        "beianInfo": packed.content,
        "beianInfoHash": packed.digest,
    }


def _acknowledge(connection: Connection, call: Call) -> SoapReply:
    outbox.acknowledge(connection, call.text("fileName"))
    return SoapReply(MsgCode.DONE)


# --- Questions ----------------------------------------------------------------------------------------


def _status(connection: Connection, call: Call) -> SoapReply:
    """Return whether a domain or a certificate is on record; name and numbers only of a domain's website."""
    asked, condition = call.number("queryConditionType"), call.text("queryCondition")
    found = filing_queries.find(connection, asked, condition)
    names: Tree = {}
    if site := found.website:
        names = {"Wzmc": site.name, "Ztbah": str(site.subject.number), "Wzbah": str(site.number)}
    info = {"Cxtjlx": str(asked), "Cxtj": condition, **names, "Bazt": "0" if found.is_filed else "1"}
    return SoapReply(MsgCode.DONE, body={"StatusInfo": info})


def _verify(connection: Connection, call: Call) -> SoapReply:
    """Return whether a filing password is correct. Tries are counted for each number and connection, and limited.

    In a sandbox one password is that of every number, and nothing is counted.
    """
    if connection.is_sandbox:
        return SoapReply(MsgCode.DONE, body={"VerifyRes": str(int(call.text("bamm") != sandbox.PASSWORD))})
    try:
        proven = passwords.prove_number(call.text("baxh"), call.text("bamm"), address=f"connection {connection.pk}")
    except ValidationError as error:
        if error.code in ("locked", "too_often"):
            limit = settings.PASSWORD_TRIES if error.code == "locked" else settings.PASSWORD_TRIES_OF_CALLER
            return SoapReply(MsgCode.TOO_MANY_TRIES, str(limit))
        if error.code != "wrong":  # no filing number
            raise CallRefused(MsgCode.OTHER) from error
        return SoapReply(MsgCode.DONE, body={"VerifyRes": "1"})
    proofs.remember(connection, proven, call.text("bamm"))
    return SoapReply(MsgCode.DONE, body={"VerifyRes": "0"})


_UPLOADS, _DOWNLOADS = (
    Pause("uploads_paused", MsgCode.UPLOADS_PAUSED),
    Pause("downloads_paused", MsgCode.DOWNLOADS_PAUSED),
)
# Operation → its function, and the switch that pauses it
OPERATIONS: Final[dict[str, tuple[Callable[[Connection, Call], SoapReply], Pause | None]]] = {
    services.UPLOAD.name: (_upload, _UPLOADS),
    services.PREVIOUS.name: (_previous, None),
    services.DOWNLOAD.name: (_download, _DOWNLOADS),
    services.ACKNOWLEDGE.name: (_acknowledge, _DOWNLOADS),
    services.STATUS.name: (_status, None),
    services.VERIFY.name: (_verify, None),
}
