"""Send queued mails and retry those that failed.

Only a permanent rejection of the mail itself (SMTP 5xx on a recipient or the text) counts as a try. A server that is
down, rejects us, or asks to try later (4xx) only delays a mail, however long it lasts.

A worker claims a mail in a statement of its own, sends it without a lock and then notes what came of it. One that dies
in between leaves a claim that ends with ``LEASE``; the next worker then sends the mail again, with the same Message-ID.
So a killed worker doubles one mail at most, and loses none.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email

from accounts.models import User
from ministry.mail.allowed import NEVER, withheld
from ministry.mail.outbox import after_commit
from ministry.models import MailResend, Subject

logger = logging.getLogger(__name__)

MAILS_A_RUN: Final = 200
DEFAULT: Final = "default"  # the only mail server of the settings
TRIES: Final = 8  # permanent rejections of one mail; our own choice
# A server that is down is tried again soon: the run ends at the first mail that can't be handed over. Our own choice.
AWAY_FOR: Final = timedelta(minutes=1)
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)

# How long a claim lasts: longer than a mail server takes (``EMAIL_TIMEOUT`` for each answer of its). Our own choice.
LEASE: Final = timedelta(minutes=10)

LATE: Final = timedelta(hours=1)  # mails that wait longer are shown to operators; our own choice

WAITING: Final = (STATUS.queued, STATUS.requeued)
FAILED: Final = Q(status=STATUS.failed)
STUCK: Final = FAILED | Q(status=STATUS.requeued)
HELD: Final = Q(status=STATUS.requeued, scheduled_time=NEVER)  # held back (``ministry.mail.allowed``)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Counts for operators: failed mails, mails and filing passwords that have waited for more than an hour."""

    failed: int
    waiting: int
    passwords: int

    def __bool__(self) -> bool:
        return bool(self.failed or self.waiting or self.passwords)


class Trouble(Enum):
    """Why a mail was not sent."""

    SERVER = auto()  # the server is down or rejects us; other mails would fail too
    LATER = auto()  # the server asks to try this mail again later
    FINAL = auto()  # the server permanently rejects this mail


def send_due() -> None:
    """Send the mails that are due, one after the other, on one connection; end the run when the server is down.

    Each is looked for after the one before it: entries of sent mails stay in the index until it is vacuumed.
    """
    after = 0
    try:
        for _n in range(MAILS_A_RUN):
            if (mail := _claimed(after)) is None or _send(mail) is Trouble.SERVER:
                return
            after = mail.pk
    finally:
        _disconnect()


def send_now(message: EmailMessage) -> None:
    """Send a message that is never stored, on the connection of this process; raise the mail server's error.

    The connection stays open for the next message, until a run of ``send_due`` ends or the server closes it.
    """
    if error := _handed_over(lambda: connections[DEFAULT].send_messages([message])):
        raise error


def trouble_of(error: Exception) -> Trouble:
    """Return which kind of trouble an error of sending means."""
    match error:
        case SMTPRecipientsRefused():
            codes = [code for code, _text in error.recipients.values()]
            return Trouble.FINAL if min(codes) >= 500 else Trouble.LATER
        case SMTPDataError():
            return Trouble.FINAL if error.smtp_code >= 500 else Trouble.LATER
        case SMTPException() | OSError():
            return Trouble.SERVER
    return Trouble.FINAL  # the message can't be built


def undelivered() -> Undelivered:
    """Count failed and late mails and passwords. Three queries."""
    before = timezone.now() - LATE
    return Undelivered(
        Email.objects.filter(FAILED).count(),
        Email.objects.filter(status__in=WAITING, created__lt=before).exclude(HELD).count(),
        Subject.objects.filter(password_wanted_at__lt=before).count(),
    )


