"""Search the register for the public: by number, domain, IP address, full name or part of a name.

No columns with personal data are read. The name of an individual is found only when it is given in full, so that
nobody can list people, and not any more when the record is cancelled; of a unit, any two characters or more of the name
are enough. APPs, mini-programs and quick apps are found by their own full names too.

The statements are written out: composing them from query sets took longer than the whole page takes now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import LookUp
from ministry.reference.numbers import FilingNumber
from ministry.register import query

MOST: Final = 50  # a subject has few websites; a longer list is truncated, and the page says so
MOST_NAMES: Final = 8  # suggested while one types; ours
SHORTEST_PART: Final = 2  # characters; ours
# Pairs of characters in more than this share of names select too little to be worth looking up, such as 公司.
COMMON: Final = 0.01
# Where a text has only such pairs, its names fill the list from the first so many units; one in a hundred would do.
EARLIEST: Final = 100 * (MOST + 1)

SUBJECT_COLUMNS: Final = (
    *("id", "province", "year", "serial", "earlier_number", "name", "nature", "live"),
    *("approved_on", "cancelled_on", "suspended_on"),
)
WEBSITE_COLUMNS: Final = (
    *("id", "subject_id", "sequence", "service", "name", "domain", "further_domains", "home_url", "live"),
    *("approved_on", "cancelled_on", "suspended_on", "migrated_to_id"),
)
_SUBJECT: Final = ", ".join(SUBJECT_COLUMNS)
_WEBSITE: Final = ", ".join(WEBSITE_COLUMNS)
# Each with the alias by which a query around it refers to it
_COLUMNS: Final = ", ".join(
    [*(f"s.{name} AS s_{name}" for name in SUBJECT_COLUMNS), *(f"w.{name} AS w_{name}" for name in WEBSITE_COLUMNS)]
)
# How many access providers give a service access, by the expression for its key
_PROVIDERS: Final = "(SELECT count(*) FROM ministry_access a WHERE a.website_id = {} AND a.live)"
# Places of the subject's name and key and of the website's sequence among the columns
_ORDER: Final = ", ".join(
    str(1 + place)
    for place in (
        SUBJECT_COLUMNS.index("name"),
        SUBJECT_COLUMNS.index("id"),
        len(SUBJECT_COLUMNS) + WEBSITE_COLUMNS.index("sequence"),
    )
)
# ``<subjects>``: where the subjects come from; ``<services>``: which of their services; ``<rows>``: which of the rows;
# ``<others>``: further rows. A subject without such services has one row.
_ROWS: Final = f"""
SELECT found.*, {_PROVIDERS.format("found.w_id")} FROM (
    SELECT {_COLUMNS} FROM <subjects> s LEFT JOIN ministry_website w ON w.subject_id = s.id AND <services>
    WHERE <rows>
    <others>
) found
ORDER BY {_ORDER} LIMIT {MOST + 1}
"""  # noqa: S608 — our own constants; what is asked are parameters
_LIVE: Final = "w.live AND s.live"
_OF_SERVICE: Final = "w.service = %(kind)s"
_OF_SERIES: Final = "s.province = %(province)s AND s.year = %(year)s AND s.serial = %(serial)s"
_OF_EARLIER: Final = "s.earlier_number = %(earlier)s AND s.earlier_number > ''"
_OF_SEQUENCE: Final = " AND w.sequence = %(sequence)s AND w.service = %(service)s"
_OF_DOMAIN: Final = "w.id = (SELECT website_id FROM ministry_livedomain WHERE domain = %(domain)s)"
_ENDED: Final = """
SELECT id FROM ministry_website
WHERE NOT live AND (domain = %(domain)s OR further_domains @> ARRAY[%(domain)s]::varchar[])
"""
_OF_ENDED_DOMAIN: Final = f"w.id IN ({_ENDED})"
# One list of keys: with OR between two the table would be read whole.
_OF_ANY_DOMAIN: Final = (
    f"w.id IN (SELECT website_id FROM ministry_livedomain WHERE domain = %(domain)s UNION ALL {_ENDED})"  # noqa: S608
)
# Of a usual name, the first few rows of the index on name and id. As "name = asked.name" the database, which can't know
# how usual the name is, would collect all its rows and sort them.
_NAMED: Final = f"""(
    SELECT one.* FROM unnest(%(names)s::text[]) AS asked (name), LATERAL (
        SELECT {_SUBJECT} FROM ministry_subject
        WHERE name >= asked.name AND name <= asked.name AND <subjects> ORDER BY name, id LIMIT {MOST + 1}
    ) one
)"""  # noqa: S608
_LIVE_NAMED: Final = _NAMED.replace("<subjects>", "live")
_UNITS_NAMED: Final = _NAMED.replace("<subjects>", f"nature <> {code_tables.PERSON}")
_SHOWN_NAMED: Final = _NAMED.replace("<subjects>", f"(live OR nature <> {code_tables.PERSON})")
# In force or cancelled, with a domain that is on the blacklist today
_VIOLATING: Final = """EXISTS (
    SELECT FROM ministry_blacklisteddomain entry WHERE entry.domain = ANY(array_append(w.further_domains, w.domain))
    AND entry.since <= %(today)s AND (entry.until IS NULL OR entry.until >= %(today)s)
)"""
# Services other than websites with that name, whoever has them
_SERVICES_NAMED: Final = f"""UNION
SELECT {_COLUMNS} FROM ministry_website w JOIN ministry_subject s ON s.id = w.subject_id
WHERE w.name = ANY(%(names)s) AND w.service <> {code_tables.WEBSITE} AND {_LIVE}"""  # noqa: S608
# Units whose name contains a text: those that have all the pairs are found by their index.
_WITH_PART: Final = f"""(
    SELECT {_SUBJECT} FROM <units> unit WHERE strpos(name_folded(name), %(part)s) > 0 LIMIT {MOST + 1}
)"""  # noqa: S608
_UNITS: Final = f"SELECT {_SUBJECT} FROM ministry_subject WHERE live AND nature <> {code_tables.PERSON}"  # noqa: S608
_WITH_PAIRS: Final = _WITH_PART.replace("<units>", f"({_UNITS} AND name_pairs(name) @> %(pairs)s::bigint[])")
_EARLIEST: Final = _WITH_PART.replace("<units>", f"({_UNITS} ORDER BY id LIMIT {EARLIEST})")
# Of units cancelled or with a cancelled service. OFFSET keeps the planner from reading all cancelled services.
_ENDED_UNITS: Final = _UNITS.replace("live AND", "NOT live AND")
_LEFT: Final = (
    "EXISTS (SELECT FROM ministry_website w WHERE w.subject_id = ministry_subject.id AND NOT w.live OFFSET 0)"
)
_CANCELLED_WITH_PAIRS: Final = f"""(
    {_WITH_PAIRS.replace(_UNITS, _ENDED_UNITS)} UNION ALL {_WITH_PAIRS.replace(_UNITS, f"{_UNITS} AND {_LEFT}")}
)"""
_EARLIEST_CANCELLED: Final = _EARLIEST.replace(f"{_UNITS} ORDER BY id", f"{_ENDED_UNITS} ORDER BY cancelled_on")
# Of many numbers or domains at once: each is a row of ``asked``, in whose place its services are returned. Of a number
# of a series the earlier number is null, of an earlier number the series is. A subject without services has one row.
_ASKED: Final = ("province", "year", "serial", "earlier", "sequence", "service")
_OF_NUMBERS: Final = f"""
SELECT asked.place, {_COLUMNS}, {_PROVIDERS.format("w.id")}
FROM unnest(
    %(place)s::int[], %(province)s::text[], %(year)s::int[], %(serial)s::int[],
    %(earlier)s::text[], %(sequence)s::int[], %(service)s::int[]
) AS asked (place, province, year, serial, earlier, sequence, service)
CROSS JOIN LATERAL (
    SELECT {_SUBJECT} FROM ministry_subject
    WHERE province = asked.province AND year = asked.year AND serial = asked.serial
    UNION ALL
    SELECT {_SUBJECT} FROM ministry_subject WHERE earlier_number = asked.earlier AND earlier_number > ''
) s
LEFT JOIN LATERAL (
    SELECT {_WEBSITE} FROM ministry_website
    WHERE subject_id = s.id
        AND (asked.sequence IS NULL OR (sequence = asked.sequence AND service = asked.service))
    ORDER BY sequence LIMIT %(most)s
) w ON true
WHERE w.id IS NOT NULL OR asked.sequence IS NULL
ORDER BY asked.place, w.sequence
"""  # noqa: S608
# One list of keys: with OR between two the table would be read whole.
_OF_DOMAINS: Final = f"""
SELECT asked.place, {_COLUMNS}, {_PROVIDERS.format("w.id")}
FROM unnest(%(place)s::int[], %(domain)s::text[]) AS asked (place, domain)
CROSS JOIN LATERAL (
    SELECT {_WEBSITE} FROM ministry_website
    WHERE id IN (
        SELECT website_id FROM ministry_livedomain WHERE domain = asked.domain
        UNION ALL
        SELECT id FROM ministry_website
        WHERE NOT live AND (domain = asked.domain OR further_domains @> ARRAY[asked.domain]::varchar[])
        <released>
    )
    ORDER BY live DESC, id DESC LIMIT %(most)s
) w
JOIN ministry_subject s ON s.id = w.subject_id
ORDER BY asked.place, w.live DESC, w.id DESC
"""  # noqa: S608
# Also those that gave the domain up and are on record, or were for longer
_OF_DOMAINS_EVER: Final = _OF_DOMAINS.replace(
    "<released>", "UNION ALL SELECT website_id FROM ministry_releaseddomain WHERE domain = asked.domain"
)
_OF_DOMAINS_NOW: Final = _OF_DOMAINS.replace("<released>", "")
_LISTED: Final = """
SELECT domain, min(since) FROM ministry_blacklisteddomain
WHERE domain = ANY(%(domains)s) AND since <= %(day)s AND (until IS NULL OR until >= %(day)s) GROUP BY domain
"""
_PAIRS: Final = """
SELECT name_folded(%(text)s), name_pairs(%(text)s), array(
    SELECT pair FROM unnest(name_pairs(%(text)s)) AS pair WHERE pair NOT IN (
        SELECT element FROM pg_stats,
            unnest(most_common_elems::text::bigint[], most_common_elem_freqs) AS common (element, share)
        WHERE schemaname = current_schema() AND tablename = 'subject_name_pairs'
            AND share > %(common)s AND element IS NOT NULL  -- the shares end with three of another kind
    )
)
"""


class SearchScope(StrEnum):
    """The services that a search covers: all in force, those of one kind, cancelled or violating ones."""

    ALL = ""
    WEBSITE = "website"
    APP = "app"
    MINI_PROGRAM = "mini-program"
    QUICK_APP = "quick-app"
    CANCELLED = "cancelled"
    VIOLATING = "violating"


SERVICES: Final[Mapping[SearchScope, int]] = {
    SearchScope.WEBSITE: code_tables.WEBSITE,
    SearchScope.APP: code_tables.APP,
    SearchScope.MINI_PROGRAM: code_tables.MINI_PROGRAM,
    SearchScope.QUICK_APP: code_tables.QUICK_APP,
}


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Conditions of a scope: on services, on rows, on a service with a domain; the subjects whose name is looked up."""

    services: str
    rows: str
    of_domain: str
    named: str
    # Units with a part of a name, the first ones and all; none where parts find nothing
    earliest: str = ""
    with_pairs: str = ""


