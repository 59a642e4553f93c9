"""The columns of a file, made from the data dictionary: a heading for each field of a filing with one website.

The last ones are for an APP, a mini-program or a quick app; a file may leave them out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from filings import facts, fields
from filings.fields import Field, Need, Section, Type
from ministry.reference import code_tables, provinces

HOST_EMAIL = "host_email"
# Heading of the last column of a file's faulty rows (``files.corrections``); ignored when the file is sent again.
REASONS = "错误（不导入）"
# A certificate's validity without an end.
LONG_TERM_WORD = "长期"
# The file's headings are Chinese; those in the portal's other language are accepted as well.
HEADING_LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column. ``key`` is the fact's path, or ``host_email`` for the host of the mandate."""

    key: str
    title: Promise | str
    section: Section | None = None
    field: Field | None = None
    may_lack: bool = False

    def heading(self, language: str = HEADING_LANGUAGES[0]) -> str:
        """Return its heading in the file."""
        with translation.override(language):
            return str(self.title) if self.section is None else f"{self.section.title} · {self.title}"

    def fault_in(self, values: facts.Facts) -> str:
        """Return the result code of a bad value in a row with these facts."""
        return self.field.fault_in(values, self.section.prefix) if self.field and self.section else "1009"


@cache
def columns() -> tuple[ImportColumn, ...]:
    """Return every column, in the order of the form. Numbers of approvals depend on choices and stay on the form."""
    known = [
        ImportColumn(section.path(field), field.label, section, field)
        for section in fields.sections_of(facts.blank())
        for field in section.fields
        if field is not fields.SERVICE
    ]
    of_websites = {column.key for column in known}
    further: dict[str, ImportColumn] = {}
    for page in (pages[0] for pages in fields.PAGES.values()):
        for field in page.fields:
            if (path := page.path(field)) not in of_websites:
                further.setdefault(path, ImportColumn(path, field.label, page, field, may_lack=True))
    return (ImportColumn(HOST_EMAIL, _("E-mail of the site host (mandate)")), *known, *further.values())


@cache
def by_key() -> dict[str, ImportColumn]:
    return {column.key: column for column in columns()}


@cache
def by_heading() -> dict[str, ImportColumn]:
    """Return the columns by each of their headings, as ``normal`` writes them."""
    return {normal(column.heading(language)): column for language in HEADING_LANGUAGES for column in columns()}


def normal(heading: str) -> str:
    """Return a heading without what people change by accident: blanks, stars, the kind of dot and bracket."""
    swapped = heading.translate(str.maketrans("（）•・.", "()···", "*"))
    return "".join(swapped.split()).casefold()


def choices(column: ImportColumn, values: facts.Facts) -> dict[str, str]:
    """Return a field's choices as id → official name, given the other facts; empty for a field that is typed."""
    with translation.override(HEADING_LANGUAGES[0]):
        return dict(_flat(column.field.choices_for(values))) if column.field else {}


def _flat(offered: Any) -> Iterator[tuple[str, str]]:
    for key, name in offered:
        if isinstance(name, (list, tuple)):
            yield from _flat(name)
        else:
            yield str(key), str(name)


def code_table() -> Iterator[tuple[str, str, str]]:
    """Yield (heading, id, name) of every choice, for people who fill in the file."""
    for column in columns():
        if column.field is None:
            continue
        with translation.override(HEADING_LANGUAGES[0]):
            if column.field.type == Type.SWITCH:
                yield from ((column.heading(), word, word) for word in ("是", "否"))
            elif column.field.type == Type.VALIDITY:
                yield column.heading(), LONG_TERM_WORD, LONG_TERM_WORD
            elif column.field.type == Type.DIVISION:
                yield from _places(column.heading())
            else:
                yield from ((column.heading(), key, name) for key, name in _whatever_the_host(column).items())


def _whatever_the_host(column: ImportColumn) -> dict[str, str]:
    """Return the choices for all kinds of host together, because which certificates fit depends on the kind."""
    found: dict[str, str] = {}
    for nature in code_tables.NATURES:
        found |= choices(column, {**facts.blank(), "subject": {"nature": nature.id}})
    return found


def _places(heading: str) -> Iterator[tuple[str, str, str]]:
    column = next(one for one in columns() if one.field and one.field.type == Type.DIVISION)
    for province, _name in provinces.CHOICES:
        for key, name in choices(column, {**facts.blank(), "subject": {"province": province}}).items():
            yield heading, key, name


# The template's example row; it is ignored as long as it is unchanged.
EXAMPLE = {
    HOST_EMAIL: "host@example.cn",
    "subject.nature": "企业",
    "subject.province": "北京",
    "subject.cert_type": "营业执照(个人或企业)",
    "subject.division": "110108",
    "responsible.legal_representative": "是",
    "responsible.cert_type": "居民身份证",
    "responsible.cert_number": "11010519491231002X",
    "responsible.cert_until": LONG_TERM_WORD,
    "websites.0.responsible.same": "是",
    "websites.0.ip_only": "否",
    "websites.0.access.ip_ranges": "1.2.3.4",
}


def example() -> dict[str, str]:
    """Return the example row: key → text."""
    row = dict(EXAMPLE)
    with translation.override(HEADING_LANGUAGES[0]):
        for column in columns():
            field = column.field
            if field is None or column.key in row or column.may_lack or field.need == Need.NOBODY:
                continue
            if column.key.startswith("websites.0.responsible."):
                continue
            row[column.key] = field.example or next(iter(_whatever_the_host(column).values()), "")
    return row
