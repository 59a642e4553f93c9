"""Streams of changes from a real web server: they arrive, resume, are few at once, and leave room for pages."""

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, RequestFactory

from hosts import event_streams, stream_places
from hosts.stream_places import NoPlace, StreamPlace
from icp_portal.deployment import web_worker
from icp_portal.tests.builders import Case
from icp_portal.tests.committed import as_at_commit
from icp_portal.tests.killing import is_alone, until
from icp_portal.tests.web_server.serving import Stream, WebServer
from ministry.models import Website
from ministry.register import changes, ends
from ministry.tests.register import register_rows
from ministry.tests.register.register_rows import TODAY

PATH = "/api/v1/changes"

pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[WebServer]:
    """A server that takes X-Forwarded-For from us: each client has an address of its own."""
    server = WebServer(tmp_path / "web.log", BEHIND_PROXY="true", STREAMS="3", STREAMS_PER_PROCESS="3")
    yield server
    server.stop()
    until(is_alone, "what the killed server asked of the database has ended")


@transaction.atomic
def enter() -> Website:
    return register_rows.website(register_rows.subject())


def stream_of(server: WebServer, client: int, query: str = "", **headers: str) -> Stream:
    return Stream(server, PATH + query, **{"X-Forwarded-For": f"192.0.2.{client}", **headers})


def has_place(server: WebServer, client: int) -> bool:
    found = stream_of(server, client)
    found.leave()
    return found.status == 200


def test_events_arrive_and_resume_after_the_server_was_killed(server: WebServer):
    enter()
    stream = stream_of(server, 1, "?after=now")
    second = enter()
    events = [stream.next() for _n in range(2)]
    arrived, last = [event["number"] for event in events], stream.last
    page = json.loads(server.get(PATH, **{"X-Forwarded-For": "192.0.2.7"}).read())
    assert page["changes"][-2:] == events
    assert (stream.status, stream.response.headers["Content-Type"]) == (200, "text/event-stream")
    assert arrived == [str(second.subject.number), str(second.number)]

    server.kill()
    third = enter()
    server.start()
    cache.clear()  # or the place of the killed server is kept for ``KEPT_FOR``
    resumed = stream_of(server, 1, "?after=now", **{"Last-Event-ID": last})
    fourth = enter()

    assert [resumed.next()["number"] for _n in range(4)] == [
        str(number) for one in (third, fourth) for number in (one.subject.number, one.number)
    ]


def test_the_bound_holds_and_pages_answer_while_all_places_are_taken(server: WebServer):
    enter()
    streams = [stream_of(server, client) for client in range(3)]
    assert [stream.next()["what"] for stream in streams] == ["entered"] * 3

    refused = stream_of(server, 3)
    again = stream_of(server, 0)
    assert [(one.status, one.response.headers["Retry-After"]) for one in (refused, again)] == [(503, "30"), (429, "60")]
    for _n in range(20):
        for path in ("/", PATH):
            page = server.get(path, **{"X-Forwarded-For": "192.0.2.99"})
            assert (page.status, len(page.read()) > 0) == (200, True)

    streams[0].leave()
    clients = cycle(range(4, 99))  # one of them alone would soon have made all the queries of its minute
    until(lambda: has_place(server, next(clients)), "the place of a client who has left is free")


def test_a_waiting_stream_has_no_connection_to_the_database(server: WebServer):
    website = enter()
    stream = stream_of(server, 1)
    stream.next()
    with connection.cursor() as cursor:  # those that threads keep after a page
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    with transaction.atomic():
        ends.cancel_website(website.pk, TODAY)

    assert [stream.next()["what"] for _n in range(2)] == ["entered", "cancelled"]
    until(is_alone, "the server has no connection")


# --- In this process --------------------------------------------------------------------------------------------


def request(address: str = "192.0.2.1"):
    return RequestFactory().get(PATH, REMOTE_ADDR=address)


