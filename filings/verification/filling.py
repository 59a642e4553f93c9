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
from filings.rules import checks, corrections
from filings.verification import sheets
from filings.verification.worksheets import SheetEntry


def asked(filing: Filing, item: Item) -> Iterator[tuple[str, Section, Field]]:
    """Yield the empty facts to fill in beside the item, with page and field; an IP address has no registrar."""
    for path, section, field in fields.each(filing.facts):
        is_meant = checklist.is_at(path, item.fills) and filing.law.opens(path)
        if is_meant and not filing.get(path) and not filing.get(f"{section.prefix}.ip_only"):
            yield path, section, field


def is_required(filing: Filing) -> bool:
    """Return whether the filing's province has these facts printed on the sheet."""
    return sheets.addition_of(filing).registrar


def fill_in(filing: Filing, actor: Actor, entries: Mapping[str, SheetEntry]) -> dict[str, SheetEntry]:
    """Write what the verifier has filled in, with an event; return the entries with only what was written.

    Raise MoveRefused while a fact is empty that the province has on its sheet.
    """
    empty = {path: field.label for item in filing.sheet_items for path, _section, field in asked(filing, item)}
    done = {item: replace(entry, filled=_among(entry.filled, empty)) for item, entry in entries.items()}
    values = {path: value for entry in done.values() for path, value in entry.filled.items()}
    if is_required(filing) and (missing := sorted(empty.keys() - values.keys())):
        raise MoveRefused(_("Still to be filled in on the sheet: %(fields)s.") % {"fields": corrections.named(missing)})
    if values:
        filing.facts = checks.normalised(facts.written(filing.facts, values))
        with languages.official():
            record(filing, "amend", actor, note="、".join(dict.fromkeys(str(empty[path]) for path in values)))
    return done


def _among(filled: Mapping[str, str], empty: Collection[str]) -> dict[str, str]:
    return {path: value for path, value in filled.items() if path in empty and value.strip()}
