"""A stream of the register's changes as server-sent events, in a thread of the web server.

Between two looks into the feed it has no connection to the database. It ends when the client closes its connection,
after ``SECONDS`` and after ``AT_MOST`` bytes; programs then connect again with the id of the last event.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final

from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from accounts.throttle import address_of
from hosts.stream_places import StreamPlace
from ministry.register import changes
from ministry.register.changes import PublicChange

EVENTS: Final = "text/event-stream"
# In seconds, all our own choice: a stream; between two looks into the feed; between two signs of life
SECONDS: Final = 300
LOOK_EVERY: Final = 2
SIGN_EVERY: Final = 15
# In bytes: less than the web server keeps for a client that doesn't read (web_worker.LARGEST_UNREAD), so that the
# thread never waits for one
AT_MOST: Final = 8 * 1024 * 1024
AT_ONCE: Final = 500  # changes read in one query
_BEGIN: Final = b"retry: 2000\n\n"
_SIGN: Final = b": \n\n"

Rendered = Callable[[PublicChange], str]
HasLeft = Callable[[], bool]


def response(request: HttpRequest, point: str, rendered: Rendered) -> StreamingHttpResponse:
    """Return the changes after a known timepoint and those to come, each ``rendered`` as JSON; raise NoPlace."""
    has_left: HasLeft = request.META.get("waitress.client_disconnected", lambda: False)
    stream = _Stream(StreamPlace(address_of(request)), has_left, point, rendered)
    answer = StreamingHttpResponse(stream, content_type=EVENTS)
    # An encoding keeps our middleware from holding events back, the last header a proxy (nginx).
    for name, value in {"Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no"}.items():
        answer.headers[name] = value
    return answer


class _Stream:
    """The parts of the response; Django closes it when the response has been sent or can't be."""

    def __init__(self, place: StreamPlace, has_left: HasLeft, point: str, rendered: Rendered) -> None:
        self._place, self._has_left, self._point, self._rendered = place, has_left, point, rendered

    def close(self) -> None:
        """Give the place back."""
        self._place.back()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the events until the stream is over."""
        end, left = time.monotonic() + SECONDS, AT_MOST
        sign_at = time.monotonic() + SIGN_EVERY
        yield _BEGIN
        while time.monotonic() < end and not self._has_left():
            page = _read(self._point)
            self._point = page.timepoint
            for part in map(self._event, page.changes):
                yield part
                left -= len(part)
                if left <= 0:
                    return
            if time.monotonic() >= sign_at:
                self._place.extend()
                sign_at = time.monotonic() + SIGN_EVERY
                yield _SIGN
            if not page.has_more:
                time.sleep(LOOK_EVERY)

    def _event(self, change: PublicChange) -> bytes:
        return f"id: {change.timepoint}\ndata: {self._rendered(change)}\n\n".encode()


def _read(point: str) -> changes.ChangesPage:
    try:
        return changes.after(point, AT_ONCE)
    finally:
        if not connection.in_atomic_block:
            connection.close()
