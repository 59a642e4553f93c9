"""Outside of production, send mails to listed addresses and domains only: a copy of the data must not mail real people.

``MAIL_ALLOWED`` lists them. Locally, the portal's own mail sink (``MAILBOX_DIR``), which delivers to nobody, takes all
mails.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

# When a mail that is held back is due: never, unless an operator sends it again.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class ListedBackend(EmailBackend):
    """Send by SMTP; refuse a mail to an address that is not listed, as a server that doesn't know it would.

    So mails with codes and passwords, which are never stored, are not sent either, and their pages say so.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if unlisted := withheld(message.recipients()):
                raise SMTPRecipientsRefused(dict.fromkeys(unlisted, (550, b"not in MAIL_ALLOWED")))
        return int(super().send_messages(email_messages) or 0)


def withheld(addresses: Iterable[str]) -> list[str]:
    """Return the addresses that get no mails here."""
    if not settings.MAILS_ARE_LISTED:
        return []
    return [address for address in addresses if not _is_listed(address.lower())]


def _is_listed(address: str) -> bool:
    return bool({address, address.rpartition("@")[2]} & set(settings.MAIL_ALLOWED))
