"""Mail a provider's supervisors when reports and results no longer pass between it and a bureau."""

from accounts.links import link_to
from filings.mail import recipients
from interchange.codes import MsgCode
from interchange.models import ReportingConnection
from ministry.mail import letters

# Failed calls one after the other, by ``running.WAITS`` some nine hours; ours to choose.
FAILURES_TOLD = 12


def of_stop(connection: ReportingConnection, code: int) -> None:
    """Tell that the bureau's system has answered with a code (``msg_code``) for which a person is needed."""
    meaning = MsgCode(code).label if code in MsgCode.values else ""
    _tell("reporting_stopped", connection, code=code, meaning=meaning)


def of_failure(connection: ReportingConnection) -> None:
    """Tell, once until a call succeeds, that the bureau's system takes no call."""
    if connection.failures + 1 == FAILURES_TOLD:
        _tell("reporting_unanswered", connection)


def _tell(template: str, connection: ReportingConnection, **more: object) -> None:
    url = link_to("reporting:one", connection.pk)
    context = {"connection": connection, "url": url, **more}
    readers = recipients.supervisors(connection.provider_id)
    letters.queue([letters.written(template, [reader.email], context, reader) for reader in readers])