_IN_FORCE: Final = _Conditions("w.live", "s.live", _OF_DOMAIN, _LIVE_NAMED, _EARLIEST, _WITH_PAIRS)
# The scopes that also contain what is not in force; the others find services by their own names too
ENDED_TOO: Final[Mapping[SearchScope, _Conditions]] = {
    SearchScope.CANCELLED: _Conditions(
        *("NOT w.live", "(w.id IS NOT NULL OR NOT s.live)", _OF_ENDED_DOMAIN, _UNITS_NAMED),
        *(_EARLIEST_CANCELLED, _CANCELLED_WITH_PAIRS),
    ),
    SearchScope.VIOLATING: _Conditions(_VIOLATING, "w.id IS NOT NULL", _OF_ANY_DOMAIN, _SHOWN_NAMED),
}


class Match(NamedTuple):
    """A service that was found with its subject, or a subject that has no service of that state.

    Only the columns that the public may see are loaded. ``providers``: how many give the service access now.
    """

    subject: Subject
    website: Website | None
    providers: int


def found(asked: LookUp, scope: SearchScope = SearchScope.ALL) -> list[Match]:
    """Return the services that match a number, a domain, an address or a full name. One query.

    A subject that matches and has no services is a match of its own, except among the services of one kind and the
    violating ones. At most ``MOST`` + 1, so that the caller sees whether there are more.
    """
    if asked.number:
        return _rows(*_numbered(asked.number), scope=scope)
    if asked.domain:
        return _rows(_conditions(scope).of_domain, {"domain": asked.domain}, scope=scope)
    names = {"names": query.spellings(asked.text)}
    others = _SERVICES_NAMED if scope not in ENDED_TOO else ""
    return _rows("TRUE", names, subjects=_conditions(scope).named, others=others, scope=scope)


