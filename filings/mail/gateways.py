"""Send one-time codes through a gateway, a callable named by ``CODE_GATEWAY``.

A gateway gets a ``Recipient`` and a ``Message`` and returns when the carrier has accepted the message. Otherwise it
raises OSError or SMTPException: a new code is then sent later. It must neither log nor store the text, which contains
the code. It must return within ``ministry.mail.claims.LEASE``: then another worker sends another code. An SMS gateway
sends ``message.text`` to ``recipient.mobile``; the one here sends e-mail.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from ministry.mail import queue


@dataclass(frozen=True, slots=True)
class Recipient:
    """A responsible person's contacts: a mobile (11 digits) and one or several e-mail addresses."""

    name: str
    mobile: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """The message: ``text`` fits into an SMS, ``more`` is additional text for e-mail."""

    subject: str
    text: str
    more: str


Gateway = Callable[[Recipient, Message], None]


def send(recipient: Recipient, message: Message) -> None:
    """Send through the gateway named in the settings."""
    gateway: Gateway = import_string(settings.CODE_GATEWAY)
    gateway(recipient, message)


def by_email(recipient: Recipient, message: Message) -> None:
    """Send by e-mail, bypassing the table of mails: codes are never stored in plain text."""
    text = f"{message.text}\n\n{message.more}".strip() + "\n"
    queue.send_now(EmailMessage(subject=message.subject, body=text, to=list(recipient.emails)))
