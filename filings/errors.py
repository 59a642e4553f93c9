"""What the services answer instead of doing what was asked."""

from collections.abc import Collection, Sequence


class MoveRefused(Exception):
    """The move can't be made now; ``str()`` of it says why, in words for the user."""


class NotKept(MoveRefused):
    """The storage has no room for a file; nothing was changed."""


class FileMissing(MoveRefused):
    """A file that is on record is not in the storage."""


class FactsRefused(MoveRefused):
    """The filing has findings that must be mended first; they are in ``findings``."""

    def __init__(self, reason: str, findings: object) -> None:
        super().__init__(reason)
        self.findings = findings


class FactsClash(MoveRefused):
    """Somebody else has changed the same facts since the page was made.

    ``paths`` are those facts; ``untouched`` are the paths at which the page still has what it has shown.
    """

    def __init__(self, reason: str, paths: Sequence[str], untouched: Collection[str]) -> None:
        super().__init__(reason)
        self.paths, self.untouched = tuple(paths), frozenset(untouched)
