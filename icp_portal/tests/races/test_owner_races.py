"""Guessing passwords and codes at the same moment; stopping a recovery while it is being confirmed."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from filings.models import Adoption, AdoptionEnd, PersonCheck
from filings.states import Status
from filings.verification import one_time_codes
from icp_portal.demo import invent
from icp_portal.tests.builders import Case, code_for, host
from icp_portal.tests.racing import Gate, Racer, one_then_the_other, waiting_at_a_lock, won
from ministry.models import PasswordTries, Recovery, RecoveryOutcome, Subject
from ministry.passwords import passwords, recoveries, tries
from ops.mailsink import MailSink
from records import adoptions

pytestmark = pytest.mark.usefixtures("transactional_db")

GOOD = "right-filing-password-1"
NUMBER = 5101


@pytest.fixture
def subject(transactional_db: None) -> Subject:
    subject = Case(invented=NUMBER).submit().verify().approve().filing.subject
    Subject.objects.update(
        password_wanted_at=None,
        password_sent_at=timezone.now() - timedelta(hours=1),
        password_hash=make_password(GOOD),
    )
    Email.objects.all().delete()
    subject.refresh_from_db()
    return subject


def guess(subject: Subject, password: str) -> str:
    """The code of the refusal; empty when the password is right."""
    try:
        passwords.prove(subject, password, address="192.0.2.7")
    except ValidationError as refusal:
        return str(refusal.code)
    return ""


def test_guesses_at_the_same_moment_are_no_more_than_the_limit(subject):
    guesses = settings.PASSWORD_TRIES + 4
    racers = [Racer(lambda n=n: guess(subject, f"wrong{n}")) for n in range(guesses)]
    answers = sorted(racer.finish().result for racer in racers)

    assert answers == ["locked"] * 4 + ["wrong"] * settings.PASSWORD_TRIES
    assert PasswordTries.objects.get().wrong == settings.PASSWORD_TRIES
    assert guess(subject, GOOD) == "locked"


def test_a_try_can_not_be_taken_back_by_the_callers_transaction(subject):
    with pytest.raises(RuntimeError), transaction.atomic():
        passwords.prove(subject, GOOD, address="192.0.2.7")


def test_two_workers_announce_a_lock_once(subject, monkeypatch):
    for n in range(settings.PASSWORD_TRIES):
        guess(subject, f"wrong{n}")
    Email.objects.all().delete()
    PasswordTries.objects.update(untold=True)
    row, gate = PasswordTries.objects.get().pk, Gate(monkeypatch, tries.letters, "queue")

    one_then_the_other(gate, lambda: tries.tell_lock(row), lambda: tries.tell_lock(row))

    assert Email.objects.count() == 1


def test_the_same_question_at_the_same_moment_is_one_recovery(subject, monkeypatch):
    question = (str(subject.number), 1, invent.credit_code(NUMBER))
    gate = Gate(monkeypatch, recoveries, "_one_at_a_time")

    one, other = one_then_the_other(gate, lambda: recoveries.ask(*question).pk, lambda: recoveries.ask(*question).pk)

    assert one.result == other.result
    assert Recovery.objects.count() == 1


@pytest.mark.parametrize("first", ["confirm", "stop"])
def test_a_recovery_is_either_stopped_or_confirmed(subject, monkeypatch, first):
    recovery = recoveries.ask(str(subject.number), 1, invent.credit_code(NUMBER))
    recoveries.look_up(recovery.pk)
    recovery.refresh_from_db()
    moves = {
        "confirm": lambda: recoveries.confirm(
            recoveries.RecoveryAnswer(recovery, "r***@example.cn", "digest of r", is_registered=True)
        ),
        "stop": lambda: recoveries.stop(
            recoveries.RecoveryAnswer(recovery, "w***@example.cn", "digest of w", is_registered=False)
        ),
    }
    second = next(name for name in moves if name != first)
    gate = Gate(monkeypatch, recoveries, "_end")

    one_then_the_other(gate, moves[first], moves[second])

    recovery.refresh_from_db()
    outcome = {"confirm": RecoveryOutcome.ORDERED, "stop": RecoveryOutcome.STOPPED}[first]
    assert recovery.outcome == outcome
    assert (Subject.objects.get().password_wanted_at is not None) == (first == "confirm")


def test_two_confirmations_order_one_password(subject, monkeypatch):
    recovery = recoveries.ask(str(subject.number), 1, invent.credit_code(NUMBER))
    recoveries.look_up(recovery.pk)
    recovery.refresh_from_db()
    found = recoveries.RecoveryAnswer(recovery, "r***@example.cn", "digest of r", is_registered=True)
    wanted = []
    original = passwords.want
    monkeypatch.setattr(passwords, "want", lambda pk: wanted.append(pk) or original(pk))
    gate = Gate(monkeypatch, recoveries, "_end")

    one_then_the_other(gate, lambda: recoveries.confirm(found), lambda: recoveries.confirm(found))

    assert wanted == [subject.pk]


# --- Verification codes -----------------------------------------------------------------------------------


def waiting_for_codes(mailbox: MailSink, *, same: bool) -> tuple[Case, list[tuple[PersonCheck, str]]]:
    """A filing whose persons have been sent their codes."""
    case = Case(same=same).submit().ask_persons()
    return case, [(check, code_for(check, mailbox)) for check in PersonCheck.objects.all()]


def try_code(case: Case, check: PersonCheck, code: str) -> None:
    last = case.filing.get(f"{check.paths[0]}.cert_number")[-6:]
    one_time_codes.prove(check.mobile, last, code, address="192.0.2.8")


def test_wrong_codes_at_the_same_moment_return_the_filing_once(transactional_db, mailbox):
    case, [(check, code)] = waiting_for_codes(mailbox, same=True)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for racer in [Racer(lambda: try_code(case, check, wrong)) for _n in range(one_time_codes.TRIES + 3)]:
        assert racer.finish().error is not None

    check.refresh_from_db()
    assert check.wrong == one_time_codes.TRIES + 1
    assert case.refresh().filing.status == Status.RETURNED_TO_PROVIDER
    assert case.filing.events.filter(name="give_up").count() == 1


def test_the_last_two_persons_at_once_pass_the_filing_once(transactional_db, mailbox, monkeypatch):
    case, both = waiting_for_codes(mailbox, same=False)
    gate = Gate(monkeypatch, one_time_codes, "record")

    one_then_the_other(gate, *(lambda pair=pair: try_code(case, *pair) for pair in both))

    assert case.refresh().filing.status == Status.WITH_BUREAU
    assert case.filing.events.filter(name="confirm").count() == 1


def test_the_last_code_and_the_end_of_the_time_at_once(transactional_db, mailbox, monkeypatch):
    case, [(check, code)] = waiting_for_codes(mailbox, same=True)
    gate = Gate(monkeypatch, one_time_codes, "record")  # the code is right, nothing is committed

    def run_out() -> int:
        with time_machine.travel(timezone.now() + settings.CODE_LIFE + timedelta(minutes=1), tick=False):
            return one_time_codes.end_expired()

    leader = Racer(lambda: try_code(case, check, code))
    assert gate.reached.wait(10)
    follower = Racer(run_out)
    while follower.is_alive() and not waiting_at_a_lock():
        pass
    gate.open()

    assert (leader.finish().error, follower.finish().result) == (None, 0)
    assert case.refresh().filing.status == Status.WITH_BUREAU


def test_a_password_that_is_replaced_while_it_is_given_takes_no_record_in(subject, monkeypatch):
    member, gate = host(), Gate(monkeypatch, passwords, "prove_number")

    adoption, change = one_then_the_other(
        gate,
        lambda: adoptions.adopt(member, str(subject.number), GOOD, address="192.0.2.7"),
        lambda: passwords.change(str(subject.number), GOOD, "another-filing-password-2", address="192.0.2.8"),
    )

    assert won(adoption, change) == [False, True]
    assert not Adoption.objects.exists()


def test_two_workers_write_an_end_down_once(subject, monkeypatch):
    adoptions.adopt(host(), str(subject.number), GOOD, address="192.0.2.7")
    passwords.change(str(subject.number), GOOD, "another-filing-password-2", address="192.0.2.8")
    Email.objects.all().delete()
    gate = Gate(monkeypatch, adoptions.letters, "written")

    one, other = one_then_the_other(gate, adoptions.end_lapsed, adoptions.end_lapsed)

    assert sorted([one.result, other.result]) == [0, 1]
    assert (AdoptionEnd.objects.count(), Email.objects.count()) == (1, 2)
