"""Checking a row of a file: its facts, and every fault with row, column, code, words.

Cells become facts, and ``filings.rules.checks`` checks them like those typed into the form.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.mail import check_address
from filings import facts, fields
from filings.evidence.limited.table import ROUNDED
from filings.facts import Facts
from filings.fields import Type, validity
from filings.models import Filing, ReservationKind
from filings.rules import checks, reservations
from ministry.reference import code_tables, divisions, english
from providers.imports.columns import HOST_EMAIL, LONG_TERM_WORD, ImportColumn, choices
from providers.imports.reading import texts_of

YES = ("是", "有", "1", "y", "yes", "true", "√", "✓")
NO = ("否", "无", "0", "n", "no", "false", "×", "")
# How files write that a certificate has no end.
LONG_TERM = (LONG_TERM_WORD, "长期有效", "long-term", validity.LONG_TERM)
_SEVERAL = re.compile(r"[;；,，、\n]+")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
# A day as a mere number: 20260131.
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a row: the column's letter and heading in the file, the official code, words."""

    column: str
    heading: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A checked row. ``keys``: what must be unique in a file, as digest → path of its column."""

    email: str
    values: dict[str, Any]
    problems: list[dict[str, str]]
    keys: dict[str, str]


class JudgedSheet:
    """The columns of one file; checks its rows and locates their problems."""

    def __init__(self, columns: Sequence[ImportColumn], provider_id: int) -> None:
        from openpyxl.utils import get_column_letter  # late: see desks.staff.workbooks

        self.columns = tuple(columns)
        self.provider_id = provider_id
        self._letters = {column.key: get_column_letter(at) for at, column in enumerate(self.columns, start=1)}
        self._headings = {column.key: column.heading() for column in self.columns}
        self._by_key = {column.key: column for column in self.columns}

    def problem(self, key: str, code: str, message: str) -> dict[str, str]:
        """Return a problem in the column with this key."""
        return asdict(Problem(self._letters[key], self._headings[key], code, message))

    def judge(self, cells: Sequence[str]) -> JudgedRow:
        """Check one row by itself and against the register and the open filings; at most nine queries."""
        texts = texts_of(cells, self.columns)
        values, spoilt = self._values(texts)
        typed = facts.written(facts.blank(), values)
        problems = [self.problem(key, self._by_key[key].fault_in(typed), words) for key, words in spoilt.items()]
        email = ""
        try:
            email = check_address(texts[HOST_EMAIL]) if texts[HOST_EMAIL] else ""
            if not email:
                problems.append(self.problem(HOST_EMAIL, "1009", _("Not filled in yet.")))
        except ValidationError as error:
            problems.append(self.problem(HOST_EMAIL, "1009", " ".join(error.messages)))
        filing = Filing(provider_id=self.provider_id)
        filing.facts = checks.normalised(fields.without_others(facts.written(filing.facts, values)))
        for finding in checks.findings(filing, ()):
            if finding.blocks and finding.path in self._letters and finding.path not in spoilt:
                words = f"{finding.message} {finding.fix}".strip()
                problems.append(self.problem(finding.path, finding.code, words))
        bad = {problem["column"] for problem in problems}
        keys = {key: place for key, place in _keys(filing.facts) if self._letters[place] not in bad}
        return JudgedRow(email, values, problems, keys)

    def values(self, cells: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """Return the host's address and the facts (path → value) of a row without faults."""
        texts = texts_of(cells, self.columns)
        return check_address(texts[HOST_EMAIL]), self._values(texts)[0]

    def _values(self, texts: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return (path → value, path → fault of the cell). Kind of host and province first: choices depend on them."""
        values: dict[str, Any] = {}
        spoilt: dict[str, str] = {}
        so_far = facts.blank()
        order = sorted(self.columns, key=lambda column: column.key not in ("subject.nature", "subject.province"))
        for column in order:
            if column.field is None:
                continue
            try:
                value = _value(column, texts[column.key], so_far)
            except ValidationError as error:
                spoilt[column.key] = " ".join(error.messages)
                continue
            if value not in ("", []) and (column.field is not fields.SERVICE or value != code_tables.WEBSITE):
                values[column.key] = value
                so_far = facts.written(so_far, {column.key: value})
        values["websites.0.responsible.same"] = _is_same(texts)
        return values, spoilt


def _is_same(texts: dict[str, str]) -> bool:
    """Return whether the website has the host's responsible person: by the file, or because it names nobody else."""
    text_of_same = texts["websites.0.responsible.same"].strip().casefold()
    named = any(
        text for key, text in texts.items() if key.startswith("websites.0.responsible.") and not key.endswith(".same")
    )
    return text_of_same in YES or (text_of_same == "" and not named)


def _keys(values: Facts) -> Iterator[tuple[str, str]]:
    """Yield (digest, path) of what no two rows may share: the certificate, the domain, the home page."""
    if subject := reservations.subject_key(values):
        yield f"s{subject}", "subject.cert_number"
    for claim in reservations.claims(values):
        if claim.kind in (ReservationKind.DOMAIN, ReservationKind.HOME_URL):
            yield f"{claim.kind[0]}{claim.key}", claim.path


# --- Cells ------------------------------------------------------------------------------------------------


def _value(column: ImportColumn, text: str, so_far: Facts) -> Any:
    """Return a cell's value, in the type the facts store; raise ValidationError if it is invalid."""
    assert column.field is not None  # noqa: S101 — the caller asks for fields only
    field = column.field
    if text.startswith(ROUNDED):
        raise ValidationError(
            _("Excel keeps only 15 digits, so this number is damaged. Format the column as text and enter it again.")
        )
    if len(text) > field.max_length:
        raise ValidationError(
            _("%(length)d characters; at most %(most)d are allowed.") % {"length": len(text), "most": field.max_length}
        )
    if field.plain:
        text = unicodedata.normalize("NFKC", text).strip()
    text = text.replace("\r\n", "\n")
    maker = MAKERS.get(field.type)
    return maker(column, text.strip(), so_far) if maker and text.strip() else text


def _choice(column: ImportColumn, text: str, so_far: Facts) -> str:
    """Return an id or a name of the table."""
    offered = choices(column, so_far)
    found = _chosen(offered, text)
    if found is None:
        raise _not_in_table(text, offered)
    return found


def _number(column: ImportColumn, text: str, so_far: Facts) -> int:
    return int(_choice(column, text, so_far))


def _not_in_table(text: str, offered: dict[str, str]) -> ValidationError:
    names = english.joined(list(offered.values())[:3]) or "—"
    return ValidationError(
        _("“%(text)s” is not in the code table; examples: %(names)s.") % {"text": text[:40], "names": names}
    )


def _chosen(offered: dict[str, str], text: str) -> str | None:
    """Return the id of an id or name; the width of letters and brackets is ignored, and 北京市 matches 北京."""
    if text in offered:
        return text
    plain, names = _plain(text), {key: _plain(name) for key, name in offered.items()}
    for fits in (plain.__eq__, plain.startswith):
        matching = [key for key, name in names.items() if fits(name)]
        if matching:
            return matching[0] if len(matching) == 1 else None
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _several(column: ImportColumn, text: str, so_far: Facts) -> list[int]:
    offered = choices(column, so_far)
    whole = _chosen(offered, text)  # some names have a comma
    found = [whole] if whole else [_chosen(offered, part.strip()) for part in _SEVERAL.split(text) if part.strip()]
    if any(one is None for one in found):
        raise _not_in_table(text, offered)
    return [int(one) for one in dict.fromkeys(filter(None, found))]


def _place(column: ImportColumn, text: str, so_far: Facts) -> str:
    """Return the code for a code or name; the error for a place in another province says where it is."""
    code = text if divisions.is_known(text) else divisions.place_in(text)
    if code and _chosen(choices(column, so_far), text) is None and (province := facts.read(so_far, "subject.province")):
        divisions.check_division(code, province)
    return _choice(column, text, so_far)


def _named(column: ImportColumn, text: str, so_far: Facts) -> str:
    """Return a choice kept as text; yes and no may be written as such."""
    offered = choices(column, so_far)
    if set(offered) == {"yes", "no"} and text.casefold() in (*YES, *NO):
        return "yes" if text.casefold() in YES else "no"
    return _choice(column, text, so_far)


def _day(_column: ImportColumn, text: str, _so_far: Facts) -> str:
    match = _DIGITS.fullmatch(text) or _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        raise ValidationError(_("This is not a date. Write it like 2026-01-31.")) from None


def _validity(column: ImportColumn, text: str, so_far: Facts) -> str:
    if text.casefold() in LONG_TERM:
        return validity.LONG_TERM
    try:
        return _day(column, text, so_far)
    except ValidationError:
        raise ValidationError(_("This is not a date. Write it like 2036-05-31, or 长期 without an end.")) from None


def _switch(_column: ImportColumn, text: str, _so_far: Facts) -> Any:
    folded = text.casefold()
    if folded not in (*YES, *NO):
        raise ValidationError(_("Enter 是 or 否."))
    return folded in YES or ""


MAKERS: dict[Type, Callable[[ImportColumn, str, Facts], Any]] = {
    Type.CHOICE: _number,
    Type.CHOICES: _several,
    Type.NAMED: _named,
    Type.DIVISION: _place,
    Type.DATE: _day,
    Type.VALIDITY: _validity,
    Type.SWITCH: _switch,
}
