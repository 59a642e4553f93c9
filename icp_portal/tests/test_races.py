"""Two at once: exactly one wins, the other is told in words. Real threads, real commits, no luck.

A thread is held inside its transaction, by a gate in a function that every move calls there, until the other
one stands at the lock (or, where there is no lock to stand at, has come just as far).
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Party
from filings import facts, services
from filings.deadlines import sweeps
from filings.errors import FactsRefused, MoveRefused
from filings.evidence import pictures
from filings.mail import notices
from filings.models import Answer, Event, Filing, Way
from filings.moves import assignment
from filings.rules import checks, reservations
from filings.services import claiming, drafting
from filings.states import Status
from filings.verification import handovers, photographs
from icp_portal.demo import invent, play
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, reviewer, staff, user
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from ministry.models import NumberSeries, ProvinceRule, Subject, Website
from ministry.passwords import passwords
from ministry.reference.topics import RuleSeverity, Topic
from ministry.register import entry_types, writer
from ministry.rules.rules import save_rule
from ops.mailsink import MailSink
from providers.models import StaffRole

pytestmark = pytest.mark.usefixtures("committed")

LONGEST = 10.0  # seconds; a wait that comes near it means that something is broken


class Racer(threading.Thread):
    """Runs one call in a thread with a connection of its own, and keeps what came of it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self.result: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._call()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def finish(self) -> "Racer":
        self.join(LONGEST)
        assert not self.is_alive(), "a thread hangs"
        if self.error and not isinstance(self.error, MoveRefused):
            raise self.error
        return self


class Gate:
    """Stands in for a function: its first caller waits inside until ``open``; all others pass."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self._original = getattr(owner, name)
        self._first = threading.Lock()
        self.reached, self._opened = threading.Event(), threading.Event()
        monkeypatch.setattr(owner, name, self._call)

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        answer = self._original(*args, **kwargs)
        if self._first.acquire(blocking=False):
            self.reached.set()
            assert self._opened.wait(LONGEST), "the gate was never opened"
        return answer

    def open(self) -> None:
        self._opened.set()


def meet(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, parties: int) -> None:
    """Let each thread's first call of a function wait inside it for those of all the others."""
    original, barrier, came = getattr(owner, name), threading.Barrier(parties), threading.local()

    def call(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if not getattr(came, "already", False):
            came.already = True
            barrier.wait(LONGEST)
        return answer

    monkeypatch.setattr(owner, name, call)


def waiting_at_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def one_then_the_other(gate: Gate, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Racer, Racer]:
    """Hold the first inside its transaction until the second waits at the lock, or has passed without one."""
    leader = Racer(first)
    assert gate.reached.wait(LONGEST) or leader.error, "the first never came to the gate"
    follower = Racer(second)
    deadline = time.monotonic() + LONGEST
    while follower.is_alive() and not waiting_at_a_lock():
        assert time.monotonic() < deadline, "the second neither waits nor ends"
        time.sleep(0.01)
    gate.open()
    return leader.finish(), follower.finish()


def won(*racers: Racer) -> list[bool]:
    return [racer.error is None for racer in racers]


def words(racer: Racer) -> str:
    assert isinstance(racer.error, MoveRefused)
    return str(racer.error)


# --- Deciding -------------------------------------------------------------------------------------


def test_a_reviewer_without_the_lease_can_not_approve_beside_the_one_who_has_it(monkeypatch):
    case = Case().submit().verify()
    colleague = reviewer()
    services.claim(case.filing.pk, case.reviewer)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.approve(case.filing.pk, case.reviewer, version=None),
        lambda: services.approve(case.filing.pk, colleague, version=None),
    )

    assert won(one, other) == [True, False]
    assert str(Status.FILED.label) in words(other)
    assert Subject.objects.count() == Website.objects.count() == 1
    assert Event.objects.filter(filing=case.filing, name="approve").count() == 1


