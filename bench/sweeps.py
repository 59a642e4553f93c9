"""Sweeps and mails with work to do; beside the mails a bare kept connection, which is their floor.

Every call is undone. CPU time is without the database's, so a sweep has no floor here: a bare UPDATE costs nothing.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test.utils import override_settings
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email

from bench.browsers import undone
from bench.measuring import Case
from bench.portal import MeasuredPortal
from bureaus.models import Bureau
from filings.deadlines import sweeps
from filings.models import Filing
from filings.states import Status
from ministry.mail import queue
from ministry.passwords import passwords
from ops.mailsink import MailSink

DUE, MAILS = 100, 50
ANOTHER = "440000"
_SENDER, _TEXT = "a@bench.test", "示例\n" * 20


def cases(portal: MeasuredPortal) -> Iterator[Case]:
    """Yield every case."""
    yield from _of_deadlines()
    yield from _of_mails(portal.filed.subject_id or 0)


def _of_deadlines() -> Iterator[Case]:
    """Yield a sweep of filings that are due tomorrow, and of filings that were due last week."""
    rows = Filing.objects.filter(status=Status.WITH_BUREAU, claimed_by=None).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:DUE])
    # Of a bureau whose queue isn't measured: each undone change leaves dead rows there.
    Filing.objects.filter(pk__in=ids).update(bureau_id=ANOTHER)
    Bureau.objects.filter(pk=ANOTHER).update(contact_email="b@bench.test", chief_email="c@bench.test")
    today = timezone.localdate()
    for name, due_on in (("reminders", today + timedelta(days=1)), ("overdue", today - timedelta(days=7))):
        yield Case(f"sweep: {len(ids)} {name}", undone(partial(_swept, ids, due_on)), long=True)


def _swept(ids: list[int], due_on: date) -> None:
    Filing.objects.filter(pk__in=ids).update(due_on=due_on, reminded_level=0)
    if (swept := sweeps.watch_deadlines()) != len(ids):
        raise ValueError(f"{swept} of {len(ids)} filings were swept")


def _of_mails(subject_id: int) -> Iterator[Case]:
    """Yield the sending of notices and of a filing password, to a mail server in a thread of this process."""
    bare = f"mails: {MAILS} on a bare connection"
    yield Case(bare, _bare, within=_mail_server, long=True)
    yield Case(f"mails: {MAILS} notices", undone(_notices), beside=bare, within=_mail_server, long=True)
    yield Case("mails: filing password", undone(lambda: _password(subject_id)), within=_mail_server, long=True)


@contextmanager
def _mail_server() -> Iterator[None]:
    with TemporaryDirectory() as folder:
        sink = MailSink(Path(folder)).start()
        host, _colon, port = sink.url.removeprefix("smtp://").partition(":")
        try:
            server = {"EMAIL_HOST": host, "EMAIL_PORT": int(port), "MAILS_ARE_LISTED": False}
            with override_settings(EMAIL_BACKEND=settings.SMTP_BACKEND, **server):
                yield
        finally:
            sink.stop()


def _bare() -> None:
    message = f"From: {_SENDER}\r\nSubject: s\r\n\r\n{_TEXT}".encode()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        for number in range(MAILS):
            server.sendmail(_SENDER, [f"to{number}@bench.test"], message)


def _notices() -> None:
    Email.objects.bulk_create(
        Email(
            from_email=_SENDER,
            to=[f"to{number}@bench.test"],
            subject="s",
            message=_TEXT,
            status=STATUS.queued,
            priority=PRIORITY.medium,
            scheduled_time=timezone.now(),
        )
        for number in range(MAILS)
    )
    queue.send_due()
    if waiting := Email.objects.filter(status=STATUS.queued).count():
        raise ValueError(f"{waiting} mails were not sent")


def _password(subject_id: int) -> None:
    passwords.want(subject_id)
    passwords.send(subject_id)
