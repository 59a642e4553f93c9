"""Problem details (RFC 9457): the error responses of the programming interface, made in one place.

``type`` is the address of the problem's section on the page ``/api/``, which says what to do about it. ``title`` and
``detail`` are in the reader's language. Beside the members of the RFC there is ``code``, the kind of problem for
programs; some problems have more, such as ``values``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import JsonResponse
from django.utils.translation import gettext, gettext_noop

from accounts.links import link_to

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem: its status, its title, and what to do, which is the ``detail`` where no other is given."""

    status: HTTPStatus
    title: str
    remedy: str


# By code
PROBLEMS: Final[Mapping[str, ProblemKind]] = {
    "unreadable": ProblemKind(
        HTTPStatus.BAD_REQUEST,
        gettext_noop("The request can't be read"),
        gettext_noop("Send the body in the documented format, in UTF-8, and not larger than the portal takes."),
    ),
    "signed_out": ProblemKind(
        HTTPStatus.UNAUTHORIZED, gettext_noop("Not signed in"), gettext_noop("Sign in to the portal first.")
    ),
    "key": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        gettext_noop("No valid API key"),
        gettext_noop("Send a key of your account in the header “Authorization: Bearer …”. You create keys at /keys/."),
    ),
    "csrf": ProblemKind(
        HTTPStatus.FORBIDDEN,
        gettext_noop("The form has expired"),
        gettext_noop("Load the page again and send the token of its form."),
    ),
    "not_found": ProblemKind(
        HTTPStatus.NOT_FOUND,
        gettext_noop("Not found"),
        gettext_noop("There is nothing at this address, or you have no access to it. Check the address."),
    ),
    "unknown_timepoint": ProblemKind(
        HTTPStatus.NOT_FOUND,
        gettext_noop("There is no such timepoint"),
        gettext_noop("Take the open data of the month, and go on from their timepoint."),
    ),
    "method": ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        gettext_noop("Method not supported"),
        gettext_noop("Use a method that this address supports; the header Allow names them."),
    ),
    "changed": ProblemKind(
        HTTPStatus.CONFLICT,
        gettext_noop("The filing has been changed in the meantime"),
        gettext_noop("Compare your values with those saved, then send them again with the new version."),
    ),
    "closed": ProblemKind(
        HTTPStatus.CONFLICT,
        gettext_noop("The filing can't be edited now"),
        gettext_noop(
            "Read the status of the filing: it is with somebody else, has ended, or only some items are open."
        ),
    ),
    "basics_first": ProblemKind(
        HTTPStatus.CONFLICT,
        gettext_noop("Another page comes first"),
        gettext_noop("Answer “Organisation or individual” first: the other pages depend on it."),
    ),
    "unmet": ProblemKind(
        HTTPStatus.PRECONDITION_FAILED,
        gettext_noop("A condition of the request isn't met"),
        gettext_noop("Send the request without If-Match and If-Unmodified-Since."),
    ),
    "invalid": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("A value of the request is missing or wrong"),
        gettext_noop("Correct the values that are named."),
    ),
    "too_many": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_noop("Too many queries from this network address"),
        gettext_noop("Wait as long as the header Retry-After says, then try again."),
    ),
    "quota": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_noop("Not enough is left of today’s quota"),
        gettext_noop(
            "The batch has more texts than are left of today's quota, and none was looked up. Send a smaller one, or "
            "wait until midnight China time. If you need more a day, ask the portal's operators."
        ),
    ),
    "own_stream": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_noop("This network address has a stream already"),
        gettext_noop("End it first, or ask for pages."),
    ),
    "fault": ProblemKind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext_noop("Something went wrong"),
        gettext_noop("This is a fault of the portal and has been logged. Try again later."),
    ),
    "unavailable": ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("Data can't be read at present"),
        gettext_noop("This is a fault of the portal and has been logged. Try again later."),
    ),
    "no_place": ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("All places for streams are taken"),
        gettext_noop("Try again later, or ask for pages."),
    ),
}
# The code of an error response that only has a status: the first one with it
BY_STATUS: Final = {problem.status: code for code, problem in reversed(list(PROBLEMS.items()))}


class Refused(Exception):
    """End a request with a problem: its code, headers of the response, and members that add to it or replace some."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(code)
        self.code, self.headers, self.members = code, headers, members

    def response(self) -> JsonResponse:
        return respond(self.code, headers=self.headers, **self.members)


def respond(code: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> JsonResponse:
    """Return the response for a problem, not to be kept; ``members`` adds members or replaces the ``detail``."""
    kind = PROBLEMS[code]
    body = {
        "type": type_of(code),
        "title": gettext(kind.title),
        "status": kind.status,
        "detail": gettext(kind.remedy),
        "code": code,
        **members,
    }
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return JsonResponse(body, status=kind.status, content_type=MEDIA_TYPE, headers=kept)


def type_of(code: str) -> str:
    """Return the problem's type: the absolute address at which it is explained."""
    return f"{link_to('api_page')}#{anchor_of(code)}"


def anchor_of(code: str) -> str:
    return f"problem-{code}"


# Pydantic's type of an error → what is wrong with a value, with the numbers of the error's context
WRONG: Final[Mapping[str, str]] = {
    "missing": gettext_noop("This value is missing."),
    "extra_forbidden": gettext_noop("There is no value with this name."),
    "too_short": gettext_noop("The list is too short; it has at least %(min_length)d."),
    "too_long": gettext_noop("The list is too long; it has at most %(max_length)d."),
    "string_too_short": gettext_noop("This text is too short; at least %(min_length)d characters are needed."),
    "string_too_long": gettext_noop("This text is too long; at most %(max_length)d characters are allowed."),
    "greater_than_equal": gettext_noop("This number is too small; it is at least %(ge)d."),
    "less_than_equal": gettext_noop("This number is too large; it is at most %(le)d."),
}


def wrong_value(error: dict[str, Any]) -> dict[str, str]:
    """Return the name of a value that Pydantic refuses, and what is wrong with it in the reader's language."""
    words = WRONG.get(error["type"])
    detail = (
        gettext(words) % error.get("ctx", {}) if words else gettext("This value is not as the interface describes it.")
    )
    return {"name": _name_of(error["loc"]), "detail": detail}


def _name_of(place: tuple[str | int, ...]) -> str:
    """Return the name of a parameter, the path of a value in the body, such as ``texts.3``, or ``body``."""
    if place[0] == "body" and len(place) == 2:
        return "body"
    return ".".join(map(str, place[2:] or place[-1:]))
