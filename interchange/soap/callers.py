"""Limit the concurrent calls of a caller that bring or fetch files: one in work and one waiting, so two threads."""

from contextlib import ExitStack

from filings.evidence.limited import concurrency
from interchange import authentication
from interchange.soap.requests import Call


class CallersTurn(ExitStack):
    """The turn of a caller, held from ``hold`` until it is closed.

    The caller is the connection that the call names, if it may be used from the source address. Otherwise it is the
    address: whoever names another one's connection can't take its turn.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address, self._is_held = address, False

    def hold(self, call: Call) -> None:
        """Hold the turn, once. Raise FileRefused for a third call at the same time, or after too long a wait."""
        if self._is_held:
            return
        found = authentication.known(call.text("userName"))
        is_its_own = found is not None and authentication.is_allowed(found, self._address)
        with concurrency.of(lambda: f"connection {found.pk}" if found and is_its_own else self._address):
            self.enter_context(concurrency.making())
        self._is_held = True