def has_parts(scope: SearchScope) -> bool:
    """Return whether services of this scope are found by a part of a unit's name."""
    return bool(_conditions(scope).with_pairs)


def _conditions(scope: SearchScope) -> _Conditions:
    return ENDED_TOO.get(scope, _IN_FORCE)


def with_part(text: str, scope: SearchScope = SearchScope.ALL) -> list[Match]:
    """Return the services of units whose name contains the text, in any width and case. Two queries, three at most.

    None for a text shorter than ``SHORTEST_PART``, and none that are violating. Otherwise as ``found`` returns them.
    """
    where = _conditions(scope)
    part = _understood(text) if has_parts(scope) else None
    if part is None:
        return []
    if not part.is_selective and len(early := _rows("TRUE", part.values, subjects=where.earliest, scope=scope)) > MOST:
        return early
    # Of usual pairs that are seldom together, as in 科技术有, the index finds at least that.
    return _rows("TRUE", part.values, subjects=where.with_pairs, scope=scope)


def names_with_part(text: str) -> list[str]:
    """Return names of units in force that contain the text, at most ``MOST_NAMES``, each once. Two queries.

    None for a text shorter than ``SHORTEST_PART``. For a text of usual pairs only, those of the earliest units.
    """
    part = _understood(text)
    if part is None:
        return []
    units = _WITH_PAIRS if part.is_selective else _EARLIEST
    with _database().cursor() as cursor:
        cursor.execute(f"SELECT s.name FROM {units} s LIMIT {MOST_NAMES}", part.values)  # noqa: S608 — our constants
        return list(dict.fromkeys(name for (name,) in cursor.fetchall()))


