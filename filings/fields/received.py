"""Take over facts that another system has sent: those of the data dictionary, each of its type and length.

Forms see to that where people type. ``filings.rules.checks`` judges the values.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from filings import facts, fields
from filings.facts import Facts
from filings.fields.field import Field, Type
from filings.fields.findings import Finding
from ministry.reference import code_tables

# The stored type, where it is not text.
_STORED: dict[Type, type] = {Type.CHOICE: int, Type.CHOICES: list, Type.SWITCH: bool}


def laid_over(begun: Facts, given: Facts) -> tuple[Facts, list[Finding]]:
    """Return a copy of ``begun`` with the given facts, and a finding for each of a wrong type or length.

    Those are left out, and so is what the data dictionary doesn't have. ``begun`` has an entry for each website given.
    """
    values, found = facts.written(begun, dict(_approvals(begun, given))), []
    for path, _section, field in list(fields.each(values)):
        if not facts.has(given, path) or field is fields.SERVICE:
            continue
        value = _plain(field, facts.read(given, path))
        if fault := _fault(field, value):
            found.append(Finding(field.fault_in(values, path.rpartition(".")[0]), path, fault, ""))
        else:
            values = facts.written(values, {path: value})
    return values, found


def _approvals(begun: Facts, given: Facts) -> Iterator[tuple[str, list[int]]]:
    """Yield the known approvals of each website by path: for each there is a field with its number."""
    known = {row.id for row in code_tables.PRIOR_APPROVALS}
    for website in range(facts.count(begun)):
        path = f"websites.{website}.approvals"
        if isinstance(chosen := facts.read(given, path), list):
            yield path, [one for one in chosen if isinstance(one, int) and one in known]


def _plain(field: Field, value: Any) -> Any:
    """Return a text as the form takes it: without blanks around, plain where the field is."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    return unicodedata.normalize("NFKC", text) if field.plain else text


def _fault(field: Field, value: Any) -> str:
    """Return what is wrong with the type or length of a value; empty if nothing is, or nothing is given."""
    if value in ("", []):
        return ""
    stored = _STORED.get(field.type, str)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    is_right = is_number if stored is int else isinstance(value, stored)
    if not is_right or (stored is list and not all(type(one) is int for one in value)):
        return _("The value has the wrong type.")
    if stored is str and len(value) > field.max_length:
        return _("%(length)d characters; at most %(most)d are allowed.") % {
            "length": len(value),
            "most": field.max_length,
        }
    return ""
