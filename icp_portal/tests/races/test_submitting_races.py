"""Two at once submit, withdraw or write the same filing: exactly one wins, the other is told in words."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Party
from filings import facts, services
from filings.errors import FactsRefused
from filings.evidence import pictures
from filings.mail import notices
from filings.models import Answer, Event, Filing, Way
from filings.moves import moving
from filings.rules import checks, reservations
from filings.services import drafting
from filings.states import Status
from filings.verification import handovers, photographs
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, Case, user
from icp_portal.tests.racing import LONGEST, Gate, Racer, meet, one_then_the_other, submit, won, words
from ministry.models import ProvinceRule
from ministry.reference.topics import RuleSeverity, Topic
from ministry.rules.rules import save_rule

pytestmark = pytest.mark.usefixtures("transactional_db")


# --- Submitting -----------------------------------------------------------------------------------


def test_two_hosts_submit_the_same_certificate_at_once(monkeypatch):
    one, other = Case(), Case()
    number = one.filing.get("subject.cert_number")
    services.save_facts(other.filing.pk, other.host, {"subject.cert_number": number}, version=None)
    other.refresh()
    meet(monkeypatch, moving, "_leave", 2)  # both have passed the checks, neither has written

    racers = [Racer(submit(one)), Racer(submit(other))]
    for racer in racers:
        racer.finish()

    assert sorted(won(*racers)) == [False, True]
    loser = next(racer for racer in racers if racer.error)
    assert not isinstance(loser.error, FactsRefused), "the database decided, not the checks"
    assert words(loser).strip()
    assert Filing.objects.filter(status=Status.WITH_PROVIDER).count() == 1
    assert Filing.objects.filter(status=Status.DRAFT).count() == 1
    assert Event.objects.filter(name="submit").count() == 1
    assert Email.objects.count() == len(notices.AUDIENCES["submit"])


def test_two_hosts_submit_the_same_domain_at_once(monkeypatch):
    one, other = Case(), Case()
    domain = one.filing.domain
    services.save_facts(
        other.filing.pk,
        other.host,
        {"websites.0.domain": domain, "websites.0.home_url": f"www.{domain}"},
        version=None,
    )
    other.refresh()
    meet(monkeypatch, reservations, "repeat_for_lists", 2)  # both have passed the checks, neither holds it

    racers = [Racer(submit(one)), Racer(submit(other))]
    for racer in racers:
        racer.finish()

    assert sorted(won(*racers)) == [False, True]
    loser = next(racer for racer in racers if racer.error)
    assert not isinstance(loser.error, FactsRefused)
    assert words(loser).strip()
    assert Filing.objects.filter(status=Status.WITH_PROVIDER, domain=domain).count() == 1


def test_the_same_filing_submitted_twice_at_once_goes_once(monkeypatch):
    case = Case()
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(gate, submit(case), submit(case))

    assert won(one, other) == [True, False]
    assert "已在其他窗口" in words(other)
    case.refresh()
    assert (case.filing.status, case.filing.round) == (Status.WITH_PROVIDER, 1)
    assert case.filing.snapshots.count() == case.filing.events.filter(name="submit").count() == 1
    assert Email.objects.count() == len(notices.AUDIENCES["submit"])


def test_a_corrected_filing_submitted_twice_at_once_answers_each_remark_once(monkeypatch):
    case = Case().submit().send_back()
    play.correct(case.filing, case.host)
    case.refresh()
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(gate, submit(case), submit(case))

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.round, Answer.objects.count()) == (2, 1)


def test_everything_is_opened_while_the_filing_is_handed_on(monkeypatch):
    case = Case().submit().send_back()
    play.correct(case.filing, case.host)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.submit(case.filing.pk, case.host, version=None),
        lambda: services.unlock(case.filing.pk, case.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.status, case.filing.unlocked) == (Status.WITH_PROVIDER, False)


def test_a_double_click_on_submit_shows_the_result_twice(monkeypatch):
    case = Case()
    gate = Gate(monkeypatch, notices, "tell")
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(case.filing.host)
    url = f"/filings/{case.filing.pk}/submit/"

    one, other = one_then_the_other(gate, *[lambda c=c: c.post(url, {"version": case.filing.version}) for c in clients])

    for answer in (one.result, other.result):
        assert (answer.status_code, answer["Location"]) == (302, f"/filings/{case.filing.pk}/submitted/")
    assert case.refresh().filing.events.filter(name="submit").count() == 1


def test_withdrawing_while_the_provider_verifies_leaves_one_of_the_two(monkeypatch):
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    play.photograph(case.filing, case.staff, "websites.0.papers.photo", 1)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.verify(
            case.filing.pk, case.staff, version=None, answers=play.answers(case.filing), place="营业厅"
        ),
        lambda: services.withdraw(case.filing.pk, case.host, version=None),
    )

    assert won(one, other) == [True, False]
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_two_photos_at_once_with_one_word_leave_one(monkeypatch):
    """Without a version neither knows of the other; the word counts once."""
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    path = "websites.0.papers.photo"
    word = photographs.word_for(case.filing.pk, case.staff, path)
    gate = Gate(monkeypatch, pictures, "store")

    def take(number: int) -> Any:
        made = photographs.Shot(Way.CAMERA, "营业厅", word.pk)
        return photographs.take(case.filing.pk, case.staff, path, invent.portrait(number), made, version=None)

    one, other = one_then_the_other(gate, lambda: take(1), lambda: take(2))

    assert won(one, other) == [True, False]
    assert case.filing.photographs.count() == case.filing.events.filter(name="photo").count() == 1


# --- Writing while others do ----------------------------------------------------------------------


def test_the_last_website_that_fits_is_added_once(monkeypatch):
    """Without a version neither knows of the other; the lock lets them count one after the other."""
    case = Case(websites=facts.MOST_WEBSITES - 1)
    gate = Gate(monkeypatch, drafting, "_refuse_unless_all_open")

    def add() -> Any:
        return services.add_website(case.filing.pk, case.host, version=None)

    one, other = one_then_the_other(gate, add, add)

    assert won(one, other) == [True, False]
    assert facts.count(case.refresh().filing.facts) == facts.MOST_WEBSITES


def test_a_page_that_saves_itself_while_the_filing_is_submitted_is_told_so(monkeypatch):
    case = Case()
    gate = Gate(monkeypatch, notices, "tell")
    client = Client()
    client.force_login(case.filing.host)
    url, typed = f"/api/filings/{case.filing.pk}/sections/website", {"version": case.filing.version, "name": "迟到"}

    one, other = one_then_the_other(gate, submit(case), lambda: client.post(url, typed))

    assert won(one, other) == [True, True]
    assert (other.result.status_code, other.result.json()["code"]) == (409, "closed")
    assert case.refresh().filing.get("websites.0.name") == case.filing.snapshots.get().facts["websites"][0]["name"]


def test_of_two_pages_that_save_themselves_at_once_the_second_is_told_what_is_saved(monkeypatch):
    case = Case()
    gate = Gate(monkeypatch, drafting, "_keep_answers")
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(case.filing.host)
    url = f"/api/filings/{case.filing.pk}/sections/website"
    names = ["第一个窗口的名称", "第二个窗口的名称"]

    def save(number: int) -> Any:
        return clients[number].post(url, {"version": case.filing.version, "name": names[number]})

    one, other = one_then_the_other(gate, lambda: save(0), lambda: save(1))

    assert [one.result.status_code, other.result.status_code] == [200, 409]
    assert {"path": "websites.0.name", "value": names[0]}.items() <= other.result.json()["saved"][0].items()
    assert case.refresh().filing.get("websites.0.name") == names[0]


def test_everything_is_opened_while_a_page_is_saved(monkeypatch):
    """Nobody is told to type again: the page was saved before, of a version that the opening did not see."""
    case = Case().submit().send_back()
    gate = Gate(monkeypatch, drafting, "_keep_answers")
    version = case.filing.version

    one, other = one_then_the_other(
        gate,
        lambda: services.save_facts(case.filing.pk, case.host, {"websites.0.name": "新的网站名称"}, version=version),
        lambda: services.unlock(case.filing.pk, case.host, version=version),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.get("websites.0.name"), case.filing.unlocked) == ("新的网站名称", False)


def test_a_rule_that_begins_tomorrow_is_written_while_a_filing_is_submitted(monkeypatch):
    """The filing is judged by the rules of its own day, then and later."""
    case = Case()
    operator = user(Party.MINISTRY)
    gate = Gate(monkeypatch, notices, "tell")
    rule = ProvinceRule(
        province=BEIJING,
        topic=Topic.NAME_WORDS,
        words=case.filing.get("websites.0.name"),
        severity=RuleSeverity.BLOCKS,
        source="测试",
        valid_from=timezone.localdate() + timedelta(days=1),
    )
    one = Racer(submit(case))
    assert gate.reached.wait(LONGEST)

    save_rule(rule, operator)
    gate.open()

    assert one.finish().error is None
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert [finding for finding in checks.findings(case.refresh().filing) if finding.blocks] == []


# --- Two phones with one code ---------------------------------------------------------------------


def test_of_two_phones_with_the_same_code_one_is_too_late(monkeypatch):
    case = Case()
    handover, token = handovers.open_for(case.filing.pk, case.host, "papers.responsible_front")
    url = f"/filings/phone/{token}/"
    before = case.filing.evidence.count()
    gate = Gate(monkeypatch, pictures, "store")

    def send(number: int) -> Any:
        return Client().post(url, {"picture": invent.card("PHONE", number)})

    one, other = one_then_the_other(gate, lambda: send(1), lambda: send(2))

    assert [one.result.status_code, other.result.status_code] == [302, 404]
    assert case.filing.evidence.count() == before + 1
    assert handover.pictures.count() == 1
