"""The moves by which people end a filing that gets no number: the host withdraws it, the provider closes it.

What such a filing held (certificate, domains) is free at once, and its data stay its host's to begin another one with.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import states
from filings.actors import Actor
from filings.errors import MoveRefused
from filings.moves.moving import making

# Why a provider closes a filing. The official codes are those of a return; these are ours.
CLOSINGS: Final[dict[str, Promise]] = {
    "unreachable": gettext_lazy("The host can't be reached or does not respond"),
    "asked": gettext_lazy("The host has asked for it"),
    "no_service": gettext_lazy("The host has no access service with us"),
    "not_theirs": gettext_lazy("The certificate or the domain is not the host's"),
    "untrue": gettext_lazy("Papers or data are not genuine"),
    "other": gettext_lazy("Another reason"),
}
LONGEST_WORDS: Final = 500


def withdraw(filing_id: int, actor: Actor, *, version: int | None) -> None:
    """Take the filing back for good; possible whenever the bureau is not deciding on it."""
    with making(states.WITHDRAW, filing_id, actor, version):
        pass


def close(filing_id: int, actor: Actor, *, version: int | None, reason: str, words: str) -> None:
    """End a filing that lies with the provider, without passing it on; the host is told why.

    ``reason`` is a key of ``CLOSINGS``, ``words`` say what that means here.
    """
    if reason not in CLOSINGS:
        raise MoveRefused(_("Choose why the filing is closed."))
    if not words.strip():
        raise MoveRefused(_("Say in a sentence why the filing is closed; the host reads it."))
    note = _("%(reason)s: %(words)s") % {"reason": CLOSINGS[reason], "words": words.strip()[:LONGEST_WORDS]}
    with making(states.CLOSE, filing_id, actor, version, note=note):
        pass
