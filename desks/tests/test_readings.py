"""Tests of the readings beside the facts at both desks: equal, differs or unreadable, masked like the fact."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filings import services
from filings.models import CertificateReading
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

BOX = {"left": 0.1, "top": 0.2, "right": 0.5, "bottom": 0.3}
OTHER = "11010519491231002X"
BOTH = pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.WITH_BUREAU])


def read(case: Case, **said: str) -> CertificateReading:
    facts = {name: {"value": value, "box": BOX} for name, value in said.items()}
    picture = case.filing.evidence.get(path="papers.responsible_front", replaced_at=None)
    return CertificateReading.objects.create(evidence=picture, facts=facts, read_at=timezone.now())


def client_of(case: Case, status: Status) -> tuple[Client, str]:
    actor, desk = (case.reviewer, "bureau") if status == Status.WITH_BUREAU else (case.staff, "provider")
    client = Client()
    client.force_login(user_of(actor))
    return client, f"/{desk}/filings/{case.filing.pk}/"


def verdicts(client: Client, url: str) -> dict[str, str]:
    """Return the text beside each fact, by path."""
    page = client.get(url).content.decode()
    found = {}
    for part in page.split('id="row-')[1:]:
        if said := re.search(r'<p class="reading[^>]*>(.*?)</p>', part, re.S):
            text = unescape(re.sub(r"<[^>]+>", "", said[1]))
            found[part.partition('"')[0]] = " ".join(text.split())
    return found


@BOTH
def test_each_compared_fact_says_what_its_picture_says(status):
    case = case_at(status)
    read(case, name=case.filing.get("responsible.name"), cert_number=OTHER)
    client, url = client_of(case, status)

    assert verdicts(client, url) == {
        "responsible.name": "图片识读： 一致 查看位置",
        "responsible.cert_number": "图片识读： 不一致 · 110***********002X 查看位置",
    }


@BOTH
def test_what_was_read_is_in_full_where_the_fact_is(status):
    case = case_at(status)
    read(case, cert_number=OTHER)
    client, url = client_of(case, status)
    assert OTHER not in client.get(url).content.decode()
    services.claim(case.filing.pk, case.reviewer if status == Status.WITH_BUREAU else case.staff)

    assert verdicts(client, url) == {
        "responsible.name": "图片识读： 无法识读",
        "responsible.cert_number": f"图片识读： 不一致 · {OTHER} 查看位置",
    }


@BOTH
def test_without_a_reading_nothing_is_said_and_a_reading_costs_no_query(status):
    case = case_at(status)
    client, url = client_of(case, status)
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        assert 'class="reading' not in client.get(url).content.decode()
    read(case, name="王芳")
    with CaptureQueriesContext(connection) as after:
        assert 'class="reading' in client.get(url).content.decode()

    assert len(after) == len(before)


def test_the_place_is_named_for_the_pane_of_the_papers():
    case = case_at(Status.WITH_PROVIDER)
    reading = read(case, name="王芳")
    client, url = client_of(case, Status.WITH_PROVIDER)
    link = (
        f'<a href="#paper-{reading.evidence_id}" data-paper="paper-{reading.evidence_id}" data-mark="0.1 0.2 0.5 0.3">'
    )

    assert client.get(url).content.decode().count(link) == 1


def test_the_sheet_stays_unanswered_whatever_was_read():
    case = case_at(Status.WITH_PROVIDER)
    read(case, name=case.filing.get("responsible.name"), cert_number=case.filing.get("responsible.cert_number"))
    services.claim(case.filing.pk, case.staff)
    client, _url = client_of(case, Status.WITH_PROVIDER)
    page = client.get(f"/provider/filings/{case.filing.pk}/verify/").content.decode()

    assert re.findall(r'value="yes"[^>]*checked|checked[^>]*value="yes"', page) == []
