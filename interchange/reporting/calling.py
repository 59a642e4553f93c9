"""Call an operation of a bureau's system for a connection, with credentials, and log the exchange."""

import logging
import re
import secrets
import string
import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

from interchange import envelope
from interchange.envelope import Algorithms
from interchange.messages.faults import MessageFault
from interchange.messages.reading import Fields, read_return
from interchange.models import Exchange, ExchangeEnd, FetchedFile, ReportingConnection, ReportUpload
from interchange.reporting.unanswered import SECONDS, NotAnswered
from interchange.result_codes import CallRefused
from interchange.soap.services import SERVICES, Operation

logger = logging.getLogger(__name__)

RANDOM: Final = 20  # characters of randVal
LONGEST_TEXT: Final = 256  # of what is kept of an answer's text
_LETTERS: Final = string.ascii_letters + string.digits
_PERSONAL: Final = re.compile(r"\d{10,}[\dXx]")  # telephones and certificates; numbers of filings are shorter
_SERVICES: Final = {operation.name: service for service in SERVICES for operation in service.operations}


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The answer to a call: its code, its text, what came with it, and the id of the exchange."""

    code: int
    text: str
    fields: Fields = field(repr=False)
    exchange_id: int = 0


def call(
    connection: ReportingConnection,
    operation: Operation,
    *,
    upload: ReportUpload | None = None,
    file: FetchedFile | None = None,
    seconds: float = SECONDS,
    **parts: Any,
) -> CallAnswer:
    """Call an operation and return the answer; raise NotAnswered without one. Both are logged. Not in a transaction.

    ``upload``, ``file``: what the call is about. ``seconds``: the time limit.
    """
    row = Exchange.objects.create(connection=connection, operation=operation.name, upload=upload, file=file)
    begun = time.monotonic()
    try:
        answer = _answer(connection, operation, parts, seconds)
        row.ended_by, row.code, row.text = ExchangeEnd.ANSWERED, answer.code, _masked(answer.text)[:LONGEST_TEXT]
    except NotAnswered as error:
        row.ended_by = error.why
        raise
    finally:
        row.took = round((time.monotonic() - begun) * 1000)
        row.save(update_fields=["ended_by", "code", "text", "took"])
        logger.info("%s at bureau %s: %s %s", operation.name, connection.bureau_id, row.ended_by, row.code)
    return replace(answer, exchange_id=row.pk)


def add_text(answer: CallAnswer, words: str) -> None:
    """Add to the text of an exchange what its answer contains besides the code."""
    row = Exchange.objects.get(pk=answer.exchange_id)
    row.text = f"{row.text} – {words}"[:LONGEST_TEXT] if row.text else words
    row.save(update_fields=["text"])


def _masked(text: str) -> str:
    """Return a text of a bureau's system with personal numbers masked; the raw answer is stored encrypted."""
    return _PERSONAL.sub(lambda found: f"{found[0][:3]}…{found[0][-2:]}", text)


def _answer(connection: ReportingConnection, operation: Operation, parts: dict[str, Any], seconds: float) -> CallAnswer:
    from interchange.reporting import wire  # late: zeep is loaded only by who calls

    sent = _credentials(connection) | parts
    service = _SERVICES[operation.name]
    certificates = wire.Certificates(connection.certificate, connection.authority)
    text = wire.called(service, connection.url, certificates, operation.name, sent, seconds)
    try:
        fields = read_return(text, operation.name)
    except MessageFault:
        raise NotAnswered(ExchangeEnd.UNREADABLE) from None
    return CallAnswer(int(fields["msg_code"]), fields.get("msg") or "", fields)


def _credentials(connection: ReportingConnection) -> dict[str, Any]:
    keys = envelope.keys_of(connection)
    value = "".join(secrets.choice(_LETTERS) for _ in range(RANDOM))
    return {
        "ispId": connection.isp_id,
        "userName": connection.user_name,
        "randVal": value,
        "pwdHash": envelope.password_hash(keys.password, value, keys.profile.usual.hash),
        "hashAlgorithm": keys.profile.usual.hash,
    }


def opened(connection: ReportingConnection, answer: CallAnswer) -> bytes:
    """Return the XML of the file that came with an answer; raise NotAnswered for one that can't be opened.

    The exchange then says so, too: a wrong key is noticed here for the first time.
    """
    infos = answer.fields.get("fileInfos") or {}
    try:
        used = Algorithms(int(infos["encryptAlgorithm"]), int(infos["hashAlgorithm"]), int(infos["compressionFormat"]))
        return envelope.unpack(infos["beianInfo"], infos["beianInfoHash"], envelope.keys_of(connection), used)
    except (CallRefused, KeyError, ValueError):
        Exchange.objects.filter(pk=answer.exchange_id).update(ended_by=ExchangeEnd.UNOPENED)
        raise NotAnswered(ExchangeEnd.UNOPENED) from None
