"""What a field and a page of the form are made of."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Type(StrEnum):
    """How a value is typed in and kept: text, number, named choice, list of numbers, ISO date, yes or no."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    NAMED = "named"
    DIVISION = "division"
    CHOICES = "choices"
    DATE = "date"
    SWITCH = "switch"


# What people type in words of their own.
TYPED = (Type.TEXT, Type.LINES)


class Need(StrEnum):
    """Who must fill it in."""

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
    # what an individual reads instead
    hint_for_person: Promise | str = ""
    example_for_person: str = ""
    masked: bool = False
    # NFKC and no blanks around: full-width digits and letters become plain ones
    plain: bool = False
    # needed only where this number is among those chosen at another field of the page
    only_with: tuple[str, int] | None = None

    def help_for(self, *, individual: bool) -> tuple[Promise | str, str]:
        """Return the hint and the example for this kind of host."""
        if individual:
            return self.hint_for_person or self.hint, self.example_for_person or self.example
        return self.hint, self.example


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. ``part`` says what it is about, whichever website it belongs to."""

    part: str
    prefix: str
    title: Promise | str
    lead: Promise | str
    fields: tuple[Field, ...]
    website: int | None = None

    @property
    def id(self) -> str:
        """Return its name in addresses: ``website``, and ``website-2`` for the second one."""
        return f"{self.part}-{self.website + 1}" if self.website else self.part

    def path(self, field: Field) -> str:
        return f"{self.prefix}.{field.name}"
