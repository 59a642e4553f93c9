"""Define the data that describe a kind of filing: the form, the checks and the desks use its ``Law``, not its name.

Each kind's module defines its law; ``apply`` changes the register, ``refuse`` yields objections.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from filings import facts
from filings.facts import Facts
from ministry.models import Subject
from ministry.reference import code_tables, service_words
from ministry.reference.topics import Demand
from ministry.register.entry_types import OutsideNumbers


class Kind(models.TextChoices):
    """The kinds of filing."""

    NEW_FILING = "new_filing", _("first-time filing")
    NEW_WEBSITE = "new_website", _("new website")
    NEW_ACCESS = "new_access", _("new access")
    CHANGE_SUBJECT = "change_subject", _("change of the site host")
    CHANGE_CERT = "change_cert", _("change of the certificate")
    CHANGE_WEBSITE = "change_website", _("change of a website")
    CHANGE_RECORD = "change_record", _("change of the site host and a website")
    CHANGE_ACCESS = "change_access", _("change of an access")
    MIGRATE_WEBSITE = "migrate_website", _("migration of a website from another host")
    CANCEL_ACCESS = "cancel_access", _("cancellation of an access")
    CANCEL_WEBSITE = "cancel_website", _("cancellation of a website")
    CANCEL_SUBJECT = "cancel_subject", _("cancellation of the record")


class About(Enum):
    """The register row a filing points at; each member includes those before.

    ``OFFERED`` is another host's website; the subject is its new host, or none while that is not on record.
    """

    NOTHING = auto()
    SUBJECT = auto()
    WEBSITE = auto()
    ACCESS = auto()
    OFFERED = auto()


class ProviderChoice(Enum):
    """The providers with which a filing of a kind may be made, of those that serve what it is about or take filings."""

    LISTED = auto()  # whoever takes new filings
    NOT_SERVING = auto()  # whoever takes new filings and does not serve the website yet
    SERVING = auto()  # whoever serves what it is about
    ENTITLED = auto()  # whoever may end what it is about, also after its last access has ended


class Wanted(Enum):
    """For which persons and papers proof is needed: all, those that differ from the record, or none."""

    ALL = auto()
    CHANGED = auto()
    NONE = auto()


class Numbers(Enum):
    """What approval does to numbers: issue new ones, keep them, or make them void."""

    ISSUED = auto()
    KEPT = auto()
    VOID = auto()


class RegisterWrite(Enum):
    """Entry or change of the register by an approval; what it ends is ``Law.removes``."""

    NEW_HOST = auto()  # the host, unless it is on record
    NEW_WEBSITES = auto()  # each with its access
    NEW_ACCESS = auto()  # to the website that it is about
    HOST = auto()  # the data of the host, website or access that it is about
    WEBSITE = auto()
    ACCESS = auto()


# Days before a change takes effect in which it is filed (Order 33 Art. 14)
CHANGE_NOTICE_DAYS = 30
CHANGE_NOTICE = _("Changes must be filed %(days)d days in advance (Order 33 Art. 14). The number stays the same.")
CHANGES_ON_RECORD = frozenset({RegisterWrite.HOST, RegisterWrite.WEBSITE, RegisterWrite.ACCESS})


@dataclass(frozen=True, slots=True, eq=False)
class Occasion:
    """The question by which a host finds the kinds of filing that it needs, and what the law says of it.

    Kinds for the same occasion share one. The texts may have the placeholders of ``RecordLink``.
    """

    question: Promise | str
    explanation: Promise | str


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A link on a host's page of a record that starts a filing of the kind.

    ``page`` is the row of the register on whose page it is; for a kind about websites the page of a subject has a link
    for each of them. ``text`` may have the placeholders ``%(service)s`` for the noun of the website, ``%(website)s``
    for its name and domains, ``%(days)d`` for ``CHANGE_NOTICE_DAYS``.
    """

    page: About
    text: Promise | str
    # An access has its links beside it, without a question.
    occasion: Occasion | None = None
    # of further links for services other than websites, each with its ``%(name)s``
    service_text: Promise | str = ""
    only_websites: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An objection to a filing of this kind: official code, message, way out, and the path it belongs to."""

    code: str
    message: str
    way_out: str
    path: str = "subject.cert_number"
    # whether it can be corrected in the form, so that it doesn't prevent starting a filing
    in_form: bool = False
    # False for a rule that only warns
    blocks: bool = True


class FilingOfKind(Protocol):
    """The attributes of a filing that its kind uses."""

    @property
    def facts(self) -> Facts: ...
    @property
    def provider_id(self) -> int: ...
    @property
    def about_subject_id(self) -> int | None: ...
    @property
    def about_website_id(self) -> int | None: ...
    @property
    def about_access_id(self) -> int | None: ...
    @property
    def withheld(self) -> list[int]: ...
    @property
    def judged_on(self) -> date: ...
    def changes_received(self, since: date, until: date | None) -> int: ...


@dataclass(frozen=True, slots=True)
class Approval:
    """The day of an approval, and the numbers that the bureau's own system has issued, if it has."""

    on: date
    outside: OutsideNumbers | None = None


