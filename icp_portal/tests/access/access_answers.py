"""Answers of the portal's addresses to each kind of visitor; the addresses are in ``access_table``."""

from dataclasses import dataclass
from typing import Any

from filings.states import Status

ROLES = ("anonymous", "owner", "host", "staff", "other_staff", "reviewer", "other_reviewer", "operator")
LOGIN, MISSING, PAGE, NOT_GET, ELSEWHERE = "to sign in", 404, 200, 405, "redirect"
SIGN_IN_FIRST = 401  # a program is told, not sent to a page
UNREADABLE = 422  # it lacks what is asked for

# What each kind of address answers to GET, by role in the order of ROLES.
EVERYBODY = (PAGE,) * 8
HOSTS = (LOGIN, PAGE, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING)
OWNER = (LOGIN, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING)
# The host to whom the owner offers its website.
TAKER = (LOGIN, MISSING, PAGE, MISSING, MISSING, MISSING, MISSING, MISSING)
OWNERS_PROGRAM = (SIGN_IN_FIRST, *OWNER[1:])
PROVIDERS = (LOGIN, MISSING, MISSING, PAGE, PAGE, MISSING, MISSING, MISSING)
ITS_PROVIDER = (LOGIN, MISSING, MISSING, PAGE, MISSING, MISSING, MISSING, MISSING)
BUREAUS = (LOGIN, MISSING, MISSING, MISSING, MISSING, PAGE, PAGE, MISSING)
ITS_BUREAU = (LOGIN, MISSING, MISSING, MISSING, MISSING, PAGE, MISSING, MISSING)
OPERATORS = (LOGIN, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, PAGE)
NOBODY = (MISSING,) * 8
# Of a provider's staff only supervisors or administrators; the staff here are verifiers. The other roles are tested in
# providers/tests/: organisation/test_organisation_access.py and views/test_queue_actions.py.
HIGHER_STAFF = (LOGIN, *(MISSING,) * 7)
# Of a bureau's reviewers only the chief; the reviewers here are none. The chief is tested in bureaus/tests/.
CHIEFS = (LOGIN, *(MISSING,) * 7)
STAFF = (LOGIN, MISSING, MISSING, *(PAGE,) * 5)
# A chapter of the handbook about their desk; operators read all.
STAFF_OF_PROVIDERS = (LOGIN, MISSING, MISSING, PAGE, PAGE, MISSING, MISSING, PAGE)


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
