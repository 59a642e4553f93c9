"""A stream of the register's changes as server-sent events, in a thread of the web server.

Between two looks into the feed it has no connection to the database. It ends when the client closes its connection or
sends anything, when the client doesn't read for ``WRITE_SECONDS``, and after ``SECONDS``; programs then connect again
with the id of the last event.
"""

import select
import socket
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
# In seconds, all ours: a stream; between two looks into the feed; between two signs of life; a write
SECONDS: Final = 300
LOOK_EVERY: Final = 2
SIGN_EVERY: Final = 15
WRITE_SECONDS: Final = 10
AT_ONCE: Final = 500  # changes read in one query
_BEGIN: Final = b"retry: 2000\n\n"
_SIGN: Final = b": \n\n"

Rendered = Callable[[PublicChange], str]


def response(request: HttpRequest, point: str, rendered: Rendered) -> StreamingHttpResponse:
    """Return the changes after a known timepoint and those to come, each ``rendered`` as JSON; raise NoPlace."""
    client: socket.socket | None = request.META.get("gunicorn.socket")
    if client:
        client.settimeout(WRITE_SECONDS)
    stream = _Stream(StreamPlace(address_of(request)), client, point, rendered)
    answer = StreamingHttpResponse(stream, content_type=EVENTS)
    # An encoding keeps our middleware from holding events back, the last header a proxy (nginx).
    for name, value in {"Cache-Control": "no-store", "Content-Encoding": "identity", "X-Accel-Buffering": "no"}.items():
        answer.headers[name] = value
    return answer


class _Stream:
    """The parts of the response; Django closes it when the response has been sent or can't be."""

    def __init__(self, place: StreamPlace, client: socket.socket | None, point: str, rendered: Rendered) -> None:
        self._place, self._client, self._point, self._rendered = place, client, point, rendered
        self._poll = select.poll()
        if client:
            self._poll.register(client, select.POLLIN)

    def close(self) -> None:
        """Give the place back."""
        self._place.back()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the events until the stream is over."""
        end = time.monotonic() + SECONDS
        sign_at = time.monotonic() + SIGN_EVERY
        yield _BEGIN
        while time.monotonic() < end:
            page = _read(self._point)
            self._point = page.timepoint
            for part in map(self._event, page.changes):
                yield part
                if time.monotonic() >= end:  # of a client that reads slowly
                    return
            if time.monotonic() >= sign_at:
                self._place.keep()
                sign_at = time.monotonic() + SIGN_EVERY
                yield _SIGN
            if not page.has_more and self._has_left():
                return

    def _event(self, change: PublicChange) -> bytes:
        return f"id: {change.timepoint}\ndata: {self._rendered(change)}\n\n".encode()

    def _has_left(self) -> bool:
        """Wait until the next look; return whether the client closed its connection or sent something meanwhile."""
        if self._client is None:
            time.sleep(LOOK_EVERY)
            return False
        return bool(self._poll.poll(LOOK_EVERY * 1000))


def _read(point: str) -> changes.ChangesPage:
    try:
        return changes.after(point, AT_ONCE)
    finally:
        if not connection.in_atomic_block:
            connection.close()