class _Part(NamedTuple):
    """A part of a name: the values of a statement, and whether it has a pair that is in few names."""

    values: dict[str, Any]
    is_selective: bool


def _understood(text: str) -> _Part | None:
    """Return the part of a name to look up; None for one that is too short. One query."""
    with _database().cursor() as cursor:
        cursor.execute(_PAIRS, {"text": text, "common": COMMON})
        part, pairs, selecting = cursor.fetchone()
    if len(part) < SHORTEST_PART:
        return None
    return _Part({"part": part, "pairs": selecting or pairs}, bool(selecting))


def of_numbers(numbers: Sequence[FilingNumber], most: int = MOST) -> list[tuple[Subject, list[Match]] | None]:
    """Return for each number its subject with its services, or with the one of a service's number; None if none is.

    Cancelled ones too, in the order of their numbers, at most ``most`` + 1. One query.
    """
    asked = [_numbered(number)[1] for number in numbers]
    values = {name: [one.get(name) for one in asked] for name in _ASKED}
    found: list[tuple[Subject, list[Match]] | None] = [None] * len(asked)
    for place, match in _placed(_OF_NUMBERS, len(asked), most, values):
        _subject, services = found[place] = found[place] or (match.subject, [])
        if match.website:
            services.append(match)
    return found


