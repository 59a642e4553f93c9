"""Headers for caches, and responses in the OpenAPI document, of all GETs of the public register."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop
from django.views.decorators.http import conditional_page
from ninja import Schema
from ninja.decorators import decorate_view

from hosts.answers import InvalidAnswer, ProblemAnswer
from hosts.problems import PROBLEMS

View = Callable[..., HttpResponseBase]


def header(description: str, *, is_always_sent: bool = True) -> dict[str, Any]:
    """Return a header of a response as the OpenAPI document has it."""
    return {"description": description, "required": is_always_sent, "schema": {"type": "string"}}


IF_NONE_MATCH: Final = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": gettext_noop("The ETag of the answer you have; if it is still current, you get 304 without a body"),
}
ETAG: Final = header(gettext_noop("Identifies this answer, for If-None-Match"))
ETAG_OF_PAGE: Final = header(
    gettext_noop("Identifies this page of changes, for If-None-Match; a stream has none"), is_always_sent=False
)
CACHE_CONTROL: Final = header(
    gettext_noop(
        "no-cache: keep the answer and ask with its ETag before each use; max-age: use it for so many seconds; "
        "no-store: don't keep it"
    )
)
RETRY_AFTER: Final = {"Retry-After": header(gettext_noop("In how many seconds to try again"))}
STILL_CURRENT: Final = gettext_noop("The answer with this ETag is still current; there is no body.")
# The refusals of every GET with their descriptions
OF_ALL: Final = {
    status: PROBLEMS[code].title
    for status, code in {
        HTTPStatus.BAD_REQUEST: "unreadable",
        HTTPStatus.PRECONDITION_FAILED: "unmet",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
        HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    }.items()
}
# Refusals that are sent with Retry-After
TRY_AGAIN: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


def documented(
    answer: type[Schema], refusals: Mapping[HTTPStatus, str] | None = None, *, events: str = ""
) -> dict[str, Any]:
    """Return the arguments of ``Router.get`` that document the responses of an operation decorated with ``compared``.

    ``refusals``: descriptions of further statuses, or other ones than in ``OF_ALL``; ``events``: the media type of the
    stream that is sent instead of the answer to those who ask for it.
    """
    described = {**OF_ALL, **(refusals or {})}
    models: dict[HTTPStatus, type[Schema] | None] = dict.fromkeys(described, ProblemAnswer)
    models |= {HTTPStatus.UNPROCESSABLE_ENTITY: InvalidAnswer, HTTPStatus.NOT_MODIFIED: None, HTTPStatus.OK: answer}
    stream = {"content": {events: {"schema": {"type": "string"}}}} if events else {}
    responses: dict[HTTPStatus, dict[str, Any]] = {
        HTTPStatus.OK: {
            "headers": {"ETag": ETAG_OF_PAGE if events else ETAG, "Cache-Control": CACHE_CONTROL},
            **stream,
        },
        HTTPStatus.NOT_MODIFIED: {
            "description": STILL_CURRENT,
            "headers": {"ETag": ETAG, "Cache-Control": CACHE_CONTROL},
        },
    }
    for status, words in described.items():
        responses[status] = {"description": words, **({"headers": RETRY_AFTER} if status in TRY_AGAIN else {})}
    return {
        "response": dict(sorted(models.items())),
        "openapi_extra": {"parameters": [IF_NONE_MATCH], "responses": responses},
    }


def _no_cache_by_default(view: View) -> View:
    """Add ``Cache-Control: no-cache`` to responses without that header."""

    @wraps(view)
    def answered(request: HttpRequest, **values: Any) -> HttpResponseBase:
        response = view(request, **values)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return answered


# Responses may be cached but must be revalidated: a matching ETag saves sending the body, and nothing stale is shown.
# Refusals, which are no-store, get no ETag.
compared = decorate_view(conditional_page, _no_cache_by_default)
