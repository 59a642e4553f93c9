"""Receipts of a filing's handovers: host → provider → bureau → register → back.

A receipt is not a row of its own. It is derived from the event of the move, which stores in the same insert a digest of
the facts handed over and, after an approval, the number of the record. So no handover is without a receipt, and no
receipt without its handover.

A bureau with a system of its own has a filing once that system has accepted the report of it (``ACCEPT``); until then
the filing is in the queue of reports.

The form of the number is our own choice: ``R`` and digits in groups of four, to be read on the telephone. The digits
are the event's primary key (at least eight), the number of the handover among those of the event, six digits keyed
with ``AUDIT_KEY``, so that numbers can't be guessed, and a check digit (ISO 7064 MOD 11,10).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from filings.facts import Facts
from filings.models import Event, Filing
from filings.states import REPORT, REPORT_TO_PERSONS, UNSENT, Status
from ministry.audit.chain import mac
from ministry.reference.certificates import check_digit

_NUMBER = re.compile(r"R?([0-9]{8,19})([1-9])([0-9]{6})([0-9])", re.IGNORECASE)
_APART = re.compile(r"[\s\-‐‑–—－]+")
KEYED_DIGITS = 6
GROUP = 4


class ReceiptParty(models.TextChoices):
    """Who hands a filing over, and to whom."""

    HOST = "host", _("site host")
    PROVIDER = "provider", _("access provider")
    PERSONS = "persons", _("responsible persons")
    QUEUE = "queue", _("queue of reports to the bureau's system")
    BUREAU = "bureau", _("bureau")
    REGISTER = "register", _("the ministry's register")


# Who has a filing in each status. A filing that has ended without a record is handed to nobody.
PARTIES = {
    Status.DRAFT: ReceiptParty.HOST,
    Status.WITH_PROVIDER: ReceiptParty.PROVIDER,
    Status.RETURNED_TO_HOST: ReceiptParty.HOST,
    Status.WITH_PERSONS: ReceiptParty.PERSONS,
    Status.WITH_BUREAU: ReceiptParty.BUREAU,
    Status.RETURNED_TO_PROVIDER: ReceiptParty.PROVIDER,
    Status.FILED: ReceiptParty.REGISTER,
}
# A draft that a provider's own system reports was never with the host, what could not be sent never with the bureau.
_GIVERS = {
    REPORT.name: ReceiptParty.PROVIDER,
    REPORT_TO_PERSONS.name: ReceiptParty.PROVIDER,
    UNSENT.name: ReceiptParty.QUEUE,
}
# The event of the acceptance by a bureau's own system
ACCEPT = "accept"
# What the register hands back when a record has been written.
BACK = ((ReceiptParty.REGISTER, ReceiptParty.PROVIDER), (ReceiptParty.REGISTER, ReceiptParty.HOST))


@dataclass(frozen=True, slots=True)
class Receipt:
    """One handover; ``giver`` and ``taker`` are names to show, ``digest`` 64 hex characters, or empty for old ones."""

    number: str
    at: datetime
    giver: Promise | str
    taker: Promise | str
    round: int
    digest: str
    record_number: str

    @property
    def short_digest(self) -> str:
        """Return the first 16 characters of the digest in groups of four, to compare by eye."""
        return " ".join(self.digest[start : start + GROUP] for start in range(0, 16, GROUP)).strip()


def legs(event: Event) -> tuple[tuple[ReceiptParty, ReceiptParty], ...]:
    """Return the handovers of an event, from whom to whom; empty if it hands nothing over."""
    if event.name == ACCEPT:
        return ((ReceiptParty.QUEUE, ReceiptParty.BUREAU),)
    if not event.source or event.target not in PARTIES:
        return ()
    giver = _GIVERS.get(event.name) or PARTIES[Status(event.source)]
    first = (giver, PARTIES[Status(event.target)])
    return (first, *BACK) if event.target == Status.FILED else (first,)


def complete(event: Event, filing: Filing) -> None:
    """Set what an unsaved event states of a handover. No query."""
    if legs(event):
        event.handed = digest_of(filing.facts)
        if event.target == Status.FILED and filing.subject:
            event.record_number = str(filing.subject.number)


def digest_of(values: Facts) -> str:
    """Return the digest of a filing's facts, 64 hex characters: the same at each handover of the same facts.

    Keyed, so that nobody can find out a certificate number by trying all of them.
    """
    return mac("handed", json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def of(filing: Filing, events: Iterable[Event]) -> list[Receipt]:
    """Return the receipts of a filing, newest first. No query if ``provider`` and ``bureau`` of the filing are loaded.

    ``events``: all those that hand it over, newest first, with ``provider``.
    """
    found, provider = [], filing.provider
    for event in events:
        names = {ReceiptParty.BUREAU: str(filing.bureau or ReceiptParty.BUREAU.label)}
        is_queued = event.name != ACCEPT and filing.bureau is not None and filing.bureau.external
        for leg, (giver, taker) in reversed(list(enumerate(legs(event), start=1))):
            given = names | {ReceiptParty.PROVIDER: event.provider.name}
            taken = names | {ReceiptParty.PROVIDER: provider.name}  # after a transfer another one than before it
            if is_queued:
                taken[ReceiptParty.BUREAU] = str(ReceiptParty.QUEUE.label)
            found.append(
                Receipt(
                    number_of(event.pk, leg),
                    event.at,
                    given.get(giver, giver.label),
                    taken.get(taker, taker.label),
                    event.round,
                    event.handed,
                    event.record_number,
                )
            )
        provider = event.provider
    return found


def accepted_at(filing: Filing, events: Iterable[Event]) -> datetime | None:
    """Return when the bureau's own system accepted the filing as it is now; None if it has not. No query."""
    return next((event.at for event in events if (event.name, event.round) == (ACCEPT, filing.round)), None)


def number_of(event_id: int, leg: int = 1) -> str:
    """Return the number of a receipt: R0001-2345-1831-2047; ``leg`` counts the handovers of an event from 1."""
    body = f"{event_id:08d}{leg}{_keyed(event_id, leg)}"
    return "R" + "-".join(_groups(body + check_digit(body)))


def event_in(text: str) -> int | None:
    """Return the primary key of the event whose receipt a typed text names; None if it names none."""
    if not (match := _NUMBER.fullmatch(_APART.sub("", text))):
        return None
    event_id, leg, keyed, check = match.groups()
    body = f"{event_id}{leg}{keyed}"
    return int(event_id) if check_digit(body) == check and _keyed(int(event_id), int(leg)) == keyed else None


def _keyed(event_id: int, leg: int) -> str:
    return str(int(mac("receipt", f"{event_id} {leg}")[:15], 16))[-KEYED_DIGITS:].zfill(KEYED_DIGITS)


def _groups(digits: str) -> Iterator[str]:
    for start in range(0, len(digits), GROUP):
        yield digits[start : start + GROUP]
