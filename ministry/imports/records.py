"""Records that a check found right: a subject with its websites, accesses and versions; and faults of rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from ministry.reference.numbers import FilingNumber

Values = dict[str, Any]


class RecordVersion(NamedTuple):
    """The values of a record from a day on, by column, and the row of the file that has them."""

    valid_from: date
    values: Values
    row: int


class CertificateDigests(NamedTuple):
    """A certificate, its number in normal form, and the digests by which the register finds it."""

    cert_type: int
    number: str
    digest: str
    unit_digest: str


@dataclass(slots=True)
class VersionedRecord:
    """A record with all its versions, the earliest first. The last has its current state, or its state at its end."""

    versions: list[RecordVersion]

    @property
    def values(self) -> Values:
        """Return the values of the last version."""
        return self.versions[-1].values

    @property
    def row(self) -> int:
        return self.versions[-1].row

    @property
    def cancelled_on(self) -> date | None:
        day: date | None = self.values.get("cancelled_on")
        return day

    @property
    def is_live(self) -> bool:
        return self.cancelled_on is None

    def changed(self, default: date) -> bool:
        """Return whether its history is to be written: it ended, changed, or began on another day than ``default``."""
        return not self.is_live or len(self.versions) > 1 or self.versions[0].valid_from != default


@dataclass(slots=True)
class AccessRecord(VersionedRecord):
    """An access of a website at a provider (primary key)."""

    provider_id: int


@dataclass(slots=True)
class WebsiteRecord(VersionedRecord):
    """A website or another service with its accesses; ``number`` is its whole number."""

    number: str
    sequence: int
    service: int
    accesses: list[AccessRecord]

    @property
    def domains(self) -> list[str]:
        """Return its domains; empty for services other than websites."""
        return _domains(self.values)

    @property
    def released_domains(self) -> list[str]:
        """Return the domains that it had in an earlier version and doesn't have in the last one."""
        earlier = dict.fromkeys(domain for version in self.versions[:-1] for domain in _domains(version.values))
        return [domain for domain in earlier if domain not in self.domains]


@dataclass(slots=True)
class SubjectRecord(VersionedRecord):
    """A subject with its websites."""

    number: FilingNumber
    websites: list[WebsiteRecord]
    certificates: list[CertificateDigests]


def _domains(values: Values) -> list[str]:
    return [values["domain"], *values.get("further_domains", [])] if values.get("domain") else []


class RowFault(NamedTuple):
    """A fault in a row of a file: the column and its heading, the value (personal data masked), words."""

    file: str
    row: int
    column: str
    heading: str
    value: str
    message: str
