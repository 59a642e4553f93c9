"""Invent the register of a whole country as files for ``import_register``; the same seed gives the same files.

Published: shares of units and persons and the six largest provinces (2017), of east, centre and west (2015), services
by type (Jiangsu, March 2025), 1.25 websites a host and 1.3 domains a website (2014), the forms of numbers. All other
shares are our own choice: of each province within its region, of kinds of institutions, of years, of cancelled,
suspended and changed records, of top-level domains and of providers.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final, Generic, TypeVar

from icp_portal.demo.invent import FAMILY, GIVEN, TRADE, USCC_ALPHABET
from ministry.imports.columns import TABLES
from ministry.reference import certificates, divisions, provinces
from ministry.reference.code_tables import (
    APP,
    CHINESE,
    CLOUD,
    ENTERPRISE,
    LICENCE,
    MINI_PROGRAM,
    PERSON,
    QUICK_APP,
    RESIDENT_ID,
    SERVICE_OTHER,
    WEBSITE,
    suffix_of,
)
from ministry.reference.numbers import text_of_service
from ministry.register.writer import ONE_DOMAIN_SINCE
from providers.models import Provider

Row = dict[str, object]
T = TypeVar("T")

# Percent of all hosts: east 69.3, centre 18.0, west 12.7; the first six are the largest, in this order.
_EAST: Final = {"粤": 16.3, "京": 11.2, "苏": 9.3, "沪": 8.6, "浙": 7.8, "鲁": 6.1, "闽": 4.0, "冀": 2.6, "辽": 2.0}
_EAST_TOO: Final = {"津": 1.0, "琼": 0.4}
_CENTRE: Final = {"豫": 4.6, "鄂": 3.5, "皖": 3.3, "湘": 2.6, "赣": 1.4, "晋": 1.0, "黑": 0.9, "吉": 0.7}
_WEST: Final = {"蜀": 4.1, "陕": 2.0, "渝": 2.0, "桂": 1.4, "滇": 1.0, "黔": 0.7, "蒙": 0.5, "陇": 0.4, "新": 0.3}
_WEST_TOO: Final = {"宁": 0.2, "青": 0.07, "藏": 0.03}
PROVINCES: Final = _EAST | _EAST_TOO | _CENTRE | _WEST | _WEST_TOO
# Percent of all hosts: enterprises, persons; institutions with credit codes
NATURES: Final = {ENTERPRISE: 74.0, PERSON: 22.0, 3: 2.5, 2: 1.5}
CERTIFICATES: Final = {ENTERPRISE: LICENCE, PERSON: RESIDENT_ID, 3: 15, 2: 13}
CODES: Final = {ENTERPRISE: "91", 3: "12", 2: "11"}  # first characters of a credit code
UNITS: Final = {ENTERPRISE: "{city}{brand}{trade}有限公司", 3: "{city}{brand}研究所", 2: "{city}{brand}管理局"}
# Services for 100 websites
SERVICES: Final = {APP: 6.3, MINI_PROGRAM: 48.9, QUICK_APP: 0.3}
SERVICE_NAMES: Final = {WEBSITE: "官方网站", APP: "客户端", MINI_PROGRAM: "小程序", QUICK_APP: "快应用"}
SECOND_WEBSITE: Final = 0.2  # again and again: 1.25 websites a host
SECOND_DOMAIN: Final = 0.3  # 1.3 domains a website
# Of all hosts by year of approval: few before the system of 2005
YEARS: Final = dict.fromkeys(range(2001, 2005), 1) | dict.fromkeys(range(2005, 2026), 5)
FIRST_LONG_YEAR, FIRST_SHORT_YEAR = 2019, 2005  # numbers of ten digits; of eight, before that of six
LICENSED: Final = 0.003  # of old hosts: the number of a licence
FIRST_SERIAL: Final = 10_001  # leaves room for those of the demonstration
CANCELLED, SUSPENDED, CHANGED, SECOND_ACCESS = 0.1, 0.001, 0.08, 0.05
ENDINGS: Final = {"com": 46, "cn": 38, "net": 6, "com.cn": 5, "top": 3, "中国": 1, "org.cn": 1}
BRANDS: Final = "华云信达安和海天星宇启明博远鼎盛瑞丰恒泰嘉联创新智慧卓越金诚永兴佳美正大同"
# Addresses of the AS112 project (RFC 7534): public, but no website is there
NETWORKS: Final = ("192.31.196.", "192.175.48.")
# As many as were active in one large province (Jiangsu, March 2025)
PROVIDERS: Final = 174
LAST_DAY: Final = date(2025, 12, 31)


def example_providers() -> list[str]:
    """Return the slugs of the invented providers of a country; create those that are missing."""
    everywhere = [province.code for province in provinces.PROVINCES]
    Provider.objects.bulk_create(
        (
            Provider(
                name=f"示例接入服务商{number}",
                slug=f"example-{number}",
                provinces=everywhere,
                licence=f"B1-2026{number:04d}",
                contact_phone="010-12300",
                contact_email=f"provider{number}@demo.example.cn",
                address=f"示例路{number}号",
            )
            for number in range(1, PROVIDERS + 1)
        ),
        ignore_conflicts=True,
    )
    return [f"example-{number}" for number in range(1, PROVIDERS + 1)]


def write(folder: Path, websites: int, providers: Sequence[str], seed: int) -> None:
    """Write the three files of a register with so many websites and other services, for providers by slug."""
    with ExitStack() as files:
        writers = {}
        for table, columns in TABLES.items():
            file = files.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8", newline=""))
            names = [column.name for column in columns]
            writers[table] = csv.DictWriter(file, names, restval="")
            writers[table].writeheader()
        for table, row in Country(seed, providers).rows(websites):
            writers[table].writerow(row)


class _Choice(Generic[T]):
    """Draws one of several values by their weights."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._values, self._sums = list(weights), list(accumulate(weights.values()))

    def draw(self, chance: Random) -> T:
        return chance.choices(self._values, cum_weights=self._sums)[0]


