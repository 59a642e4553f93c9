"""Define the findings that the checks return."""

from dataclasses import dataclass
from enum import StrEnum

from filings import fields


class Severity(StrEnum):
    """Whether the finding blocks the filing or only warns."""

    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: official code, the field's path, what is wrong, how to correct it; the rule's source if any."""

    code: str
    path: str
    message: str
    fix: str
    severity: Severity = Severity.BLOCKS
    source: str = ""

    @property
    def section(self) -> str:
        """Return the id of the form's page on which it is corrected."""
        return fields.section_of(self.path)

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.BLOCKS
