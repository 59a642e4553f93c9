"""Answers of the portal's addresses to each kind of visitor; the addresses are in ``access_table``."""

from dataclasses import dataclass
from typing import Any

from filings.states import Status

ROLES = (
    "anonymous",
    "owner",
    "host",
    "staff",
    "other_administrator",
    "reviewer",
    "other_chief",
    "operator",
    "supervisor",
    "administrator",
    "chief",
)
# Without the supervisor, the administrator and the chief, who may do all that “staff” or “reviewer” may, and more.
FIRST_ROLES = ROLES[:8]
LOGIN, MISSING, PAGE, NOT_GET, ELSEWHERE = "to sign in", 404, 200, 405, "redirect"
SIGN_IN_FIRST = 401  # a program is told, not sent to a page
UNREADABLE = 422  # it lacks what is asked for


def only(*roles: str) -> tuple[Any, ...]:
    """Return a page for these roles, 404 for others, and a request to sign in for the visitor."""
    return (LOGIN, *(PAGE if role in roles else MISSING for role in ROLES[1:]))


# What each kind of address answers to GET, by role in the order of ROLES. “staff” is a verifier of the filing's
# provider, “reviewer” one of its bureau; the strangers from another provider and bureau have the highest role there.
ITS_STAFF = ("staff", "supervisor", "administrator")
ITS_REVIEWERS = ("reviewer", "chief")
EVERYBODY = (PAGE,) * len(ROLES)
NOBODY = (MISSING,) * len(ROLES)
# A page of a desk or of hosts whose row does not exist, or is in no state to be shown.
NONE_THERE = only()
SIGNED_IN = only(*ROLES)
HOSTS = only("owner", "host")
OWNER = only("owner")
# The host to whom the owner offers its website.
TAKER = only("host")
OWNERS_PROGRAM = (SIGN_IN_FIRST, *OWNER[1:])
PROVIDERS = only(*ITS_STAFF, "other_administrator")
SUPERVISORS = only("supervisor", "administrator", "other_administrator")
ADMINISTRATORS = only("administrator", "other_administrator")
ITS_PROVIDER = only(*ITS_STAFF)
ITS_SUPERVISOR = only("supervisor", "administrator")
ITS_ADMINISTRATOR = only("administrator")
BUREAUS = only(*ITS_REVIEWERS, "other_chief")
CHIEFS = only("chief", "other_chief")
ITS_BUREAU = only(*ITS_REVIEWERS)
ITS_CHIEF = only("chief")
OPERATORS = only("operator")
STAFF = only(*ROLES[3:])
# A chapter of the handbook about their desk; operators read all.
STAFF_OF_PROVIDERS = only(*ITS_STAFF, "other_administrator", "operator")


def desk_only(expected: tuple[Any, ...], instead: Any) -> tuple[Any, ...]:
    """The same visitors, but those who are let in get ``instead`` of a page."""
    return tuple(instead if answer == PAGE else answer for answer in expected)


@dataclass(frozen=True)
class Row:
    """An address: its answers to GET by role, its arguments, whether it takes POST, the filing's status meanwhile."""

    get: tuple[Any, ...]
    args: tuple[str, ...] = ()
    posted: bool = False
    at: Status = Status.WITH_BUREAU
