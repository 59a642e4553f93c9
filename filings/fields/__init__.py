"""The data dictionary of the form: every field is defined once, as data.

``code`` is the element of the official interface (V3.0), ``max_length`` its limit in characters, ``fault`` the
result code of a bad value. Forms, the desks' fact tables, the remark picker and the checks are all
made from this table; a field exists here or not at all, and its entry says everything about it: choices, check, words,
mask (``field.Field``).

The pages are data: ``host``, ``website``, and ``services`` for other services. A filing may name several websites.
Their sections are defined once, for the first; ``sections_of`` repeats them for the others.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from filings import facts, kinds
from filings.facts import Facts
from filings.fields.field import TYPED, Choices, Field, Need, Section, Type
from filings.fields.host import BASICS, CANCELLATION, OF_THE_HOST, RESPONSIBLE, SUBJECT
from filings.fields.services import PAGES
from filings.fields.website import (
    ACCESS,
    APPROVALS,
    CHOOSE_WHAT,
    CONTENTS,
    MANAGER,
    OF_A_WEBSITE,
    SERVICE,
    SERVICES,
    WEBSITE,
    WEBSITE_NAME,
)
from filings.kinds import About
from ministry.reference import code_tables

__all__ = [
    "ACCESS",
    "APPROVALS",
    "BASICS",
    "CANCELLATION",
    "CHOOSE_WHAT",
    "CONTENTS",
    "MAILBOX",
    "MANAGER",
    "OF_A_WEBSITE",
    "OF_THE_HOST",
    "OWN_PAGES",
    "PAGES",
    "PAPERS_PREFIX",
    "PROOF",
    "RESPONSIBLE",
    "SERVICE",
    "SERVICES",
    "SUBJECT",
    "TYPED",
    "WEBSITE",
    "WEBSITE_NAME",
    "Choices",
    "Field",
    "Need",
    "Section",
    "Type",
    "applies",
    "concerns",
    "each",
    "find",
    "find_in",
    "is_asked",
    "is_needed",
    "names_of",
    "section_of",
    "sections_of",
    "website_of",
    "without_others",
    "without_unasked",
]

# Remarks can also be about pictures (``filings.fields.attachments`` defines their paths).
PAPERS_PREFIX = "papers"
# The page for the filing password, and the path of findings about it.
PROOF = "proof"
# The same for the e-mail address to be verified.
MAILBOX = "mailbox"
# Pages without facts: path → title.
OWN_PAGES = {PROOF: _("Filing password"), MAILBOX: _("Confirm the e-mail address")}

_OF_A_WEBSITE_PATH = re.compile(r"websites\.([0-9])\.")


def sections_of(values: Facts) -> tuple[Section, ...]:
    """Return the pages of this filing that its kind has: the host's, then those of each website.

    The page of approvals only where some are needed.
    """
    count, law = facts.count(values), kinds.of(values)
    pages = list(OF_THE_HOST)
    for website in range(count):
        approvals = tuple(facts.read(values, f"websites.{website}.approvals") or ())
        several = bool(facts.kept_domains(values, website))
        pages += _pages_of(website, facts.service(values, website), approvals, numbered=count > 1, several=several)
    pages.append(_cancellation(law.removes))
    return tuple(page for page in pages if page.part in law.parts)


@lru_cache(maxsize=16)
def _cancellation(removes: About) -> Section:
    """Return the page of a cancellation; only that of an access has the field ``only_access``."""
    if removes == About.ACCESS:
        return CANCELLATION
    return replace(CANCELLATION, fields=tuple(field for field in CANCELLATION.fields if field.name != "only_access"))


@lru_cache(maxsize=512)
def _pages_of(
    website: int, service: int, approvals: tuple[int, ...], *, numbered: bool, several: bool
) -> tuple[Section, ...]:
    """Return the pages of one website or other service.

    ``approvals``: the prior approvals it needs; ``numbered``: the filing has several entries; ``several``: it has
    more than one domain on record.
    """
    wanted = tuple(_approval_field(approval) for approval in approvals)
    one_domain = tuple(field for field in PAGES[service][0].fields if field.name != "kept_domains")
    own = {APPROVALS.part: wanted} | ({} if several else {WEBSITE.part: one_domain})
    return tuple(
        _of_website(replace(section, fields=own.get(section.part, section.fields)), website, service, numbered=numbered)
        for section in PAGES[service]
        if wanted or section is not APPROVALS
    )


def _of_website(section: Section, website: int, service: int, *, numbered: bool) -> Section:
    """Return a page of the first website adapted to another one."""
    words = _("Website {number}: {title}") if service == code_tables.WEBSITE else _("Service {number}: {title}")
    title = format_lazy(words, number=website + 1, title=section.title)
    return replace(
        section,
        prefix=section.prefix.replace(".0", f".{website}", 1),
        title=title if numbered else section.title,
        website=website,
    )


def _approval_field(approval: int) -> Field:
    """Return the field for the number of one prior approval (interface element Nrlx: type id and number)."""
    name = code_tables.name_of(code_tables.PRIOR_APPROVALS, approval)
    return Field(
        str(approval),
        "Nrlx",
        format_lazy(_("Number of the approval: {name}"), name=name),
        "P303",
        512,
        need=Need.NOBODY,
        plain=True,
        hint=_("The number on the authority's document; leave it empty where a pledge is enough."),
        example="B2-20260001",
    )


def each(values: Facts) -> Iterator[tuple[str, Section, Field]]:
    """Yield every field of this filing with its path, in the order of the form."""
    for section in sections_of(values):
        for field in section.fields:
            yield section.path(field), section, field


@lru_cache(maxsize=2048)
def find(path: str, service: int | None = None) -> tuple[Section, Field] | None:
    """Return page and field of a path, for any website; None when there is no such field.

    Where several service types have the field, return that of ``service``, by default of a website.
    """
    match = _OF_A_WEBSITE_PATH.match(path)
    website = int(match[1]) if match else 0
    general = _OF_A_WEBSITE_PATH.sub("websites.0.", path)
    approval = general.removeprefix(f"{APPROVALS.prefix}.")
    if approval in _APPROVAL_IDS:
        section, field = APPROVALS, _approval_field(int(approval))
    elif general in _GENERAL:
        service = service if service in _GENERAL[general] else next(iter(_GENERAL[general]))
        section, field = _GENERAL[general][service]
    else:
        return None
    return (
        _of_website(section, website, service or code_tables.WEBSITE, numbered=website > 0) if match else section
    ), field


def find_in(values: Facts, path: str) -> tuple[Section, Field] | None:
    """Return page and field of a path for the service types of this filing."""
    website = website_of(path)
    return find(path, None if website is None else facts.service(values, website))


def _general() -> dict[str, dict[int, tuple[Section, Field]]]:
    """Return path → service type → page and field; fields of the host are listed under a website's type."""
    found: dict[str, dict[int, tuple[Section, Field]]] = {}
    for service, pages in {code_tables.WEBSITE: (*OF_THE_HOST, *OF_A_WEBSITE, CANCELLATION), **_OTHERS}.items():
        for section in pages:
            for field in section.fields:
                found.setdefault(section.path(field), {})[service] = section, field
    return found


