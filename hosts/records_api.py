"""The public register for programs: the search, and the record of a number and of a domain.

The same data as the public query's pages show, with the same limit for a network address.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from ninja import Path, Query, Router
from pydantic import BeforeValidator

from accounts.throttle import address_of
from hosts.answers import DomainAnswer, FoundAnswer, RecordAnswer
from hosts.problems import PROBLEMS, Refused
from hosts.public_gets import compared, documented
from ministry.public.forms import PAST_DAY
from ministry.public.queries import seconds_to_wait
from ministry.reference import lookups
from ministry.reference.lookups import LookUp, Sought
from ministry.reference.numbers import EXAMPLE_NUMBER
from ministry.register import public_records, public_search
from ministry.register.public_search import SearchScope
from ministry.register.record_types import PublicRecord, PublicService

router = Router(auth=None)
NOT_FOUND = {HTTPStatus.NOT_FOUND: PROBLEMS["not_found"].title}


def _full_date(value: Any) -> Any:
    """Reject all but a date like 2026-05-31; pydantic would also accept seconds since 1970 and a date with a time."""
    if value is None or (isinstance(value, str) and _FULL_DATE.fullmatch(value)):
        return value
    raise ValueError


# No URL may have a NUL byte (StrangeRequestsMiddleware), so the document must not allow one.
WITHOUT_NUL = "^[^\u0000]*$"
_FULL_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
IsoDay = Annotated[date, BeforeValidator(_full_date)]
Day = Annotated[
    IsoDay | None,
    Query(description=gettext_noop("The past day whose state is asked for, like 2026-05-31; without it, today's")),
]


def is_future(on: date | None) -> bool:
    """Return whether the requested day is in the future."""
    return on is not None and on > timezone.localdate()


def why_nothing(on: date | None, *, is_given_up: bool = False) -> str:
    """Return why there is no answer about the day, in words; ``is_given_up``: it is a domain that was given up."""
    if is_future(on):
        return gettext("This day is in the future. Enter today or a past day.")
    if is_given_up:
        return gettext("A website had this on an earlier day and gave it up. Ask for a day when it had it.")
    return gettext("There is no filing for this.")


@router.get(
    "/records",
    **documented(FoundAnswer),
    operation_id="find_records",
    url_name="find_records",
    summary=gettext_noop("Search the public register"),
    description=gettext_noop("At most 50 services, as of today. Individuals are found by their full name only."),
)
@compared
def find(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(
            pattern=WITHOUT_NUL,
            description=gettext_noop("Filing number, domain, web or IP address, or name of a host or an APP"),
        ),
    ],
    kind: Annotated[
        SearchScope,
        Query(description=gettext_noop("Kind of service; empty: all in force; cancelled or violating: only these")),
    ] = SearchScope.ALL,
    *,
    part: Annotated[
        bool,
        Query(
            description=gettext_noop("Whether a name may be a part of an organisation's name, two characters or more")
        ),
    ] = False,
) -> dict[str, Any]:
    """Return what was understood and the services found. As many queries as the page."""
    _limit(request)
    _refuse_past_day(request)
    try:
        asked = lookups.understand(q)
    except ValidationError as refusal:
        return {"understood": "", "refusal": refusal.messages[0], "more": False, "services": []}
    by_part = part and asked.sought == Sought.NAME
    found = public_search.with_part(asked.text, kind) if by_part else public_search.found(asked, kind)
    services = public_records.services_of(found[: public_search.MOST])
    return {
        "understood": asked.words,
        "refusal": "",
        "more": len(found) > public_search.MOST,
        "services": [service_answer(service) for service in services],
    }


@router.get(
    "/records/{number}",
    **documented(RecordAnswer, NOT_FOUND),
    operation_id="get_record",
    url_name="record",
    summary=gettext_noop("The record of a filing number, today or on a past day"),
    description=gettext_noop("Of a host's number with all services, of a service's number with that one only."),
)
@compared
def record(
    request: HttpRequest,
    number: Annotated[str, Path(description=gettext_noop("Filing number in any spelling"), examples=[EXAMPLE_NUMBER])],
    on: Day = None,
) -> dict[str, Any]:
    """Return the record. Four queries, at most ten for a past day."""
    _limit(request)
    asked = _understood(number, Sought.NUMBER)
    found = public_records.of_number(asked.number) if asked.number and not is_future(on) else None
    if found and on:
        found = public_records.on_day(found, on)
    if found is None:
        raise Refused("not_found", detail=why_nothing(on))
    return _record(found, listed_since(public_records.listed(found.services, on).values()))


@router.get(
    "/domains/{domain}",
    **documented(DomainAnswer, NOT_FOUND),
    operation_id="get_domain",
    url_name="domain",
    summary=gettext_noop("What is on record of a domain or an IP address, and what was, today or on a past day"),
    description=gettext_noop(
        "The website on record first, then those that had it when they were cancelled; of a past day the website that "
        "had it then. A domain that was given up is found on the days when a website had it."
    ),
)
@compared
def domain(
    request: HttpRequest,
    domain: Annotated[str, Path(description=gettext_noop("Domain or public IP address"), examples=["example.cn"])],
    on: Day = None,
) -> dict[str, Any]:
    """Return the services with the domain. Two queries, at most nine for a past day."""
    _limit(request)
    asked = _understood(domain, Sought.DOMAIN, Sought.ADDRESS)
    found = None if is_future(on) else public_records.of_domain(asked.domain, on)
    if found is None:
        is_given_up = on is None and bool(public_search.given_up([asked.domain]))
        raise Refused("not_found", detail=why_nothing(on, is_given_up=is_given_up))
    return {
        "domain": asked.domain,
        "as_of": found.as_of,
        "listed_since": found.listed_since,
        "more": found.has_more,
        "services": [service_answer(service) for service in found.services],
    }


def _limit(request: HttpRequest) -> None:
    if wait := seconds_to_wait(address_of(request)):
        raise Refused("too_many", headers={"Retry-After": str(wait)})


def _refuse_past_day(request: HttpRequest) -> None:
    """Raise Refused for a past day: were it ignored, the answer would be today's records."""
    if PAST_DAY in request.GET:
        words = gettext("The search is as of today. For a past day, ask for the record of a number or a domain.")
        raise Refused("invalid", values=[{"name": PAST_DAY, "detail": words}])


