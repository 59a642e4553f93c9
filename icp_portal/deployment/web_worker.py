"""The web server's process: gunicorn starts and restarts it, waitress serves the connections.

A thread gets a request when all of it has arrived, and is free again when the response is written to a buffer. So slow
senders and slow readers occupy no threads, also without a proxy in front.
"""

import os
import resource
import time
from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from icp_portal.deployment.web_connection import OrderlyChannel
from interchange.soap.services import LONGEST_UPLOAD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# All our own choice. In bytes: what of a body is kept in memory, the rest in a temporary file; the headers of a
# request; an unread response beyond which a thread that makes more of it waits. A body has at most ``LONGEST_UPLOAD``,
# the longest message of the bureau's interface; deploy/nginx names it, too.
IN_MEMORY: Final = 64 * 1024
LARGEST_HEADERS: Final = 32 * 1024
LARGEST_UNREAD: Final = 16 * 1024 * 1024
# Open files of a process: up to three for each of its connections (``worker_connections`` in gunicorn.conf.py)
FILES: Final = 4096
# Share of the connections closed at once when all are in use
CLOSED_AT_ONCE: Final = 0.05
# In seconds: a connection on which nothing moves, longer than nginx keeps one; between two signs of life to gunicorn
IDLE_SECONDS: Final = 75
SIGN_EVERY: Final = 0.5
# When it stops, a client may still send the next request on a connection that it has; the response closes it
LAST_REQUESTS: Final = 1.0


class BufferingWorker(Worker):
    """A process with ``--threads`` threads that makes responses from complete requests."""

    # Bytes of the bodies of all connections together, looked at with each sign of life; our own choice
    most_of_bodies = 1024**3
    _looked_at = 0.0

    def run(self) -> None:
        """Serve until gunicorn says stop, then finish what was begun within ``--graceful-timeout``."""
        _allow_files(FILES)
        self._connections: dict[int, Any] = {}  # and listeners, by the number of their file
        create_server(
            _without_bodies_for_head(self.wsgi),
            map=self._connections,
            sockets=[each.sock for each in self.sockets],
            threads=self.cfg.threads,
            connection_limit=self.cfg.worker_connections + 10,  # not reached, see _make_room
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS // 3,
            max_request_body_size=LONGEST_UPLOAD,
            inbuf_overflow=IN_MEMORY,
            max_request_header_size=LARGEST_HEADERS,
            outbuf_high_watermark=LARGEST_UNREAD,
            channel_request_lookahead=1,  # notice clients that leave while their response is made
            clear_untrusted_proxy_headers=False,  # the settings say which of them count (BEHIND_PROXY)
            ident=None,  # no header Server
        )
        for listener in self._listeners():
            listener.channel_class = OrderlyChannel
        while self.alive and os.getppid() == self.ppid:
            self._move(SIGN_EVERY)
        self._finish()

    def _move(self, seconds: float) -> None:
        """Wait for connections, at most so long, and do what they are ready for."""
        self.notify()
        if len(self._connections) >= self.cfg.worker_connections:
            self._make_room()
        if time.monotonic() > self._looked_at + SIGN_EVERY:
            self._looked_at = time.monotonic()
            self._limit_bodies()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._connections, count=1)

    def _make_room(self) -> None:
        """Close connections of the client address with most of them: those on which nothing has moved for longest.

        A connection whose request is being answered stays.
        """
        idle = [channel for channel in self._channels() if not channel.requests]
        addresses = Counter(channel.addr[0] for channel in idle)
        for address, _number in addresses.most_common(1):
            of_address = [channel for channel in idle if channel.addr[0] == address]
            of_address.sort(key=lambda channel: channel.last_activity)
            for channel in of_address[: ceil(self.cfg.worker_connections * CLOSED_AT_ONCE)]:
                channel.handle_close()

    def _limit_bodies(self) -> None:
        """Close the connections with the largest bodies while all bodies together are too large.

        A connection whose request is being answered stays.
        """
        sizes = {channel: channel.size_of_bodies() for channel in self._channels()}
        for channel in sorted((one for one in sizes if not one.requests), key=sizes.__getitem__, reverse=True):
            if sum(sizes.values()) <= self.most_of_bodies:
                return
            del sizes[channel]
            channel.handle_close()

    def _finish(self) -> None:
        """Accept no more connections, and return when every request that has arrived is answered, or time is up."""
        for listener in self._listeners():
            listener.accepting = False
            listener.del_channel()
            listener.socket.close()
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < self.cfg.graceful_timeout and self._is_expected(passed):
            self._move(0.1)

    def _is_expected(self, passed: float) -> bool:
        """Return whether requests are open, or may still arrive, ``passed`` seconds after the stop."""
        return self._is_busy() or (passed < LAST_REQUESTS and bool(self._channels()))

    def _listeners(self) -> list[Any]:
        return [each for each in self._connections.values() if isinstance(each, BaseWSGIServer)]

    def _channels(self) -> list[Any]:
        return [each for each in self._connections.values() if isinstance(each, HTTPChannel)]

    def _is_busy(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self._channels())


def _without_bodies_for_head(application: "WSGIApplication") -> "WSGIApplication":
    """Return the application without the bodies of responses to HEAD, which waitress would send.

    A client that keeps its connection would take them for the next response.
    """

    def respond(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        parts = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return parts
        if hasattr(parts, "close"):
            parts.close()
        return ()

    return respond


def _allow_files(number: int) -> None:
    """Let this process open so many files, or as many as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
