"""What is asked about conflicts, and what is met: the data of ``conflicts``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ministry.models import (
    ContactKind,
)
from ministry.reference import code_tables, provinces


@dataclass(frozen=True, slots=True)
class AskedWebsite:
    """A website that is to be filed; each text in its normal form, or empty while it is not known."""

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
    """A mobile or an e-mail as it was typed, and whose it is said to be."""

    kind: ContactKind
    text: str
    person: str


@dataclass(frozen=True, slots=True)
class ConflictQuestion:
    """A filing as far as it can run into others. ``cert_number`` in its normal form; ``day`` for the blacklist.

    ``about``: the subject it is about, by key; its own names and contacts stand against nothing.
    """

    day: date
    cert_type: int | None = None
    cert_number: str = ""
    websites: Sequence[AskedWebsite] = ()
    contacts: Sequence[AskedContact] = ()
    about: int | None = None
    # domains that are nobody's conflict, but may be on the blacklist: those that other services than websites use, and
    # those that an old website keeps beside its own
    uses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ServingProvider:
    """An access provider that serves a website."""

    id: int
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class RecordHolder:
    """On whose record something is, as far as others may be told: the bureau and the providers to turn to.

    ``providers`` are those of the website that was met, or of all websites of the subject; none for a shell.
    ``subject_id`` is never shown: a caller compares it with the subjects of the asking host's own filings.
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
    """A live website met by the asked website number ``asked`` (from 0). ``own``: it is the certificate's subject's."""

    code: str
    asked: int
    website_id: int
    own: bool
    holder: RecordHolder


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """The asked contact number ``asked`` (from 0) is another live subject's too.

    One mobile belongs to one subject; but a person who answers for several must be reached the same way in all
    of them, which is the case when ``same_person``.
    """

    code: str
    asked: int
    masked: str
    same_person: bool
    holder: RecordHolder


@dataclass(frozen=True, slots=True)
class BlacklistMatch:
    """An entry of the blacklist in force on the day: reason and paper are for staff; no ``domain`` for the subject."""

    code: str
    domain: str
    reason: str
    source: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """All that was met, each group in a steady order."""

    subjects: tuple[SubjectMatch, ...] = ()
    websites: tuple[WebsiteMatch, ...] = ()
    contacts: tuple[ContactMatch, ...] = ()
    blacklist: tuple[BlacklistMatch, ...] = ()

    @property
    def subject_ids(self) -> frozenset[int]:
        """Return the subjects that were met, to be compared with the asking host's own filings in one query."""
        groups: tuple[Sequence[SubjectMatch | WebsiteMatch | ContactMatch], ...] = (
            self.subjects,
            self.websites,
            self.contacts,
        )
        return frozenset(match.holder.subject_id for group in groups for match in group)