def _understood(text: str, *kinds: Sought) -> LookUp:
    """Return what the text means; 404 if it is nothing of these kinds."""
    try:
        asked = lookups.understand(text)
    except ValidationError as refusal:
        raise Refused("not_found", detail=refusal.messages[0]) from refusal
    if asked.sought not in kinds:
        raise Refused("not_found")
    return asked


def listed_since(listed: Iterable[Mapping[str, date]]) -> date | None:
    """Return the earliest day of some services' domains on the blacklist (``public_records.listed``)."""
    return min((since for domains in listed for since in domains.values()), default=None)


def service_answer(service: PublicService) -> dict[str, Any]:
    """Return a service as ``ServiceAnswer`` has it."""
    return {
        "number": str(service.number),
        "subject_number": str(service.number.of_subject),
        "host": service.host,
        "nature": service.nature,
        "province": service.number.province.code,
        "service": service.service,
        "name": service.name,
        "domains": service.domains,
        "home_url": service.home_url,
        "state": service.state,
        "approved_on": service.approved_on,
        "cancelled_on": service.cancelled_on,
        "suspended_on": service.suspended_on,
        "moved_to": str(service.moved_to or ""),
        "providers": service.providers,
    }


def _record(found: PublicRecord, listed_since: date | None) -> dict[str, Any]:
    return {
        "number": str(found.number),
        "host": found.name,
        "nature": found.nature,
        "province": found.number.province.code,
        "bureau": found.bureau,
        "state": found.state,
        "approved_on": found.approved_on,
        "cancelled_on": found.cancelled_on,
        "suspended_on": found.suspended_on,
        "as_of": found.as_of,
        "listed_since": listed_since,
        "more": found.has_more,
        "services": [service_answer(service) for service in found.services],
        "history": [
            {"on": one.on, "what": one.what, "number": str(one.number), "moved_to": str(one.moved_to or "")}
            for one in found.history
        ],
    }
