"""The columns of a file, made from the data dictionary: a heading for each field of a filing with one website.

At their end those of an APP, a mini-program or a quick app, which a file may leave out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from desks.section_form import CHOICES
from filings import facts, fields
from filings.fields import Field, Section, Type
from ministry.reference import code_tables, provinces

HOST_EMAIL = "host_email"
# The file's headings are Chinese; those of the other language of the portal are understood as well.
HEADING_LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column. ``key`` is the fact's path, or ``host_email`` for whom the mandate is of."""

    key: str
    title: Promise | str
    section: Section | None = None
    field: Field | None = None
    may_lack: bool = False

    def heading(self, language: str = HEADING_LANGUAGES[0]) -> str:
        """Return what stands above it in the file."""
        with translation.override(language):
            return str(self.title) if self.section is None else f"{self.section.title} · {self.title}"

    @property
    def fault(self) -> str:
        """Return the official code of a bad value."""
        return self.field.fault if self.field else "1009"


@cache
def columns() -> tuple[ImportColumn, ...]:
    """Every column, in the order of the form. Approvals' numbers depend on what is chosen and stay on the form."""
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
    """Column by each of its headings, as ``normal`` writes them."""
    return {normal(column.heading(language)): column for language in HEADING_LANGUAGES for column in columns()}


def normal(heading: str) -> str:
    """Return a heading without what people change in passing: blanks, stars, the kind of dot and bracket."""
    swapped = heading.translate(str.maketrans("（）•・.", "()···", "*"))
    return "".join(swapped.split()).casefold()


def choices(column: ImportColumn, values: facts.Facts) -> dict[str, str]:
    """Id → name of what a field lets one choose from, given the other facts; empty for what is typed."""
    if column.field is fields.SERVICE:
        return {str(row.id): row.name for row in code_tables.SERVICE_TYPES}
    if column.field is None or column.section is None or column.field.name not in CHOICES:
        return {}
    return dict(_flat(CHOICES[column.field.name](values, column.section)))


def _flat(offered: Any) -> Iterator[tuple[str, str]]:
    for key, name in offered:
        if isinstance(name, (list, tuple)):
            yield from _flat(name)
        else:
            yield str(key), str(name)


def code_table() -> Iterator[tuple[str, str, str]]:
    """(heading, id, name) of everything one can choose, for people who fill in the file."""
    for column in columns():
        if column.field is None:
            continue
        with translation.override(HEADING_LANGUAGES[0]):
            if column.field.type == Type.SWITCH:
                yield from ((column.heading(), word, word) for word in ("是", "否"))
            elif column.field.type == Type.DIVISION:
                yield from _places(column.heading())
            else:
                yield from ((column.heading(), key, name) for key, name in _whatever_the_host(column).items())


def _whatever_the_host(column: ImportColumn) -> dict[str, str]:
    """Return the choices of all kinds of host together: which certificates fit depends on it."""
    found: dict[str, str] = {}
    for nature in code_tables.NATURES:
        found |= choices(column, {**facts.blank(), "subject": {"nature": nature.id}})
    return found


def _places(heading: str) -> Iterator[tuple[str, str, str]]:
    column = next(one for one in columns() if one.field and one.field.type == Type.DIVISION)
    for province, _name in provinces.CHOICES:
        for key, name in choices(column, {**facts.blank(), "subject": {"province": province}}).items():
            yield heading, key, name


# The example row of the template; as long as nobody changes it, it is no filing.
EXAMPLE = {
    HOST_EMAIL: "host@example.cn",
    "subject.nature": "企业",
    "subject.province": "北京",
    "subject.cert_type": "营业执照(个人或企业)",
    "subject.division": "110108",
    "responsible.legal_representative": "是",
    "responsible.cert_type": "居民身份证",
    "responsible.cert_number": "11010519491231002X",
    "websites.0.responsible.same": "是",
    "websites.0.ip_only": "否",
    "websites.0.access.ip_ranges": "1.2.3.4",
}
LEFT_EMPTY = ("approvals", "im", "im_account", "remark", "cert_from", "cert_until")


def example() -> dict[str, str]:
    """Return the example row: key → text."""
    row = dict(EXAMPLE)
    with translation.override(HEADING_LANGUAGES[0]):
        for column in columns():
            field = column.field
            if field is None or column.key in row or column.may_lack or field.name in LEFT_EMPTY:
                continue
            if column.key.startswith("websites.0.responsible."):
                continue
            row[column.key] = field.example or next(iter(_whatever_the_host(column).values()), "")
    return row