def test_the_lease_moves_to_a_colleague_while_the_first_approves_too_late(monkeypatch):
    case = Case().submit().verify()
    colleague = reviewer()
    services.claim(case.filing.pk, case.reviewer)
    Filing.objects.filter(pk=case.filing.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    gate = Gate(monkeypatch, claiming, "record")  # inside the colleague's claim

    one, other = one_then_the_other(
        gate,
        lambda: services.claim(case.filing.pk, colleague),
        lambda: services.approve(case.filing.pk, case.reviewer, version=None),
    )

    assert won(one, other) == [True, False]
    assert colleague.name in words(other)
    assert not Subject.objects.exists()
    services.approve(case.filing.pk, colleague, version=None)
    assert str(Subject.objects.get().number).endswith("000001号")


def test_an_approval_under_way_is_not_disturbed_when_a_colleague_takes_over_the_lapsed_lease(monkeypatch):
    case = Case().submit().verify()
    colleague = reviewer()
    services.claim(case.filing.pk, case.reviewer)
    gate = Gate(monkeypatch, notices, "tell")

    def take_over() -> Filing:
        # The lease ends while the approval has already been let through and has not committed.
        monkeypatch.setattr(Filing, "claimant_id", lambda self, now=None: None)
        return services.claim(case.filing.pk, colleague)

    one, other = one_then_the_other(
        gate, lambda: services.approve(case.filing.pk, case.reviewer, version=None), take_over
    )

    assert won(one, other) == [True, False]
    case.refresh()
    assert (case.filing.status, case.filing.claimed_by) == (Status.FILED, None)


def test_approving_different_filings_at_once_gives_consecutive_numbers(monkeypatch):
    cases = [Case().submit().verify() for _n in range(4)] + [Case(province=GUANGDONG).submit().verify()]
    deciders = [reviewer(), reviewer(), reviewer(), reviewer(), reviewer(GUANGDONG)]
    for case, decider in zip(cases, deciders, strict=True):
        services.claim(case.filing.pk, decider)
    start = threading.Barrier(len(cases))

    def approve(case: Case, decider: Any) -> Subject:
        start.wait(LONGEST)
        return services.approve(case.filing.pk, decider, version=None)

    racers = [
        Racer(lambda case=case, decider=decider: approve(case, decider))
        for case, decider in zip(cases, deciders, strict=True)
    ]
    subjects = [racer.finish().result for racer in racers]

    assert all(subjects)
    assert sorted(Subject.objects.values_list("province", "serial")) == [
        *[("110000", serial) for serial in (1, 2, 3, 4)],
        ("440000", 1),
    ]
    assert dict(NumberSeries.objects.values_list("province", "last")) == {"110000": 4, "440000": 1}


def test_the_second_approval_waits_for_the_first_ones_number_and_takes_the_next(monkeypatch):
    first, second = Case().submit().verify(), Case().submit().verify()
    colleague = reviewer()
    services.claim(first.filing.pk, first.reviewer)
    services.claim(second.filing.pk, colleague)
    gate = Gate(monkeypatch, notices, "tell")  # the number has been taken, nothing is committed

    one, other = one_then_the_other(
        gate,
        lambda: services.approve(first.filing.pk, first.reviewer, version=None),
        lambda: services.approve(second.filing.pk, colleague, version=None),
    )

    assert (one.result.serial, other.result.serial) == (1, 2)


def test_a_number_taken_by_an_approval_that_fails_is_given_to_the_one_that_waited(monkeypatch):
    first, second = Case().submit().verify(), Case().submit().verify()
    colleague = reviewer()
    services.claim(first.filing.pk, first.reviewer)
    services.claim(second.filing.pk, colleague)
    gate = Gate(monkeypatch, notices, "tell")
    told = notices.tell

    def tell_and_break(event: Event) -> None:
        told(event)
        if event.filing_id == first.filing.pk:
            raise MoveRefused("broken on purpose")

    monkeypatch.setattr(notices, "tell", tell_and_break)

    one, other = one_then_the_other(
        gate,
        lambda: services.approve(first.filing.pk, first.reviewer, version=None),
        lambda: services.approve(second.filing.pk, colleague, version=None),
    )

    assert won(one, other) == [False, True]
    assert list(Subject.objects.values_list("serial", flat=True)) == [1]
    assert Website.objects.get().domain == second.filing.domain


def test_one_unit_under_two_certificates_in_two_provinces_becomes_one_subject(monkeypatch):
    """No constraint holds for both certificates and no counter for both provinces: the unit itself is locked."""

    def enter(province: str, cert_type: int) -> Subject:
        entry = entry_types.SubjectEntry(
            province, "示例单位", 4, "110105", "某路", cert_type, "914403001922038216", "张三", "13800138000", "a@b.cn"
        )
        with transaction.atomic():
            return writer.enter_subject(entry, timezone.localdate())

    def refused(province: str, cert_type: int) -> int | None:
        try:
            enter(province, cert_type)
        except entry_types.RegisterConflict as conflict:
            return conflict.code
        return None

    gate = Gate(monkeypatch, writer, "enter_contacts")
    first, second = one_then_the_other(gate, lambda: refused(BEIJING, 1), lambda: refused(GUANGDONG, 13))

    assert (first.result, second.result) == (None, 1003)
    assert Subject.objects.get().province == BEIJING
    assert not NumberSeries.objects.filter(province=GUANGDONG).exists()


# --- Submitting -----------------------------------------------------------------------------------


def submit(case: Case) -> Callable[[], None]:
    return lambda: services.submit(case.filing.pk, case.host, version=case.filing.version)


def test_two_hosts_submit_the_same_certificate_at_once(monkeypatch):
    one, other = Case(), Case()
    number = one.filing.get("subject.cert_number")
    services.save_facts(other.filing.pk, other.host, {"subject.cert_number": number}, version=None)
    other.refresh()
    meet(monkeypatch, notices, "tell", 2)  # both have passed the checks, neither has written

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


def test_a_mended_filing_submitted_twice_at_once_answers_each_remark_once(monkeypatch):
    case = Case().submit().send_back()
    play.mend(case.filing, case.host)
    case.refresh()
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(gate, submit(case), submit(case))

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.round, Answer.objects.count()) == (2, 1)


