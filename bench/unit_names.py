"""Names of a country's units in a throw-away register, and parts of them to look for.

Names are made by SQL of a city, a brand of two to four characters, a trade and a form, such as
杭州华云网络科技有限公司; one in five subjects is an individual. Shares of provinces are those of the invented country;
those of characters, trades and forms are our own choice: few are usual and many are rare. Subjects are in the order of
their provinces, as a register that is exported by number has them. Each has one website with one access; one in ten is
cancelled.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from random import Random
from typing import Any, Final

from django.db import connection, transaction

from bench import queue_rows, register_rows
from icp_portal.demo import country
from ministry.reference import code_tables, divisions, provinces

CHARACTERS: Final = 1_500  # of which brands are made
# Usual ones first
TRADES: Final = (
    *queue_rows.TRADES,
    *(
        "科技",
        "信息咨询",
        "建材",
        "机电设备",
        "实业",
        "文化传媒",
        "服装",
        "食品",
        "化工",
        "广告",
        "物流",
        "家具",
        "旅游",
    ),
    *(
        "环保设备",
        "生物科技",
        "装饰工程",
        "包装",
        "农业开发",
        "医院管理",
        "电子科技",
        "投资管理",
        "酒店",
        "印刷",
        "塑胶",
    ),
)
FORMS: Final = ("有限公司", "有限责任公司", "股份有限公司", "经营部", "工作室", "中心", "厂", "研究所")
PARTS: Final = 200  # of each kind
TABLES: Final = ("ministry_subject", "ministry_website", "ministry_access")
_INDEXES: Final = """
SELECT index.indexname, index.indexdef FROM pg_indexes index
WHERE index.tablename = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.indexname::regclass)
"""
_CHARACTER: Final = f"substr(%(characters)s, 1 + floor({CHARACTERS} * random() ^ 2)::int, 1)"
_SUBJECTS: Final = f"""
INSERT INTO ministry_subject (id, province, year, serial, name, nature, division, address, responsible_name,
                              responsible_mobile, responsible_email, live, approved_on, cancelled_on, last_sequence,
                              password_hash)
SELECT n, (%(provinces)s::text[])[place], 2019 + n / 900000, n %% 900000 + 1, CASE n %% 5
         WHEN 0 THEN surnames[1 + floor(cardinality(surnames) * random())::int]
                     || given[1 + floor(cardinality(given) * random())::int]
         ELSE cities[1 + floor(cardinality(cities) * random())::int]
              || {_CHARACTER} || {_CHARACTER}
              || CASE WHEN random() < 0.3 THEN {_CHARACTER} ELSE '' END
              || CASE WHEN random() < 0.1 THEN {_CHARACTER} ELSE '' END
              || trades[1 + floor(cardinality(trades) * random() ^ 2)::int]
              || forms[1 + floor(cardinality(forms) * random() ^ 4)::int]
       END, CASE n %% 5 WHEN 0 THEN {code_tables.PERSON} ELSE {code_tables.ENTERPRISE} END, '', 'x', 'x', 'x', 'x',
       n %% 10 <> 1, '2026-01-01', CASE n %% 10 WHEN 1 THEN date '2026-01-02' + n %% 300 END, 1, ''
FROM (
    SELECT n, width_bucket((n - 1)::float8 / %(subjects)s, %(bounds)s::float8[]) AS place
    FROM generate_series(1, %(subjects)s) n
) placed,
LATERAL (SELECT string_to_array((%(cities)s::text[])[place], ' ') AS cities) of_place,
(SELECT %(trades)s::text[] AS trades, %(forms)s::text[] AS forms, %(surnames)s::text[] AS surnames,
        %(given)s::text[] AS given) words
"""  # noqa: S608 — our constants
_WEBSITES: Final = """
INSERT INTO ministry_website (id, subject_id, sequence, name, domain, home_url, services, languages, responsible_name,
                              responsible_mobile, responsible_email, live, approved_on, cancelled_on)