SUBJECT, WEBSITES = "subject", "websites"  # the responsible persons of the host, and of its websites


def _nothing(_filing: FilingOfKind) -> Iterator[Refusal]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of one kind.

    ``operation`` and ``target`` are the interface's (``XZBA``; of a cancellation also what is cancelled, 0 to 2);
    ``operation`` is empty for a kind that the interface can't report.
    ``about`` is the row of the register it points at, ``removes`` the row that its approval takes from the register or
    from its host.
    ``writes`` is what ``apply`` enters or changes, from which the nightly comparison derives what must be on record.
    ``parts`` are the pages it has; ``open`` and ``fixed`` are patterns of paths: what may be written on, and what not
    even then. ``blocks`` are the blocks of the verification sheet. ``links`` are where the pages of a record offer it.
    """

    kind: Kind
    operation: str
    parts: frozenset[str]
    open: tuple[str, ...]
    numbers: Numbers
    apply: Callable[[FilingOfKind, Approval], Subject]
    writes: frozenset[RegisterWrite]
    # its effect in words, for the page on which it is started (``ministry.reference.service_words``)
    effect: Promise | str
    # its effect on domains, which only websites have
    effect_on_domains: Promise | str = ""
    target: str = ""
    about: About = About.NOTHING
    removes: About = About.NOTHING
    # its name once the services that it is about are known; its official name serves for all when it has none
    name_of_service: Promise | str = ""
    providers: ProviderChoice = ProviderChoice.SERVING
    # whose verification codes it needs where a province asks for codes (guides of two providers, since 2020-08-17)
    code_holders: frozenset[str] = frozenset({SUBJECT, WEBSITES})
    fixed: tuple[str, ...] = ()
    refuse: Callable[[FilingOfKind], Iterator[Refusal]] = _nothing
    papers: Wanted = Wanted.ALL
    photo: Wanted = Wanted.ALL
    blocks: frozenset[str] = frozenset()
    links: tuple[RecordLink, ...] = ()
    several_websites: bool = False
    # whether other providers of the record are notified
    told: bool = False
    # whether the filing password is needed to start it
    proof: bool = False
    # whether a draft of a first filing that proves to be of this kind goes on as one, with nothing more being asked
    continues_draft: bool = False
    # whether an access that ends afterwards may be named, because the website moves
    replaces_access: bool = False
    # the province rules (``Topic.ONE_CHANGE``) by which this change is asked for together with that of the other part
    together: frozenset[Demand] = frozenset()

    @property
    def is_first(self) -> bool:
        """Return whether it is about nothing on record."""
        return self.about == About.NOTHING

    @property
    def adds_website(self) -> bool:
        """Return whether it brings websites under a number that is on record."""
        return self.about == About.SUBJECT and self.names_websites

    @property
    def cancels(self) -> bool:
        """Return whether it is a cancellation."""
        return "cancellation" in self.parts

    def named(self, services: Collection[int]) -> str:
        """Return the kind's name for these types of service; its official name if none is known."""
        name = self.name_of_service if services else ""
        return service_words.said(name or self.kind.label, services)

    def effect_on(self, services: Collection[int]) -> str:
        """Return its effect on these types of service, in words."""
        texts = [self.effect, *([self.effect_on_domains] if code_tables.WEBSITE in services else [])]
        return " ".join(service_words.said(text, services) for text in texts).strip()

    @property
    def is_reportable(self) -> bool:
        """Return whether the interface has an operation for it."""
        return bool(self.operation)

    @property
    def changes(self) -> bool:
        """Return whether it replaces facts on record."""
        return not self.writes.isdisjoint(CHANGES_ON_RECORD)

    @property
    def names_websites(self) -> bool:
        """Return whether its form has websites, not only the host."""
        return "website" in self.parts

    @property
    def names_access(self) -> bool:
        """Return whether its form has the access."""
        return "access" in self.parts

    def opens(self, path: str) -> bool:
        """Return whether the fact at ``path`` may be edited even if it is on record."""
        return _matches(path, self.open) and not _matches(path, self.fixed)

    def closes(self, values: Facts, path: str) -> bool:
        """Return whether the fact at ``path`` is on record and can't be edited in this kind of filing."""
        return not self.opens(path) and facts.has(facts.record(values), path)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


EVERYTHING = ("*",)
HOST = frozenset({"basics", "subject", "responsible"})
WEBSITE = HOST | {"website", "approvals", "manager"}
WHOLE = WEBSITE | {"access"}
CANCELLATION = frozenset({"cancellation"})
ALL_BLOCKS = frozenset({"subject", "contact", "website", "access", "papers"})


def identity(person: dict[str, Any]) -> list[Any]:
    """Return what identifies a person: name, certificate type and number."""
    return [person.get(name) or "" for name in ("name", "cert_type", "cert_number")]
