"""Which names the portal answers by, and that links lead to SITE_URL whatever a caller writes into the Host header."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from icp_portal.tests.builders import Case, sign_in, user
from ops.mailsink import MailSink

pytestmark = pytest.mark.django_db

ALIASES = ("localhost:80", "LOCALHOST", "127.0.0.1", "testserver", "testserver:80")
STRANGE = (
    "localhost:31337",
    "testserver:8000",
    "evil.example",
    "testserver.evil.example",
    "",
    " ",
    "a@testserver",
    "%",
)


@pytest.mark.parametrize("host", ALIASES)
def test_the_portal_answers_by_its_own_names(host):
    assert Client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", [host for host in STRANGE if host])
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/static/css/base.css", "/api/", "/no-such-page/"])
def test_any_other_host_or_port_is_told_where_the_portal_is(host, path):
    answer = Client().get(path, headers={"host": host})

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.content.decode() == "本系统地址为 http://testserver/\nThe portal is at http://testserver/\n"


@pytest.mark.parametrize("host", [*STRANGE, "10.0.0.7", "10.0.0.7:8000", "[::1]:8000"])
def test_a_load_balancer_asks_for_health_by_any_name(host, settings):
    settings.SECURE_SSL_REDIRECT = True  # as with an https SITE_URL

    answer, live = (Client().get(path, headers={"host": host}) for path in ("/healthz", "/healthz/live"))

    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert (live.status_code, live.json()) == (200, {"ok": True})


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_without_a_database_the_server_is_alive_and_not_ready(is_signed_in, monkeypatch):
    def away(*_given):
        raise OperationalError

    client = sign_in(Client(), user(Party.HOST)) if is_signed_in else Client()
    monkeypatch.setattr(connection, "cursor", away)

    assert [client.get(path).status_code for path in ("/healthz", "/healthz/live")] == [503, 200]


def test_a_site_with_a_port_is_not_answered_by_its_name_alone(settings):
    settings.SITE_URL, settings.SITE_ALIASES = "https://icp.example.cn:8443", []
    settings.ALLOWED_HOSTS = ["icp.example.cn"]

    got = {
        host: Client().get("/", secure=True, headers={"host": host}).status_code
        for host in ("icp.example.cn:8443", "icp.example.cn", "icp.example.cn:443", "testserver", "localhost:8443")
    }

    assert got == {
        "icp.example.cn:8443": 200,
        "icp.example.cn": 400,
        "icp.example.cn:443": 400,
        "testserver": 400,
        "localhost:8443": 400,
    }


def links(text: str) -> set[str]:
    return {urlsplit(link).netloc for link in re.findall(r"https?://[^\s<\"]+", text)}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_links_in_mails_and_handovers_lead_to_the_sites_address_by_whatever_name_one_asked(host, mailbox: MailSink):
    member = user(Party.HOST)
    Client().post("/accounts/password/reset/", {"email": member.email}, headers={"host": host})
    Client().post("/accounts/password/reset/", {"email": "nobody@example.cn"}, headers={"host": host})
    case = Case()
    browser = Client()
    sign_in(browser, case.filing.host)
    made = browser.post(
        reverse("filings:handover", args=[case.filing.pk]),
        {"path": "papers.responsible_front"},
        headers={"host": host},
    )

    texts = [mail.get_content() for mail in mailbox.messages()]
    assert len(texts) == 2
    assert [links(text) for text in (*texts, made.content.decode())] == [{urlsplit(settings.SITE_URL).netloc}] * 3


def test_a_form_sent_from_an_alias_is_taken():
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/accounts/login/", headers={"host": "127.0.0.1"}).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    typed = {"login": "nobody@example.cn", "password": "wrong", "csrfmiddlewaretoken": token}

    answers = [
        browser.post("/accounts/login/", typed, headers={"host": "127.0.0.1", "origin": origin}).status_code
        for origin in ("http://127.0.0.1", "http://testserver", "http://evil.example")
    ]

    assert answers == [200, 200, 403]
