"""Refusals of the programming interface: an HTTP status with a code for programs and a message for people."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext, gettext_noop

# HTTP status → (code for programs, message for people)
PROBLEMS: dict[int, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("unreadable", gettext_noop("The request can't be read.")),
    HTTPStatus.UNAUTHORIZED: ("signed_out", gettext_noop("Sign in first.")),
    HTTPStatus.FORBIDDEN: ("csrf", gettext_noop("The page has expired. Load it again.")),
    HTTPStatus.NOT_FOUND: ("not_found", gettext_noop("There is nothing at this address, or you have no access to it.")),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method", gettext_noop("This address does not support this method.")),
    HTTPStatus.CONFLICT: ("changed", gettext_noop("The filing has been changed in the meantime.")),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("invalid", gettext_noop("A value of the request is missing or wrong.")),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "too_many",
        gettext_noop("There are too many queries from this network address. Try again in a minute."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", gettext_noop("This is not available now. Try again later.")),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("fault", gettext_noop("Something went wrong. Try again later.")),
}


class Refused(Exception):
    """End a request with an error response: an HTTP status, and keys that add to its body or replace them."""

    def __init__(self, status: HTTPStatus, **said: Any) -> None:
        super().__init__(status)
        self.status, self.said = status, said


def problem(status: int, **said: Any) -> dict[str, Any]:
    """Return the body of an error response; ``said`` adds to the default code and message, or replaces them."""
    code, message = PROBLEMS[status]
    return {"code": code, "message": gettext(message), **said}
