"""What the bureau's and the host's pages of a filing cost in queries, and what saving, asking and the clock cost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from filings import services
from filings.deadlines import sweeps
from filings.kinds import Kind
from filings.models import Filing, Sheet
from filings.review import questions
from filings.states import Status
from filings.verification import handovers
from icp_portal.demo import invent, play, play_kinds
from icp_portal.tests import builders
from icp_portal.tests.builders import case_at
from icp_portal.tests.costs.counted import (
    BUREAUS_PAGE,
    CHECK_PAGE,
    COMPARED,
    MOST_OF_VERIFYING,
    STATUS_PAGE,
    browser,
    crowd,
    more,
    said_much,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


MOST_OF_REVIEW = 27
RETURNED_BEFORE = 3  # the remarks with their answers, the moves and the calendar that their days are counted by
# The same as JSON; and what is typed: the filing, the filing under its lock between two savepoints, the findings,
# among them the provider.
FINDINGS, SAVE_PAGE = 8, 8
MEND_PAGE, PAPERS_PAGE = 15, 11
ROUNDS_PAGE, SHEETS_PAGE = {"staff": 7, "reviewer": 7}, {"staff": 5, "reviewer": 5}


def test_the_bureaus_page_of_a_filing(queries):
    case = case_at(Status.WITH_BUREAU)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[case.filing.pk])

    one = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (one, many) == (BUREAUS_PAGE, BUREAUS_PAGE + COMPARED)
    assert queries(client, f"{url}?full=1") == many + 1 <= MOST_OF_REVIEW


@pytest.mark.parametrize(
    ("work", "count"),
    [("first", 10), ("first", 100_000), ("later", 10), ("later", 100_000), ("returned", 10), ("filed", 10)],
)
def test_the_review_page_costs_the_same_among_many_filings(queries, work, count):
    case = case_at(Status.WITH_BUREAU)
    crowd(case, count)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[case.filing.pk])
    for step in ROUNDS[work]:
        getattr(case, step)()
    if case.filing.status == Status.WITH_BUREAU:
        services.claim(case.filing.pk, case.reviewer)
        question = questions.ask(case.filing.pk, case.reviewer, text="在哪里？", days=3)
        questions.answer(case.filing.pk, case.staff, question.pk, text="在北京。")
        questions.ask(case.filing.pk, case.reviewer, text="为什么？", days=3)
        client.get(url)  # the look, once a claim

    assert queries(client, url) <= MOST_OF_REVIEW


# what has happened to a filing → the steps since it came to the bureau
ROUNDS = {
    "first": (),
    "later": ("return_to_provider", "verify", "return_to_provider", "send_back", "submit", "verify"),
    "returned": ("return_to_provider", "verify", "return_to_provider"),
    "filed": ("return_to_provider", "verify", "approve"),
}

# a kind about what is on record → what is written on its draft
ON_RECORD = {
    Kind.NEW_WEBSITE: {},
    Kind.CHANGE_SUBJECT: {"subject.address": "示例路9号"},
    Kind.CHANGE_WEBSITE: {"websites.0.name": "改名后的示例网站"},
    Kind.CHANGE_RECORD: {"subject.address": "示例路9号", "websites.0.name": "改名后的示例网站"},
    Kind.CHANGE_ACCESS: {"websites.0.access.ip_ranges": "192.31.196.9"},
    Kind.CANCEL_WEBSITE: {},
    Kind.CANCEL_ACCESS: {"cancellation.only_access": True},
}


@pytest.mark.parametrize("kind", ON_RECORD)
def test_both_desks_pages_of_what_is_on_record(queries, kind):
    """In a later round, with the record looked up in one query more, and the bureau's look in full in another."""
    case = case_at(Status.FILED)
    about = play_kinds.target_of(case.filing)
    filing = play_kinds.complete_draft(case.host, kind, about, case.provider.pk, builders.number(), **ON_RECORD[kind])
    services.submit(filing.pk, case.host, version=None)
    play.verify(filing, case.staff)
    play.return_to_provider(filing, case.reviewer)
    services.claim(filing.pk, case.staff)
    client, url = browser(case.staff.user_id), reverse("provider_desk:verify", args=[filing.pk])
    client.get(url)
    assert queries(client, url) <= MOST_OF_VERIFYING

    play.verify(filing, case.staff)
    services.claim(filing.pk, case.reviewer)
    client, url = browser(case.reviewer.user_id), reverse("bureau_desk:review", args=[filing.pk])
    assert queries(client, f"{url}?full=1") == queries(client, url) + 1 <= MOST_OF_REVIEW


def test_the_hosts_page_of_a_filing(queries):
    case = case_at(Status.WITH_BUREAU)
    client, url = browser(case.host.user_id), reverse("filings:status", args=[case.filing.pk])

    one = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (one, many) == (STATUS_PAGE, STATUS_PAGE + RETURNED_BEFORE)


