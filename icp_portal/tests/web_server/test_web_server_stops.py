"""The web server stops without losing a request, and leaves no process behind."""

import http.client
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction

from icp_portal.tests.killing import is_alone, until
from icp_portal.tests.web_server.serving import HOST, WebServer

pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[WebServer]:
    server = WebServer(tmp_path / "web.log")
    yield server
    server.stop()
    until(is_alone, "what the killed server asked of the database has ended")


def test_a_request_that_has_arrived_is_answered_before_the_server_stops(server: WebServer):
    answers: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ministry_website IN ACCESS EXCLUSIVE MODE")
        asking = Thread(target=lambda: answers.append(server.get("/api/v1/changes").status))
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