def test_everything_is_opened_while_the_filing_is_handed_on(monkeypatch):
    case = Case().submit().send_back()
    play.mend(case.filing, case.host)
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
    gate = Gate(monkeypatch, pictures, "keep")

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
    gate = Gate(monkeypatch, pictures, "keep")

    def send(number: int) -> Any:
        return Client().post(url, {"picture": invent.card("PHONE", number)})

    one, other = one_then_the_other(gate, lambda: send(1), lambda: send(2))

    assert [one.result.status_code, other.result.status_code] == [302, 404]
    assert case.filing.evidence.count() == before + 1
    assert handover.pictures.count() == 1


# --- Taking into work -----------------------------------------------------------------------------


def test_two_members_of_staff_take_the_same_filing_at_once(monkeypatch):
    case = Case().submit()
    colleague = staff(case.provider)
    gate = Gate(monkeypatch, claiming, "record")

    one, other = one_then_the_other(
        gate,
        lambda: services.claim(case.filing.pk, case.staff),
        lambda: services.claim(case.filing.pk, colleague),
    )

    assert won(one, other) == [True, False]
    assert case.staff.name in words(other)
    assert case.refresh().filing.claimant_id() == case.staff.user_id
    assert case.filing.events.filter(name="claim").count() == 1


# --- Work that changes hands ----------------------------------------------------------------------


def in_work() -> Case:
    """A filing its member of staff has in work."""
    case = Case().submit()
    services.claim(case.filing.pk, case.staff)
    Email.objects.all().delete()
    return case


