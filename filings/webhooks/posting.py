"""Send one signed request to an address and return its result; never raise, whatever the other side does.

One connection to a checked IP address, TLS for the host name, one total time limit, no redirects, no proxies, no
cookies, and of the response no more than its beginning.
"""

import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from filings.models import AttemptOutcome
from filings.models.webhook import LONGEST_EXCERPT
from filings.webhooks import targets
from ministry.reference.typed_text import visible

SECONDS: Final = 15.0  # for the whole request; Standard Webhooks recommends 15 to 30
READ: Final = 2048  # bytes of a response's body; our own choice
AGENT: Final = "ICP-Filing-Portal-Webhooks/1"
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class PostResult:
    """Result of a request. ``retry_after``: seconds that the other side asks to wait; 0 if it doesn't."""

    outcome: AttemptOutcome
    took: int
    status: int | None = None
    excerpt: str = ""
    retry_after: int = 0


def post(url: str, body: str, webhook_id: str, secrets: Sequence[str], at: datetime) -> PostResult:
    """Send a message, signed with each of the secrets; ``at`` is in UTC."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(webhook_id, at, body) for secret in secrets),
    }
    return _Request(url).send(body.encode(), headers)


class _Request:
    """A request with its time limit: when that is over, its connection is shut down, whatever it waits for."""

    def __init__(self, url: str) -> None:
        self._url, self._is_allowed = urlsplit(url), targets.is_allowed(url)
        self._begun = time.monotonic()
        self._is_over = threading.Event()

    def send(self, body: bytes, headers: dict[str, str]) -> PostResult:
        try:
            return self._sent(body, headers)
        except targets.NameNotFound:
            return self._failed(AttemptOutcome.NAME)
        except targets.NotPublic:
            return self._failed(AttemptOutcome.ADDRESS)
        except TimeoutError:
            return self._failed(AttemptOutcome.SLOW)
        except ssl.SSLError:
            return self._failed(AttemptOutcome.TLS)
        except (OSError, HTTPException, ValueError):
            return self._failed(AttemptOutcome.CONNECTION)

    def _sent(self, body: bytes, headers: dict[str, str]) -> PostResult:
        if not self._is_allowed:
            raise targets.NotPublic
        is_tls = self._url.scheme == "https"
        host, port = self._url.hostname or "", self._url.port or (443 if is_tls else 80)
        with closing(HTTPConnection(host, port)) as connection:
            connection.default_port = 443 if is_tls else 80  # left out of the Host header
            connection.sock = plain = self._connected(host, port)
            watch = threading.Timer(self._left(), self._end, [connection])
            watch.daemon = True
            watch.start()
            try:
                if is_tls:
                    connection.sock = _wrapped(plain, host)
                    connection.sock.do_handshake()
                path = self._url.path or "/"
                query = f"?{self._url.query}" if self._url.query else ""
                connection.request("POST", f"{path}{query}", body, headers)
                return self._read(connection.getresponse())
            finally:
                watch.cancel()

    def _connected(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first IP address that takes one; nothing is looked up again."""
        refusal: OSError | None = None
        for address in targets.addresses_of(host, port):
            try:
                return socket.create_connection((address, port), timeout=self._left())
            except OSError as error:
                refusal = error
        raise refusal or targets.NameNotFound(host)

    def _read(self, response: HTTPResponse) -> PostResult:
        start = response.read(READ)
        if self._is_over.is_set():  # what was read ends where the connection was shut down
            raise TimeoutError
        if 200 <= response.status < 300:
            return PostResult(AttemptOutcome.OK, self._took(), response.status)
        wait = response.headers.get("Retry-After", "")
        return PostResult(
            AttemptOutcome.STATUS,
            self._took(),
            response.status,
            excerpt_of(start),
            int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 10 else 0,
        )

    def _end(self, connection: HTTPConnection) -> None:
        self._is_over.set()
        with suppress(OSError):  # closed already
            # That of the plain socket: TLS's own would change the object that the other thread is using.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    def _left(self) -> float:
        """Return the seconds left; raise TimeoutError when there are none."""
        left = self._begun + SECONDS - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _took(self) -> int:
        return round((time.monotonic() - self._begun) * 1000)

    def _failed(self, outcome: AttemptOutcome) -> PostResult:
        return PostResult(AttemptOutcome.SLOW if self._is_over.is_set() else outcome, self._took())


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """Return the connection with TLS for the host name, before the handshake."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def excerpt_of(body: bytes) -> str:
    """Return the beginning of a body as one line of printable text."""
    text = visible(body.decode(errors="replace"))
    return " ".join(text.split())[:LONGEST_EXCERPT]
