"""Find what can't be reported to a bureau that decides in a system of its own (``bureaus.models.Bureau.external``).

Reports go through the enterprise interface V3.0 of 2013, which has no elements for services other than websites and
for IPv6, no operation for two kinds of filing, and is encoded in GBK. Such a filing is refused before it is submitted
and before it is verified, because it could never reach the bureau.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings import facts, fields
from filings.errors import MoveRefused
from filings.facts import Facts
from filings.fields.findings import Finding
from filings.kinds import KINDS, Kind, Refusal
from filings.models import Filing
from ministry.passwords import elsewhere
from ministry.reference import code_tables

PROVINCE: Final = "subject.province"
NO_KIND: Final = gettext_lazy("The system of %(bureau)s can't receive this kind of filing.")
NO_SERVICES: Final = gettext_lazy("The system of %(bureau)s can't receive APPs, mini-programs and quick apps.")
_ASK: Final = gettext_lazy("Ask that bureau how to file this.")


def findings(filing: Filing) -> list[Finding]:
    """Return what the bureau of the host's province can't receive; one query if there is any such thing, else none.

    Not for a cancellation: it names a row of the register and nothing more.
    """
    found = [] if filing.law.cancels else list(_unreportable(filing))
    bureau = elsewhere.bureau_of(str(filing.get(PROVINCE))) if found else ""
    return [replace(one, message=one.message % {"bureau": bureau}) for one in found] if bureau else []


def refusals(kind: Kind, province: str, service: int = code_tables.WEBSITE) -> Iterator[Refusal]:
    """Yield why a filing can't even be begun: its kind, or the service that it adds. One query if so, else none."""
    if not KINDS[kind].is_reportable:
        words = NO_KIND
    elif service != code_tables.WEBSITE:
        words = NO_SERVICES
    else:
        return
    if bureau := elsewhere.bureau_of(province):
        yield Refusal("1999", words % {"bureau": bureau}, str(_ASK), PROVINCE)


def refuse(kind: Kind, province: str, service: int = code_tables.WEBSITE) -> None:
    """Raise MoveRefused for a filing that can't be begun."""
    for found in refusals(kind, province, service):
        raise MoveRefused(f"{found.code}: {found.message} {found.way_out}")


def _unreportable(filing: Filing) -> Iterator[Finding]:
    """Yield findings whose messages have a place for the bureau's name."""
    if not filing.law.is_reportable:
        yield _finding("1999", PROVINCE, str(NO_KIND))
    for path in other_services(filing.facts):
        yield _finding("1999", path, str(NO_SERVICES))
    for path in ipv6_ranges(filing.facts):
        words = _("The system of %(bureau)s can't receive IPv6 addresses.")
        yield _finding("1006", path, words, gettext_lazy("Enter only IPv4 addresses."))
    for path in _outside_gbk(filing.facts):
        yield _finding("1999", path, _("The system of %(bureau)s can't receive some of these characters (not in GBK)."))


def _finding(code: str, path: str, words: str, fix: Promise | str = _ASK) -> Finding:
    return Finding(code, path, words, str(fix))


def other_services(values: Facts) -> list[str]:
    """Return the paths of the names of services other than websites, for which the interface has no elements."""
    services = enumerate(facts.services(values))
    return [f"websites.{place}.name" for place, service in services if service != code_tables.WEBSITE]


def ipv6_ranges(values: Facts) -> list[str]:
    """Return the paths of addresses among which there are IPv6 addresses, which the interface doesn't have."""
    paths = [f"{access}.ip_ranges" for access in facts.accesses(values)]
    return [path for path in paths if ":" in str(facts.read(values, path))]


def _outside_gbk(values: Facts) -> Iterator[str]:
    """Yield the paths of texts that the interface has an element but no encoding for."""
    for path, _section, field in fields.each(values):
        value = facts.read(values, path)
        if field.in_interface and isinstance(value, str):
            try:
                value.encode("gbk")
            except UnicodeEncodeError:
                yield path
