"""The programming interface keeps what its OpenAPI document promises, whatever it is asked."""

import json
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from itertools import count, cycle, islice
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from schemathesis import Case as Request
from schemathesis import Response

from accounts import api_keys
from accounts.models import User
from filings import fields
from hosts.api import api
from hosts.event_streams import EVENTS
from icp_portal.management.commands import write_openapi
from icp_portal.tests.builders import Case, on_record, sign_in
from icp_portal.tests.hostile import fields_of
from icp_portal.wsgi import application
from ministry.models import Website
from ministry.register import ends, writer

Aim = Callable[[Request], dict[str, Any]]

quick = settings(max_examples=30, database=None, suppress_health_check=list(HealthCheck))

_visitors = count(1)


def from_a_new_address(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer as to a visitor of a network address of its own: the limit of one is no matter of the document."""
    address = str(ip_address(0x0A000000 + next(_visitors)))
    # the client here unpacks nothing
    return application(environ | {"REMOTE_ADDR": address, "HTTP_ACCEPT_ENCODING": "identity"}, start_response)


# Asked through the whole stack of middleware, without a network.
interface = schemathesis.openapi.from_dict(json.loads(write_openapi.document()))
interface.app = from_a_new_address


def test_the_document_is_made_once_in_each_language():
    made = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            made.append(api.get_openapi_schema())

    assert made[0] is made[2]
    assert made[0]["info"]["title"] != made[1]["info"]["title"]


def test_the_committed_document_is_current():
    call_command("write_openapi", "--check")


@pytest.fixture
def own(transactional_db: None) -> Iterator[Case]:
    """A filing whose host is signed in and asks, also with an API key.

    Each request ends its connection, so everything is committed.
    """
    own = Case()
    client = sign_in(Client(), own.filing.host)
    page = client.get(f"/filings/{own.filing.pk}/edit/subject/").content.decode()
    key = api_keys.make(own.filing.host, "made-up requests")[1]
    User.objects.filter(pk=own.filing.host_id).update(look_ups_a_day=10**6)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    @interface.auth()
    class Session:
        def get(self, _request: Request, _context: Any) -> str:
            return fields_of(page)["csrfmiddlewaretoken"][0]

        def set(self, request: Request, token: str, _context: Any) -> None:
            request.cookies = {**(request.cookies or {}), **cookies}
            request.headers["X-CSRFToken"] = token
            request.headers["Authorization"] = f"Bearer {key}"

    yield own
    interface.auth.unregister()


@interface.parametrize()
@quick
def test_no_request_is_answered_in_a_way_that_is_not_documented(case: Request, own: Case):
    """Every phase of Schemathesis with all its checks: examples, edge cases, made-up requests."""
    case.call_and_validate()


def test_the_findings_of_ones_own_filing_are_as_documented(own):
    answered = ask("/api/filings/{filing_id}/findings", "GET", lambda _request: {"filing_id": own.filing.pk})

    assert answered == {200}


def test_a_page_of_ones_own_filing_is_saved_as_documented(own):
    pages = cycle(section.id for section in fields.sections_of(own.filing.facts))

    def aim(request: Request) -> dict[str, Any]:
        if request.body["version"] % 2:
            request.body["version"] = own.refresh().filing.version
        return {"filing_id": own.filing.pk, "section_id": next(pages)}

    answered = ask("/api/filings/{filing_id}/sections/{section_id}", "POST", aim)

    assert answered >= {200, 409}


def test_a_batch_is_answered_as_documented(own):
    """Of numbers and domains on record among made-up texts, today and on a past day."""
    website = on_record(own.provider)
    there = cycle([website.domain, str(website.number), str(website.subject.number)])

    def aim(request: Request) -> dict[str, Any]:
        if isinstance(request.body, dict) and request.body.get("texts"):
            request.body["texts"][0] = next(there)
        return {}

    assert ask("/api/v1/records/batch", "POST", aim) == {200}


@pytest.fixture
def known(own: Case) -> list[Website]:
    """Websites on record, suspended, cancelled, and with two domains, each of a host of its own."""
    live, suspended, cancelled = (on_record(own.provider) for _turn in range(3))
    old = on_record(own.provider, issued="京ICP备15000001号-1")
    today = timezone.localdate()
    with transaction.atomic():
        ends.suspend_website(suspended.pk, today)
        ends.cancel_subject(cancelled.subject_id, today)
        writer.enter_further_domains(old.pk, [f"second-{old.domain}"], today)
    return [live, suspended, cancelled, Website.objects.get(pk=old.pk)]


def test_a_record_is_answered_as_documented(known):
    answers = answers_of("/api/v1/records/{number}", "GET", aim_at("number", numbers_of(known)))

    assert shown(answers) == ALL_SHOWN
    assert {answer.status_code for answer in answers} == {200}


def test_a_domain_is_answered_as_documented(known):
    answers = answers_of("/api/v1/domains/{domain}", "GET", aim_at("domain", domains_of(known)))

    assert shown(answers) == ALL_SHOWN
    assert {answer.status_code for answer in answers} == {200}


def test_a_record_and_a_domain_of_a_day_are_answered_as_documented(known):
    """Records of a day are those in force at its end, so not what was cancelled on it."""
    today = {"on": str(timezone.localdate())}
    for path, aim in (
        ("/api/v1/records/{number}", aim_at("number", numbers_of(known), today)),
        ("/api/v1/domains/{domain}", aim_at("domain", domains_of(known), today)),
    ):
        answers = answers_of(path, "GET", aim)

        assert shown(answers)[1] == {1, 2}
        assert {answer.status_code for answer in answers} == {200, 404}


def test_a_search_is_answered_as_documented(known):
    texts = [*(str(website.number) for website in known), *domains_of(known), known[0].subject.name]
    asked = cycle([{"q": text, "kind": kind} for kind in ("", "cancelled") for text in texts])

    def aim(request: Request) -> dict[str, Any]:
        request.query, request.headers = {**request.query, **next(asked)}, {}
        return {}

    assert shown(answers_of("/api/v1/records", "GET", aim)) == ALL_SHOWN


def test_changes_are_answered_as_documented(known):
    """The events of a stream are the same changes."""

    def aim(request: Request) -> dict[str, Any]:
        request.query, request.headers = {"after": "0"}, {}
        return {}

    answers = answers_of("/api/v1/changes", "GET", aim)
    made = answers[0].json()["changes"]
    stream = Client().get("/api/v1/changes", headers={"accept": EVENTS})
    begin, *events = (part.decode() for part in islice(stream, 1 + len(made)))
    stream.close()

    assert {answer.status_code for answer in answers} == {200}
    assert {change["what"] for change in made} == {"entered", "changed", "suspended", "cancelled"}
    assert {len(change["domains"]) for change in made} == {0, 1, 2}
    assert begin.startswith("retry: ")
    assert [json.loads(event.partition("data: ")[2]) for event in events] == made


ALL_SHOWN = ({"on_record", "suspended", "cancelled"}, {1, 2})


def shown(answers: list[Response]) -> tuple[set[str], set[int]]:
    """The states of all services in the answers, and how many domains they have."""
    services = [service for answer in answers for service in answer.json().get("services", [])]
    return {one["state"] for one in services}, {len(one["domains"]) for one in services}


def numbers_of(known: list[Website]) -> list[str]:
    """The numbers of the websites and of their hosts."""
    return [str(number) for website in known for number in (website.number, website.subject.number)]


def domains_of(known: list[Website]) -> list[str]:
    return [domain for website in known for domain in website.all_domains]


def aim_at(name: str, texts: list[str], query: dict[str, str] | None = None) -> Aim:
    """Have requests ask for one text after the other, in the path under this name."""
    there = cycle(texts)

    def aim(request: Request) -> dict[str, Any]:
        request.query, request.headers = query or {}, {}
        return {name: next(there)}

    return aim


def ask(path: str, method: str, aim: Aim) -> set[int]:
    """Send made-up requests to one's own filing, check each answer, and return the statuses."""
    return {answer.status_code for answer in answers_of(path, method, aim)}


def answers_of(path: str, method: str, aim: Aim) -> list[Response]:
    """Send made-up requests, check each answer, and return all; ``aim`` changes a request and returns its path."""
    answered = []

    @quick
    @given(interface[path][method].as_strategy())
    def one(request: Request) -> None:
        request.path_parameters = aim(request)
        answered.append(request.call_and_validate())

    one()
    return answered


def test_the_page_lists_the_messages_to_providers_systems(client):
    page, document = client.get("/api/").content.decode(), api.get_openapi_schema()

    types = document["components"]["schemas"]["FilingMessage"]["properties"]["type"]["enum"]
    assert list(document["webhooks"]) == types
    assert all(f"<code>{kind}</code>" in page for kind in types)
    assert 'id="FilingMessageData"' in page


def test_the_page_tells_about_conditional_requests(client):
    page = client.get("/api/", headers={"accept-language": "en"}).content.decode()
    section = page.partition("<h2>Conditional requests</h2>")[2].partition("<h2")[0]

    assert "<code>ETag</code>" in section
    assert "<code>If-None-Match</code>" in section
    assert 'href="#"' not in page  # a response without a body has no schema to link to


def test_the_document_may_be_kept_and_is_sent_again_only_when_it_differs():
    url = reverse("api:openapi-json")
    first = Client().get(url, headers={"accept-language": "en"})
    again = Client().get(url, headers={"accept-language": "en", "if-none-match": first["ETag"]})
    chinese = Client().get(url, headers={"accept-language": "zh-hans", "if-none-match": first["ETag"]})

    assert (first.status_code, first["Cache-Control"]) == (200, "max-age=3600")
    assert (again.status_code, again.content, chinese.status_code) == (304, b"", 200)
    assert "Accept-Language" in first["Vary"]
