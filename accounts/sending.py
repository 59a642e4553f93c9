"""Hand mails that somebody waits for to the mail server, and let no hanging server keep the web server's threads."""

from collections.abc import Callable
from smtplib import SMTPServerDisconnected
from typing import Any, Final

from django.core.mail import get_connection

from accounts.outages import Breaker

# For each reply of the server, where ``EMAIL_TIMEOUT`` is for the workers. Our own choice.
SECONDS: Final = 10
# What smtplib raises when a server hangs. A refused connection fails at once, so it needs no breaker.
MAIL_SERVER = Breaker("the mail server", (TimeoutError, SMTPServerDisconnected))


def connection(backend: str | None = None) -> Any:
    """Return a connection that waits ``SECONDS`` for each reply."""
    return get_connection(backend, timeout=SECONDS)


def hand_over(send: Callable[[], object]) -> None:
    """Send a mail; raise OSError if that fails, at once while the server hangs."""
    MAIL_SERVER.ask(send, _fail)


def _fail() -> None:
    raise TimeoutError
