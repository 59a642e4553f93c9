"""Facts that a host may leave empty and the verifier fills in on the sheet, beside the item about them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from accounts import languages
from filings import checklist, facts, fields
from filings.actors import Actor
from filings.checklist_items import Item
from filings.errors import MoveRefused
from filings.fields import Field, Section
from filings.models import Filing
from filings.moves.moving import record
from filings.rules import checks, corrections, usual_access
from filings.verification import sheets
from filings.verification.worksheets import SheetEntry
from ministry.reference.english import joined

REGISTRAR = "registrar"


def asked(filing: Filing, item: Item) -> Iterator[tuple[str, Section, Field]]:
    """Yield the empty facts to fill in beside the item, with page and field; an IP address has no registrar."""
    for path, section, field in fields.each(filing.facts) if item.fills else ():
        is_meant = checklist.is_at(path, item.fills) and filing.law.opens(path) and not filing.get(path)
        if is_meant and (usual_access.is_left_to_verifier(filing, path) or _lacks_registrar(filing, section, field)):
            yield path, section, field


def _lacks_registrar(filing: Filing, section: Section, field: Field) -> bool:
    return field.name == REGISTRAR and not filing.get(f"{section.prefix}.ip_only")


def is_required(filing: Filing, path: str) -> bool:
    """Return whether the fact must be filled in: the province has it printed on the sheet, or the register needs it."""
    return not path.endswith(f".{REGISTRAR}") or sheets.addition_of(filing).registrar


def fill_in(filing: Filing, actor: Actor, entries: Mapping[str, SheetEntry]) -> dict[str, SheetEntry]:
    """Write what the verifier has filled in, with an event; return the entries with only what was written.

    Raise MoveRefused while a fact is empty that is required.
    """
    empty = {path: field.label for item in filing.sheet_items for path, _section, field in asked(filing, item)}
    done = {item: replace(entry, filled=_among(entry.filled, empty)) for item, entry in entries.items()}
    values = {path: value for entry in done.values() for path, value in entry.filled.items()}
    if missing := sorted(path for path in empty.keys() - values.keys() if is_required(filing, path)):
        raise MoveRefused(_("Still to be filled in on the sheet: %(fields)s.") % {"fields": corrections.named(missing)})
    if values:
        filing.facts = checks.normalised(facts.written(filing.facts, values))
        record(
            filing,
            "amend",
            actor,
            note=languages.stored(lambda: joined(dict.fromkeys(map(str, map(empty.get, values))))),
        )
    return done


def _among(filled: Mapping[str, str], empty: Collection[str]) -> dict[str, str]:
    return {path: value for path, value in filled.items() if path in empty and value.strip()}
