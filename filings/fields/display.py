"""Format facts for display: names instead of ids, sensitive values masked by default. Used wherever facts are shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts, fields, reasons
from filings.facts import Facts
from filings.fields import Field, Section, Type, attachments, validity
from filings.fields.findings import Finding
from filings.models import Filing, Remark
from ministry.reference import code_tables, divisions, english


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkShown:
    """A remark as ``components/remark.html`` shows it.

    ``cost``: the working days that its return has cost; ``changes``: of its fact in the round that answers it.
    """

    code: str
    path_label: str
    reason: Promise | str = ""
    seen: str
    expected: str
    fix: Promise | str
    author: str = ""
    at: datetime | None = None
    href: str = ""
    answer: str = ""
    cost: str = ""
    changes: Sequence[Any] = ()
    unchanged: bool = False


# Tone and words of what a comparison says; ``new``: there is no fact yet.
VERDICTS: Final[dict[str, tuple[str, Promise | str]]] = {
    "equal": ("done", gettext_lazy("equal")),
    "differs": ("wrong", gettext_lazy("differs")),
    "new": ("neutral", ""),
    "unreadable": ("neutral", gettext_lazy("unreadable")),
}


@dataclass(frozen=True, slots=True)
class PictureReading:
    """A fact compared with its picture; ``verdict``: a key of ``VERDICTS``.

    ``text`` is what was read where the fact is another text; ``paper`` the picture's key, ``mark`` the place on it:
    four shares of width and height, from its left and top.
    """

    verdict: str
    text: str = ""
    paper: int = 0
    mark: str = ""

    @property
    def tone(self) -> str:
        """Return the tone of the verdict, as of ``components/status_pill.html``."""
        return VERDICTS[self.verdict][0]

    @property
    def words(self) -> Promise | str:
        """Return the verdict in words."""
        return VERDICTS[self.verdict][1]


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a page shows it, with its remarks and findings; ``paper``: key of the picture to compare it with."""

    path: str
    label: str
    value: str
    remarks: tuple[RemarkShown, ...] = ()
    findings: tuple[Finding, ...] = ()
    paper: int = 0
    reading: PictureReading | None = None  # None where no picture of it was read

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


def _find(path: str, values: Facts | None) -> tuple[Section, Field] | None:
    return fields.find(path) if values is None else fields.find_in(values, path)


def words(path: str, value: Any, *, full: bool = False) -> str:
    """Return a value as people read it; sensitive ones masked unless ``full``."""
    found, is_empty = fields.find(path), value in ("", None, [])
    if found is None:
        return "" if is_empty else str(value)
    field = found[1]
    if is_empty:
        return field.unsaid
    return field.mask(value) if field.mask and not full else _in_full(field, value)


def differs(path: str, one: Any, other: Any) -> bool:
    """Return whether two values differ in words: a domain typed in Chinese equals its A-label."""
    return (one or "") != (other or "") and words(path, one, full=True) != words(path, other, full=True)


def _in_full(field: Field, value: Any) -> str:
    if field.words:
        return field.words(value)
    if field.table:
        ids = value if isinstance(value, list) else [value]
        return english.joined(code_tables.name_of(field.table, one) for one in ids)
    if field.type == Type.NAMED:
        return str(dict(field.choices_for({})).get(value, value))
    return WORDS_BY_TYPE.get(field.type, str)(value)


WORDS_BY_TYPE: dict[Type, Callable[[Any], str]] = {
    Type.SWITCH: lambda value: _("Yes") if value else _("No"),
    Type.DATE: lambda value: date_format(date.fromisoformat(value)),
    Type.VALIDITY: lambda value: capfirst(validity.words(value)),
    Type.DIVISION: divisions.name_of,
}


def blocks(
    filing: Filing, *, full: bool = False, remarks: Iterable[Remark] = (), findings: Iterable[Finding] = ()
) -> list[Block]:
    """Return all facts by section, each with its remarks and findings."""
    beside = list(remarks), list(findings)
    return [
        Block(section, tuple(_rows(filing.facts, section, full, *beside)))
        for section in fields.sections_of(filing.facts)
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


def remark_words(remark: Remark, href: str = "", values: Facts | None = None) -> RemarkShown:
    """Return a remark as ``components/remark.html`` shows it."""
    reason = reasons.BY_CODE[remark.code]
    return RemarkShown(
        code=remark.code,
        path_label=label(remark.path, values),
        reason=reason.text,
        seen=remark.seen,
        expected=remark.expected,
        fix=reason.fix,
        author=_("%(party)s, round %(round)d") % {"party": remark.get_stage_display(), "round": remark.round},
        at=remark.made_at,
        href=href,
    )


# Characters shown of a person's or a unit's name, and at most half of it.
SHOWN_OF_NAME = 2


def masked_name(name: str) -> str:
    """Return a name masked except for its first characters."""
    return f"{name[: min(SHOWN_OF_NAME, len(name) // 2)]}****" if name else ""
