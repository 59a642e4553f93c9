"""Mail a provider's supervisors when reports and results no longer pass between it and a bureau."""

from collections.abc import Sequence

from accounts.links import link_to
from filings.mail import recipients
from interchange.models import Report, ReportingConnection
from interchange.result_codes import MsgCode
from ministry.mail import letters

# Failed calls one after the other, by ``running.WAITS`` after an hour and a half; our own choice.
FAILURES_TOLD = 5


def of_stop(connection: ReportingConnection, code: int) -> None:
    """Mail that the bureau's system has answered with a code (``msg_code``) that needs a person's attention."""
    meaning = MsgCode(code).label if code in MsgCode.values else ""
    _tell("reporting_stopped", connection, code=code, meaning=meaning)


def of_failure(connection: ReportingConnection) -> None:
    """Mail, once until a call succeeds, that calls to the bureau's system fail."""
    if connection.failures + 1 == FAILURES_TOLD:
        _tell("reporting_unanswered", connection)


def of_refused_results(connection: ReportingConnection, file_name: str, lines: Sequence[str]) -> None:
    """Mail which results of a fetched file could not be entered, such as a number that is another filing's."""
    _tell("reporting_refused", connection, file=file_name, lines=lines)


def of_unwritable(connection: ReportingConnection, report: Report, *, is_back: bool) -> None:
    """Mail that a filing is back at the desk because the interface can't carry it, or waits for missing data."""
    url = link_to("reporting:report", report.pk)
    context = {"filing": report.filing_id, "said": report.message, "lacks_password": report.lacks_password}
    _tell("reporting_unwritable", connection, **context, url=url, is_back=is_back)


def _tell(template: str, connection: ReportingConnection, **more: object) -> None:
    context = {"connection": connection, "url": link_to("reporting:one", connection.pk), **more}
    readers = recipients.supervisors(connection.provider_id)
    letters.queue([letters.written(template, [reader.email], context, reader) for reader in readers])
