"""Each GET of the public register gives the statuses and headers that the OpenAPI document says, and no others."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client

from hosts import event_streams
from hosts.api import api
from hosts.event_streams import EVENTS
from ministry.models import Website
from ministry.public import queries
from ministry.tests.register import register_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# Headers on which programs rely, so that the document has them
TOLD = {"ETag", "Cache-Control", "Retry-After"}


class Addresses(NamedTuple):
    """Addresses of an operation: of something on record, of something unknown, and with a wrong value."""

    known: str
    unknown: str
    wrong: str


def addresses(website: Website) -> dict[str, Addresses]:
    number = quote(str(website.number))
    return {
        "/api/v1/records": Addresses(f"?q={number}", "?q=nobody.cn", "?kind=x"),
        "/api/v1/records/{number}": Addresses(f"/{number}", "/nothing", f"/{number}?on=x"),
        "/api/v1/domains/{domain}": Addresses(f"/{website.domain}", "/nobody.cn", f"/{website.domain}?on=x"),
        "/api/v1/changes": Addresses("", "?after=1-000000", "?limit=x"),
    }


PATHS = [
    path
    for path, methods in api.get_openapi_schema()["paths"].items()
    if path.startswith("/api/v1/") and "get" in methods
]


@pytest.fixture(params=PATHS)
def operation(request: pytest.FixtureRequest) -> dict[str, Any]:
    """An operation as the document has it, with its path."""
    return {"path": request.param, **api.get_openapi_schema()["paths"][request.param]["get"]}


@pytest.fixture
def answers(operation: dict[str, Any], settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[HttpResponse]:
    """Return the responses of an operation to every kind of request."""
    path = operation["path"]
    of = addresses(register_rows.website(register_rows.subject()))[path]
    return list(_answers(path.partition("/{")[0], of, settings, monkeypatch))


def _answers(path: str, of: Addresses, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpResponse]:
    def get(address: str, **headers: str) -> HttpResponse:
        return Client().get(path + address, headers={name.replace("_", "-"): text for name, text in headers.items()})

    first = get(of.known)
    yield from (first, get(of.unknown), get(of.wrong), get(f"{of.known}{'&' if '?' in of.known else '?'}x=%00"))
    yield from (get(of.known, if_none_match=first["ETag"]), get(of.known, if_match='"x"'))
    monkeypatch.setattr(event_streams, "SECONDS", 0)
    stream = get(of.known, accept=EVENTS)
    yield from (stream, get(of.known, accept=EVENTS))
    b"".join(stream)
    settings.STREAMS = 0
    yield get(of.known, accept=EVENTS)
    monkeypatch.setattr(queries, "QUERIES_A_MINUTE", 0)
    yield get(of.known)


def test_every_status_is_documented_and_occurs(operation, answers):
    assert {answer.status_code for answer in answers} == set(operation["responses"])


def test_every_header_for_caches_and_waiting_is_documented_and_sent(operation, answers):
    for answer in answers:
        told = operation["responses"][answer.status_code].get("headers", {})
        is_refused = answer.status_code >= 400
        sent = {name for name in TOLD if answer.has_header(name)} - ({"Cache-Control"} if is_refused else set())

        assert {name for name, header in told.items() if header["required"]} <= sent <= set(told), answer
        assert ("no-store" in answer.get("Cache-Control", "")) == (is_refused or answer.streaming)


def test_the_description_of_a_refusal_is_its_title(operation, answers):
    refused = [answer for answer in answers if answer.status_code >= 400]
    titles = {(answer.status_code, answer.json()["title"]) for answer in refused}

    assert {status for status, title in titles if title in operation["responses"][status]["description"]} == {
        answer.status_code for answer in refused
    }


def test_the_document_has_the_parameter_for_asking_again(operation):
    (parameter,) = [one for one in operation["parameters"] if one["name"] == "If-None-Match"]

    assert (parameter["in"], parameter["required"]) == ("header", False)