def with_domains(names: Sequence[str], most: int = MOST, *, ever: bool = False) -> list[list[Match]]:
    """Return for each domain the website that has it, then those that had it when they were cancelled, newest first.

    ``ever``: also those that had it at some time. At most ``most`` + 1 of each. One query.
    """
    statement = _OF_DOMAINS_EVER if ever else _OF_DOMAINS_NOW
    found: list[list[Match]] = [[] for _name in names]
    for place, match in _placed(statement, len(names), most, {"domain": list(names)}):
        found[place].append(match)
    return found


def listed_since(names: Sequence[str], day: date) -> dict[str, date]:
    """Return since when each of the domains has been on the blacklist, for those that are on it that day. One query."""
    with _database().cursor() as cursor:
        cursor.execute(_LISTED, {"domains": list(names), "day": day})
        return dict(cursor.fetchall())


def _placed(statement: str, count: int, most: int, values: Mapping[str, Any]) -> Iterator[tuple[int, Match]]:
    """Yield the rows found for each of ``count`` look-ups, with its place among them."""
    with _database().cursor() as cursor:
        cursor.execute(statement, {"place": list(range(count)), "most": most + 1, **values})
        for place, *row in cursor.fetchall():
            yield place, _match(row)


def _numbered(number: FilingNumber) -> tuple[str, dict[str, Any]]:
    """Return the condition for a number of a subject or of a website, and its values."""
    values: dict[str, Any]
    if number.is_earlier:
        condition, values = _OF_EARLIER, {"earlier": str(number.of_subject)}
    else:
        year, serial = number.year_and_serial
        condition, values = _OF_SERIES, {"province": number.province.code, "year": year, "serial": serial}
    if number.sequence is None:
        return condition, values
    website = {"sequence": number.sequence, "service": code_tables.service_of_suffix(number.suffix)}
    return condition + _OF_SEQUENCE, values | website


def _rows(
    which: str,
    values: Mapping[str, Any],
    *,
    subjects: str = "ministry_subject",
    others: str = "",
    scope: SearchScope = SearchScope.ALL,
) -> list[Match]:
    """Return the rows on a condition, of subjects from a table or a query in brackets, and ``others``."""
    asked, values = _conditions(scope), {**values, "today": timezone.localdate()}
    rows = f"{asked.rows} AND {which}"
    if kind := SERVICES.get(scope):
        rows, values = f"{rows} AND {_OF_SERVICE}", {**values, "kind": kind}
        others = others and f"{others} AND {_OF_SERVICE}"
    parts = {"<subjects>": subjects, "<services>": asked.services, "<rows>": rows, "<others>": others}
    statement = _ROWS
    for name, part in parts.items():
        statement = statement.replace(name, part)
    with _database().cursor() as cursor:
        cursor.execute(statement, values)
        return [_match(row) for row in cursor.fetchall()]


def _database() -> BaseDatabaseWrapper:
    """Return the database that the register is read from now, the primary or a replica."""
    return connections[router.db_for_read(Website)]


def _match(row: Sequence[Any]) -> Match:
    split, providers = len(SUBJECT_COLUMNS), row[-1]
    alias = router.db_for_read(Website)
    subject = Subject.from_db(alias, SUBJECT_COLUMNS, row[:split])
    if row[split] is None:
        return Match(subject, None, providers)
    website = Website.from_db(alias, WEBSITE_COLUMNS, row[split:-1])
    website.subject = subject
    return Match(subject, website, providers)
