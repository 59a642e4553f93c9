"""The content policy of every page and file, and what neither the public query nor an upload may give away."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from cryptography.fernet import InvalidToken
from csp.utils import build_policy
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from filings.errors import FileMissing
from filings.evidence.limited import FileRefused, concurrency
from filings.models import Filing
from filings.states import Status
from icp_portal import pages
from icp_portal.demo import invent
from icp_portal.tests.access.access_accounts import ACCOUNT_ARGS, ACCOUNTS, SWITCHED_OFF
from icp_portal.tests.access.access_answers import PAGE, ROLES
from icp_portal.tests.builders import PASSWORD, Case, case_at, user
from icp_portal.tests.visitors import STATUSES, World, assert_strict, browser, rows_at

pytestmark = pytest.mark.django_db

# The addresses that return a file, shown in the page or downloaded; the provider's export of its queue is a POST.
SHOWN = {
    *("filings:evidence", "provider_desk:evidence", "bureau_desk:evidence"),
    *("provider_desk:reply_page", "bureau_desk:reply_page", "provider_desk:sheet_scan", "bureau_desk:sheet_scan"),
    *("filings:mandate_page", "provider_desk:mandate_page", "provider_desk:order_page", "bureau_desk:order_page"),
    *("bureau_desk:cancellation_case_page", "bureau_desk:reset_page"),
    *("filings:question_page", "provider_desk:host_answer_page"),
    "soap:schema",
}
DOWNLOADED = {
    *(
        "filings:summary",
        "filings:appointment_file",
        "on_behalf:summary",
        "records:proof_pdf",
        "provider_desk:figures_export",
    ),
    *("provider_desk:import_template", "provider_desk:import_faults", "bureau_desk:bulletin_file"),
    *("provider_desk:blank_sheet", "provider_desk:sheet", "bureau_desk:sheet"),
    *("provider_desk:case_file", "bureau_desk:case_file", "bureau_desk:board_export"),
}
# Public, and kept by caches for as long as they say
FEEDS = {"announcements:feed", "announcements:feed_of_all"}
# Public, of invented data
SAMPLES = {"interface:sample_file"}


def how_sent(response: HttpResponse) -> tuple[str, ...]:
    """How a response is to be treated on its way; the name of a download is left out."""
    names = ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    return tuple(response.get(name, "").split(";")[0] for name in names)


@pytest.mark.parametrize("status", STATUSES)
def test_every_page_is_under_the_strict_policy_and_keeps_to_it_and_every_file_is_private(status):
    world = World(status)
    browsers, files = {role: world.browser(role) for role in ROLES}, {}
    for name, row in rows_at(status).items():
        if PAGE in row.get:
            url = world.url(name, row.args)
            response = browsers[ROLES[row.get.index(PAGE)]].get(url)
            assert (name, response.status_code) == (name, 200)
            assert_strict(url, response)
            if not response["Content-Type"].startswith(("text/html", "application/json")):
                files[name] = how_sent(response)

    sent = dict.fromkeys(DOWNLOADED, ("attachment", "nosniff", "private, no-store"))
    sent |= dict.fromkeys(SHOWN, ("inline", "nosniff", "private, no-store"))
    sent |= dict.fromkeys(FEEDS, ("", "nosniff", "max-age=600"))
    sent |= dict.fromkeys(SAMPLES, ("attachment", "nosniff", ""))
    assert files == {name: sent[name] for name in rows_at(status) if name in sent}


def test_every_accounts_page_is_under_the_strict_policy_and_keeps_to_it():
    member = user(Party.HOST, password=PASSWORD)
    visitor, signed_in = Client(), Client()
    signed_in.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    for name, expected in ACCOUNTS.items():
        url = reverse(name, args=ACCOUNT_ARGS.get(name, ()))
        response = (visitor if expected == PAGE else signed_in).get(url, follow=True)
        assert (name, response.status_code) in {
            (name, code) for code in ((403,) if name in SWITCHED_OFF else (200, 404))
        }
        assert_strict(url, response)


SECURITY_HEADERS = {
    "Content-Security-Policy": build_policy(),
    "Permissions-Policy": "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}


def of_every_kind(filing: Filing, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, HttpResponse]]:
    """Every kind of response, each with the status it should have, as to a browser over TLS."""
    visitor = Client(headers={"host": "testserver"}, raise_request_exception=False)
    owner = browser(filing.host, headers={"host": "testserver"})
    strict = Client(headers={"host": "testserver"}, enforce_csrf_checks=True)
    picture = filing.evidence.filter(replaced_at=None).first()
    document, evidence = reverse("api:openapi-json"), reverse("filings:evidence", args=[filing.pk, picture.pk])
    for status, url in ((200, "/"), (200, "/static/css/base.css"), (302, "/desk/"), (404, "/no/"), (404, "/api/no/")):
        yield status, visitor.get(url, secure=True)
    yield 304, visitor.get(document, secure=True, headers={"if-none-match": visitor.get(document, secure=True)["ETag"]})
    yield 200, visitor.get("/api/v1/changes", secure=True, headers={"accept": "text/event-stream"})
    yield 200, owner.get(evidence, secure=True)
    yield 301, visitor.get("/")
    yield 400, visitor.get("/", secure=True, headers={"host": "evil.example"})
    yield 400, visitor.get("/static/css/base.css", headers={"host": "evil.example"}, secure=True)
    yield 400, visitor.get("/?q=%00", secure=True)
    yield 403, strict.post(reverse("account_login"), secure=True)
    yield 405, visitor.put("/", secure=True)
    yield 405, visitor.put(document, secure=True)
    yield 400, visitor.post(reverse("soap:verifyBamm"), "<", content_type="text/xml", secure=True)
    with monkeypatch.context() as broken:
        for error, status in (
            (FileMissing, 410),
            (InvalidToken, 503),
            (FileRefused(concurrency.BUSY), 429),
            (OSError, 500),
        ):
            broken.setattr(pages, "render", Mock(side_effect=error))
            yield status, visitor.get("/", secure=True)


def test_every_kind_of_response_has_all_security_headers(settings, monkeypatch):
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    lacking = []
    for status, response in of_every_kind(case_at(Status.DRAFT).filing, monkeypatch):
        request = response.wsgi_request
        wrong = {name for name, value in SECURITY_HEADERS.items() if response.get(name) != value}
        if not request.is_secure():
            wrong -= {"Strict-Transport-Security"}  # browsers ignore it without TLS
        lacking += [(request.method, request.path, status, response.status_code, wrong)]
        for closer in response._resource_closers:  # without the end of the request, which closes the connection
            closer()

    assert [one for one in lacking if one[4] or one[2] != one[3]] == []


@pytest.mark.parametrize("url", ["/no/such/page/", "/filings/999999999/", "/providers/no-such-provider/"])
def test_pages_that_say_no_are_under_the_strict_policy_too(url):
    client = browser(user(Party.HOST))
    response = client.get(url)
    assert response.status_code == 404
    assert_strict(url, response)


def test_the_public_query_leaves_no_trace_of_its_visitors():
    case = case_at(Status.FILED)
    for url in (f"/query/?q={case.filing.domain}", "/query/?q=nothing.example.cn", "/query/", reverse("home")):
        client = Client()
        response = client.get(url)
        assert (url, response.status_code, dict(client.cookies)) == (url, 200, {})
    for name, args in (("ministry", []), ("bureau", ["beijing"]), ("provider", [case.provider.slug])):
        assert Client().get(reverse(f"directory:{name}", args=args)).status_code == 200
    assert not Session.objects.exists()


def test_the_public_query_shows_what_is_public_and_nothing_personal():
    case = case_at(Status.FILED)
    facts, number = case.filing.facts, str(case.filing.subject.number)
    personal = [
        facts["subject"]["cert_number"],
        facts["subject"]["address"],
        *(
            facts["responsible"][name]
            for name in ("name", "cert_number", "mobile", "emergency_mobile", "office_phone", "email")
        ),
    ]
    for text in (number, f"{number}-1", case.filing.domain, case.filing.subject_name):
        page = Client().get("/query/", {"q": text}).content.decode()
        assert f"{number}-1" in page
        assert case.filing.subject_name in page
        assert [value for value in personal if value in page] == []


def test_the_mailbox_of_a_demonstration_is_closed_outside_of_one(settings, tmp_path):
    (tmp_path / "00000001.eml").write_bytes(b"Subject: secret\r\nTo: a@example.cn\r\n\r\nsecret\r\n")
    settings.MAILBOX_DIR = str(tmp_path)
    settings.DEMO = False
    assert Client().get("/demo/mailbox/00000001/").status_code == 404
    settings.DEMO = True
    assert Client().get("/demo/mailbox/00000001/").status_code == 200
    assert Client().get("/demo/mailbox/../../etc/passwd/").status_code == 404
    assert Client().get(f"/demo/mailbox/{'0' * 300}/").status_code == 404  # longer than a file's name may be


def test_a_host_can_not_hand_in_the_face_to_face_photo():
    case = Case()
    papers = reverse("filings:papers", args=[case.filing.pk])

    sent = {"version": case.filing.version, "websites.0.papers.photo": invent.portrait(1), "later": "1"}
    browser(case.filing.host).post(papers, sent)

    assert not case.filing.evidence.filter(path="websites.0.papers.photo").exists()
