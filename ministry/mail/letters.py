"""Queue mails as rows, in the transaction that causes them; ``ministry.send_mails`` sends them.

Each is of a kind with a text of its own. None contains a code or a password.
"""

import logging
from collections.abc import Iterable, Sequence
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email
from post_office.settings import get_message_id_fqdn

from accounts import languages
from accounts.mail import split_addresses
from accounts.models import User
from ministry.mail import texts
from ministry.mail.outbox import after_commit
from ministry.models import Subject

logger = logging.getLogger(__name__)


def written(template: str, to: Sequence[str], context: dict[str, Any], reader: User | None = None) -> Email:
    """Return an unsaved mail of this kind (``ministry.mail.texts``), in the language of ``reader``'s account."""
    with languages.of(reader):
        subject, body = texts.of(template, context)
    return Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=list(to),
        subject=subject,
        message=body,
        status=STATUS.queued,
        priority=PRIORITY.medium,
        scheduled_time=timezone.now(),
        # Stored, so that mailboxes recognise a mail that is sent twice (``ministry.mail.queue``).
        message_id=make_msgid(domain=get_message_id_fqdn()),
    )


def tell_of_new_email(subject: Subject, new: str) -> None:
    """Notify the addresses that ``new`` replaces in the record, without telling them the new one."""
    gone = [address for address in split_addresses(subject.responsible_email) if address not in split_addresses(new)]
    queue(written("email_changed", [address], {"subject": subject}) for address in gone)


def queue(mails: Iterable[Email]) -> None:
    """Queue the mails, to be sent after the commit; one insert for all of them."""
    if rows := list(mails):
        Email.objects.bulk_create(rows)
        # With the number of the request; ``ministry.mail.queue`` logs the same key when the mail is sent. Nothing has
        # this key if the transaction is rolled back.
        logger.info("mails queued: %s", ", ".join(str(row.pk) for row in rows))
        after_commit("ministry.send_mails")