@pytest.mark.parametrize("paths", [["websites.0.name"], ["papers.responsible_front", "papers.responsible_back"] * 3])
def test_the_page_that_corrects_a_returned_filing(queries, paths):
    case = case_at(Status.WITH_PROVIDER)
    services.claim(case.filing.pk, case.staff)
    remarks = [services.RemarkDraft(path, "B703", "看到的", "应当的") for path in paths]
    services.send_back(case.filing.pk, case.staff, version=None, remarks=remarks)
    client, url = browser(case.host.user_id), reverse("filings:correct", args=[case.filing.pk])

    assert queries(client, url) == MEND_PAGE


@pytest.mark.parametrize("who", ["staff", "reviewer"])
def test_the_page_that_compares_rounds(queries, who):
    case = case_at(Status.WITH_BUREAU).return_to_provider().verify()
    desk = {"staff": "provider_desk", "reviewer": "bureau_desk"}[who]
    client = browser(getattr(case, who).user_id)
    url = reverse(f"{desk}:rounds", args=[case.filing.pk])

    two = queries(client, url)
    said_much(case)
    many = queries(client, url)

    assert (two, many) == (ROUNDS_PAGE[who], ROUNDS_PAGE[who])


@pytest.mark.parametrize("who", ["staff", "reviewer"])
def test_the_page_of_the_verification_sheets(queries, who):
    case = case_at(Status.WITH_BUREAU)
    desk = {"staff": "provider_desk", "reviewer": "bureau_desk"}[who]
    client, url = browser(getattr(case, who).user_id), reverse(f"{desk}:sheets", args=[case.filing.pk])
    sheet = Sheet.objects.get()

    one = queries(client, url)
    said_much(case)
    for number in (1, 2):
        services.add_scan(case.filing.pk, case.staff, sheet.pk, [invent.portrait(number)])
    many = queries(client, url)

    assert (one, many) == (SHEETS_PAGE[who], SHEETS_PAGE[who])
    assert queries(Client(), reverse("sheet", args=[sheet.token])) == 1


def test_the_hosts_check_page(queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("filings:check", args=[case.filing.pk])

    without = queries(client, url)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    with_findings = queries(client, url)

    assert without == CHECK_PAGE
    assert with_findings <= CHECK_PAGE


def test_the_hosts_page_of_pictures(queries):
    cases = [case_at(Status.DRAFT), case_at(Status.DRAFT, websites=3, same=False)]
    cost = [queries(browser(case.host.user_id), reverse("filings:papers", args=[case.filing.pk])) for case in cases]

    assert cost == [PAPERS_PAGE, PAPERS_PAGE]


def test_the_findings_as_json(queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("api:findings", args=[case.filing.pk])

    without = queries(client, url)
    services.save_facts(case.filing.pk, case.host, {"websites.0.domain": "www.x", "subject.name": ""}, version=None)
    with_findings = queries(client, url)

    assert without == FINDINGS
    assert with_findings <= FINDINGS


def test_saving_a_page_while_it_is_typed(django_assert_max_num_queries):
    case = case_at(Status.DRAFT)
    client, url = browser(case.host.user_id), reverse("api:save_page", args=[case.filing.pk, "responsible"])

    with django_assert_max_num_queries(1000) as captured:
        response = client.post(url, case.filing.facts["responsible"] | {"version": case.filing.version})

    assert response.status_code == 200
    assert len(captured) == SAVE_PAGE


def test_what_a_code_has_brought_is_cheap_to_ask_for(queries):
    case = case_at(Status.DRAFT)
    handover, token = handovers.open_for(case.filing.pk, case.host, "papers.responsible_front")
    client = browser(case.host.user_id)
    url = reverse("filings:handover_state", args=[case.filing.pk, handover.pk]) + "?part"

    waiting = queries(client, url)
    Client().post(reverse("filings:phone", args=[token]), {"picture": invent.card("PHONE", 1)})
    come = queries(client, url)

    assert (waiting, come) == (4, 4)  # the reader, the filing, the code, its picture


@pytest.mark.parametrize("filings", [1, 20])
def test_the_sweep_of_the_clock_asks_the_calendar_once_however_many_filings(filings):
    case = case_at(Status.WITH_BUREAU)
    more(case, filings - 1)
    Filing.objects.update(due_on=timezone.localdate())

    with CaptureQueriesContext(connection) as captured:
        sweeps.watch_deadlines()

    sql = [query["sql"] for query in captured.captured_queries]
    assert len([text for text in sql if 'FROM "ministry_calendaryear"' in text]) == 1
    users = [text for text in sql if text.startswith("SELECT") and 'FROM "accounts_user"' in text]
    assert len(users) == 1  # the chiefs of all bureaus
    assert not [text for text in sql if text.startswith("SELECT") and 'FROM "providers_provider"' in text]
