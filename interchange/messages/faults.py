"""Why a message is refused: a result code, an element and a rule. Never a value, so that logs hold no personal data."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interchange.messages.shapes import names_of
from interchange.result_codes import ILLEGAL_CHARACTERS, NOT_VALID

# Rules that no schema states; a schema's own are named by its facets (maxLength), or by the kinds below
WELL_FORMED, DTD, CHARSET, CHARACTER = "well-formed", "DTD", "charset", "character"
VERSION, ONE_KIND, RECORDS, SIZE = "version", "one kind", "1000 records", "size"
CONTENT, TYPE, ATTRIBUTE, SCHEMA = "content", "type", "attribute", "schema"

# Rule → what it demands; facets by their names in XML Schema
RULES: dict[str, Promise | str] = {
    WELL_FORMED: _("The file must be well-formed XML."),
    DTD: _("A DTD is not allowed."),
    CHARSET: _("The file must be GBK and say so in its XML declaration."),
    CHARACTER: _("The file has a character that XML or GBK doesn't have."),
    VERSION: _("The attribute version must be there, with the value V.3.0."),
    ONE_KIND: _("A file has records of exactly one kind, then Qqdwid."),
    RECORDS: _("A file has at most 1,000 records."),
    SIZE: _("A record, a text or a tag is too large."),
    CONTENT: _("An element is missing, is not allowed here, or is in the wrong order."),
    TYPE: _("The value is not of the element's type."),
    ATTRIBUTE: _("An attribute is missing or not allowed."),
    SCHEMA: _("The element doesn't conform to the schema."),
    "length": _("The text has another length."),
    "minLength": _("The text is too short."),
    "maxLength": _("The text is too long."),
    "enumeration": _("The value is not one of those allowed."),
    "minInclusive": _("The number is too small."),
    "maxInclusive": _("The number is too large."),
}

_INVALID_CHARACTER = 9  # libxml2's XML_ERR_INVALID_CHAR
# Part of libxml2's name of an error → rule
_KINDS = {
    "ELEMENT_CONTENT": CONTENT,
    "CVC_COMPLEX_TYPE_2": CONTENT,
    "CVC_COMPLEX_TYPE_3": ATTRIBUTE,
    "CVC_TYPE_3_1_1": ATTRIBUTE,
    "CVC_DATATYPE": TYPE,
}
_ELEMENT = re.compile(r"^Element '([^']*)'")
_FACET = re.compile(r"\[facet '(\w+)'\]")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([\w, ]+) \)\.$")


class MessageFault(Exception):
    """A message that is refused.

    ``code`` is a result code; ``element`` a name of the schema or empty; ``rule`` the name of a facet of the schema or
    one of the rules above; ``expected`` the names that would conform; ``record`` path and position, from 1, of the
    record, empty outside of records; ``line`` of the message, from 1, 0 if it is not known.
    """

    def __init__(
        self, code: int, rule: str, element: str = "", expected: str = "", record: str = "", line: int = 0
    ) -> None:
        self.code, self.rule, self.element, self.expected, self.record = code, rule, element, expected, record
        self.line = line
        super().__init__(f"{code} {element or 'message'}: {rule}")


def not_well_formed(error: Any) -> MessageFault:
    """Return the fault for lxml's syntax error. Its text quotes the message, so nothing of it is taken over."""
    if error.code == _INVALID_CHARACTER:
        return MessageFault(ILLEGAL_CHARACTERS, CHARACTER, line=error.lineno or 0)
    return MessageFault(NOT_VALID, WELL_FORMED, line=error.lineno or 0)


def not_conforming(message: str, error: Any, record: str = "") -> MessageFault:
    """Return the fault for an entry of lxml's error log about one of ``schemas.MESSAGES``.

    Only names that the schema has are taken over from the entry's text: an unknown name could be anything.
    """
    element = _ELEMENT.match(error.message)
    name = element[1] if element and element[1] in names_of(message) else ""
    expected = _EXPECTED.search(error.message)
    return MessageFault(NOT_VALID, _rule(error), name, expected[1] if expected else "", record, error.line)


def _rule(error: Any) -> str:
    if facet := _FACET.search(error.message):
        return facet[1]
    return next((rule for part, rule in _KINDS.items() if part in error.type_name), SCHEMA)