_OTHERS = {service: pages for service, pages in PAGES.items() if service != code_tables.WEBSITE}
_GENERAL = _general()
_APPROVAL_IDS = {str(approval.id) for approval in code_tables.PRIOR_APPROVALS}


@cache
def names_of(service: int) -> frozenset[str]:
    """Return the names of the facts on the first page of this service type."""
    return frozenset(field.name for field in PAGES[service][0].fields)


def without_others(values: Facts) -> Facts:
    """Return the facts without those of a service type that an entry had before."""
    known = frozenset().union(*map(names_of, PAGES))
    websites = [
        {
            name: value
            for name, value in website.items()
            if name not in known or name in names_of(facts.service(values, number))
        }
        for number, website in enumerate(values["websites"])
    ]
    return {**values, "websites": websites}


def without_unasked(values: Facts) -> Facts:
    """Return the facts without those hidden by another choice, which were typed before it."""
    websites = [
        {name: value for name, value in website.items() if name not in _unasked(facts.service(values, number), website)}
        for number, website in enumerate(values["websites"])
    ]
    return {**values, "websites": websites}


def _unasked(service: int, website: Facts) -> set[str]:
    return {
        field.name
        for field in PAGES[service][0].fields
        if field.only_with and field.only_with[1] not in (website.get(field.only_with[0]) or ())
    }


def website_of(path: str) -> int | None:
    """Return the index of the website a path belongs to; None when it is about the host."""
    match = _OF_A_WEBSITE_PATH.match(path)
    return int(match[1]) if match else None


def section_of(path: str) -> str:
    """Return the id of the page on which the fact at ``path`` is filled in."""
    if path in OWN_PAGES:
        return path
    found = find(path)
    return found[0].id if found else PAPERS_PREFIX


def is_needed(section: Section, field: Field, values: Facts) -> bool:
    """Return whether the field is required in this filing."""
    if section.part == MANAGER.part and facts.same_person(values, section.website or 0):
        return False
    if not applies(section, field, values):
        return False
    if field.need == Need.ENTERED and _stays_on_record(section, field, values):
        return False
    return field.need != Need.NOBODY and concerns(field, values)


def _stays_on_record(section: Section, field: Field, values: Facts) -> bool:
    """Return whether the page's data are on record and this kind of filing can't change the field."""
    is_on_record = bool(facts.read(facts.record(values), section.prefix))
    return is_on_record and not kinds.of(values).opens(section.path(field))


def concerns(field: Field, values: Facts) -> bool:
    """Return whether the field is meant for this kind of host: fields required of units are not for individuals."""
    return field.need != Need.UNIT or not facts.is_individual(values)


def is_asked(section: Section, field: Field, values: Facts) -> bool:
    """Return whether the form asks this host for the fact.

    Individuals aren't asked for facts that repeat their own data, nor for those that only units must give, unless
    they have given them.
    """
    if not facts.is_individual(values):
        return True
    return not field.of_person and (concerns(field, values) or bool(facts.read(values, section.path(field))))


def applies(section: Section, field: Field, values: Facts) -> bool:
    """Return whether the field is shown, given what was chosen in another one."""
    if field.only_with is None:
        return True
    name, chosen = field.only_with
    return chosen in (facts.read(values, f"{section.prefix}.{name}") or ())
