"""Many numbers and domains of the public register at once, for programs with an API key.

The quota is the key owner's and not the network address's: ``accounts.quotas``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from ninja import Field, Router, Schema
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict

from accounts import api_keys, quotas
from accounts.models import User
from accounts.quotas import Quota, QuotaSpent
from hosts.answers import InvalidAnswer, ProblemAnswer, QuotaAnswer, ServiceAnswer
from hosts.problems import PROBLEMS, Refused
from hosts.public_gets import header
from hosts.records_api import IsoDay, is_future, listed_since, service_answer, why_nothing
from ministry.reference import lookups
from ministry.reference.lookups import LookUp, Sought
from ministry.reference.numbers import EXAMPLE_NUMBER
from ministry.register import public_records, public_search
from ministry.register.record_types import DomainRecord, PublicRecord

MOST_TEXTS = 100
MOST_SERVICES = 10  # for a text; all services of a host are at the number's own address; our own choice

Found = PublicRecord | DomainRecord | None


class LookedUp(NamedTuple):
    """The record of a number or a domain, and what a result says beside it."""

    found: Found = None
    listed_since: date | None = None  # since when it is on the list of websites that broke the law
    is_given_up: bool = False  # a domain that a website had once


class KeyedRequest(HttpRequest):
    """A request authenticated by ``ApiKeyHeader``.

    ``read_public``, where a middleware has set it, calls what reads public rows and returns its result, maybe with
    another database to read from.
    """

    auth: User
    read_public: Callable[[Callable[[], list[LookedUp]]], list[LookedUp]]


class ApiKeyHeader(HttpBearer):
    """Authenticate the owner of an API key by the header ``Authorization: Bearer``."""

    def __call__(self, request: HttpRequest) -> User:
        owner: User | None = super().__call__(request)
        if owner is None:
            error = ', error="invalid_token"' if "Authorization" in request.headers else ""
            raise Refused("key", headers={"WWW-Authenticate": f'Bearer realm="ICP"{error}'})
        return owner

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        return api_keys.owner_of(token)


# --- Request and response -------------------------------------------------------------------------


class BatchAsked(Schema):
    model_config = ConfigDict(extra="forbid")

    texts: list[Annotated[str, Field(max_length=lookups.LONGEST)]] = Field(
        min_length=1,
        max_length=MOST_TEXTS,
        description=gettext_noop("Filing numbers, domains and IP addresses in any spelling; names are not looked up"),
        examples=[[EXAMPLE_NUMBER, "example.cn"]],
    )
    on: IsoDay | None = Field(
        None,
        description=gettext_noop("The past day whose state is asked for, like 2026-05-31; without it, today's"),
    )


class TextOutcome(StrEnum):
    """What came of a text."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_UNDERSTOOD = "not_understood"
    NOT_LOOKED_UP = "not_looked_up"


class ResultAnswer(BaseModel):
    text: str = Field(description=gettext_noop("The text as it was sent"))
    outcome: TextOutcome = Field(description=gettext_noop("found, not_found, not_understood or not_looked_up"))
    refusal: str = Field(description=gettext_noop("Why nothing is returned, in words; empty if something was found"))
    understood: str = Field(
        description=gettext_noop("The number, domain or IP address that was understood; may be empty")
    )
    listed_since: date | None = Field(
        description=gettext_noop(
            "Since when the domain, or one of the number, has been on the list of websites that broke the law; null if "
            "none is"
        )
    )
    more: bool = Field(description=gettext_noop("Whether there are more than are returned"))
    services: list[ServiceAnswer] = Field(
        description=gettext_noop("The services of the number or the domain, at most 10, cancelled ones too")
    )


class BatchAnswer(Schema):
    as_of: date | None = Field(description=gettext_noop("The past day whose state it is; null for today"))
    results: list[ResultAnswer] = Field(description=gettext_noop("One result for each text, in the same order"))


# --- The operation --------------------------------------------------------------------------------

router = Router(auth=ApiKeyHeader())


QUOTA_HEADERS = {
    "RateLimit-Policy": header(gettext_noop("The quota of a day (q) and the length of a day in seconds (w)")),
    "RateLimit": header(gettext_noop("What is left of the quota (r), and in how many seconds the next day begins (t)")),
}
RETRY_AFTER = {"Retry-After": header(gettext_noop("In how many seconds the next day begins"))}
AUTHENTICATE = {"WWW-Authenticate": header(gettext_noop("That a key is needed, and whether one was sent"))}


