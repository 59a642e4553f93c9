"""Data types of what the public may see of a record: the record of a number, its services, its history, a domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ministry.reference import code_tables, domains, english, service_words
from ministry.reference.numbers import FilingNumber

ENTERED, CHANGED, CANCELLED, MOVED = "entered", "changed", "cancelled", "moved"
SUSPENDED, RESUMED = "suspended", "resumed"
CHANGES: Final[Mapping[str, Promise]] = {
    ENTERED: _("Put on record"),
    CHANGED: _("change of the site host"),
    SUSPENDED: _("Access suspended"),
    RESUMED: _("Access resumed"),
    CANCELLED: _("Cancelled"),
    MOVED: _("Moved to %(number)s"),
}


class RecordState(StrEnum):
    """State of a record or of a service."""

    ON_RECORD = "on_record"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


def state_of(cancelled_on: date | None, suspended_on: date | None) -> RecordState:
    """Return the state that follows from the days of a cancellation and a suspension."""
    if cancelled_on:
        return RecordState.CANCELLED
    return RecordState.SUSPENDED if suspended_on else RecordState.ON_RECORD


def suspended_since(own: date | None, of_host: date | None, cancelled_on: date | None) -> date | None:
    """Return since when a service has been suspended, by itself or with its host, before it was cancelled if it is."""
    days = [day for day in (own, of_host) if day and (cancelled_on is None or day <= cancelled_on)]
    return min(days, default=None)


@dataclass(frozen=True, slots=True)
class PublicService:
    """A website, an APP, a mini-program or a quick app of a record; ``providers``: how many give it access.

    Its access is suspended from a day of its own, or with its host's.
    Of a host without services, ``website_id`` and ``service`` are None, and number, state and days are the host's.
    """

    subject_id: int
    website_id: int | None
    host: str
    nature: int
    number: FilingNumber
    service: int | None
    name: str
    domains: tuple[str, ...]
    home_url: str
    approved_on: date
    cancelled_on: date | None
    own_suspended_on: date | None
    host_suspended_on: date | None
    providers: int
    moved_to: FilingNumber | None

    @property
    def suspended_on(self) -> date | None:
        """Return since when access has been suspended."""
        return suspended_since(self.own_suspended_on, self.host_suspended_on, self.cancelled_on)

    @property
    def state(self) -> RecordState:
        return state_of(self.cancelled_on, self.suspended_on)

    @property
    def kind(self) -> str:
        return "" if self.service is None else code_tables.name_of(code_tables.SERVICE_TYPES, self.service)

    @property
    def shown_nature(self) -> str:
        return code_tables.name_of(code_tables.NATURES, self.nature)

    @property
    def shown_domains(self) -> str:
        return english.joined(map(domains.display_domain, self.domains))


@dataclass(frozen=True, slots=True)
class RecordChange:
    """An event in the life of a number."""

    on: date
    what: str
    number: FilingNumber
    moved_to: FilingNumber | None = None

    @property
    def words(self) -> str:
        if self.what == CHANGED and self.number.sequence is not None:
            service = code_tables.service_of_suffix(self.number.suffix)
            return capfirst(service_words.with_service(_("change of the %(service)s"), [service]))
        return capfirst(str(CHANGES[self.what]) % {"number": self.moved_to})


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """The record of a host: its number, its services, and its history, newest first.

    ``name`` is empty for an individual whose record is cancelled. ``as_of``: the day whose state it is, None for today.
    """

    subject_id: int
    number: FilingNumber
    name: str
    nature: int
    approved_on: date
    cancelled_on: date | None
    suspended_on: date | None
    services: tuple[PublicService, ...]
    has_more: bool
    history: tuple[RecordChange, ...] = ()
    as_of: date | None = None

    @property
    def state(self) -> RecordState:
        return state_of(self.cancelled_on, self.suspended_on)

    @property
    def bureau(self) -> str:
        """Return the name of the bureau whose number it is."""
        return self.number.province.shown_bureau

    @property
    def shown_nature(self) -> str:
        return code_tables.name_of(code_tables.NATURES, self.nature)


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """The services that have a domain or had it, the current one first; since when the domain is on a blacklist.

    ``as_of``: the day on which they had it and it was listed, None for today.
    """

    services: tuple[PublicService, ...]
    has_more: bool
    listed_since: date | None
    as_of: date | None = None
