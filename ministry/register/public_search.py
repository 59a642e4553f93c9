"""Search the register for the public: by number, domain, IP address, full name or part of a name.

No columns with personal data are read. The name of an individual is found only when it is given in full, so that
nobody can list people, and not any more when the record is cancelled; of a unit, any two characters or more of the name
are enough. APPs, mini-programs and quick apps are found by their own full names too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from ministry.models import ReleasedDomain, Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import LookUp
from ministry.reference.numbers import FilingNumber
from ministry.register import query
from ministry.register import search_statements as statements
from ministry.register.search_statements import Conditions

MOST: Final = statements.MOST  # services in one answer
MOST_NAMES: Final = 8  # suggested while one types; our own choice
SHORTEST_PART: Final = 2  # characters; our own choice
# Pairs of characters in more than this share of names, such as 公司, select too little to be looked up beside one
# that is in few names; where none is, the rarest together select.
COMMON: Final = 0.01
RAREST: Final = 3
MANY: Final = 20_000  # names from which on a sample is read first; until then the index collects them as fast


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
# The scopes that also contain what is not in force; the others find services by their own names too
ENDED_TOO: Final[Mapping[SearchScope, Conditions]] = {
    SearchScope.CANCELLED: statements.CANCELLED,
    SearchScope.VIOLATING: statements.VIOLATING,
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
    others = statements.SERVICES_NAMED if scope not in ENDED_TOO else ""
    return _rows("TRUE", names, subjects=_conditions(scope).named, others=others, scope=scope)


def _conditions(scope: SearchScope) -> Conditions:
    return ENDED_TOO.get(scope, statements.IN_FORCE)


def with_part(text: str, scope: SearchScope = SearchScope.ALL) -> list[Match]:
    """Return the services of units whose name contains the text, in any width and case. Two queries, three at most.

    Empty for a text shorter than ``SHORTEST_PART``. Otherwise as ``found`` returns them.
    """
    part, where = _understood(text), _conditions(scope)
    if part is None:
        return []
    if where.sample and part.is_usual:
        some = _rows("TRUE", part.values, subjects=where.sample, scope=scope)
        if len(some) > MOST:
            return some
    # A sample may miss names whose pairs are common but seldom together, as in 科技术有; the index finds them.
    return _rows("TRUE", part.values, subjects=where.with_part, scope=scope)


def names_with_part(text: str) -> list[str]:
    """Return names of units in force that contain the text, at most ``MOST_NAMES``, each once. Two queries.

    Empty for a text shorter than ``SHORTEST_PART``. If all pairs of the text are common, only a sample is searched.
    """
    part = _understood(text)
    if part is None:
        return []
    units = statements.SAMPLE if part.is_usual else statements.WITH_PAIRS
    with _database().cursor() as cursor:
        cursor.execute(f"SELECT s.name FROM {units} s LIMIT {MOST_NAMES}", part.values)  # noqa: S608 — our constants
        return list(dict.fromkeys(name for (name,) in cursor.fetchall()))


class _Part(NamedTuple):
    """A part of a name: the values of a statement, and whether even its rarest pair is in ``MANY`` names."""

    values: dict[str, Any]
    is_usual: bool


def _understood(text: str) -> _Part | None:
    """Return the part of a name to look up; None for one that is too short. One query."""
    with _database().cursor() as cursor:
        cursor.execute(statements.PAIRS, {"text": text})
        rows = cursor.fetchall()
    (part, units, _pair, least), *_others = rows
    if len(part) < SHORTEST_PART:
        return None
    if least is None:
        pairs = [pair for _part, _units, pair, share in rows if share is None or share <= COMMON]
        return _Part({"part": part, "pairs": pairs}, is_usual=False)
    pairs = [pair for _part, _units, pair, _share in rows[:RAREST]]
    return _Part({"part": part, "pairs": pairs}, least * units >= MANY)


def of_numbers(numbers: Sequence[FilingNumber], most: int = MOST) -> list[tuple[Subject, list[Match]] | None]:
    """Return the subject of each number with its services, or with the numbered service only; None if none is.

    Cancelled ones too, in the order of their numbers, at most ``most`` + 1. One query.
    """
    asked = [_numbered(number)[1] for number in numbers]
    values = {name: [one.get(name) for one in asked] for name in statements.ASKED}
    found: list[tuple[Subject, list[Match]] | None] = [None] * len(asked)
    for place, match in _placed(statements.OF_NUMBERS, len(asked), most, values):
        _subject, services = found[place] = found[place] or (match.subject, [])
        if match.website:
            services.append(match)
    return found


def with_domains(names: Sequence[str], most: int = MOST, *, ever: bool = False) -> list[list[Match]]:
    """Return the website that has each domain, then those that had it when they were cancelled, newest first.

    ``ever``: also those that had it at some time. At most ``most`` + 1 of each. One query.
    """
    statement = statements.OF_DOMAINS_EVER if ever else statements.OF_DOMAINS_NOW
    found: list[list[Match]] = [[] for _name in names]
    for place, match in _placed(statement, len(names), most, {"domain": list(names)}):
        found[place].append(match)
    return found


def given_up(names: Collection[str]) -> set[str]:
    """Return those of these domains that a website had once and gave up. One query, none without names."""
    return set(ReleasedDomain.objects.filter(domain__in=names).values_list("domain", flat=True)) if names else set()


def listed_since(names: Sequence[str], day: date) -> dict[str, date]:
    """Return since when each of the domains has been on the blacklist, for those that are on it that day. One query."""
    if not names:
        return {}
    with _database().cursor() as cursor:
        cursor.execute(statements.LISTED, {"domains": list(names), "day": day})
        return dict(cursor.fetchall())


def violations(services: Iterable[int | None], day: date) -> list[tuple[int, str, date]]:
    """Return the domains of these services that are on the blacklist that day: service, domain, since when. One query.

    A None among ``services`` stands for a host without services.
    """
    keys = [key for key in services if key]
    if not keys:
        return []
    with _database().cursor() as cursor:
        cursor.execute(statements.VIOLATIONS, {"services": keys, "day": day})
        return list(cursor.fetchall())


def changes_of(
    subject_id: int, services: Collection[int | None], most: int
) -> list[tuple[str, int | None, date | None, datetime | None]]:
    """Return what was changed, suspended and resumed of a record and of these services of it. One query.

    The newest ``most`` changes, and as many suspensions and resumptions: what, service (None for the record itself),
    day and when; one of the last two may be None.
    """
    keys = [key for key in services if key]
    with _database().cursor() as cursor:
        cursor.execute(statements.HISTORY, {"subject": subject_id, "services": keys, "most": most})
        return list(cursor.fetchall())


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
        condition, values = statements.OF_EARLIER, {"earlier": str(number.of_subject)}
    else:
        year, serial = number.year_and_serial
        condition, values = statements.OF_SERIES, {"province": number.province.code, "year": year, "serial": serial}
    if number.sequence is None:
        return condition, values
    website = {"sequence": number.sequence, "service": code_tables.service_of_suffix(number.suffix)}
    return condition + statements.OF_SEQUENCE, values | website


def _rows(
    which: str,
    values: Mapping[str, Any],
    *,
    subjects: str = "ministry_subject",
    others: str = "",
    scope: SearchScope = SearchScope.ALL,
) -> list[Match]:
    """Return the rows on a condition, of subjects from a table or a query in brackets, and ``others``."""
    asked, values = _conditions(scope), {**values, "day": timezone.localdate()}
    rows = f"{asked.rows} AND {which}"
    if kind := SERVICES.get(scope):
        rows, values = f"{rows} AND {statements.OF_SERVICE}", {**values, "kind": kind}
        others = others and f"{others} AND {statements.OF_SERVICE}"
    parts = {"<subjects>": subjects, "<services>": asked.services, "<rows>": rows, "<others>": others}
    statement = statements.ROWS
    for name, part in parts.items():
        statement = statement.replace(name, part)
    with _database().cursor() as cursor:
        cursor.execute(statement, values)
        return [_match(row) for row in cursor.fetchall()]


def _database() -> BaseDatabaseWrapper:
    """Return the database that the register is read from now, the primary or a replica."""
    return connections[router.db_for_read(Website)]


def _match(row: Sequence[Any]) -> Match:
    split, providers = len(statements.SUBJECT_COLUMNS), row[-1]
    alias = router.db_for_read(Website)
    subject = Subject.from_db(alias, statements.SUBJECT_COLUMNS, row[:split])
    if row[split] is None:
        return Match(subject, None, providers)
    website = Website.from_db(alias, statements.WEBSITE_COLUMNS, row[split:-1])
    website.subject = subject
    return Match(subject, website, providers)
