"""The columns of the open data: those of a service or a host on the public pages and in the API, and how they are read.

Names of individuals are left out, also of those on record: the public query finds people by their full name only, so
that nobody can list them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ministry.imports.reports import FORMULA
from ministry.reference import code_tables
from ministry.reference.numbers import number_of_columns, text_of_service
from ministry.register.record_types import state_of, suspended_since

Row = dict[str, Any]

# Texts of numbers that are kept: services of a host follow each other
REMEMBERED: Final = 1_000
_HOST: Final = "s.province, s.year, s.serial, s.earlier_number, s.name, s.nature, s.suspended_on"
# In the order of their hosts' keys. Of an access, only how many are in force.
_SERVICES: Final = f"""
SELECT {_HOST}, w.sequence, w.service, w.name, w.domain, w.further_domains, w.home_url,
       w.approved_on, w.cancelled_on, w.suspended_on,
       (SELECT count(*) FROM ministry_access a WHERE a.website_id = w.id AND a.live),
       there.province, there.year, there.serial, there.earlier_number, moved.sequence, moved.service
FROM ministry_website w
JOIN ministry_subject s ON s.id = w.subject_id
LEFT JOIN ministry_website moved ON moved.id = w.migrated_to_id
LEFT JOIN ministry_subject there ON there.id = moved.subject_id
ORDER BY w.subject_id, w.sequence
"""  # noqa: S608 — our own constants
# Hosts that have a row of their own, because no row of a service shows their state: they never had a service, or are on
# record while all their services are cancelled
_ALONE: Final = """ministry_subject s
WHERE NOT EXISTS (SELECT FROM ministry_website w WHERE w.subject_id = s.id AND w.live = s.live)"""
_HOSTS: Final = f"""
SELECT {_HOST}, NULL, NULL, '', '', NULL, '', s.approved_on, s.cancelled_on, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL
FROM {_ALONE}
ORDER BY s.id
"""  # noqa: S608
QUERIES: Final = (_SERVICES, _HOSTS)
# An expression for how many rows the queries return
ROW_COUNT: Final = f"(SELECT count(*) FROM ministry_website) + (SELECT count(*) FROM {_ALONE})"  # noqa: S608


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column: its name in all files, what it contains, and its type as pyarrow names it."""

    name: str
    about: Promise
    type: str = "string"


COLUMNS: Final = (
    OpenColumn("number", _("Filing number of the service; of a host without services on record, its own")),
    OpenColumn("subject_number", _("Filing number of its host")),
    OpenColumn("host", _("Name of the host; empty for individuals")),
    OpenColumn("nature", _("Official code of the type of site host"), "int16"),
    OpenColumn("province", _("Code of the province (GB/T 2260)")),
    OpenColumn(
        "service",
        _("1 website, 6 APP, 7 mini-program, 8 quick app; empty for a host without services on record"),
        "int16",
    ),
    OpenColumn("name", _("Name of the service; empty for a host without services on record")),
    OpenColumn("domains", _("Domains as A-labels, the main one first; separated by semicolons in CSV"), "list"),
    OpenColumn("home_url", _("Home page; may be empty")),
    OpenColumn("state", _("on_record, suspended or cancelled")),
    OpenColumn("approved_on", _("Day of approval"), "date32"),
    OpenColumn("cancelled_on", _("Day of cancellation, if cancelled"), "date32"),
    OpenColumn("suspended_on", _("Day from which access has been suspended; may be empty"), "date32"),
    OpenColumn("moved_to", _("Number to which the service moved; empty if it did not")),
    OpenColumn("providers", _("How many access providers give it access"), "int32"),
)


# Places of what CSV writes otherwise than ``str``
_DOMAINS: Final = next(place for place, column in enumerate(COLUMNS) if column.type == "list")
_TYPED: Final = [place for place, column in enumerate(COLUMNS) if column.name in ("host", "name", "home_url")]


def rows(found: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yield rows of ``QUERIES`` as values in the order of ``COLUMNS``: domains as a list, days as dates."""
    for one in found:
        subject, name, nature, host_suspended = one[:4], one[4], one[5], one[6]
        sequence, service, title, domain, further, home_url = one[7:13]
        approved_on, cancelled_on, suspended_on, providers = one[13:17]
        since, host_number = suspended_since(suspended_on, host_suspended, cancelled_on), _host_number(*subject)
        yield [
            host_number if sequence is None else _service_number(host_number, sequence, service),
            host_number,
            "" if nature == code_tables.PERSON else name,
            nature,
            subject[0],
            service,
            title,
            [domain, *further] if service == code_tables.WEBSITE else [],
            home_url,
            state_of(cancelled_on, since).value,
            approved_on,
            cancelled_on,
            since,
            _service_number(_host_number(*one[17:21]), *one[21:]) if one[17] else "",
            providers,
        ]


@lru_cache(REMEMBERED)
def _host_number(province: str, year: int | None, serial: int | None, earlier: str) -> str:
    return str(number_of_columns(province, year, serial, earlier))


def _service_number(host: str, sequence: int, service: int) -> str:
    return text_of_service(host, sequence, code_tables.suffix_of(service))


def as_cells(row: Sequence[Any]) -> list[Any]:
    """Return a row for ``csv``: domains joined, and no text that a spreadsheet would run as a formula."""
    cells = list(row)
    cells[_DOMAINS] = ";".join(cells[_DOMAINS])
    for place in _TYPED:
        if cells[place].startswith(FORMULA):
            cells[place] = f"'{cells[place]}"
    return cells
