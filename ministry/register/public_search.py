"""Search the register for the public: what is in force, by number, domain, IP address, full name or part of a name.

No columns with personal data are read. The name of an individual is found only when it is given in full, so that
nobody can list people; of a unit, any two characters or more of the name are enough.

The statements are written out: composing them from query sets took longer than the whole page takes now.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from ministry.models import Subject, Website
from ministry.reference import code_tables
from ministry.reference.lookups import LookUp
from ministry.reference.numbers import FilingNumber
from ministry.register import query

MOST: Final = 50  # a subject has few websites; a longer list is truncated, and the page says so
SHORTEST_PART: Final = 2  # characters; ours
# Pairs of characters in more than this share of names select too little to be worth looking up, such as 公司.
COMMON: Final = 0.01
# Where a text has only such pairs, its names fill the list from the first so many units; one in a hundred would do.
EARLIEST: Final = 100 * (MOST + 1)

_OF_SUBJECT: Final = ("id", "province", "year", "serial", "earlier_number", "name", "nature", "suspended_on")
_OF_WEBSITE: Final = (
    *("id", "subject_id", "sequence", "service", "name", "domain", "further_domains", "home_url"),
    *("approved_on", "suspended_on"),
)
_SUBJECT: Final = ", ".join([*_OF_SUBJECT, "live"])
_COLUMNS: Final = ", ".join([*(f"s.{name}" for name in _OF_SUBJECT), *(f"w.{name}" for name in _OF_WEBSITE)])
# ``<subjects>``: where the subjects come from; ``<websites>``: which of their websites
_ROWS: Final = f"""
SELECT {_COLUMNS} FROM <subjects> s JOIN ministry_website w ON w.subject_id = s.id
WHERE w.live AND s.live AND <websites>
ORDER BY s.name, s.id, w.sequence LIMIT {MOST + 1}
"""  # noqa: S608 — our own constants; what is asked are parameters
_OF_SERIES: Final = "s.province = %(province)s AND s.year = %(year)s AND s.serial = %(serial)s"
_OF_EARLIER: Final = "s.earlier_number = %(earlier)s AND s.earlier_number > ''"
_OF_SEQUENCE: Final = " AND w.sequence = %(sequence)s AND w.service = %(service)s"
_OF_DOMAIN: Final = "w.id = (SELECT website_id FROM ministry_livedomain WHERE domain = %(domain)s)"
# Of a usual name, the first few rows of the index on name and id.
_NAMED: Final = f"""(
    SELECT one.* FROM unnest(%(names)s::text[]) AS asked (name), LATERAL (
        SELECT {_SUBJECT} FROM ministry_subject WHERE name = asked.name AND live ORDER BY name, id LIMIT {MOST + 1}
    ) one
)"""  # noqa: S608
# Units whose name contains a text: those that have all the pairs are found by their index.
_WITH_PART: Final = f"""(
    SELECT {_SUBJECT} FROM <units> unit WHERE strpos(name_folded(name), %(part)s) > 0 LIMIT {MOST + 1}
)"""  # noqa: S608
_UNITS: Final = f"SELECT {_SUBJECT} FROM ministry_subject WHERE live AND nature <> {code_tables.PERSON}"  # noqa: S608
_WITH_PAIRS: Final = _WITH_PART.replace("<units>", f"({_UNITS} AND name_pairs(name) @> %(pairs)s::bigint[])")
_EARLIEST: Final = _WITH_PART.replace("<units>", f"({_UNITS} ORDER BY id LIMIT {EARLIEST})")
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


def found(asked: LookUp) -> list[Website]:
    """Return the websites that match a number, a domain, an address or a full name. One query.

    At most ``MOST`` + 1, so that the caller sees whether there are more. They have their subject, and only the
    columns that the public may see are loaded.
    """
    if asked.number:
        return _rows(*_numbered(asked.number))
    if asked.domain:
        return _rows(_OF_DOMAIN, {"domain": asked.domain})
    return _rows("TRUE", {"names": query.spellings(asked.text)}, subjects=_NAMED)


def with_part(text: str) -> list[Website]:
    """Return the websites of units whose name contains the text, in any width and case. Two queries, three at most.

    None for a text shorter than ``SHORTEST_PART``. Otherwise as ``found`` returns them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"text": text, "common": COMMON})
        part, pairs, selecting = cursor.fetchone()
    if len(part) < SHORTEST_PART:
        return []
    values = {"part": part, "pairs": selecting or pairs}
    if not selecting and len(early := _rows("TRUE", values, subjects=_EARLIEST)) > MOST:
        return early
    # Of usual pairs that are seldom together, as in 科技术有, the index finds at least that.
    return _rows("TRUE", values, subjects=_WITH_PAIRS)


def _numbered(number: FilingNumber) -> tuple[str, dict[str, Any]]:
    """Return the condition for a number of a subject or of a website, and its values."""
    values: dict[str, Any] = {"earlier": str(number.of_subject)}
    if not number.is_earlier:
        year, serial = number.serial[:4], number.serial[4:]
        values = {"province": number.province.code, "year": int(year), "serial": int(serial)}
    condition = _OF_EARLIER if number.is_earlier else _OF_SERIES
    if number.sequence is None:
        return condition, values
    website = {"sequence": number.sequence, "service": code_tables.service_of_suffix(number.suffix)}
    return condition + _OF_SEQUENCE, values | website


def _rows(websites: str, values: Mapping[str, Any], subjects: str = "ministry_subject") -> list[Website]:
    """Return the websites on a condition of subjects from a table or a query in brackets."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.replace("<subjects>", subjects).replace("<websites>", websites), values)
        return [_website(row) for row in cursor.fetchall()]


def _website(row: tuple[Any, ...]) -> Website:
    split = len(_OF_SUBJECT)
    website = Website.from_db(connection.alias, _OF_WEBSITE, row[split:])
    website.subject = Subject.from_db(connection.alias, _OF_SUBJECT, row[:split])
    return website
