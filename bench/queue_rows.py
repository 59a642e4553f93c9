"""Insert synthetic filings for ``manage.py bench`` directly into the tables of a throw-away database.

The rules of the services are not enforced: only the columns that lists read are realistic. The same number always makes
the same filing, so a larger database contains everything that a smaller one does.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from django.db import connection, models
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import Party, User
from accounts.sealed import seal
from filings.lookup import search
from filings.models import Entrance, Event, Filing, FilingMail, Kind, SearchEntry
from filings.states import Role, Status
from icp_portal.demo import invent
from ministry.models import Subject
from ministry.reference import provinces
from providers.models import Provider, Staff, StaffRole

NUMBERED = (Subject, Filing, Event, Email, FilingMail)  # what ``fill`` gives ids
PROVIDERS = 10
COLLEAGUES = 5
IN_HAND = 200  # filings claimed by the staff, whatever the backlog
ON_HOLD = 60

CITIES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "成都",
    "武汉",
    "西安",
    "南京",
    "苏州",
    "重庆",
    "天津",
    "青岛",
    "长沙",
]
BRANDS = "星云海天瑞华宇飞鸿达博远晨光明嘉盛恒信安泰中科创智联众合同德金源丰泽康宁永顺兴隆振亚凯旋维新"
TRADES = [
    "网络科技",
    "信息技术",
    "文化传播",
    "电子商务",
    "教育咨询",
    "贸易",
    "医疗器械",
    "软件",
    "智能制造",
    "餐饮管理",
]
NATURES = [4, 4, 4, 5, 3]
# The filing that the searches look for: it has a filing number, and its brand is unique at every size.
LOOKED_FOR, BRAND = 680, "瓴鹭鲲"

# Status, share in per cent, days over which they arrived; the backlog grows with the total, worse than in reality.
LYING = (
    (Status.WITH_PROVIDER, 8, 14),
    (Status.RETURNED_TO_PROVIDER, 2, 14),
    (Status.RETURNED_TO_HOST, 5, 40),
    (Status.WITH_BUREAU, 15, 28),
    (Status.WITHDRAWN, 5, 300),
    (Status.FILED, 65, 700),
)
STATUSES = [status.value for status, share, _days in LYING for _n in range(share)]
DAYS = [days for _status, share, days in LYING for _n in range(share)]
# Position of a filing to verify among those of its provider: the first are claimed, the next on hold.
PLACE = f"n / 200 * {STATUSES.count(Status.WITH_PROVIDER)} + n / 2 % 100"


class World:
    """Organisations and people. ``people[0]`` views the queue of ``provider``, which has half of all filings."""

    def __init__(self) -> None:
        self.host = User.objects.create_user("host@bench.test")
        self.providers = [self._provider(number) for number in range(PROVIDERS)]
        self.provider = self.providers[0]
        self.people = [self._member(number) for number in range(COLLEAGUES)]

    @staticmethod
    def _provider(number: int) -> Provider:
        return Provider.objects.create(
            name=f"接入{number}",
            slug=f"bench-{number}",
            provinces=["110000"],
            licence="B1",
            contact_phone="1",
            contact_email="a@bench.test",
            address="1",
            promised_days=3,
        )

    def _member(self, number: int) -> User:
        user = User.objects.create_user(f"staff{number}@bench.test", party=Party.PROVIDER, name=f"核验员{number}")
        role = StaffRole.VERIFIER if number else StaffRole.SUPERVISOR
        Staff.objects.create(user=user, provider=self.provider, role=role)
        return user

    def provider_of(self, number: int) -> Provider:
        """Return the provider of filing ``number``: every second one is the measured provider's."""
        return self.providers[1 + number // 2 % (PROVIDERS - 1)] if number % 2 else self.provider


def name_of(number: int) -> str:
    """Return a name like 北京星云海网络科技有限公司: names share their endings and rarely their brand."""
    steps = (number * 7, number * 11 // 5, number // len(BRANDS))
    brand = BRAND if number == LOOKED_FOR else "".join(BRANDS[step % len(BRANDS)] for step in steps)
    return f"{CITIES[number % len(CITIES)]}{brand}{TRADES[number // 3 % len(TRADES)]}有限公司"


def domain_of(number: int) -> str:
    return f"bench-{number}.cn"


def tail_of(number: int) -> str:
    """Return the last four digits of its certificate: one of a hundred, so that a page is full at every size."""
    return f"49{number * 7919 // 7 % 100:02d}"


def certificate_of(number: int) -> str:
    """Return the number of its certificate."""
    return f"91110000000000{tail_of(number)}"


def fill(world: World, first: int, last: int) -> None:
    """Insert the filings from ``first`` up to but excluding ``last``, their events and mails; VACUUM ANALYZE."""
    tables = {model: model._meta.db_table for model in (*NUMBERED, SearchEntry)}
    with connection.cursor() as cursor:
        indexes = [index for table in tables.values() for index in _without_indexes(cursor, table)]
        _insert(cursor, Subject, _SUBJECT, f"WHERE {_STATUS} = 'filed'", first, last, world)
        _insert(cursor, Filing, _FILING, "", first, last, world)
        _insert(cursor, Event, _EVENT, _each(len(EVENTS)), first, last, world)
        _insert(cursor, Email, _EMAIL, _each(MAILS), first, last, world)
        _insert(cursor, FilingMail, _FILING_MAIL, _each(MAILS), first, last, world)
        _copy_entries(cursor, world, first, last)
        for index in indexes:
            cursor.execute(index)
        for table in tables.values():
            cursor.execute(f"VACUUM ANALYZE {table}")


def _without_indexes(cursor: Any, table: str) -> list[str]:
    """Drop a table's indexes and foreign keys for a fast load; return the statements that recreate the indexes."""
    cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


# --- Rows by SQL: column → expression over n, the filing's number ------------------------------------

_STATUS = "(%(statuses)s::text[])[n / 2 % 100 + 1]"
_PROVINCE = "(%(provinces)s::text[])[n / 200 % 31 + 1]"
_MOMENT = "%(now)s::timestamptz - n * 104729 % ((%(days)s::int[])[n / 2 % 100 + 1] * 86400) * interval '1 second'"
_NAME = (
    f"(%(cities)s::text[])[n % {len(CITIES)} + 1]"
    f" || CASE WHEN n = {LOOKED_FOR} THEN '{BRAND}' ELSE substr(%(brands)s, (n * 7 % {len(BRANDS)} + 1)::int, 1)"
    f" || substr(%(brands)s, (n * 11 / 5 % {len(BRANDS)} + 1)::int, 1)"
    f" || substr(%(brands)s, (n / {len(BRANDS)} % {len(BRANDS)} + 1)::int, 1) END"
    f" || (%(trades)s::text[])[n / 3 % {len(TRADES)} + 1] || '有限公司'"
)
_OURS_TO_VERIFY = f"n % 2 = 0 AND {_STATUS} = 'with_provider'"
_IN_HAND = f"{_OURS_TO_VERIFY} AND {PLACE} < {IN_HAND}"
_RECEIVED = f"CASE WHEN {_STATUS} = 'with_bureau' THEN %s END"

_SUBJECT = {
    "id": "n + 1",
    "province": "(%(provinces)s::text[])[n % 31 + 1]",
    "year": "2000 + n / 900000",
    "serial": "n % 900000 + 1",
    "name": _NAME,
}
_FILING = {
    "id": "n + 1",
    "provider_id": "CASE WHEN n % 2 = 0 THEN %(provider)s ELSE (%(others)s::bigint[])[n / 2 % 9 + 1] END",
    "status": _STATUS,
    "subject_id": f"CASE WHEN {_STATUS} = 'filed' THEN n + 1 END",
    "subject_name": _NAME,
    "subject_nature": "(%(natures)s::int[])[n / 200 % 5 + 1]",
    "subject_province": _PROVINCE,
    "domain": "'bench-' || n || '.cn'",
    "claimed_by_id": f"CASE WHEN {_IN_HAND} THEN (%(people)s::bigint[])[n / 2 % {COLLEAGUES} + 1] END",
    "claimed_until": f"CASE WHEN {_IN_HAND} THEN %(now)s::timestamptz + interval '8 hours' END",
    "paused_until": (
        f"CASE WHEN {_OURS_TO_VERIFY} AND {PLACE} BETWEEN {IN_HAND} AND {IN_HAND + ON_HOLD - 1}"
        " THEN %(today)s::date + 10 END"
    ),
    "arrived_at": _MOMENT,
    "touched_at": "%(now)s::timestamptz",  # so that nobody has to be reminded
    "created_at": _MOMENT,
    "submitted_at": _MOMENT,
    "bureau_id": _RECEIVED.replace("%s", _PROVINCE),
    "received_at": _RECEIVED.replace("%s", _MOMENT),
    "due_on": _RECEIVED.replace("%s", "%(today)s::date + 10"),
}
# A filing has a row of each of these events, and some mails that were sent; ``part`` counts them from 0.
EVENTS = ("start", "submit", "claim", "verify")
MAILS = 3
_EVENT = {
    "id": f"n * {len(EVENTS)} + part + 1",
    "filing_id": "n + 1",
    "provider_id": _FILING["provider_id"],
    "name": f"(ARRAY{list(EVENTS)})[part + 1]",
    "at": _MOMENT,
}
_EMAIL = {"id": f"n * {MAILS} + part + 1"}
_FILING_MAIL = {"id": _EMAIL["id"], "mail_id": _EMAIL["id"], "filing_id": "n + 1", "at": _MOMENT}


def _each(parts: int) -> str:
    return f"CROSS JOIN generate_series(0, {parts - 1}) AS part"


def _insert(
    cursor: Any, model: type[models.Model], rows: dict[str, str], where: str, first: int, last: int, world: World
) -> None:
    """Insert rows with one INSERT … SELECT; a column without an expression takes its value from ``_plain``."""
    values: dict[str, Any] = {
        "first": first,
        "last": last - 1,
        "now": timezone.now(),
        "today": timezone.localdate(),
        "statuses": STATUSES,
        "days": DAYS,
        "provinces": [province.code for province in provinces.PROVINCES],
        "natures": NATURES,
        "cities": CITIES,
        "brands": BRANDS,
        "trades": TRADES,
        "provider": world.provider.pk,
        "others": [provider.pk for provider in world.providers[1:]],
        "people": [person.pk for person in world.people],
    }
    row, expressions = _plain(model, world), {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        expressions[column] = rows.get(column) or f"%(of_{column})s"
        values[f"of_{column}"] = _value(field, row)
    columns = ", ".join(f'"{column}"' for column in expressions)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(expressions.values())}"  # noqa: S608 — no input
        f" FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n {where}"
    )
    cursor.execute(statement.replace("% ", "%% "), values)  # "% " is SQL's modulo, not a parameter


def _plain(model: type[models.Model], world: World) -> models.Model:
    now = timezone.now()
    plain: dict[type[models.Model], Callable[[], models.Model]] = {
        Subject: lambda: Subject(nature=4, division="110105", approved_on=timezone.localdate()),
        Filing: lambda: Filing(host=world.host, kind=Kind.NEW_FILING, entrance=Entrance.PROVIDER, round=1),
        Event: lambda: Event(round=1, role=Role.HOST, user=world.host, actor_name="示例主办者", note="备案信息"),
        Email: lambda: Email(
            from_email="icp@bench.test",
            to=[world.host.email],
            subject="备案单已提交",
            message="您的备案单已提交。\n" * 20,
            status=STATUS.sent,
            created=now,
            last_updated=now,
        ),
        FilingMail: lambda: FilingMail(name="submit_host", sha256="0" * 64),
    }
    return plain[model]()


def _value(field: Any, row: models.Model) -> Any:
    """Return the row's value; one text for all sealed fields, because sealing is slow and lists don't unseal.

    Facts are of real size: those of one invented filing for all.
    """
    value = getattr(row, field.attname)
    if value is None or not type(field).__name__.startswith("Sealed"):
        return field.get_prep_value(value)
    return _sealed(field.name == "facts")


@cache
def _sealed(is_facts: bool) -> str:
    return seal(json.dumps(invent.values(1, province="110000"), ensure_ascii=False) if is_facts else "{}", "bench")


# --- Search entries, whose keys SQL can't compute -----------------------------------------------------


def _copy_entries(cursor: Any, world: World, first: int, last: int) -> None:
    with cursor.copy(f"COPY {SearchEntry._meta.db_table} (filing_id, keys, names) FROM STDIN") as copy:
        for number in range(first, last):
            entry = entry_of(world.provider_of(number).pk, number)
            copy.write_row((entry.filing_id, f"{{{','.join(map(str, entry.keys))}}}", entry.names))


def entry_of(provider_id: int, number: int) -> SearchEntry:
    """Return what ``search.entry_of`` would return, at a tenth of the cost: pairs are cached."""
    name, domain = name_of(number), domain_of(number)
    site = name[2:5]
    keys = {
        search.key_of(provider_id, "domain", domain),
        _key(provider_id, "tail", tail_of(number)),
        _key(provider_id, "certificate", certificate_of(number)),
        *(_key(provider_id, "pair", f"{a}{b}") for text in (name, site, domain) for a, b in pairwise(text)),
    }
    return SearchEntry(filing_id=number + 1, keys=sorted(keys), names="\n".join((name, site, domain)))


_key = cache(search.key_of)


def facts_of(number: int) -> Iterator[tuple[str, str]]:
    """Yield the facts of an entry, to compare it with that of ``search.entry_of``."""
    yield "subject.name", name_of(number)
    yield "subject.cert_number", certificate_of(number)
    yield "websites.0.name", name_of(number)[2:5]
    yield "websites.0.domain", domain_of(number)
