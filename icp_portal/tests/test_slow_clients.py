"""Clients that send or read slowly take no threads of the web server, and it stops without losing a request."""

import http.client
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction

from icp_portal.deployment.web_connection import LONGEST_LINE
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from icp_portal.tests.killing import is_alone, until
from icp_portal.tests.serving import HOST, WebServer

CLIENTS = 24  # three times the threads of the server
SOON = 3.0  # seconds: a page with all threads free, on a busy machine
READS = "/api/v1/changes"
LARGE = "/static/admin/js/vendor/xregexp/xregexp.js"  # a hundred of them: more than may be unread

HEAD = f"POST /accounts/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()
SENT = {
    "nothing": b"",
    "half a head": HEAD[:-9],
    "half a body": HEAD + b"Content-Length: 5000\r\n\r\nlogin=",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin",
    "requests without reading": f"GET {LARGE} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * 200,
}

pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture
def server(committed: None, tmp_path: Path) -> Iterator[WebServer]:  # noqa: F811 — the fixture
    server = WebServer(tmp_path / "web.log")
    yield server
    server.stop()
    until(is_alone, "what the killed server asked of the database has ended")


def slow_client(server: WebServer, sent: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # of one that doesn't read
    client.connect(("127.0.0.1", server.port))
    client.sendall(sent)
    return client


@pytest.mark.parametrize("what", SENT)
def test_pages_answer_while_more_clients_than_threads_have_sent_a_part(server: WebServer, what: str):
    with ExitStack() as opened:
        clients = [opened.enter_context(slow_client(server, SENT[what])) for _n in range(CLIENTS)]
        for _n in range(8):
            asked = time.monotonic()
            page = server.get("/query/")
            assert (page.status, time.monotonic() - asked < SOON) == (200, True)
            for client in clients if what.startswith("half") else ():
                client.sendall(b"\r\n" if what == "half a chunk" else b"a")


def test_a_client_with_all_connections_keeps_nobody_out(committed: None, tmp_path: Path):  # noqa: F811 — the fixture
    server = WebServer(tmp_path / "web.log", GUNICORN_CMD_ARGS="--worker-connections 20")
    with ExitStack() as opened:
        opened.callback(server.stop)
        for _n in range(100):
            opened.enter_context(slow_client(server, SENT["half a body"]))
        assert server.get("/healthz").status == 200


def test_a_body_that_comes_in_parts_arrives_whole(server: WebServer):
    body = b"login=nobody%40example.cn&password=" + b"x" * 20
    client = slow_client(server, HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
    for byte in body:
        client.sendall(bytes([byte]))
    answer = b"".join(iter(lambda: client.recv(65536), b""))
    client.close()

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 403 Forbidden"  # no token against cross-site requests: it was read


def test_a_body_larger_than_any_message_is_refused_at_its_head(server: WebServer):
    client = slow_client(server, HEAD + b"Content-Length: 75497473\r\n\r\n")
    answer = client.recv(65536)
    client.close()

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 413 Request Entity Too Large"
    assert "At most 72 MB can be sent at once." in answer.decode()


@pytest.mark.parametrize("line", [b"5;a=", b"0\r\nX-Last: "], ids=["chunk", "trailer"])
def test_a_line_of_a_chunked_body_that_does_not_end_is_refused(server: WebServer, line: bytes):
    client = slow_client(server, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + line + b"a" * LONGEST_LINE)
    answer = client.recv(65536)
    client.close()

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 400 Bad Request"


def test_requests_that_come_at_once_are_answered_in_their_order(server: WebServer):
    asked = ["/query/", "/nowhere/", "/healthz", "/query/"]
    heads = [f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\n" for path in asked]
    client = slow_client(server, ("\r\n".join(heads) + "Connection: close\r\n\r\n").encode())
    answers = b"".join(iter(lambda: client.recv(65536), b""))
    client.close()

    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"404", b"200", b"200"]


@pytest.mark.parametrize("path", ["/query/", LARGE])
def test_no_body_follows_the_headers_for_head(server: WebServer, path: str):
    client = slow_client(server, f"HEAD {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    head, body = b"".join(iter(lambda: client.recv(65536), b"")).split(b"\r\n\r\n")
    client.close()

    assert (head.split(b"\r\n", 1)[0], b"Content-Length" in head, body) == (b"HTTP/1.1 200 OK", True, b"")


@pytest.mark.parametrize(
    "head", [f"POST / HTTP/1.1\r\nContent-Length: {'9' * 5000}", "GET http://[ HTTP/1.1"], ids=["length", "address"]
)
def test_a_head_that_no_number_or_address_can_be_read_from_is_refused(server: WebServer, head: str):
    client = slow_client(server, f"{head}\r\n\r\n".encode())
    answer = client.recv(65536)
    client.close()

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 400 Bad Request"


def test_a_request_that_has_arrived_is_answered_before_the_server_stops(server: WebServer):
    answers: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ministry_website IN ACCESS EXCLUSIVE MODE")
        asking = Thread(target=lambda: answers.append(server.get(READS).status))
        asking.start()
        until(lambda: waiting() == 1, "the request waits in the database")
        os.kill(server.pid, signal.SIGTERM)
        until(lambda: not accepts(server), "the server accepts no more connections")
    asking.join()

    assert (answers, server.ended()) == ([200], 0)


def test_a_request_on_a_kept_connection_is_answered_while_the_server_stops(server: WebServer):
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    statuses: list[tuple[int, str | None]] = []
    for before_the_next in (lambda: os.kill(server.pid, signal.SIGTERM), client.close):
        client.request("GET", "/healthz", headers={"Host": HOST})
        response = client.getresponse()
        response.read()
        statuses.append((response.status, response.headers["Connection"]))
        before_the_next()
        until(lambda: not accepts(server), "the server accepts no more connections")

    assert statuses == [(200, None), (200, "close")]


def test_the_processes_end_when_gunicorn_is_killed(server: WebServer):
    os.kill(server.pid, signal.SIGKILL)

    until(lambda: not accepts(server), "nobody listens")


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ministry_website'::regclass")
        return int(cursor.fetchone()[0])


def accepts(server: WebServer) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port)).close()
    except ConnectionRefusedError:
        return False
    return True