@router.post(
    "/records/batch",
    response={
        HTTPStatus.OK: BatchAnswer,
        HTTPStatus.BAD_REQUEST: ProblemAnswer,
        HTTPStatus.UNAUTHORIZED: ProblemAnswer,
        HTTPStatus.UNPROCESSABLE_ENTITY: InvalidAnswer,
        HTTPStatus.TOO_MANY_REQUESTS: QuotaAnswer,
    },
    operation_id="batch",
    url_name="batch",
    summary=gettext_noop("Look up many numbers and domains at once"),
    description=gettext_noop(
        "With an API key of your account. Each text counts as one look-up of its owner's quota of the day, which ends "
        "at midnight China time; a batch that is larger than what is left is refused and counts nothing. The headers "
        "RateLimit-Policy and RateLimit are those of draft-ietf-httpapi-ratelimit-headers-10."
    ),
    openapi_extra={
        "responses": {
            HTTPStatus.OK: {"headers": QUOTA_HEADERS},
            HTTPStatus.UNAUTHORIZED: {"description": PROBLEMS["key"].title, "headers": AUTHENTICATE},
            HTTPStatus.TOO_MANY_REQUESTS: {
                "description": PROBLEMS["quota"].title,
                "headers": {**QUOTA_HEADERS, **RETRY_AFTER},
            },
        }
    },
)
def batch(request: KeyedRequest, response: HttpResponse, asked: BatchAsked) -> dict[str, Any]:
    """Return a result for each text. At most nine queries, six more for a past day, however many texts there are."""
    try:
        quota = quotas.take(request.auth, len(asked.texts))
    except QuotaSpent as spent:
        raise _spent(spent.quota) from spent
    for name, value in _headers(quota).items():
        response.headers[name] = value
    understood = [_understood(text) for text in asked.texts]
    read = partial(_records, [one for one in understood if isinstance(one, LookUp)], asked.on)
    records = iter(request.read_public(read) if hasattr(request, "read_public") else read())
    return {
        "as_of": asked.on,
        "results": [
            _result(text, one, next(records), asked.on) if isinstance(one, LookUp) else {**EMPTY, "text": text, **one}
            for text, one in zip(asked.texts, understood, strict=True)
        ],
    }


EMPTY: dict[str, Any] = {"refusal": "", "understood": "", "listed_since": None, "more": False, "services": []}


def _understood(text: str) -> LookUp | dict[str, Any]:
    """Return the look-up, or the members of a result that give the reason why there is none."""
    try:
        asked = lookups.understand(text)
    except ValidationError as refusal:
        return {"outcome": TextOutcome.NOT_UNDERSTOOD, "refusal": refusal.messages[0]}
    if asked.sought == Sought.NAME:
        words = gettext("Names are not looked up in batches. Send a filing number or a domain.")
        return {"outcome": TextOutcome.NOT_LOOKED_UP, "refusal": words}
    return asked


def _records(asked: Sequence[LookUp], on: date | None) -> list[LookedUp]:
    """Return what the register has for each look-up; nothing of a future day."""
    if is_future(on):
        return [LookedUp()] * len(asked)
    numbers = [one.number for one in asked if one.number]
    names = [one.domain for one in asked if not one.number]
    # All that a page would have, because a past day and the list leave some out; an answer has the first few.
    of_numbers, of_names = public_records.of_each(numbers, names, on=on)
    by_number, by_name = iter(of_numbers), iter(of_names)
    found = [next(by_number if one.number else by_name) for one in asked]
    listed = public_records.listed([service for record in of_numbers if record for service in record.services], on)
    missing = [name for name, record in zip(names, of_names, strict=True) if record is None]
    given_up = public_search.given_up(missing) if on is None else set()
    return [
        LookedUp(record, _listed_since(record, listed), record is None and one.domain in given_up)
        for one, record in zip(asked, found, strict=True)
    ]


def _listed_since(found: Found, listed: Mapping[int, Mapping[str, date]]) -> date | None:
    if found is None:
        return None
    if isinstance(found, DomainRecord):
        return found.listed_since
    return listed_since(listed.get(service.website_id or 0, {}) for service in found.services)


def _result(text: str, asked: LookUp, looked_up: LookedUp, on: date | None) -> dict[str, Any]:
    result = {**EMPTY, "text": text, "understood": asked.text}
    if (found := looked_up.found) is None:
        outcome = TextOutcome.NOT_LOOKED_UP if is_future(on) else TextOutcome.NOT_FOUND
        return {**result, "outcome": outcome, "refusal": why_nothing(on, is_given_up=looked_up.is_given_up)}
    return {
        **result,
        "outcome": TextOutcome.FOUND,
        "listed_since": looked_up.listed_since,
        "more": found.has_more or len(found.services) > MOST_SERVICES,
        "services": [service_answer(service) for service in found.services[:MOST_SERVICES]],
    }


def _spent(quota: Quota) -> Refused:
    headers = {**_headers(quota), "Retry-After": str(quota.ends_in)}
    return Refused("quota", headers=headers, a_day=quota.a_day, left=quota.left)


def _headers(quota: Quota) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"day";q={quota.a_day};w=86400',
        "RateLimit": f'"day";r={quota.left};t={quota.ends_in}',
    }
