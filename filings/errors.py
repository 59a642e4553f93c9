"""Exceptions that the services raise when an action is refused."""

from collections.abc import Collection, Sequence
from typing import Any


class MoveRefused(Exception):
    """The move can't be made now; ``str()`` returns the reason in words for the user."""


class NotKept(MoveRefused):
    """The storage could not store a file; nothing was changed."""


class TryLater(MoveRefused):
    """Too many files are being opened; nothing is wrong with what was given."""


class FileMissing(MoveRefused):
    """A file that is on record is not in the storage."""


class FactsRefused(MoveRefused):
    """The filing has blocking findings, in ``findings``."""

    def __init__(self, reason: str, findings: Sequence[Any]) -> None:
        super().__init__(reason)
        self.findings = findings


class FactsClash(MoveRefused):
    """Somebody else has changed the same facts since the page was made.

    ``paths`` are those facts; ``untouched`` are the paths that the user has not changed on the page.
    """

    def __init__(self, reason: str, paths: Sequence[str], untouched: Collection[str]) -> None:
        super().__init__(reason)
        self.paths, self.untouched = tuple(paths), frozenset(untouched)
