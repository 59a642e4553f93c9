"""Shapes that reading and writing share: what a record holds besides facts, and the official ids of attachments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.functional import Promise

from filings.facts import Facts

# Element → text, dict, or list
Record = dict[str, Any]
# What names a subject or a website: an own id, or an element with a bureau's id (Jlid) or a number (Baxh)
Name = str | Record


class Purpose(IntEnum):
    """What an attachment shows (``Fjyt``)."""

    SHEET = 1
    SUBJECT_CERTIFICATE = 2
    RESPONSIBLE = 3
    MANAGER = 4
    PHOTO = 5


class ObjectType(IntEnum):
    """What an attachment belongs to (``Ssdxlx``)."""

    SUBJECT = 1
    WEBSITE = 2


# Format of an attachment (``Fjwjgs``) → how such a file begins
FORMATS = {1: b"\xff\xd8\xff", 2: b"\x89PNG\r\n\x1a\n"}
JPEG = 1
# Decoded bytes of an attachment. The document limits a sheet to 150 K and all others to 100 K, but doesn't say whether
# before or after base64; that it is before is our own choice.
LARGEST = {Purpose.SHEET: 150 * 1024}
LARGEST_OTHERS = 100 * 1024
# Whether the host files itself or has the provider file for it (``Bbfs``)
ITSELF, ON_BEHALF = "0", "1"


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a record can't be accepted: official code (``Jgdm``) and what is wrong, without personal data."""

    code: int
    text: Promise | str


class RecordRefused(Exception):
    """A record can't be read as a filing, or a filing can't be written as one; ``faults`` are all reasons found.

    ``is_final``: only another filing could be written, not this one later.
    """

    def __init__(self, faults: Sequence[Fault], *, is_final: bool = False) -> None:
        super().__init__(", ".join(str(fault.code) for fault in faults))
        self.faults, self.is_final = list(faults), is_final


@dataclass(frozen=True, slots=True)
class WebsiteIds:
    """The provider's own ids of a website: of its domains, of its accesses, and of each access's addresses."""

    website: str
    domains: Sequence[str]
    accesses: Mapping[str, Sequence[str]]

    def as_json(self) -> dict[str, Any]:
        """Return the ids as stored."""
        accesses = {access: list(addresses) for access, addresses in self.accesses.items()}
        return {"website": self.website, "domains": list(self.domains), "accesses": accesses}


@dataclass(frozen=True, slots=True)
class OwnIds:
    """The provider's own ids of a record; the bureau repeats them with its own in ``BASJ``."""

    subject: str = ""
    websites: Sequence[WebsiteIds] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the ids as stored."""
        return {"subject": self.subject, "websites": [website.as_json() for website in self.websites]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "OwnIds":
        """Return stored ids."""
        return cls(stored["subject"], [WebsiteIds(**website) for website in stored["websites"]])


@dataclass(frozen=True, slots=True)
class OfficialIds:
    """A bureau's ids of a subject, a website of it and the provider's access, with the numbers issued."""

    subject: str
    website: str
    access: str
    number: str
    website_number: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The attachments of a record as received, by what they show; websites are counted from 0."""

    papers: dict[str, bytes] = field(default_factory=dict)  # path of ``filings.fields.attachments`` → content
    sheets: dict[int, list[bytes]] = field(default_factory=dict)
    photos: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record as facts, papers and ids."""

    values: Facts
    pictures: Pictures
    ids: OwnIds