class Country:
    """The hosts of a country, one after the other."""

    def __init__(self, seed: int, providers: Sequence[str]) -> None:
        self._chance = Random(seed)
        self._serials: Counter[str] = Counter()
        self._hosts = self._domains = 0
        self._provinces, self._natures = _Choice(PROVINCES), _Choice(NATURES)
        self._years, self._endings = _Choice(YEARS), _Choice(ENDINGS)
        # The n-th provider has an n-th part of the websites of the first (our own choice).
        self._providers = _Choice({slug: 1 / rank for rank, slug in enumerate(providers, start=1)})
        self._places = {province.char: _places_of(province.code) for province in provinces.PROVINCES}

    def rows(self, websites: int) -> Iterator[tuple[str, Row]]:
        """Yield (table, row) of whole hosts until they have so many websites and other services."""
        left = websites
        while left > 0:
            self._hosts += 1
            approved = self._day_of(self._years.draw(self._chance))
            services = self._services(approved)[:left]
            left -= len(services)
            yield from self._host(approved, services)

    def _host(self, approved: date, services: Sequence[int]) -> Iterator[tuple[str, Row]]:
        chance, char, nature = self._chance, self._provinces.draw(self._chance), self._natures.draw(self._chance)
        division, city = chance.choice(self._places[char])
        brand = chance.choice(BRANDS) + chance.choice(BRANDS)
        person = self._person()
        unit = {"city": city, "brand": brand, "trade": chance.choice(TRADE)}
        number, days = self._number(char, approved), self._standing(approved)
        own: Row = {
            "number": number,
            "name": person["responsible_name"] if nature == PERSON else UNITS[nature].format(**unit),
            "nature": nature,
            "division": division,
            "address": f"{brand}路{chance.randint(1, 999)}号{chance.randint(1, 30)}层",
            "cert_type": CERTIFICATES[nature],
            "cert_number": self._certificate(nature, division),
            **person,
            **days,
        }
        yield from (
            ("subjects", row) for row in self._versions(own, {"address": f"{brand}街{chance.randint(1, 99)}号"})
        )
        for sequence, service in enumerate(services, start=1):
            about = text_of_service(number, sequence, suffix_of(service)), service, brand
            yield from self._website(about, days, person)

    def _website(self, about: tuple[str, int, str], days: Row, person: Row) -> Iterator[tuple[str, Row]]:
        number, service, brand = about
        row: Row = {
            "number": number,
            "name": brand + SERVICE_NAMES[service],
            "services": SERVICE_OTHER,
            "languages": CHINESE,
            **person,
            **days,
        }
        if service == WEBSITE:
            row["domain"] = self._domain()
            row["home_url"] = f"www.{row['domain']}"
            if str(days["approved_on"]) < ONE_DOMAIN_SINCE.isoformat() and self._chance.random() < SECOND_DOMAIN:
                row["further_domains"] = self._domain()
        yield from (("websites", version) for version in self._versions(row, {"name": f"{brand}在线"}))
        for slug in dict.fromkeys(
            self._providers.draw(self._chance) for _one in range(1 + (self._chance.random() < SECOND_ACCESS))
        ):
            yield (
                "accesses",
                {
                    "number": number,
                    "provider": slug,
                    "ways": CLOUD,
                    "places": 2,
                    "ip_ranges": f"{self._chance.choice(NETWORKS)}{self._chance.randint(1, 254)}",
                    "cancelled_on": days["cancelled_on"],
                },
            )

    def _versions(self, row: Row, before: Row) -> Iterator[Row]:
        """Yield a record, for some preceded by the version before their last change."""
        approved = date.fromisoformat(str(row["approved_on"]))
        end = date.fromisoformat(str(row["cancelled_on"] or LAST_DAY))
        if self._chance.random() < CHANGED and approved + timedelta(2) < end:
            changed = approved + (end - approved) // 2
            yield {**row, **before, "cancelled_on": "", "suspended_on": ""}
            yield {**row, "valid_from": changed}
        else:
            yield row

    def _standing(self, approved: date) -> Row:
        chance = self._chance
        later = approved + timedelta(chance.randint(0, (LAST_DAY - approved).days))
        kind = chance.random()
        return {
            "approved_on": approved.isoformat(),
            "cancelled_on": later.isoformat() if kind < CANCELLED else "",
            "suspended_on": later.isoformat() if CANCELLED <= kind < CANCELLED + SUSPENDED else "",
        }

    def _services(self, approved: date) -> list[int]:
        """Return the services of a host, its websites first."""
        chance, services = self._chance, [WEBSITE]
        while chance.random() < SECOND_WEBSITE:
            services.append(WEBSITE)
        for service, percent in SERVICES.items():
            if chance.random() < len(services) * percent / 100:
                services.append(service)
        return services

    def _day_of(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(self._chance.randrange(365))

    def _number(self, char: str, approved: date) -> str:
        year = approved.year
        if year < FIRST_LONG_YEAR and self._chance.random() < LICENSED:
            return f"{char}B2-{year}{self._serial(f'{char}B2{year}') % 10_000:04d}"
        short = "" if year < FIRST_SHORT_YEAR else f"{year % 100:02d}" if year < FIRST_LONG_YEAR else str(year)
        return f"{char}ICP备{short}{self._serial(f'{char}{short}'):06d}号"

    def _serial(self, series: str) -> int:
        self._serials[series] += 1
        return FIRST_SERIAL - 1 + self._serials[series]

    def _certificate(self, nature: int, division: str) -> str:
        """Return a certificate number with a valid check character; another one for each host."""
        if nature == PERSON:
            day, turn = divmod(self._hosts, 900)
            body = f"{division}{date(1955, 1, 1) + timedelta(day % 15_000):%Y%m%d}{turn + 100}"
            return body + certificates.check_character_resident_id(body)
        digits, left = "", self._hosts
        for _place in range(7):
            left, place = divmod(left, len(USCC_ALPHABET))
            digits = USCC_ALPHABET[place] + digits
        body = f"{CODES[nature]}{division}MA{digits}"
        return body + certificates.check_character_uscc(body)

    def _person(self) -> Row:
        chance = self._chance
        return {
            "responsible_name": chance.choice(FAMILY) + chance.choice(GIVEN),
            "responsible_mobile": f"13{chance.randrange(10**9):09d}",
            "responsible_email": f"host{self._hosts}@example.cn",
        }

    def _domain(self) -> str:
        self._domains += 1
        return f"demo-site{self._domains}.{self._endings.draw(self._chance)}"


def _places_of(province: str) -> list[tuple[str, str]]:
    """Return (code, name of the city) of the places in a province."""
    return [
        (code, city.removesuffix("市"))
        for city, places in divisions.grouped_choices(province)
        for code, _name in places
    ]
