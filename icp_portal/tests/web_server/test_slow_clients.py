"""Clients that send or read slowly, or send strange requests, take no threads of the web server."""

import re
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from icp_portal.deployment.web_connection import LONGEST_LINE
from icp_portal.tests.killing import is_alone, until
from icp_portal.tests.web_server.large_worker import RESPONSE_BYTES
from icp_portal.tests.web_server.serving import HOST, WebServer

CLIENTS = 24  # three times the threads of the server
SOON = 15.0  # seconds: a page with all threads free, on a busy machine; without one it would wait for IDLE_SECONDS
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


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """One server for all of them: none changes or stops it."""
    server = WebServer(tmp_path_factory.mktemp("web") / "web.log")
    yield server
    server.stop()
    with django_db_blocker.unblock():
        until(is_alone, "what the killed server asked of the database has ended")


def slow_client(server: WebServer, sent: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # of one that doesn't read
    client.connect(("127.0.0.1", server.port))
    client.sendall(sent)
    return client


def read(client: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with client:
        return b"".join(iter(lambda: client.recv(65536), b""))


def is_closed(client: socket.socket) -> bool:
    """Return whether the server has closed a connection on which it sends nothing."""
    try:
        return client.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


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


def test_a_client_with_all_connections_keeps_nobody_out(django_db_setup: None, tmp_path: Path):
    server = WebServer(tmp_path / "web.log", GUNICORN_CMD_ARGS="--worker-connections 20")
    with ExitStack() as opened:
        opened.callback(server.stop)
        for _n in range(100):
            opened.enter_context(slow_client(server, SENT["half a body"]))
        assert server.get("/healthz").status == 200


def test_the_largest_of_too_many_bodies_that_do_not_end_are_given_up(django_db_setup: None, tmp_path: Path):
    small = "--workers 1 --worker-class icp_portal.tests.web_server.small_worker.SmallWorker"
    server = WebServer(tmp_path / "web.log", GUNICORN_CMD_ARGS=small)
    with ExitStack() as opened:
        opened.callback(server.stop)
        head = HEAD + b"Content-Length: 5000000\r\n\r\n"
        clients = [opened.enter_context(slow_client(server, head)) for _n in range(10)]
        clients[0].sendall(b"a" * 10_000)
        for client in clients[1:]:
            with suppress(ConnectionError):  # closed already
                client.sendall(b"a" * 200_000)
        until(lambda: sum(map(is_closed, clients)) == 5, "those that remain have less than a megabyte together")
        assert (server.get("/healthz").status, sum(map(is_closed, clients)), is_closed(clients[0])) == (200, 5, False)


def test_a_body_that_comes_in_parts_arrives_whole(server: WebServer):
    body = b"login=nobody%40example.cn&password=" + b"x" * 20
    client = slow_client(server, HEAD + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
    for byte in body:
        client.sendall(bytes([byte]))
    answer = read(client)

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 403 Forbidden"  # no token against cross-site requests: it was read


def test_a_body_larger_than_any_message_is_refused_at_its_head(server: WebServer):
    client = slow_client(server, HEAD + b"Content-Length: 75497473\r\n\r\n")
    answer = read(client)

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 413 Request Entity Too Large"
    assert "At most 72 MB can be sent at once." in answer.decode()


@contextmanager
def disk_full(server: WebServer) -> Iterator[None]:
    """No file of the server's processes grows: the kernel ends each write with an error, as ``test_full_disk`` says."""
    pids = [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("length", ["Content-Length: 200000", "Transfer-Encoding: chunked"])
def test_a_body_that_finds_no_room_is_read_to_its_end_and_refused_in_words(server: WebServer, length: str):
    body = b"186a0\r\n%b\r\n" % (b"a" * 100_000) * 2 + b"0\r\n\r\n" if "chunked" in length else b"a" * 200_000
    with disk_full(server):
        answer = read(slow_client(server, HEAD + f"{length}\r\nConnection: close\r\n\r\n".encode() + body))

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 507 Insufficient Storage"
    assert "The portal's storage is full. Nothing was changed." in answer.decode()


@pytest.mark.parametrize("line", [b"5;a=", b"0\r\nX-Last: "], ids=["chunk", "trailer"])
def test_a_line_of_a_chunked_body_that_does_not_end_is_refused(server: WebServer, line: bytes):
    client = slow_client(server, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + line + b"a" * LONGEST_LINE)
    answer = read(client)

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 400 Bad Request"


def test_a_large_response_is_in_memory_once(django_db_setup: None, tmp_path: Path):
    one = "--workers 1 --worker-class icp_portal.tests.web_server.large_worker.LargeWorker"
    server = WebServer(tmp_path / "web.log", GUNICORN_CMD_ARGS=one)
    with ExitStack() as opened:
        opened.callback(server.stop)
        before = int(server.get("/peak").read())
        assert len(server.get("/large").read()) == RESPONSE_BYTES
        assert int(server.get("/peak").read()) - before < 1.5 * RESPONSE_BYTES


def test_requests_that_come_at_once_are_answered_in_their_order(server: WebServer):
    asked = ["/query/", "/nowhere/", "/healthz", "/query/"]
    heads = [f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\n" for path in asked]
    client = slow_client(server, ("\r\n".join(heads) + "Connection: close\r\n\r\n").encode())
    answers = read(client)

    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"404", b"200", b"200"]


@pytest.mark.parametrize("path", ["/query/", LARGE])
def test_no_body_follows_the_headers_for_head(server: WebServer, path: str):
    client = slow_client(server, f"HEAD {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    head, body = read(client).split(b"\r\n\r\n")

    assert (head.split(b"\r\n", 1)[0], b"Content-Length" in head, body) == (b"HTTP/1.1 200 OK", True, b"")


@pytest.mark.parametrize(
    "head", [f"POST / HTTP/1.1\r\nContent-Length: {'9' * 5000}", "GET http://[ HTTP/1.1"], ids=["length", "address"]
)
def test_a_head_that_no_number_or_address_can_be_read_from_is_refused(server: WebServer, head: str):
    client = slow_client(server, f"{head}\r\n\r\n".encode())
    answer = read(client)

    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 400 Bad Request"