def lapsed(case: Case) -> None:
    Filing.objects.filter(pk=case.filing.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_what_is_being_handed_over_is_not_taken_by_a_third(monkeypatch):
    case = in_work()
    colleague, third = staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=colleague, note=""),
        lambda: services.claim(case.filing.pk, third),
    )

    assert won(one, other) == [True, False]
    assert colleague.name in words(other)
    assert case.refresh().filing.claimant_id() == colleague.user_id


def test_of_two_colleagues_given_the_same_filing_by_hand_over_one_gets_it(monkeypatch):
    """A double click in two windows: the second finds the filing gone from the hands of whoever gives it."""
    case = in_work()
    first, second = staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=first, note=""),
        lambda: assignment.hand_over(case.filing.pk, case.staff, to=second, note=""),
    )

    assert won(one, other) == [True, False]
    assert first.name in words(other)
    assert case.refresh().filing.claimant_id() == first.user_id
    assert case.filing.events.filter(name="hand_over").count() == Email.objects.count() == 1


def test_a_filing_taken_over_is_not_returned_by_the_one_who_had_it(monkeypatch):
    case = in_work()
    chief = staff(case.provider, StaffRole.SUPERVISOR)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.take_over(case.filing.pk, chief),
        lambda: services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK]),
    )

    assert won(one, other) == [True, False]
    assert chief.name in words(other)
    assert (case.refresh().filing.status, case.filing.claimant_id()) == (Status.WITH_PROVIDER, chief.user_id)


def test_a_filing_that_is_just_being_returned_is_not_taken_over(monkeypatch):
    case = in_work()
    chief = staff(case.provider, StaffRole.SUPERVISOR)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.send_back(case.filing.pk, case.staff, version=None, remarks=[play.GOOD_REMARK]),
        lambda: assignment.take_over(case.filing.pk, chief),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.status, case.filing.claimed_by) == (Status.RETURNED_TO_HOST, None)


def test_a_filing_given_out_is_not_taken_by_another_meanwhile(monkeypatch):
    case = Case().submit()
    chief, chosen, quick = staff(case.provider, StaffRole.SUPERVISOR), staff(case.provider), staff(case.provider)
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.assign([case.filing.pk], chief, to=chosen),
        lambda: services.claim(case.filing.pk, quick),
    )

    assert won(one, other) == [True, False]
    assert chosen.name in words(other)
    assert case.refresh().filing.claimant_id() == chosen.user_id


def test_two_who_give_out_the_same_filings_in_opposite_order_do_not_wait_for_each_other(monkeypatch):
    provider_ = Case().provider
    cases = [Case(of=provider_).submit() for _n in range(3)]
    chiefs = [staff(provider_, StaffRole.SUPERVISOR) for _n in range(2)]
    pks = [case.filing.pk for case in cases]
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.assign(pks, chiefs[0], to=chiefs[0]),
        lambda: assignment.assign(pks[::-1], chiefs[1], to=chiefs[1]),
    )

    assert won(one, other) == [True, True]
    assert {case.refresh().filing.claimant_id() for case in cases} == {chiefs[1].user_id}


def test_a_host_reminded_by_two_at_once_gets_one_mail(monkeypatch):
    case = Case().submit().send_back()
    Email.objects.all().delete()
    gate = Gate(monkeypatch, assignment, "record")

    one, other = one_then_the_other(
        gate,
        lambda: assignment.remind([case.filing.pk], case.staff),
        lambda: assignment.remind([case.filing.pk], staff(case.provider)),
    )

    assert [bool(outcome.refusal) for racer in (one, other) for outcome in racer.result] == [False, True]
    assert Email.objects.count() == case.filing.events.filter(name="remind").count() == 1


