"""One request to a real server: what is sent, and what is made of each answer, however strange."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from filings.models import AttemptOutcome
from filings.tests.webhooks.receiving import Receiver, closed_port, receiver, respond
from filings.webhooks import posting

OLD, NEW = (f"whsec_{letter * 43}=" for letter in "AB")
BODY = '{"type":"webhook.test","data":{"名":"值"}}'


def post(url: str, *secrets: str) -> posting.PostResult:
    return posting.post(url, BODY, "msg_17", secrets or (NEW,), datetime.now(UTC))


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_what_is_sent_verifies_with_each_secret(system: Receiver, secret: str):
    result = post(system.url(), NEW, OLD)

    (path, headers, body) = system.requests[0]
    assert (result.outcome, result.status, result.excerpt) == (AttemptOutcome.OK, 200, "")
    assert Webhook(secret).verify(body, headers) == {"type": "webhook.test", "data": {"名": "值"}}
    assert (path, body.decode(), headers["webhook-id"]) == ("/hook?of=provider", BODY, "msg_17")
    assert headers["content-type"] == "application/json"
    assert {"cookie", "authorization", "referer"} & headers.keys() == set()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_a_success(system: Receiver, status: int):
    system.answer = lambda handler: respond(handler, status)

    assert (post(system.url()).outcome, post(system.url()).status) == (AttemptOutcome.OK, status)


@pytest.mark.parametrize("status", [304, 400, 404, 410, 429, 500, 503])
def test_every_other_status_is_a_failure_with_the_beginning_of_its_body(system: Receiver, status: int):
    system.answer = lambda handler: respond(
        handler, status, "坏了\x00\u202e\n <b>x</b>".encode() if status != 304 else b""
    )

    result = post(system.url())

    assert (result.outcome, result.status) == (AttemptOutcome.STATUS, status)
    assert result.excerpt == ("坏了 <b>x</b>" if status != 304 else "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(system: Receiver, status: int):
    with receiver() as elsewhere:
        system.answer = lambda handler: respond(handler, status, Location=elsewhere.url())
        result = post(system.url())

    assert (result.outcome, result.status, elsewhere.requests) == (AttemptOutcome.STATUS, status, [])


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("-1", 0), ("soon", 0), ("١٢", 0), ("9" * 40, 0), ("", 0)])
def test_a_wait_that_is_asked_for(system: Receiver, said: str, seconds: int):
    system.answer = lambda handler: respond(handler, 503, Retry_After=said.encode("utf-8").decode("latin-1"))

    assert post(system.url()).retry_after == seconds


def test_of_a_huge_answer_only_the_beginning_is_read(system: Receiver, monkeypatch):
    monkeypatch.setattr(posting, "SECONDS", 5.0)
    written = []

    def huge(handler) -> None:
        handler.send_response(500)
        handler.end_headers()
        try:
            while not system.over.is_set():
                written.append(handler.wfile.write(b"x" * 65_536))
        except OSError:
            written.append(-1)

    system.answer = huge
    result = post(system.url())

    assert (result.outcome, result.status, result.excerpt) == (AttemptOutcome.STATUS, 500, "x" * 200)
    assert result.took < 5000


def drip(handler, begin: bytes, over: threading.Event) -> None:
    """Send a byte every now and then, each soon enough for the time limit of one read."""
    handler.wfile.write(begin)
    while not over.wait(0.05):
        try:
            handler.wfile.write(b"a")
            handler.wfile.flush()
        except OSError:
            return


def continues(handler, over: threading.Event) -> None:
    while not over.wait(0.02):
        try:
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            return


SLOW = {
    "says nothing": lambda handler, over: over.wait(10),
    "a status line without end": lambda handler, over: drip(handler, b"HTTP/1.1 200 ", over),
    "a header without end": lambda handler, over: drip(handler, b"HTTP/1.1 200 OK\r\nX-A: ", over),
    "a body without end": lambda handler, over: drip(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", over),
    "100 again and again": continues,
}


@pytest.mark.parametrize("way", SLOW)
def test_the_whole_request_has_one_time_limit(system: Receiver, monkeypatch, way: str):
    monkeypatch.setattr(posting, "SECONDS", 0.4)
    system.answer = lambda handler: SLOW[way](handler, system.over)
    begun = time.monotonic()

    result = post(system.url())

    assert (result.outcome, result.status) == (AttemptOutcome.SLOW, None)
    assert time.monotonic() - begun < 3


def test_a_handshake_without_end_has_it_too(monkeypatch, settings):
    settings.WEBHOOKS_TO_LOCAL = True
    monkeypatch.setattr(posting, "SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = post(f"https://127.0.0.1:{silent.getsockname()[1]}/")

    assert result.outcome == AttemptOutcome.SLOW


STRANGE = {
    "closes": b"",
    "no HTTP": b"220 mail.example.cn ESMTP\r\n",
    "a status that is no number": b"HTTP/1.1 two OK\r\n\r\n",
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n",
    "a line without end": b"HTTP/1.1 200 " + b"a" * 70_000,
    "chunks of no length": b"HTTP/1.1 500 E\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("said", STRANGE)
def test_what_is_no_http_is_a_failure(system: Receiver, said: str):
    def strange(handler) -> None:
        handler.wfile.write(STRANGE[said])
        handler.close_connection = True

    system.answer = strange

    assert post(system.url()).outcome == AttemptOutcome.CONNECTION


def test_nobody_listens(system: Receiver):
    assert post(f"http://127.0.0.1:{closed_port()}/").outcome == AttemptOutcome.CONNECTION


def test_tls_where_there_is_none(system: Receiver):
    assert post(system.url("https")).outcome == AttemptOutcome.TLS
