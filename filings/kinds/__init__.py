"""What each kind of filing does to the register on approval: one small module a kind, and this registry."""

from datetime import date
from typing import Protocol

from filings.kinds import new_filing
from filings.models import Filing, Kind
from ministry.models import Subject


class FilingKind(Protocol):
    """What a kind's module offers."""

    def apply(self, filing: Filing, on: date) -> Subject:
        """Write the register; raise ministry.register.RegisterConflict."""


KINDS: dict[str, FilingKind] = {Kind.NEW_FILING: new_filing}
