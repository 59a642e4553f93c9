"""A paper handed over to the phone: strangers, and what others do to the filing meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from filings import services
from filings.evidence import pictures
from filings.models import Handover
from filings.states import Status
from hosts.tests.views.phones import PATH, Desk, is_gone, send
from hosts.views.handover import CODES_AN_HOUR, PHONE_PAGES_A_MINUTE
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, case_at
from icp_portal.tests.hostile import browser

pytestmark = pytest.mark.django_db


# --- Strangers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["x", "A" * 22, "a-b_c", "9" * 500])
def test_a_guessed_secret_opens_nothing(token):
    Desk().code()
    address = reverse("filings:phone", args=[token])

    assert is_gone(Client().get(address))
    assert is_gone(send(Client(), address))


def test_a_digest_is_no_secret():
    Desk().code()

    assert is_gone(Client().get(reverse("filings:phone", args=[Handover.objects.get().digest])))


def test_guessing_is_slowed_down():
    client, address = Client(), reverse("filings:phone", args=["A" * 22])
    answers = [client.get(address).status_code for _n in range(PHONE_PAGES_A_MINUTE + 1)]

    assert answers == [404] * PHONE_PAGES_A_MINUTE + [429]


def test_a_secret_is_good_for_its_own_filing_alone():
    mine, theirs = Desk(), Desk()
    address, before = mine.code(), theirs.pictures()

    send(Client(), address, filing_id=str(theirs.case.filing.pk), path="papers.subject_certificate")

    assert theirs.pictures() == before
    assert mine.current().handover == Handover.objects.get()


def test_nobody_learns_of_anothers_code():
    mine, theirs = Desk(), Desk()
    mine.code()
    handover = Handover.objects.get()
    for filing in (mine.case.filing, theirs.case.filing):
        for query in ("", "?part"):
            url = reverse("filings:handover_state", args=[filing.pk, handover.pk]) + query
            assert theirs.client.get(url).status_code == 404
    assert (
        theirs.client.post(reverse("filings:handover", args=[mine.case.filing.pk]), {"path": PATH}).status_code == 404
    )
    assert Handover.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["", "websites.0.papers.photo", "papers.manager_front", "x" * 500, "subject.name", "papers.\x00"]
)
def test_no_code_for_what_the_filing_does_not_need(path):
    desk = Desk()

    assert desk.make(path).status_code == 302
    assert not Handover.objects.exists()


@pytest.mark.parametrize("status", [Status.WITH_PROVIDER, Status.FILED, Status.WITHDRAWN])
def test_no_code_for_a_filing_that_lies_elsewhere(status):
    case = case_at(status)

    answer = browser(case.filing.host).post(reverse("filings:handover", args=[case.filing.pk]), {"path": PATH})

    assert (answer.status_code, answer["Location"]) == (302, reverse("filings:status", args=[case.filing.pk]))
    assert not Handover.objects.exists()


def test_nobody_makes_codes_without_end():
    desk = Desk()
    answers = [desk.make().status_code for _n in range(CODES_AN_HOUR + 1)]

    assert answers == [200] * CODES_AN_HOUR + [429]


# --- While others are at work on the filing ---------------------------------------------------------------


def on_its_way(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> None:
    """Let ``meanwhile`` happen once, after the picture has come and before it is kept."""
    accept, happened = pictures.accept, []

    def slowly(*args: Any, **kwargs: Any) -> Any:
        if not happened:
            happened.append(True)
            meanwhile()
        return accept(*args, **kwargs)

    monkeypatch.setattr(pictures, "accept", slowly)


def test_a_page_that_the_desktop_adds_meanwhile_is_not_replaced(monkeypatch):
    desk, name = Desk(), "websites.0.papers.approval.1"
    filing, actor = desk.case.filing, desk.case.host
    services.save_facts(filing.pk, actor, {"websites.0.approvals": [1]}, version=None)
    address = desk.code(name)
    on_its_way(monkeypatch, lambda: services.add_evidence(filing.pk, actor, f"{name}.1", invent.card("DESK", 1)))

    assert send(Client(), address).status_code == 302

    kept = filing.evidence.filter(path__startswith=name, replaced_at=None).order_by("path")
    assert [(one.path, bool(one.handover_id)) for one in kept] == [(f"{name}.1", False), (f"{name}.2", True)]


def test_a_tenth_page_that_comes_meanwhile_leaves_no_room(monkeypatch):
    desk, name = Desk(), "websites.0.papers.approval.1"
    filing, actor = desk.case.filing, desk.case.host
    services.save_facts(filing.pk, actor, {"websites.0.approvals": [1]}, version=None)
    for page in range(1, 10):
        services.add_evidence(filing.pk, actor, f"{name}.{page}", invent.card("DESK", page))
    address = desk.code(name)
    on_its_way(monkeypatch, lambda: services.add_evidence(filing.pk, actor, f"{name}.10", invent.card("DESK", 10)))

    assert is_gone(send(Client(), address))
    assert filing.evidence.filter(path__startswith=name, replaced_at=None, handover=None).count() == 10


def test_a_save_on_the_desktop_meanwhile_is_no_hindrance(monkeypatch):
    desk = Desk()
    filing, actor = desk.case.filing, desk.case.host
    address = desk.code()
    on_its_way(monkeypatch, lambda: services.save_facts(filing.pk, actor, {"websites.0.remark": "改动"}, version=None))

    assert send(Client(), address).status_code == 302
    assert desk.current().handover_id
    assert desk.case.refresh().filing.get("websites.0.remark") == "改动"


@pytest.mark.parametrize("late", [False, True])
def test_a_code_moves_up_with_its_website(monkeypatch, late):
    """The website before it is taken out; the photo must not become that of the website that follows."""
    desk = Desk(Case(websites=4))
    filing, actor = desk.case.filing, desk.case.host
    services.save_facts(filing.pk, actor, {"websites.2.approvals": [1]}, version=None)
    address = desk.code("websites.2.papers.approval.1")
    if late:
        on_its_way(monkeypatch, lambda: services.remove_website(filing.pk, actor, 1, version=None))
    else:
        services.remove_website(filing.pk, actor, 1, version=None)

    assert send(Client(), address).status_code == 302
    assert [picture.path for picture in filing.evidence.exclude(handover=None)] == ["websites.1.papers.approval.1.1"]


@pytest.mark.parametrize("late", [False, True])
def test_a_code_ends_with_its_website(monkeypatch, late):
    desk = Desk(Case(websites=3, same=False))
    filing, actor = desk.case.filing, desk.case.host
    address = desk.code("websites.0.papers.manager_front")
    count = filing.evidence.count()
    if late:
        on_its_way(monkeypatch, lambda: services.remove_website(filing.pk, actor, 0, version=None))
    else:
        services.remove_website(filing.pk, actor, 0, version=None)

    assert is_gone(send(Client(), address))
    assert filing.evidence.count() == count