def resend(which: Q, *, by: User | None) -> int:
    """Queue the stuck mails that match ``which`` again, with their tries reset; return how many.

    Logs in one row who did it and which mails. Mails that a worker is sending are not stuck.
    """
    with transaction.atomic():
        stuck = Email.objects.filter(which & STUCK).order_by("pk")
        ids = list(stuck.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if ids:
            _requeue(ids)
            MailResend.objects.create(user=by, actor_name=by.name or by.email if by else "", mails=ids)
    return len(ids)


def _requeue(ids: Iterable[int]) -> None:
    Email.objects.filter(pk__in=ids).update(
        status=STATUS.queued, number_of_retries=0, scheduled_time=timezone.now(), last_updated=timezone.now()
    )
    after_commit("ministry.send_mails")


# A claimed mail is queued and due when the claim ends: no other worker finds it, and operators can't send it again.
_CLAIM: Final = """
    UPDATE post_office_email SET status = %(queued)s, scheduled_time = %(until)s, last_updated = %(now)s
    WHERE id = (
        SELECT id FROM post_office_email
        WHERE status IN (2, 3) AND scheduled_time <= %(now)s AND id > %(after)s
        ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING *
"""


def _claimed(after: int) -> Email | None:
    """Claim and return the next due mail with a key above ``after``; None if there is none. One statement."""
    now = timezone.now()
    parameters = {"queued": STATUS.queued, "until": now + LEASE, "now": now, "after": after}
    return next(iter(Email.objects.raw(_CLAIM, parameters)), None)


def _send(mail: Email) -> Trouble | None:
    """Send a claimed mail, or hold it back; return what went wrong."""
    if withheld(mail.to):
        _keep(mail, status=STATUS.requeued, scheduled_time=NEVER)
        return None
    error = _handed_over(lambda: mail.dispatch(commit=False, disconnect_after_delivery=False))
    if error is None:
        _keep(mail, status=STATUS.sent)
        logger.info("mail %s was sent", mail.pk)
        return None
    trouble = trouble_of(error)
    logger.warning("mail %s was not sent: %s", mail.pk, type(error).__name__)  # the text names the recipient
    with transaction.atomic():
        _try_later(mail, trouble)
        _note(mail, error)
    return trouble


def _handed_over(send: Callable[[], object]) -> Exception | None:
    """Hand a mail to the server; return the error if that failed.

    A connection on which the server takes no further mails is replaced by a new one.
    """
    was_connected = bool(connections.all())
    error = _tried(send)
    if error and was_connected and trouble_of(error) is Trouble.SERVER:
        error = _tried(send)
    return error


def _tried(send: Callable[[], object]) -> Exception | None:
    """Send a mail on the kept connection, else on a new one; return the error if that failed."""
    try:
        send()
    except Exception as error:  # no error may keep the other mails from being sent
        if trouble_of(error) is Trouble.SERVER:
            _disconnect()
        return error
    return None


def _disconnect() -> None:
    with contextlib.suppress(OSError):  # the server has its mails; an error on closing doesn't matter
        connections.close()


def _try_later(mail: Email, trouble: Trouble) -> None:
    """Schedule the next try; mark the mail as failed after ``TRIES`` permanent rejections."""
    tries, wait = mail.number_of_retries or 0, AWAY_FOR
    if trouble is Trouble.LATER:
        # As long as it has waited already, so that the delay doubles.
        wait = min(max(timezone.now() - mail.created, SHORTEST), LONGEST)
    if trouble is Trouble.FINAL:
        tries += 1
        wait = SHORTEST * 2 ** (tries - 1)
    status = STATUS.requeued if tries < TRIES else STATUS.failed
    _keep(mail, status=status, number_of_retries=tries, scheduled_time=timezone.now() + wait)


def _keep(mail: Email, **changed: object) -> None:
    Email.objects.filter(pk=mail.pk).update(last_updated=timezone.now(), **changed)


def _note(mail: Email, error: Exception) -> None:
    """Store the newest reason only: a server may be down for days."""
    mail.logs.all().delete()
    mail.logs.create(status=STATUS.failed, message=str(error), exception_type=type(error).__name__)
