"""The content policy of every page and file, and what neither the public query nor an upload may give away."""

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Party
from filings.states import Status
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
    *("provider_desk:case_file", "bureau_desk:case_file"),
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
    files = {}
    for name, row in rows_at(status).items():
        if PAGE in row.get:
            url = world.url(name, row.args)
            response = world.browser(ROLES[row.get.index(PAGE)]).get(url)
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
