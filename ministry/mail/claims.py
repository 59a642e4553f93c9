"""Claims on messages that are never stored (filing passwords, verification codes): one worker sends one at a time.

A worker claims a message in a statement of its own, sends it without a lock, and ends the claim in the transaction that
stores what was sent. A worker that dies in between leaves a claim that ends with ``LEASE``; the next one then sends
another password or code, and only that one is valid.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from ministry.models import SendingClaim

# Longer than a mail server takes (``EMAIL_TIMEOUT`` for each of its eight answers). Our own choice.
LEASE: Final = timedelta(minutes=4)

_TAKE: Final = """
    INSERT INTO ministry_sendingclaim AS claim (message, until) VALUES (%(message)s, %(until)s)
    ON CONFLICT (message) DO UPDATE SET until = excluded.until WHERE claim.until <= %(now)s
    RETURNING message, until
"""


@dataclass(slots=True)
class MessageClaim:
    """A claim on ``message``, a text such as ``filing password 12``, until a time."""

    message: str
    until: datetime
    is_over: bool = False

    def end(self) -> bool:
        """End the claim; return False if ``LEASE`` is over and another worker has claimed the message since."""
        self.is_over = True
        ended, _by_model = SendingClaim.objects.filter(message=self.message, until=self.until).delete()
        return ended == 1


@contextmanager
def claimed(message: str) -> Iterator[MessageClaim | None]:
    """Claim the message for the block, in one statement; None while another worker has it.

    The block checks whether the message is still owed: it may have been sent before the claim.
    """
    now = timezone.now()
    rows = SendingClaim.objects.raw(_TAKE, {"message": message, "until": now + LEASE, "now": now})
    claim = next((MessageClaim(row.message, row.until) for row in rows), None)
    try:
        yield claim
    finally:
        if claim and not claim.is_over:
            claim.end()
