"""End a filing without a number: the host withdraws it, or the provider closes it.

Its reservations (certificate, domains) are deleted at once; the host can copy its data into a new filing.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import languages
from filings import states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.moves.moving import making

# Reasons for closing a filing: our own, because the official codes are for returns.
CLOSINGS: Final[dict[str, Promise]] = {
    "unreachable": gettext_lazy("The host can't be reached or does not respond"),
    "asked": gettext_lazy("The host has asked to close it"),
    "no_service": gettext_lazy("The host does not use our access service"),
    "not_theirs": gettext_lazy("The certificate or the domain does not belong to the host"),
    "untrue": gettext_lazy("Documents or data are not genuine"),
    "other": gettext_lazy("Another reason"),
}
LONGEST_WORDS: Final = 500


def withdraw(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Withdraw the filing for good; possible except while the bureau is deciding."""
    with making(states.WITHDRAW, filing_id, actor, version):
        pass


def close(filing_id: int, actor: Actor, *, version: int | None, reason: str, words: str) -> None:
    """Close a filing at the provider without passing it on; notify the host of the reason.

    ``reason`` is a key of ``CLOSINGS``, ``words`` explain it.
    """
    if reason not in CLOSINGS:
        raise MoveRefused(_("Choose why the filing is closed."))
    if not words.strip():
        raise MoveRefused(_("Say in one sentence why the filing is closed; the host can read it."))
    typed = words.strip()[:LONGEST_WORDS]
    note = languages.stored(lambda: _("%(reason)s: %(words)s") % {"reason": CLOSINGS[reason], "words": typed})
    with making(states.CLOSE, filing_id, actor, version, note=note):
        pass
