"""The registry of the kinds of filing; each kind has a small module."""

from filings import facts
from filings.facts import Facts
from filings.kinds import (
    cancel_access,
    cancel_subject,
    cancel_website,
    change_access,
    change_cert,
    change_record,
    change_subject,
    change_website,
    migrate_website,
    new_access,
    new_filing,
    new_website,
)
from filings.kinds.interlocks import interlock, of_other_host
from filings.kinds.spec import (
    SUBJECT,
    WEBSITES,
    About,
    Approval,
    FilingOfKind,
    Kind,
    Law,
    Numbers,
    Occasion,
    ProviderChoice,
    RecordLink,
    Refusal,
    RegisterWrite,
    Wanted,
    identity,
)

__all__ = [
    "KINDS",
    "SUBJECT",
    "WEBSITES",
    "About",
    "Approval",
    "FilingOfKind",
    "Kind",
    "Law",
    "Numbers",
    "Occasion",
    "ProviderChoice",
    "RecordLink",
    "Refusal",
    "RegisterWrite",
    "Wanted",
    "about",
    "changing",
    "closes",
    "identity",
    "interlock",
    "of",
    "of_other_host",
    "removing",
]

# In this order the pages of a record offer them.
MODULES = (
    new_filing,
    new_access,
    change_subject,
    change_cert,
    change_website,
    change_record,
    new_website,
    change_access,
    migrate_website,
    cancel_access,
    cancel_website,
    cancel_subject,
)
KINDS: dict[str, Law] = {module.LAW.kind: module.LAW for module in MODULES}


def about(row: About) -> list[str]:
    """Return the kinds that are about such a row of the register, in the order in which a constraint lists them."""
    return [kind for kind in Kind if KINDS[kind].about == row]


def removing(row: About) -> list[str]:
    """Return the kinds that take such a row from the register, or from its host."""
    return [kind for kind, law in KINDS.items() if law.removes == row]


def changing() -> list[str]:
    """Return the kinds that replace facts on record."""
    return [kind for kind, law in KINDS.items() if law.changes]


def of(values: Facts) -> Law:
    """Return the law of the kind of filing that these facts belong to."""
    return KINDS[facts.kind(values) or Kind.NEW_FILING]


def closes(values: Facts, path: str) -> bool:
    """Return whether the fact at ``path`` must stay as on record; always False for a first filing."""
    return of(values).closes(values, path)


def is_new_person(values: Facts, path: str) -> bool:
    """Return whether the person at ``path`` differs from the one on record there."""
    was = facts.read(facts.record(values), path) or {}
    return identity(facts.read(values, path) or {}) != identity(was)


def is_photographed(values: Facts, website: int) -> bool:
    """Return whether a website's responsible person must be photographed; for a change only if it is another person."""
    match of(values).photo:
        case Wanted.NONE:
            return False
        case Wanted.CHANGED:
            was = facts.manager(facts.record(values), website)
            return identity(facts.manager(values, website)) != identity(was)
    return True