SELECT id, id, 1, '官方网站', 'd' || id || '.cn', 'www.d' || id || '.cn', '{8}', '{1}', 'x', 'x', 'x', live,
       approved_on, cancelled_on
FROM ministry_subject
"""
_ACCESSES: Final = """
INSERT INTO ministry_access (website_id, provider_id, ways, places, ip_ranges, live)
SELECT id, 1 + id % 50, '{5}', '{2}', '{192.31.196.7}', live FROM ministry_subject
"""


def fill(subjects: int) -> None:
    """Insert that many subjects and rebuild the indexes of their tables. Needs a superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute("SELECT setseed(0.5)")
        with _without_indexes():
            cursor.execute(_SUBJECTS, _words(subjects))
            cursor.execute(_WEBSITES)
            cursor.execute(_ACCESSES)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Run the block without the tables' indexes, constraints excepted."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [list(TABLES)])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            cursor.execute(definition)


def _words(subjects: int) -> dict[str, Any]:
    """Return the values of the statement that makes the names."""
    codes = {province.char: province.code for province in provinces.PROVINCES}
    shares = country.PROVINCES
    bounds = [0.0, *accumulate(share / sum(shares.values()) for share in shares.values())][:-1]
    return {
        "subjects": subjects,
        "characters": characters(),
        "provinces": [codes[char] for char in shares],
        "bounds": bounds,
        "cities": [" ".join(cities_of(codes[char])) for char in shares],
        "trades": list(TRADES),
        "forms": list(FORMS),
        "surnames": register_rows.SURNAMES.split(),
        "given": register_rows.GIVEN_NAMES.split(),
    }


def characters() -> str:
    """Return the characters of brands: the usual ones, of the invented country, then others of GB 2312."""
    level_one = bytes(byte for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFA) for byte in (row, cell))
    others = list(level_one.decode("gb2312"))
    Random(1).shuffle(others)  # noqa: S311 — no secret
    return "".join(dict.fromkeys([*country.BRANDS, *others]))[:CHARACTERS]


def cities_of(province: str) -> list[str]:
    """Return the names of a province's cities without 市."""
    return list(dict.fromkeys(city.removesuffix("市") for city, _places in divisions.grouped_choices(province)))


def parts(names: Sequence[str]) -> Mapping[str, list[str]]:
    """Return different parts to look for, by what they are; ``names`` are some names of units in the register."""
    chance = Random(2)  # noqa: S311 — no secret
    rare = characters()[CHARACTERS // 2 :]
    cities = {city for province in provinces.PROVINCES for city in cities_of(province.code)}
    return {
        **{f"{length} characters of a name": _cut(chance, names, length) for length in (2, 3, 4, 6)},
        "brand": _some(chance, {name[2:4] for name in names}),
        "city": _some(chance, cities),
        "trade and form": _some(chance, {trade + form for trade in TRADES for form in FORMS}),
        "usual pairs, seldom together": _some(chance, _chains()),
        "rare characters": _some(chance, {one + other for one, other in pairwise(rare)}),
        "no character of a name": _some(chance, {chr(0x3400 + place) * 2 for place in range(PARTS)}),
    }


def _cut(chance: Random, names: Sequence[str], length: int) -> list[str]:
    found = set()
    for name in names:
        place = chance.randrange(max(1, len(name) - length + 1))
        found.add(name[place : place + length])
    return _some(chance, found)


def _some(chance: Random, found: set[str]) -> list[str]:
    return chance.sample(sorted(found), min(PARTS, len(found)))


def _chains() -> set[str]:
    """Return texts such as 科技术有, all whose pairs are in trades and forms, but not all of them in one."""
    words = {trade + form for trade in TRADES for form in FORMS}
    after: dict[str, set[str]] = {}
    for word in words:
        for one, other in pairwise(word):
            after.setdefault(one, set()).add(other)
    chains = {one + two + three for one in after for two in after[one] for three in after.get(two, ())}
    chains |= {chain + last for chain in chains for last in after.get(chain[-1], ())}
    return {chain for chain in chains if not any(chain in word for word in words)}