@pytest.fixture
def quick(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_EVERY", "SIGN_EVERY"):
        monkeypatch.setattr(event_streams, name, 0)
    monkeypatch.setattr(event_streams, "SECONDS", 0.2)


def test_a_stream_ends_by_itself_and_gives_its_place_back(quick: None):
    response = event_streams.response(request(), "0", str)
    parts = list(response)
    response.close()

    assert (parts[0], set(parts[1:])) == (b"retry: 2000\n\n", {b": \n\n"})
    assert stream_places._taken["STREAMS_PER_PROCESS"] == 0
    event_streams.response(request(), "0", str).close()


def test_a_stream_that_was_never_read_gives_its_place_back(quick: None):
    event_streams.response(request(), "0", str).close()

    assert (
        stream_places._taken["STREAMS_PER_PROCESS"],
        cache.get("stream:of:192.0.2.1"),
        cache.get("stream:place:0"),
    ) == (0, None, None)


def test_a_stream_ends_when_the_client_has_closed_its_connection(db: None):
    asked = request()
    asked.META["waitress.client_disconnected"] = lambda: True
    response = event_streams.response(asked, "0", str)
    parts = list(response)
    response.close()

    assert parts == [b"retry: 2000\n\n"]


def test_a_stream_ends_before_a_client_that_does_not_read_could_make_its_thread_wait(
    quick: None, monkeypatch: pytest.MonkeyPatch
):
    enter()
    as_at_commit()
    first = changes.after("0", 1).timepoint
    assert event_streams.AT_MOST < web_worker.LARGEST_UNREAD
    monkeypatch.setattr(event_streams, "AT_MOST", 1)
    response = event_streams.response(request(), "0", str)
    parts = list(response)
    response.close()

    assert [part[:3] for part in parts] == [b"ret", b"id:"]  # the one event that uses up what it may send
    assert parts[1].startswith(f"id: {first}\n".encode())  # from there it goes on


def test_an_approved_filing_is_in_the_feed_of_a_page(transactional_db: None):
    Case().submit().verify().approve()
    website = Website.objects.select_related("subject").get()
    told = Client().get(PATH).json()["changes"]

    assert {(one["what"], one["number"]) for one in told} == {
        ("entered", str(website.number)),
        ("entered", str(website.subject.number)),
    }


def test_one_place_for_an_address_so_many_for_a_process_and_for_all(settings):
    settings.STREAMS_PER_PROCESS, settings.STREAMS = 3, 2
    places = [StreamPlace("192.0.2.1"), StreamPlace("192.0.2.2")]
    refused = []
    for address in ("192.0.2.1", "192.0.2.3"):
        with pytest.raises(NoPlace) as refusal:
            StreamPlace(address)
        refused.append(refusal.value.is_own)
    settings.STREAMS, settings.STREAMS_PER_PROCESS = 9, 2
    with pytest.raises(NoPlace):
        StreamPlace("192.0.2.3")
    for place in places:
        place.back()

    assert refused == [True, False]
    assert stream_places._taken["STREAMS_PER_PROCESS"] == 0
    StreamPlace("192.0.2.3").back()


def test_a_place_is_kept_and_free_after_a_kill(settings):
    place = StreamPlace("192.0.2.1")
    cache.clear()  # as its time ends
    place.extend()
    with pytest.raises(NoPlace):
        StreamPlace("192.0.2.1")
    place.back()


@pytest.mark.django_db
def test_events_are_not_held_back_to_be_compressed(client, quick: None):
    register_rows.website(register_rows.subject())
    as_at_commit()
    response = client.get(PATH, headers={"accept": "text/event-stream", "accept-encoding": "gzip"})
    _retry, first, *_rest = response.streaming_content

    assert first.startswith(f"id: {changes.after('0', 1).timepoint}\ndata: {{".encode())
    assert (response["Cache-Control"], response["X-Accel-Buffering"]) == ("no-store", "no")
    assert "Accept" in response["Vary"].split(", ")
