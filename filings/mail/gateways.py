"""The way by which a one-time code reaches a person: a callable that ``CODE_GATEWAY`` names.

A gateway is given a ``Recipient`` and a ``Message`` and returns when the carrier has taken the message. It raises
OSError or SMTPException when the carrier has not: the code is then made anew and tried again later. It must neither log
nor keep the text, which holds the code. It is called with the row of the check locked, so it has to answer within
seconds. An SMS gateway sends ``message.text`` to ``recipient.mobile``; this one sends e-mail.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Recipient:
    """How a responsible person is reached: a mobile (11 digits) and one or several e-mail addresses."""

    name: str
    mobile: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: ``text`` is short enough for a text message, ``more`` is for who has room."""

    subject: str
    text: str
    more: str


Gateway = Callable[[Recipient, Message], None]


def send(recipient: Recipient, message: Message) -> None:
    """Send by the gateway of the settings."""
    gateway: Gateway = import_string(settings.CODE_GATEWAY)
    gateway(recipient, message)


def by_email(recipient: Recipient, message: Message) -> None:
    """Send by e-mail, past the table of mails: a code is never kept readable."""
    EmailMessage(
        subject=message.subject,
        body=f"{message.text}\n\n{message.more}\n",
        to=list(recipient.emails),
        connection=get_connection(settings.SMTP_BACKEND),
    ).send()
