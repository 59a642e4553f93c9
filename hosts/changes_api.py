"""The changes of the public register for programs: in pages from a timepoint on, or as a stream of events."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop
from django.views.decorators.vary import vary_on_headers
from ninja import Header, Query, Router
from ninja.decorators import decorate_view
from ninja.responses import NinjaJSONEncoder

from accounts.throttle import address_of
from hosts import event_streams
from hosts.changes_answers import ChangesAnswer
from hosts.event_streams import EVENTS
from hosts.problems import PROBLEMS, Refused
from hosts.public_gets import compared, documented
from hosts.stream_places import NoPlace
from ministry.public.queries import seconds_to_wait
from ministry.public.too_many import WINDOW
from ministry.register import changes
from ministry.register.changes import BEGINNING, MOST, TIMEPOINT, PublicChange, UnknownTimepoint

router = Router(auth=None)

PAGE: Final = 100  # changes by default
# A full page stays as it is; the last one is compared before use, as the records are.
KEPT_FOR: Final = timedelta(hours=1)
PLACE_AFTER: Final = 30  # seconds after which to ask again for a place; our own choice
REFUSALS: Final = {
    HTTPStatus.NOT_FOUND: PROBLEMS["unknown_timepoint"].title,
    HTTPStatus.TOO_MANY_REQUESTS: gettext_noop(
        "Too many queries from this network address, or it has a stream already"
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: PROBLEMS["no_place"].title,
}

Timepoint = Annotated[
    str,
    Query(
        pattern=TIMEPOINT,
        description=gettext_noop(
            "The timepoint of the last answer; 0 or nothing: from the first change on; now: what follows the newest one"
        ),
    ),
]
LastEventId = Annotated[
    str,
    Header(
        alias="Last-Event-ID",
        pattern=TIMEPOINT,
        description=gettext_noop("The timepoint of the last event of a stream; counts more than “after”"),
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description=gettext_noop("The most changes of a page"))]


@router.get(
    "/changes",
    **documented(ChangesAnswer, REFUSALS, events=EVENTS),
    operation_id="changes",
    url_name="changes",
    summary=gettext_noop("What has changed in the public register"),
    description=gettext_noop(
        "Every change as soon as it is made, in one order: a program that goes on from the timepoint of the last "
        "answer misses none and gets none twice. With “Accept: text/event-stream” it is a stream of events; when it "
        "ends, connect again with Last-Event-ID. The open data say from which timepoint on to follow their state."
    ),
)
@compared
@decorate_view(vary_on_headers("Accept"))  # the same address is a page or a stream
def list_changes(
    request: HttpRequest,
    response: HttpResponse,
    after: Timepoint = BEGINNING,
    limit: Limit = PAGE,
    last_event_id: LastEventId = "",
) -> dict[str, Any] | HttpResponseBase:
    """Return a page of changes; a stream to a request that prefers events. One query."""
    if wait := seconds_to_wait(address_of(request)):
        raise Refused("too_many", headers={"Retry-After": str(wait)})
    point = last_event_id or after
    try:
        page = changes.after(point, limit)
    except UnknownTimepoint as unknown:
        raise Refused("unknown_timepoint") from unknown
    if _wants_events(request):
        return _stream(request, page.timepoint if point == changes.NOW else point)
    if page.has_more:
        response.headers["Cache-Control"] = f"max-age={KEPT_FOR // timedelta(seconds=1)}"
    return _answer(page)


def _wants_events(request: HttpRequest) -> bool:
    """Return whether the request prefers events to JSON; never for HEAD, which views see as GET and has no body."""
    prefers = request.get_preferred_type(["application/json", EVENTS])
    return prefers == EVENTS and request.META["REQUEST_METHOD"] != "HEAD"


def _answer(page: changes.ChangesPage) -> dict[str, Any]:
    return {
        "changes": [change._asdict() for change in page.changes],
        "timepoint": page.timepoint,
        "more": page.has_more,
    }


def _rendered(change: PublicChange) -> str:
    """Return a change as a page of changes has it."""
    return json.dumps(change._asdict(), cls=NinjaJSONEncoder, ensure_ascii=False)


def _stream(request: HttpRequest, point: str) -> HttpResponseBase:
    """Return the events after a timepoint; 429 for a second stream to an address, 503 when all places are taken."""
    try:
        return event_streams.response(request, point, _rendered)
    except NoPlace as refusal:
        code, wait = ("own_stream", WINDOW) if refusal.is_own else ("no_place", PLACE_AFTER)
        raise Refused(code, headers={"Retry-After": str(wait)}) from refusal
