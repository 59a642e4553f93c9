"""Data types of ``conflicts``: questions and matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ministry.models import (
    ContactKind,
)
from ministry.reference import code_tables, provinces


@dataclass(frozen=True, slots=True)
class AskedWebsite:
    """A website to be filed; each text in its normal form, or empty if unknown."""

    domain: str = ""
    home_url: str = ""
    name: str = ""
    # official id of the service type: names are compared among services of one type
    service: int = code_tables.WEBSITE


@dataclass(frozen=True, slots=True)
class KnownWebsite:
    """A website on record, which may have several domains."""

    domains: tuple[str, ...]
    home_url: str
    name: str
    service: int


@dataclass(frozen=True, slots=True)
class AskedContact:
    """A mobile or an e-mail address as typed, and the name of its person."""

    kind: ContactKind
    text: str
    person: str


@dataclass(frozen=True, slots=True)
class ConflictQuestion:
    """The data of a filing that can conflict. ``cert_number`` in its normal form; ``day`` for the blacklist.

    ``about``: primary key of the subject the filing is about, whose own names and contacts don't conflict.
    """

    day: date
    cert_type: int | None = None
    cert_number: str = ""
    websites: Sequence[AskedWebsite] = ()
    contacts: Sequence[AskedContact] = ()
    about: int | None = None
    # domains that can't conflict but may be on the blacklist: those used by services other than websites, and further
    # domains kept by old websites
    uses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ServingProvider:
    """An access provider that serves a website."""

    id: int
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class RecordHolder:
    """The holder of a record, as far as others may know: the bureau and the providers to contact.

    ``providers`` are those of the matching website, or of all websites of the subject; none for a shell.
    ``subject_id`` is never shown: callers compare it with the subjects of the asking host's own filings.
    """

    subject_id: int
    province: provinces.Province
    providers: tuple[ServingProvider, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectMatch:
    """A live subject with the asked certificate (1003), or the same unit under another one (P109)."""

    code: str
    holder: RecordHolder


@dataclass(frozen=True, slots=True)
class WebsiteMatch:
    """A live website that matches the asked website at index ``asked``. ``own``: the certificate's subject has it."""

    code: str
    asked: int
    website_id: int
    own: bool
    holder: RecordHolder


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """The asked contact at index ``asked`` also belongs to another live subject.

    A mobile belongs to one subject, but a person responsible for several must have the same contact in all of them:
    ``same_person`` then.
    """

    code: str
    asked: int
    masked: str
    same_person: bool
    holder: RecordHolder


@dataclass(frozen=True, slots=True)
class BlacklistMatch:
    """A blacklist entry in force on the day; reason and source are for staff; ``domain`` is empty for a subject."""

    code: str
    domain: str
    reason: str
    source: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All matches, each group in a stable order."""

    subjects: tuple[SubjectMatch, ...] = ()
    websites: tuple[WebsiteMatch, ...] = ()
    contacts: tuple[ContactMatch, ...] = ()
    blacklist: tuple[BlacklistMatch, ...] = ()

    @property
    def subject_ids(self) -> frozenset[int]:
        """Return the ids of all matching subjects, to compare with the asking host's own filings in one query."""
        groups: tuple[Sequence[SubjectMatch | WebsiteMatch | ContactMatch], ...] = (
            self.subjects,
            self.websites,
            self.contacts,
        )
        return frozenset(match.holder.subject_id for group in groups for match in group)
