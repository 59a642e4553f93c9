"""Send verification codes through the gateway that ``CODE_GATEWAY`` names, and say by what channel they go.

An SMS gateway sends ``message.text`` to ``recipient.mobile``; the one here sends e-mail.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.mail import mask_address, split_addresses
from filings.models import PersonCheck
from ministry.mail import queue
from ministry.reference import english


@dataclass(frozen=True, slots=True)
class Recipient:
    """A responsible person's contacts: a mobile (11 digits) and one or several e-mail addresses."""

    name: str
    mobile: str
    emails: tuple[str, ...]

    @classmethod
    def of(cls, check: PersonCheck) -> Self:
        """Return the contacts of the person of a check."""
        return cls(check.name, check.mobile, tuple(split_addresses(check.email)))


@dataclass(frozen=True, slots=True)
class Message:
    """The message: ``text`` fits into an SMS, ``more`` is additional text for e-mail."""

    subject: str
    text: str
    more: str


@dataclass(frozen=True, slots=True)
class Channel:
    """How codes reach persons, in the words that the sentences of pages and mails have for it."""

    sent: Promise | str  # The code was sent (by e-mail)
    address: Promise | str  # A new code is sent to the (e-mail address) in the filing
    received: Promise | str  # Each person gets (an e-mail) with a code
    message: Promise | str  # Enter the code from the (e-mail)
    look: Promise | str  # What to do after a code was requested: (Check your mailbox)


class Gateway(ABC):
    """A way to send codes; everything that pages and mails say about the channel comes from it."""

    channel: Channel

    @abstractmethod
    def send(self, recipient: Recipient, message: Message) -> None:
        """Send the message; return once the carrier has accepted it.

        Raise OSError or SMTPException otherwise: a new code is then sent later. The text contains the code, so it must
        be neither logged nor stored. After ``ministry.mail.claims.LEASE`` another worker sends another code.
        """

    @abstractmethod
    def sent_to(self, recipient: Recipient) -> str:
        """Return the address or number that a code goes to, masked, for host and provider."""


class EmailGateway(Gateway):
    """Sends by e-mail, bypassing the table of mails: codes are never stored in plain text."""

    channel = Channel(
        sent=pgettext_lazy("the code was sent", "by e-mail"),
        address=pgettext_lazy("the code is sent to the", "e-mail address"),
        received=pgettext_lazy("the person gets", "an e-mail"),
        message=pgettext_lazy("the code from the", "e-mail"),
        look=_("Check your mailbox"),
    )

    def send(self, recipient: Recipient, message: Message) -> None:
        text = f"{message.text}\n\n{message.more}".strip() + "\n"
        queue.send_now(EmailMessage(subject=message.subject, body=text, to=list(recipient.emails)))

    def sent_to(self, recipient: Recipient) -> str:
        return english.joined(map(mask_address, recipient.emails))


by_email = EmailGateway()


def chosen() -> Gateway:
    """Return the gateway named in the settings."""
    gateway: Gateway = import_string(settings.CODE_GATEWAY)
    return gateway


def send(recipient: Recipient, message: Message) -> None:
    """Send through the gateway named in the settings."""
    chosen().send(recipient, message)
