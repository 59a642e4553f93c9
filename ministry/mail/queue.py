"""Sends queued mails, and gives those that failed another chance.

Only a server's final word on the mail itself (SMTP 5xx on a recipient or the text) counts as a try. A server that is
away, refuses us, or says "later" (4xx) costs a mail nothing but time, however long it lasts.
"""

import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email

from accounts.models import User
from ministry.mail.outbox import after_commit
from ministry.models import MailResend, Subject

logger = logging.getLogger(__name__)

MAILS_A_RUN: Final = 200
TRIES: Final = 8  # final refusals of one mail; ours to choose
# A server that is away is asked again soon: the run ends at the first mail it can't be given. Ours to choose.
AWAY_FOR: Final = timedelta(minutes=1)
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)

LATE: Final = timedelta(hours=1)  # what waits longer is shown to operators; ours to choose

WAITING: Final = (STATUS.queued, STATUS.requeued)
FAILED: Final = Q(status=STATUS.failed)
STUCK: Final = FAILED | Q(status=STATUS.requeued)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What operators should look at: mails that failed, mails and filing passwords that wait for more than an hour."""

    failed: int
    waiting: int
    passwords: int

    def __bool__(self) -> bool:
        return bool(self.failed or self.waiting or self.passwords)


class Trouble(Enum):
    """What has kept a mail from going out."""

    SERVER = auto()  # not there, or it refuses us; the other mails would fare no better
    LATER = auto()  # the server asks to try this mail again later
    FINAL = auto()  # the server will not take this mail


def send_due() -> None:
    """Send the mails that are due, one a transaction; end the run when the server is away."""
    for _n in range(MAILS_A_RUN):
        trouble, found = _send_next()
        if not found or trouble is Trouble.SERVER:
            return


def trouble_of(error: Exception) -> Trouble:
    """Return what an error of sending says about the mail and the server."""
    match error:
        case SMTPRecipientsRefused():
            codes = [code for code, _text in error.recipients.values()]
            return Trouble.FINAL if min(codes) >= 500 else Trouble.LATER
        case SMTPDataError():
            return Trouble.FINAL if error.smtp_code >= 500 else Trouble.LATER
        case SMTPException() | OSError():
            return Trouble.SERVER
    return Trouble.FINAL  # no message can be made of it


def undelivered() -> Undelivered:
    """Count what does not go out."""
    before = timezone.now() - LATE
    return Undelivered(
        Email.objects.filter(FAILED).count(),
        Email.objects.filter(status__in=WAITING, created__lt=before).count(),
        Subject.objects.filter(password_wanted_at__lt=before).count(),
    )


def resend(which: Q, *, by: User | None) -> int:
    """Queue the mails that ``which`` describes at once, with all tries before them; return how many.

    One row of the record names who did it and which mails. Mails that a worker is sending just now are left alone.
    """
    with transaction.atomic():
        stuck = Email.objects.filter(which & STUCK).order_by("pk")
        ids = list(stuck.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if ids:
            _queue_anew(ids)
            MailResend.objects.create(user=by, actor_name=by.name or by.email if by else "", mails=ids)
    return len(ids)


def _queue_anew(ids: Iterable[int]) -> None:
    Email.objects.filter(pk__in=ids).update(
        status=STATUS.queued, number_of_retries=0, scheduled_time=timezone.now(), last_updated=timezone.now()
    )
    after_commit("ministry.send_mails")


def _send_next() -> tuple[Trouble | None, bool]:
    """Send the next due mail under its row's lock; return what went wrong, and whether there was a mail."""
    with transaction.atomic():
        mail = (
            Email.objects.filter(status__in=WAITING, scheduled_time__lte=timezone.now())
            .select_for_update(skip_locked=True)
            .order_by("pk")
            .first()
        )
        if mail is None:
            return None, False
        error = _hand_over(mail)
        if error is None:
            _keep(mail, status=STATUS.sent)
            return None, True
        trouble = trouble_of(error)
        _try_later(mail, trouble)
        _note(mail, error)
    return trouble, True


def _hand_over(mail: Email) -> Exception | None:
    """Give the mail to the server; return the error if it did not take it."""
    try:
        mail.dispatch(commit=False, disconnect_after_delivery=False)
    except Exception as error:  # whatever it is, the other mails have to go out
        logger.warning("mail %s was not sent: %s", mail.pk, type(error).__name__)  # the text names the recipient
        return error
    finally:
        with contextlib.suppress(OSError):  # the server has the mail; how it says goodbye changes nothing
            connections.close()
    return None


def _try_later(mail: Email, trouble: Trouble) -> None:
    """Say when the mail is tried again; one that was refused for good ``TRIES`` times stays failed."""
    tries, wait = mail.number_of_retries or 0, AWAY_FOR
    if trouble is Trouble.LATER:
        # As long as it has waited already, so that the pauses double.
        wait = min(max(timezone.now() - mail.created, SHORTEST), LONGEST)
    if trouble is Trouble.FINAL:
        tries += 1
        wait = SHORTEST * 2 ** (tries - 1)
    status = STATUS.requeued if tries < TRIES else STATUS.failed
    _keep(mail, status=status, number_of_retries=tries, scheduled_time=timezone.now() + wait)


def _keep(mail: Email, **changed: object) -> None:
    Email.objects.filter(pk=mail.pk).update(last_updated=timezone.now(), **changed)


def _note(mail: Email, error: Exception) -> None:
    """Keep the newest reason, and only that: a server may be away for days."""
    mail.logs.all().delete()
    mail.logs.create(status=STATUS.failed, message=str(error), exception_type=type(error).__name__)
