"""Format facts for display: names instead of ids, sensitive values masked by default. Used wherever facts are shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts, fields, reasons
from filings.facts import Facts
from filings.fields import Section, Type, attachments
from filings.fields.findings import Finding
from filings.models import Filing, Remark
from ministry.reference import certificates, code_tables, divisions, domains, phones, provinces

MASKS = {
    "cert_number": certificates.mask,
    "mobile": phones.mask_phone,
    "emergency_mobile": phones.mask_phone,
    "office_phone": phones.mask_phone,
}
SHOWN_OF_ADDRESS = 6
LEGAL_REPRESENTATIVE = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no, authorised by the unit")}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a page shows it, with its remarks and findings."""

    path: str
    label: str
    value: str
    remarks: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def says_something(self) -> bool:
        """Return whether there is a value, a remark or a finding."""
        return bool(self.value or self.remarks or self.findings)


@dataclass(frozen=True, slots=True)
class Block:
    """One section's facts."""

    section: Section
    rows: tuple[FactRow, ...]


def label(path: str, values: Facts | None = None) -> str:
    """Return the label of the fact with its section, or of the paper, at ``path``.

    With ``values``, the label for the service types of that filing: an APP's fields have other labels than a website's.
    """
    if (found := _find(path, values)) is None:
        return short_label(path)
    section, field = found
    return f"{section.title} · {field.label}"


def short_label(path: str, values: Facts | None = None) -> str:
    """Return the label without the section."""
    if path in fields.OWN_PAGES:
        return str(fields.OWN_PAGES[path])
    found = _find(path, values)
    return str(found[1].label if found else attachments.label(path))


def _find(path: str, values: Facts | None) -> tuple[Section, fields.Field] | None:
    return fields.find(path) if values is None else fields.find_in(values, path)


def words(path: str, value: Any, *, full: bool = False) -> str:
    """Return a value in words; sensitive ones masked unless ``full``."""
    if value in ("", None, []):
        return _NOTHING_SAID.get(path.rpartition(".")[2], "") if fields.website_of(path) is not None else ""
    if (found := fields.find(path)) is None:
        return str(value)
    field = found[1]
    if field.masked and not full:
        return MASKS.get(field.name, _masked_text)(value)
    return WORDS.get(field.name, WORDS_BY_TYPE.get(field.type, str))(value)


def differs(path: str, one: Any, other: Any) -> bool:
    """Return whether two values differ in words: a domain typed in Chinese equals its A-label."""
    return (one or "") != (other or "") and words(path, one, full=True) != words(path, other, full=True)


def _names(table: Sequence[code_tables.Code]) -> Callable[[Any], str]:
    return lambda value: "、".join(code_tables.name_of(table, item) for item in _as_list(value))


def _province(code: str) -> str:
    return dict(provinces.CHOICES).get(code, code)


def _as_list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _masked_text(text: str) -> str:
    return f"{text[:SHOWN_OF_ADDRESS]}****"


def hosts(text: str) -> str:
    """Return domains, one per line, in display form."""
    return "\n".join(domains.display_domain(line) for line in text.split())


# name of a website's fact → text shown when it is empty
_NOTHING_SAID = {"service": code_tables.name_of(code_tables.SERVICE_TYPES, code_tables.WEBSITE)}

# field name → the value in words
WORDS: dict[str, Callable[[Any], str]] = {
    "nature": _names(code_tables.NATURES),
    "cert_type": _names(code_tables.CERTIFICATE_TYPES),
    "service": _names(code_tables.SERVICE_TYPES),
    "platforms": _names(code_tables.APP_PLATFORMS),
    "domains": hosts,
    "services": _names(code_tables.SERVICE_CONTENTS),
    "languages": _names(code_tables.LANGUAGES),
    "ways": _names(code_tables.ACCESS_WAYS),
    "places": _names(code_tables.PLACEMENTS),
    "im": _names(code_tables.MESSENGERS),
    "approvals": _names(code_tables.PRIOR_APPROVALS),
    "legal_representative": lambda value: str(LEGAL_REPRESENTATIVE.get(value, value)),
    "reason": _names(code_tables.CANCEL_REASONS),
    "province": _province,
    "domain": domains.display_domain,
    "kept_domains": lambda lines: "\n".join(map(domains.display_domain, lines.split())),
    "home_url": domains.display_home_url,
}
WORDS_BY_TYPE: dict[Type, Callable[[Any], str]] = {
    Type.SWITCH: lambda value: _("yes") if value else _("no"),
    Type.DATE: lambda value: date_format(date.fromisoformat(value)),
    Type.DIVISION: divisions.name_of,
}


def blocks(
    filing: Filing, *, full: bool = False, remarks: Iterable[Remark] = (), findings: Iterable[Finding] = ()
) -> list[Block]:
    """Return all facts by section, each with its remarks and findings."""
    said = list(remarks), list(findings)
    return [
        Block(section, tuple(_rows(filing.facts, section, full, *said))) for section in fields.sections_of(filing.facts)
    ]


def _rows(
    values: Facts, section: Section, full: bool, remarks: list[Remark], findings: list[Finding]
) -> Iterable[FactRow]:
    is_manager = section.part == fields.MANAGER.part
    same = is_manager and facts.same_person(values, section.website or 0)
    for field in section.fields:
        path = section.path(field)
        if same != (field.type == Type.SWITCH) and is_manager:
            continue  # either the switch or the person, never both
        if not fields.applies(section, field, values):
            continue
        row = FactRow(
            path,
            str(field.label),
            words(path, facts.read(values, path), full=full),
            tuple(remark_words(remark, values=values) for remark in remarks if remark.path == path),
            tuple(finding for finding in findings if finding.path == path),
        )
        if row.says_something or fields.concerns(field, values):
            yield row


def remark_words(remark: Remark, href: str = "", values: Facts | None = None) -> dict[str, Any]:
    """Return a remark for ``components/remark.html``."""
    reason = reasons.BY_CODE[remark.code]
    return {
        "code": remark.code,
        "path_label": label(remark.path, values),
        "reason": reason.text,
        "seen": remark.seen,
        "expected": remark.expected,
        "fix": reason.mend,
        "author": _("%(party)s, round %(round)d") % {"party": remark.get_stage_display(), "round": remark.round},
        "at": remark.made_at,
        "href": href,
    }


# Characters shown of a person's or a unit's name, and at most half of it.
SHOWN_OF_NAME = 2


def masked_name(name: str) -> str:
    """Return a name masked except for its first characters."""
    return f"{name[: min(SHOWN_OF_NAME, len(name) // 2)]}****" if name else ""
