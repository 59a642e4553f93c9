"""Two at once: exactly one wins, the other is told in words. Real threads, real commits, no luck.

A thread is held inside its transaction, by a gate in a function that every move calls there, until the other
one stands at the lock (or, where there is no lock to stand at, has come just as far).
"""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from filings import services
from filings.deadlines import sweeps
from filings.errors import MoveRefused
from filings.mail import notices
from filings.models import Event, Filing
from filings.services import claiming
from filings.states import Status
from icp_portal.tests.builders import BEIJING, GUANGDONG, Case, reviewer
from icp_portal.tests.racing import LONGEST, Gate, Racer, copies, meet, one_then_the_other, won, words
from ministry.models import NumberSeries, Subject, Website
from ministry.passwords import passwords
from ministry.register import entry_types, writer
from ops.mailsink import MailSink

pytestmark = pytest.mark.usefixtures("transactional_db")


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


def test_a_look_at_personal_data_is_recorded_while_a_move_holds_the_filing(monkeypatch):
    """A move locks the row so that rows with a foreign key to it can be inserted meanwhile (FOR NO KEY UPDATE)."""
    case = Case().submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    gate = Gate(monkeypatch, notices, "tell")
    mover = Racer(lambda: services.approve(case.filing.pk, case.reviewer, version=None))
    assert gate.reached.wait(LONGEST)

    looker = Racer(lambda: services.record_look(case.filing, reviewer(), services.FACTS))
    looker.join(LONGEST / 2)
    has_waited = looker.is_alive()
    gate.open()

    assert won(mover.finish(), looker.finish()) == [True, True]
    assert (has_waited, case.filing.looks.count()) == (False, 1)


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


def test_no_row_is_locked_while_the_mail_server_takes_a_password(monkeypatch, mailbox: MailSink):
    subject = Case().submit().verify().approve().filing.subject
    gate = Gate(monkeypatch, passwords, "_mail")

    def lock() -> Subject:
        with transaction.atomic():
            return Subject.objects.select_for_update(nowait=True).get(pk=subject.pk)

    _one, other = one_then_the_other(gate, lambda: passwords.send(subject.pk), lock)

    assert other.result == subject


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
