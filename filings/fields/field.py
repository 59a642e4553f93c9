"""Define the classes for fields and pages of the form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from filings.facts import Facts
from ministry.reference import code_tables

# What can be chosen, as Django takes it: (value, name), or (group, choices).
Choices = list[Any]
# A check gets all facts, the prefix of its page ("websites.1") and the value; it returns the value's normal form or
# raises ValidationError.
Check = Callable[[Facts, str, Any], Any]
# The result code of a bad value, where another fact decides it; gets all facts and the prefix of the page.
Fault = Callable[[Facts, str], str]


class Type(StrEnum):
    """How a value is entered and stored: text, number, named choice, list of numbers, ISO date, yes or no.

    VALIDITY is the end of a certificate's validity (``filings.fields.validity``).
    """

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    NAMED = "named"
    DIVISION = "division"
    CHOICES = "choices"
    DATE = "date"
    VALIDITY = "validity"
    SWITCH = "switch"


_OF_A_WEBSITE = "websites."

# Types with free text.
TYPED = (Type.TEXT, Type.LINES)


class Need(StrEnum):
    """Which hosts must fill in a field.

    ENTERED: all, unless the page's data are on record and this kind of filing can't change the field; for what older
    records lack, so that a change asks for it and nothing else does.
    """

    ALL = "all"
    ENTERED = "entered"
    UNIT = "unit"
    NOBODY = "nobody"


def mask_end(text: str) -> str:
    """Mask all but the first six characters."""
    return f"{text[:6]}****"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``name`` is its key in its section; the path is ``section.prefix`` + name."""

    name: str
    code: str
    label: Promise | str
    fault: str | Fault
    max_length: int = 255
    type: Type = Type.TEXT
    need: Need = Need.ALL
    hint: Promise | str = ""
    example: str = ""
    # shown to individuals instead
    label_for_person: Promise | str = ""
    hint_for_person: Promise | str = ""
    example_for_person: str = ""
    # the code table of its values: every row has a name, those in force today are offered
    table: Sequence[code_tables.Code] = ()
    # what is offered, given all facts, if it isn't simply the rows in force today
    choices: Callable[[Facts], Choices] | None = None
    # the message about a value that isn't among the choices (which have no groups then); empty: it passes if its table
    # has it
    wrong_choice: Promise | str = ""
    # the check of its value; without one, text must be printable (``value_checks.check_of``)
    check: Check | None = None
    # the value for display, where table and type don't say it; of a typed value also what its input shows
    words: Callable[[Any], str] | None = None
    # what is displayed while nothing is filled in
    unsaid: str = ""
    # the value for readers who haven't asked for personal data; None: it isn't masked
    mask: Callable[[str], str] | None = None
    # path of the fact that it repeats for an individual, who is not asked for it (``derived.completed``)
    of_person: str = ""
    # NFKC and no blanks around: full-width digits and letters become plain ones
    plain: bool = False
    # what is in the form until something is saved, given all facts; nothing is saved by it
    preset: Callable[[Facts], Any] | None = None
    # ids of the choices that most hosts of this kind need, given all facts; the others are found by a search
    usual: Callable[[Facts], Sequence[int]] | None = None
    # what a browser may fill in from its user's data (``autocomplete`` of HTML), and the keyboard that a phone shows
    autocomplete: str = ""
    autocomplete_for_person: str = ""
    keyboard: str = ""
    # class of an input that is narrower than the measure
    width: str = ""
    # a web address, of which scheme, www. and path may be typed
    tidied: bool = False
    # shown only if this number is chosen in another field of the page
    only_with: tuple[str, int] | None = None
    # the result code of a missing value, where the interface has one of its own
    fault_if_empty: str = ""
    # how to answer, said where the value is missing
    fix_if_empty: Promise | str = ""
    # whether its code is an element of the interface's ICP messages (V3.0)
    in_messages: bool = True

    @property
    def in_interface(self) -> bool:
        """Return whether the interface's ICP messages (V3.0) have an element for it, so that a system can report it."""
        return bool(self.code) and self.in_messages

    def fault_in(self, values: Facts, prefix: str, *, empty: bool = False) -> str:
        """Return the result code of a bad value, or of a missing one, on the page with this prefix."""
        if empty and self.fault_if_empty:
            return self.fault_if_empty
        return self.fault if isinstance(self.fault, str) else self.fault(values, prefix)

    def label_for(self, *, individual: bool) -> Promise | str:
        """Return the label in the form of this kind of host."""
        return (individual and self.label_for_person) or self.label

    def help_for(self, *, individual: bool) -> tuple[Promise | str, str]:
        """Return the hint and the example for this kind of host."""
        if individual:
            return self.hint_for_person or self.hint, self.example_for_person or self.example
        return self.hint, self.example

    def autocomplete_of(self, prefix: str, *, individual: bool) -> str:
        """Return what the browser may fill in; empty on pages about somebody else than the host's own person."""
        if _OF_A_WEBSITE in prefix:
            return ""
        return (individual and self.autocomplete_for_person) or self.autocomplete

    def choices_for(self, values: Facts) -> Choices:
        """Return what is offered today, given all facts; empty for a field that has no choices."""
        return self.choices(values) if self.choices else code_tables.choices(self.table, timezone.localdate())


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form. ``part`` is its subject, the same for all websites."""

    part: str
    prefix: str
    title: Promise | str
    lead: Promise | str
    fields: tuple[Field, ...]
    website: int | None = None
    # shown to individuals instead
    lead_for_person: Promise | str = ""

    @property
    def id(self) -> str:
        """Return its name in URLs: ``website``, and ``website-2`` for the second one."""
        return f"{self.part}-{self.website + 1}" if self.website else self.part

    def lead_for(self, *, individual: bool) -> Promise | str:
        """Return the line under the title for this kind of host."""
        return (individual and self.lead_for_person) or self.lead

    def path(self, field: Field) -> str:
        return f"{self.prefix}.{field.name}"
