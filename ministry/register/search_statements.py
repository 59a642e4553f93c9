"""The SQL of the public search: the columns that the public may see, and the conditions of each scope.

The statements are written out: composing them from query sets took longer than the whole page takes now.
"""

from dataclasses import dataclass
from typing import Final

from ministry.reference import code_tables

MOST: Final = 50  # a subject has few websites; a longer list is truncated, and the page says so
# If all pairs of a text are common, this many units are read at this many places of the register, which fills the list
# if one name in 400 matches. The index of pairs would first collect all names that have them.
SAMPLED: Final = 400 * (MOST + 1)
PLACES: Final = 100

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
ROWS: Final = f"""
SELECT found.*, {_PROVIDERS.format("found.w_id")} FROM (
    SELECT {_COLUMNS} FROM <subjects> s LEFT JOIN ministry_website w ON w.subject_id = s.id AND <services>
    WHERE <rows>
    <others>
) found
ORDER BY {_ORDER} LIMIT {MOST + 1}
"""  # noqa: S608 — our own constants; what is asked are parameters
_LIVE: Final = "w.live AND s.live"
OF_SERVICE: Final = "w.service = %(kind)s"
OF_SERIES: Final = "s.province = %(province)s AND s.year = %(year)s AND s.serial = %(serial)s"
OF_EARLIER: Final = "s.earlier_number = %(earlier)s AND s.earlier_number > ''"
OF_SEQUENCE: Final = " AND w.sequence = %(sequence)s AND w.service = %(service)s"
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
# With a domain that is on the blacklist that day, in force, or cancelled after it was listed: what is listed later is
# not the violation of a website that was gone by then.
_LISTED_THEN: Final = "entry.since <= %(day)s AND (entry.until IS NULL OR entry.until >= %(day)s)"
_OF_ENTRY: Final = f"""
    entry.domain = ANY(array_append(w.further_domains, w.domain)) AND {_LISTED_THEN}
    AND (w.live OR entry.since <= w.cancelled_on)
"""
_VIOLATING: Final = f"EXISTS (SELECT FROM ministry_blacklisteddomain entry WHERE {_OF_ENTRY})"
VIOLATIONS: Final = f"""
SELECT w.id, entry.domain, min(entry.since)
FROM ministry_website w JOIN ministry_blacklisteddomain entry ON {_OF_ENTRY}
WHERE w.id = ANY(%(services)s) GROUP BY w.id, entry.domain ORDER BY w.id, entry.domain
"""  # noqa: S608
# Services other than websites with that name, whoever has them
SERVICES_NAMED: Final = f"""UNION
SELECT {_COLUMNS} FROM ministry_website w JOIN ministry_subject s ON s.id = w.subject_id
WHERE w.name = ANY(%(names)s) AND w.service <> {code_tables.WEBSITE} AND {_LIVE}"""  # noqa: S608
# Units whose name contains a text: those that have all the pairs are found by their index.
_WITH_PART: Final = f"""(
    SELECT {_SUBJECT} FROM <units> unit WHERE strpos(name_folded(name), %(part)s) > 0 LIMIT {MOST + 1}
)"""  # noqa: S608
_UNITS: Final = f"SELECT {_SUBJECT} FROM ministry_subject WHERE live AND nature <> {code_tables.PERSON}"  # noqa: S608
WITH_PAIRS: Final = _WITH_PART.replace("<units>", f"({_UNITS} AND name_pairs(name) @> %(pairs)s::bigint[])")
_SPREAD: Final = f"""(
    SELECT one.* FROM
        (SELECT min(id) AS first, 1 + (max(id) - min(id)) / {PLACES} AS step FROM ministry_subject) register,
        generate_series(0, {PLACES - 1}) AS place,
        LATERAL (
            {_UNITS} AND id >= first + place * step AND id < first + (place + 1) * step
            ORDER BY id LIMIT {SAMPLED // PLACES}
        ) one
)"""  # noqa: S608
# A name that has the text unchanged is found without folding it, which takes ten times as long.
_IN_SAMPLE: Final = _WITH_PART.replace("WHERE", "WHERE strpos(name, %(part)s) > 0 AND")
SAMPLE: Final = _IN_SAMPLE.replace("<units>", _SPREAD)
# Of units cancelled, and where they don't fill the list, of those with a cancelled service. OFFSET keeps the planner
# from reading all cancelled services.
_ENDED_UNITS: Final = _UNITS.replace("live AND", "NOT live AND")
_LEFT: Final = (
    "EXISTS (SELECT FROM ministry_website w WHERE w.subject_id = ministry_subject.id AND NOT w.live OFFSET 0)"
)
_CANCELLED_WITH_PAIRS: Final = f"""(
    {WITH_PAIRS.replace(_UNITS, _ENDED_UNITS)} UNION ALL {WITH_PAIRS.replace(_UNITS, f"{_UNITS} AND {_LEFT}")}
    LIMIT {MOST + 1}
)"""
_SAMPLE_OF_CANCELLED: Final = _IN_SAMPLE.replace("<units>", f"({_ENDED_UNITS} ORDER BY cancelled_on LIMIT {SAMPLED})")
# From the blacklist, short beside the register, to the units that have or had its domains; as an array, so that
# the planner goes to each by its key.
_VIOLATING_UNITS: Final = f"""
SELECT {_SUBJECT} FROM ministry_subject WHERE nature <> {code_tables.PERSON} AND id = ANY(ARRAY(
    SELECT of_entry.subject_id FROM ministry_blacklisteddomain entry, LATERAL (
        SELECT w.subject_id FROM ministry_livedomain l JOIN ministry_website w ON w.id = l.website_id
        WHERE l.domain = entry.domain
        UNION ALL
        SELECT subject_id FROM ministry_website WHERE NOT live AND domain = entry.domain
        UNION ALL
        SELECT subject_id FROM ministry_website
        WHERE NOT live AND further_domains @> ARRAY[entry.domain]::varchar[]
    ) of_entry WHERE {_LISTED_THEN}
))
"""  # noqa: S608
_VIOLATING_WITH_PART: Final = _WITH_PART.replace("<units>", f"({_VIOLATING_UNITS})")
# Of many numbers or domains at once: each is a row of ``asked``, in whose place its services are returned. Of a number
# of a series the earlier number is null, of an earlier number the series is. A subject without services has one row.
ASKED: Final = ("province", "year", "serial", "earlier", "sequence", "service")
OF_NUMBERS: Final = f"""
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
# Also websites that gave the domain up and are still on record, or were cancelled later
OF_DOMAINS_EVER: Final = _OF_DOMAINS.replace(
    "<released>", "UNION ALL SELECT website_id FROM ministry_releaseddomain WHERE domain = asked.domain"
)
OF_DOMAINS_NOW: Final = _OF_DOMAINS.replace("<released>", "")
# What has been changed of a record and of these services of it, and the suspensions and resumptions: the newest of each
_OF_RECORD: Final = "subject_id = %(subject)s AND (website_id IS NULL OR website_id = ANY(%(services)s))"
HISTORY: Final = f"""
(
    SELECT 'changed', website_id, valid_from, NULL::timestamptz FROM ministry_registerversion
    WHERE {_OF_RECORD} AND access_id IS NULL AND live
    ORDER BY id DESC LIMIT %(most)s
) UNION ALL (
    SELECT what, website_id, day, at FROM ministry_registerchange
    WHERE {_OF_RECORD} AND what IN ('suspended', 'resumed')
    ORDER BY id DESC LIMIT %(most)s
)
"""  # noqa: S608
LISTED: Final = f"""
SELECT domain, min(since) FROM ministry_blacklisteddomain entry
WHERE domain = ANY(%(domains)s) AND {_LISTED_THEN} GROUP BY domain
"""  # noqa: S608
# The text, how many units the index has, and the pairs of the text, the rarest first, each with the share of names that
# have it; null: so few that it is unknown
PAIRS: Final = """
WITH common AS MATERIALIZED (SELECT element, share FROM name_pair_shares())
SELECT name_folded(%(text)s), (SELECT reltuples FROM pg_class WHERE oid = 'subject_name_pairs'::regclass), pair, share
FROM (SELECT) AS text LEFT JOIN unnest(name_pairs(%(text)s)) AS pair ON true LEFT JOIN common ON element = pair
ORDER BY share NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions of a scope: on services, on rows, on a service with a domain; the subjects whose name is looked up."""

    services: str
    rows: str
    of_domain: str
    named: str
    with_part: str  # units with a part of a name
    sample: str = ""  # the same in a sample of them; empty where there are few units


IN_FORCE: Final = Conditions("w.live", "s.live", _OF_DOMAIN, _LIVE_NAMED, WITH_PAIRS, SAMPLE)
CANCELLED: Final = Conditions(
    *("NOT w.live", "(w.id IS NOT NULL OR NOT s.live)", _OF_ENDED_DOMAIN, _UNITS_NAMED),
    *(_CANCELLED_WITH_PAIRS, _SAMPLE_OF_CANCELLED),
)
VIOLATING: Final = Conditions(_VIOLATING, "w.id IS NOT NULL", _OF_ANY_DOMAIN, _SHOWN_NAMED, _VIOLATING_WITH_PART)
