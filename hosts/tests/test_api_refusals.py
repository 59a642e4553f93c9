"""The host's API: error responses to strangers, bad versions, bad bodies and other methods."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from accounts.models import Party
from filings import services
from filings.rules import checks
from filings.states import Status
from hosts.problems import PROBLEMS, respond
from hosts.tests.api_of_host import Own, paths
from icp_portal.tests.builders import Case, case_at, sign_in, user
from icp_portal.tests.hostile import jpeg

pytestmark = pytest.mark.django_db


def refusal(response: Any) -> tuple[int, str]:
    body = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert body["detail"]
    return response.status_code, body["code"]


@pytest.mark.parametrize("code", PROBLEMS)
def test_each_kind_of_problem_is_explained_at_its_address(code):
    """In both languages: what it is called, its status, and what to do."""
    kind, address = PROBLEMS[code], json.loads(respond(code).content)["type"]
    path, _hash, anchor = address.removeprefix(settings.SITE_URL).partition("#")
    for language in ("zh-hans", "en"):
        with translation.override(language):
            page = Client().get(path, headers={"accept-language": language}).content.decode()
            section = page.partition(f'id="{anchor}"')[2].partition("</p>")[0]

            assert f"<code>{code}</code> {escape(gettext(kind.title))}" in section
            assert f"<code>{kind.status.value}</code> {escape(gettext(kind.remedy))}" in section


def test_a_problem_has_the_members_of_its_standard():
    refused = Client().get("/api/filings/1/findings", headers={"accept-language": "en"})

    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json() == {
        "type": f"{settings.SITE_URL}/api/#problem-signed_out",
        "title": "Not signed in",
        "status": 401,
        "detail": "Sign in to the portal first.",
        "code": "signed_out",
    }


@pytest.mark.parametrize("path", ["records/x", "changes?after=1-000000", "changes?limit=x", "records/batch"])
def test_no_refusal_may_be_kept(path):
    refused = Client().get(f"/api/v1/{path}")

    assert refused.status_code // 100 == 4
    assert "no-store" in refused["Cache-Control"]
    assert not refused.has_header("ETag")


def test_a_condition_that_is_not_met_is_a_problem():
    assert refusal(Client().get("/api/v1/changes", headers={"if-match": '"x"'})) == (412, "unmet")


def urls(case: Case) -> tuple[str, str]:
    return f"/api/filings/{case.filing.pk}/findings", f"/api/filings/{case.filing.pk}/sections/website"


def test_visitors_are_asked_to_sign_in():
    read, write = urls(Case())

    assert refusal(Client().get(read)) == (401, "signed_out")
    assert refusal(Client().post(write, {"version": 1})) == (401, "signed_out")
    assert refusal(Client(enforce_csrf_checks=True).post(write, {"version": 1})) == (401, "signed_out")


@pytest.mark.parametrize("party", Party)
def test_strangers_learn_nothing(settings, party):
    settings.RELAX_SECOND_FACTOR = True
    case = case_at(Status.WITH_BUREAU)
    stranger = sign_in(Client(), user(party))

    assert [refusal(stranger.get(urls(case)[0])), refusal(stranger.post(urls(case)[1], {"version": 1}))] == [
        (404, "not_found")
    ] * 2


def test_the_provider_of_a_filing_is_a_stranger_here(settings):
    settings.RELAX_SECOND_FACTOR = True
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    client = Client()
    client.force_login(type(case.filing.host).objects.get(pk=case.staff.user_id))
    before = case.refresh().filing.facts

    assert refusal(client.post(urls(case)[1], {"version": case.filing.version, "name": "x"})) == (404, "not_found")
    assert case.refresh().filing.facts == before


def test_writing_needs_the_token_of_a_form():
    own = Own(enforce_csrf_checks=True)
    page = own.page("website") | {"name": "换个网站名"}
    token = page.pop("csrfmiddlewaretoken")[0]
    address = urls(own.case)[1]

    assert refusal(own.client.post(address, page)) == (403, "csrf")
    assert refusal(own.client.post(address, page | {"csrfmiddlewaretoken": "x" * 64})) == (403, "csrf")
    assert own.kept("websites.0.name") != "换个网站名"
    assert own.client.post(address, page, headers={"X-CSRFToken": token}).status_code == 200
    assert own.kept("websites.0.name") == "换个网站名"


def test_a_number_that_is_none_is_answered_as_one():
    client, answers = Own().client, {}
    for number in ("0", "-1", "9" * 30, str(2**63), "1.5", "abc", "%20", "１二", "1e3", "null"):
        answers[number] = {
            refusal(client.get(f"/api/filings/{number}/findings")),
            refusal(client.post(f"/api/filings/{number}/sections/website", {"version": 1})),
        }

    assert answers == {number: {(422, "invalid")} for number in answers}


def test_the_largest_number_is_nobodys():
    assert refusal(Own().client.get(f"/api/filings/{2**63 - 1}/findings")) == (404, "not_found")


def test_a_page_that_is_none_is_not_found():
    own, sections = Own(), ("papers", "nothing", "website-99", "web site", "网站", "..", "%2e%2e%2fwebsite")

    answers = {section: refusal(own.save(section, {"version": own.case.filing.version})) for section in sections}

    assert answers == dict.fromkeys(sections, (404, "not_found"))


def test_a_version_that_is_none_is_named():
    own = Own()
    for version in ("", "x", "1.5", "-", "9" * 5000, "1\x00", None):
        response = own.save("website", {"name": "x"} | ({} if version is None else {"version": version}))
        values = [value["name"] for value in response.json()["values"]]

        assert (version, refusal(response), values) == (version, (422, "invalid"), ["version"])


def test_a_version_that_never_was_has_lost_the_race():
    own = Own()

    assert refusal(own.save("website", version="0", seen="")) == (409, "changed")  # "-1" is none: see below


def test_what_is_closed_of_a_returned_filing_is_refused_and_not_dropped():
    """A page left open from before the return still sends all its fields; it must not say that they are saved."""
    case = case_at(Status.RETURNED_TO_HOST)  # its remark is about the website's name
    client = sign_in(Client(), case.filing.host)
    url, version = f"/api/filings/{case.filing.pk}/sections/website", case.filing.version

    refused = client.post(url, {"version": version, "name": "示例新名称", "domain": "another-example.cn"})

    assert (refused.status_code, refused.json()["code"], refused.json()["version"]) == (409, "closed", version)
    assert "域名" in refused.json()["detail"]
    assert case.refresh().filing.version == version
    assert client.post(url, {"version": version, "name": "示例新名称"}).status_code == 200
    assert case.refresh().filing.get("websites.0.name") == "示例新名称"


BODIES = [
    ("application/json", json.dumps({"version": 1}), (422, "invalid")),
    ("application/json", "{", (422, "invalid")),
    ("text/plain", "version=1", (422, "invalid")),
    ("application/x-www-form-urlencoded", "%%%=&&&==", (422, "invalid")),
    ("application/x-www-form-urlencoded", "&".join(["a=1"] * 2000), (400, "unreadable")),
    ("application/x-www-form-urlencoded", "version=1&name=" + "x" * 3_000_000, (400, "unreadable")),
    ("application/x-www-form-urlencoded; charset=utf-16", "version=1", (400, "unreadable")),
    ("multipart/form-data", "version=1", (400, "unreadable")),
    ("multipart/form-data; boundary=x", "--x\r\nbroken", (422, "invalid")),
    ("", "version=1", (422, "invalid")),
]


def test_a_body_that_is_no_form_is_answered_in_words():
    own = Own()
    before, answers = own.case.filing.facts, []
    for content_type, body, _expected in BODIES:
        answers.append(refusal(own.client.post(urls(own.case)[1], body, content_type=content_type)))

    assert answers == [expected for _type, _body, expected in BODIES]
    assert own.case.refresh().filing.facts == before


def test_a_file_among_the_fields_is_no_value():
    own = Own()
    page = own.page("website")
    response = own.save("website", page, name=SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg"))

    assert response.status_code == 200
    assert paths(response) == ["websites.0.name"]


@pytest.mark.parametrize("address", ["/api/nothing", "/api/filings/1", "/api/filings//findings", "/api/%00"])
def test_an_address_that_is_none_is_answered_in_json(address):
    assert refusal(Own().client.get(address))[0] in (400, 404)


def test_another_method_is_answered_in_json():
    read, write = urls(Case())
    client = Own().client

    answers = [client.post(read), client.get(write), client.delete(write), client.put(read)]

    assert [(refusal(answer), answer["Allow"]) for answer in answers] == [
        ((405, "method"), "GET, HEAD"),
        ((405, "method"), "POST"),
        ((405, "method"), "POST"),
        ((405, "method"), "GET, HEAD"),
    ]


def test_a_fault_of_ours_is_answered_in_json(monkeypatch):
    own = Own(raise_request_exception=False)
    monkeypatch.setattr(checks, "findings", lambda _filing: 1 / 0)

    assert refusal(own.findings()) == (500, "fault")


SHAPES = [
    (b"", "application/json"),
    (b'{"version":' + b"[" * 100_000, "application/json"),
    (b'{"version": 1, "name": "\\ud800"}', "application/json"),
    (b"version=1&" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
    (b"version=1&name=%ED%A0%80", "application/x-www-form-urlencoded; charset=no-such-code"),
    (b"version=%00", "application/x-www-form-urlencoded"),
    (b"version=" + b"9" * 5000, "application/x-www-form-urlencoded"),
    (b"version[]=1&version[a][b]=2", "application/x-www-form-urlencoded"),
    (b"rubbish", "multipart/form-data"),
    (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
    (b"<a/>", "text/xml"),
]
PLACES = [
    "website",
    "website-2",
    "website-10000",
    "website--1",
    "website-0",
    "website-%EF%BC%91",
    "%00",
    "%F0%9F%98%80",
]


def test_no_body_and_no_page_is_a_fault_of_ours():
    own = Own()
    before = own.case.filing.facts
    for place in PLACES:
        for body, content_type in SHAPES:
            url = f"/api/filings/{own.case.filing.pk}/sections/{place}"
            answer = own.client.generic("POST", url, body, content_type=content_type)

            assert (place, content_type, answer.status_code // 100) == (place, content_type, 4)
            assert set(answer.json()) >= {"type", "title", "status", "detail", "code"}
    assert own.case.refresh().filing.facts == before


@pytest.mark.parametrize("filing_id", ["0", "-1", "１", "9" * 30, "1.5", "null", "%00"])
def test_an_id_that_is_none_is_refused_as_json(filing_id):
    own = Own()
    for answer in (
        own.client.get(f"/api/filings/{filing_id}/findings"),
        own.client.post(f"/api/filings/{filing_id}/sections/website", {"version": 1}),
    ):
        assert answer.status_code in (400, 404, 422)
        assert set(answer.json()) >= {"type", "title", "status", "detail", "code"}