def test_a_hold_and_a_colleague_who_takes_the_lapsed_filing_do_not_both_win(monkeypatch):
    case = in_work()
    lapsed(case)
    colleague = staff(case.provider)
    gate = Gate(monkeypatch, claiming, "record")  # inside the colleague's claim
    tomorrow = timezone.localdate() + timedelta(days=1)

    one, other = one_then_the_other(
        gate,
        lambda: services.claim(case.filing.pk, colleague),
        lambda: assignment.pause(case.filing.pk, case.staff, until=tomorrow, reason="等材料"),
    )

    assert won(one, other) == [True, False]
    assert (case.refresh().filing.claimant_id(), case.filing.is_paused) == (colleague.user_id, False)


# --- The password ---------------------------------------------------------------------------------


def test_two_workers_send_one_password(monkeypatch, mailbox: MailSink):
    subject = Case().submit().verify().approve().filing.subject
    gate = Gate(monkeypatch, passwords, "_mail")  # the mail is out, nothing is committed

    one, other = one_then_the_other(gate, lambda: passwords.send(subject.pk), lambda: passwords.send(subject.pk))

    assert won(one, other) == [True, True]
    (mail,) = mailbox.messages()
    subject.refresh_from_db()
    assert subject.password_wanted_at is None
    assert passwords.check(subject, mail.get_content().splitlines()[2])


def test_a_password_asked_for_while_one_is_on_its_way_is_that_one(monkeypatch, mailbox: MailSink):
    subject = Case().submit().verify().approve().filing.subject
    gate = Gate(monkeypatch, passwords, "_mail")

    one_then_the_other(gate, lambda: passwords.send(subject.pk), lambda: passwords.want(subject.pk))
    passwords.send(subject.pk)  # the job that was queued by asking

    sent = [mail.get_content().splitlines()[2] for mail in mailbox.messages()]
    subject.refresh_from_db()
    assert sent
    assert subject.password_wanted_at is None
    assert [passwords.check(subject, password) for password in sent] == [False] * (len(sent) - 1) + [True]


# --- The clock ------------------------------------------------------------------------------------


def copies(case: Case, count: int, **changes: Any) -> list[Filing]:
    """The case's filing and copies of its row up to ``count``, each under a domain and a certificate of its own."""
    made = [case.filing]
    for number in range(1, count):
        row = Filing.objects.get(pk=case.filing.pk)
        row.pk, row.domain, row.subject_digest = None, f"copy-{number}.cn", f"{number:064d}"
        row.save(force_insert=True)
        made.append(row)
    Filing.objects.filter(pk__in=[row.pk for row in made]).update(**changes)
    return made


def test_four_sweeps_at_once_tell_each_overdue_filing_once(monkeypatch):
    case = Case().submit().verify()
    filings = copies(case, 40, due_on=timezone.localdate() - timedelta(days=1))
    Email.objects.all().delete()
    meet(monkeypatch, sweeps, "_remind", 4)  # each holds a batch of its own before any of them commits

    racers = [Racer(lambda: sweeps.watch_deadlines(batch=5)) for _n in range(4)]
    told = [racer.finish().result for racer in racers]

    assert sum(told) == 40
    assert all(count >= 5 for count in told)
    overdue = Event.objects.filter(name="overdue")
    assert sorted(overdue.values_list("filing_id", flat=True)) == sorted(row.pk for row in filings)
    assert Email.objects.count() == 40 * len(notices.AUDIENCES["overdue"])
    assert sweeps.watch_deadlines() == 0


def test_a_sweep_passes_by_the_filing_that_is_being_approved(monkeypatch):
    case = Case().submit().verify()
    Filing.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    services.claim(case.filing.pk, case.reviewer)
    gate = Gate(monkeypatch, notices, "tell")

    one, other = one_then_the_other(
        gate,
        lambda: services.approve(case.filing.pk, case.reviewer, version=None),
        sweeps.watch_deadlines,
    )

    assert (won(one, other), other.result) == ([True, True], 0)
    assert not Event.objects.filter(name="overdue").exists()
