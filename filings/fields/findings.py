"""What the checks answer: one problem each."""

from dataclasses import dataclass
from enum import StrEnum

from filings import fields


class Severity(StrEnum):
    """Whether a filing can be handed on with the problem in it."""

    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: official code, the field's path, what is wrong, how to mend it; the rule's source where one is."""

    code: str
    path: str
    message: str
    fix: str
    severity: Severity = Severity.BLOCKS
    source: str = ""

    @property
    def section(self) -> str:
        """Return the page of the form on which it is mended."""
        return fields.section_of(self.path)

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.BLOCKS
