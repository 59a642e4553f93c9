"""Define the classes for fields and pages of the form."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Type(StrEnum):
    """How a value is entered and stored: text, number, named choice, list of numbers, ISO date, yes or no."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    NAMED = "named"
    DIVISION = "division"
    CHOICES = "choices"
    DATE = "date"
    SWITCH = "switch"


# Types with free text.
TYPED = (Type.TEXT, Type.LINES)


class Need(StrEnum):
    """Which hosts must fill in a field."""

    ALL = "all"
    UNIT = "unit"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``name`` is its key in its section; the path is ``section.prefix`` + name."""

    name: str
    code: str
    label: Promise | str
    fault: str
    max_length: int = 255
    type: Type = Type.TEXT
    need: Need = Need.ALL
    hint: Promise | str = ""
    example: str = ""
    # shown to individuals instead
    hint_for_person: Promise | str = ""
    example_for_person: str = ""
    masked: bool = False
    # NFKC-normalised and stripped: full-width digits and letters become plain ones
    plain: bool = False
    # shown only if this number is chosen in another field of the page
    only_with: tuple[str, int] | None = None

    def help_for(self, *, individual: bool) -> tuple[Promise | str, str]:
        """Return the hint and the example for this kind of host."""
        if individual:
            return self.hint_for_person or self.hint, self.example_for_person or self.example
        return self.hint, self.example


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. ``part`` is its subject, the same for all websites."""

    part: str
    prefix: str
    title: Promise | str
    lead: Promise | str
    fields: tuple[Field, ...]
    website: int | None = None

    @property
    def id(self) -> str:
        """Return its name in URLs: ``website``, and ``website-2`` for the second one."""
        return f"{self.part}-{self.website + 1}" if self.website else self.part

    def path(self, field: Field) -> str:
        return f"{self.prefix}.{field.name}"
