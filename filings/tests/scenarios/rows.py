"""Rows of what goes wrong with filings: what is filed, how it differs from a good filing, and all that is found.

The expected codes are those whose official meaning (enterprise interface V3.0) fits the case, with the field and
whether it blocks. A row expects every finding, so a code too many fails as one too few does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from filings import services
from filings.models import Filing
from filings.rules import checks
from icp_portal.demo import invent, play
from icp_portal.tests.builders import Case
from ministry.reference import provinces

CODE_OF = {province.name: province.code for province in provinces.PROVINCES}
INDIVIDUAL, TWO_PERSONS, TWO_WEBSITES = {"individual": True}, {"same": False}, {"websites": 2}
CERTIFICATE, WEBSITE = "subject.cert_number", "websites.0"
NAME, DOMAIN, HOME = (f"{WEBSITE}.{name}" for name in ("name", "domain", "home_url"))
MANAGER = f"{WEBSITE}.responsible"
Typed = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A scenario: the case in words, what is typed over a good filing, and all findings.

    ``typed`` may be a function, which also brings about what must be there before. ``good`` are the traits of the good
    filing; ``pictures`` are added to it; ``day``: the day on which it is judged.
    """

    case: str
    typed: Typed | Callable[[Case], Typed]
    found: tuple[str, ...] = ()
    place: str = "北京"
    good: Typed = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    day: date | None = None


def block(code: str, path: str) -> str:
    return f"{code} {path} blocks"


def warn(code: str, path: str) -> str:
    return f"{code} {path} warns"


def findings(filing: Filing) -> list[str]:
    return sorted((block if one.blocks else warn)(one.code, one.path) for one in checks.findings(filing))


def examine(row: Row) -> None:
    """Fill in the row's filing; compare its findings with those expected."""
    if row.day is None:
        assert _judged(row) == sorted(row.found)
        return
    with time_machine.travel(datetime(row.day.year, row.day.month, row.day.day, 4, tzinfo=UTC)):
        assert _judged(row) == sorted(row.found)


def _judged(row: Row) -> list[str]:
    case = Case(province=CODE_OF[row.place], **row.good)
    typed = row.typed(case) if callable(row.typed) else row.typed
    filing = services.save_facts(case.filing.pk, case.host, typed, version=None)
    play.prove_addresses(filing, case.host)
    for path in row.pictures:
        services.add_evidence(filing.pk, case.host, path, invent.card(path, case.number))
    return findings(filing)


def rows(*table: Any) -> pytest.MarkDecorator:
    """Parametrise a test with rows, named by their cases."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.case) for row in table])
