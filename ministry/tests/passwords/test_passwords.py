"""The filing password: made when sent, kept as a hash, tried a few times, changed with the old one."""

import re
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher, make_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from icp_portal.tests.builders import Case
from ministry import tasks
from ministry.mail import claims
from ministry.mail.outbox import Queueing
from ministry.models import PasswordTries, SendingClaim, Subject
from ministry.passwords import passwords, tries

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject() -> Subject:
    return Case(invented=5001).submit().verify().approve().filing.subject


def sent_password(mailbox) -> str:
    """The password in the newest mail."""
    body = mailbox.messages()[-1].get_content()
    return re.search(rf"^([{passwords.ALPHABET}]{{{passwords.LENGTH}}})\r?$", body, re.M).group(1)


def test_approval_owes_a_password_and_keeps_none(subject):
    assert subject.password_wanted_at is not None
    assert subject.password_hash == ""


def test_sending_makes_one_mails_it_to_the_address_on_record_and_keeps_a_hash(subject, mailbox):
    passwords.send(subject.pk)

    subject.refresh_from_db()
    [mail] = mailbox.messages()
    assert mail["to"] == subject.responsible_email
    assert str(subject.number) in mail["subject"]
    assert passwords.check(subject, sent_password(mailbox)) is True
    assert passwords.check(subject, "wrong") is False
    assert sent_password(mailbox) not in subject.password_hash
    assert subject.password_wanted_at is None


def test_sending_twice_sends_once(subject, mailbox):
    passwords.send(subject.pk)
    passwords.send(subject.pk)
    assert len(mailbox.messages()) == 1


def test_a_refusing_mail_server_leaves_the_password_owed(subject, monkeypatch):
    def refuse(*_):
        raise SMTPException("no")

    monkeypatch.setattr(passwords, "_mail", refuse)
    with pytest.raises(SMTPException):
        passwords.send(subject.pk)
    subject.refresh_from_db()
    assert (subject.password_hash, subject.password_wanted_at is None) == ("", False)
    assert not SendingClaim.objects.exists(), "the next try needn't wait"


def test_the_sweep_leaves_a_password_that_is_owed_no_longer_than_sweep_after(subject):
    with time_machine.travel(subject.password_wanted_at + tasks.SWEEP_AFTER, tick=False) as clock:
        assert list(tasks.owed_passwords()) == []
        clock.shift(1)
        assert list(tasks.owed_passwords()) == [subject.pk]


def test_a_password_whose_worker_was_killed_is_sent_once_its_claim_has_ended(subject, mailbox):
    with time_machine.travel("2026-11-25 10:00 +0800", tick=False) as clock:
        until = timezone.now() + claims.LEASE
        SendingClaim.objects.create(message=f"filing password {subject.pk}", until=until)  # of a worker that was killed

        passwords.send(subject.pk)
        assert mailbox.messages() == [], "it may be on its way"

        clock.shift(claims.LEASE)
        passwords.send(subject.pk)
    subject.refresh_from_db()
    assert passwords.check(subject, sent_password(mailbox))
    assert not SendingClaim.objects.exists()


def test_a_worker_that_is_slower_than_its_claim_stores_nothing(subject, mailbox, monkeypatch):
    mail, texts = passwords._mail, []

    def slowly(*said: Any) -> None:
        mail(*said)
        texts.append(sent_password(mailbox))
        if len(texts) == 1:
            clock.shift(claims.LEASE)
            passwords.send(subject.pk)  # by another worker

    monkeypatch.setattr(passwords, "_mail", slowly)
    with time_machine.travel("2026-11-25 10:00 +0800", tick=False) as clock:
        passwords.send(subject.pk)

    subject.refresh_from_db()
    assert [passwords.check(subject, text) for text in texts] == [False, True]
    assert not SendingClaim.objects.exists()


# --- Proof ------------------------------------------------------------------------------------------------

GOOD = "right-filing-password-1"
NOBODYS = "京ICP备2026999999号"
HERE = {"address": "192.0.2.1"}


@pytest.fixture
def owned(subject) -> Subject:
    """A subject whose password is known."""
    Subject.objects.update(password_wanted_at=None, password_hash=make_password(GOOD))
    Email.objects.all().delete()
    subject.refresh_from_db()
    return subject


def refused(number: str, password: str, **caller: Any) -> tuple[str, str]:
    """Code and words of a refusal."""
    with pytest.raises(ValidationError) as refusal:
        passwords.prove_number(number, password, **(caller or HERE))
    return refusal.value.code, refusal.value.messages[0]


def test_the_owner_is_proven_by_number_with_or_without_suffix(owned):
    passwords.prove(owned, GOOD, **HERE)
    for number in (str(owned.number), f"{owned.number}-1"):
        assert passwords.prove_number(number, GOOD, **HERE) == owned


def test_a_number_that_nobody_has_is_answered_like_a_wrong_password_and_locked_like_one(owned, settings):
    answers = {
        number: [refused(number, f"wrong{n}") for n in range(settings.PASSWORD_TRIES)]
        for number in (str(owned.number), NOBODYS)
    }
    assert answers[str(owned.number)] == answers[NOBODYS]
    assert {code for code, _words in answers[NOBODYS]} == {"wrong"}
    assert refused(NOBODYS, GOOD)[0] == refused(str(owned.number), GOOD)[0] == "locked"


def test_right_or_not_there_a_try_costs_the_same_queries_and_one_hash(owned, django_assert_num_queries, monkeypatch):
    hashes = []
    hasher = get_hasher()
    monkeypatch.setattr(type(hasher), "encode", lambda *_args: hashes.append(1) or "x$y")
    for number in (str(owned.number), NOBODYS):
        refused(number, "wrong")  # the row of its tries is there from now on
        hashes.clear()
        with django_assert_num_queries(6):  # the subject; savepoint, tries, count, release; whether the bureau has it
            refused(number, "wrong")
        assert len(hashes) == 1


def test_a_lock_ends_after_a_while_and_right_tries_do_not_count(owned, settings):
    for _n in range(3):
        for _m in range(settings.PASSWORD_TRIES - 1):
            refused(str(owned.number), "wrong")
        passwords.prove(owned, GOOD, **HERE)
    for _m in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), "wrong", address="192.0.2.9")
    assert refused(str(owned.number), GOOD, address="192.0.2.9")[0] == "locked"

    with time_machine.travel(timezone.now() + settings.PASSWORD_LOCK + timedelta(seconds=1), tick=False):
        passwords.prove(owned, GOOD, address="192.0.2.9")


def test_the_lock_is_announced_to_the_registered_address_once(owned, settings, django_capture_on_commit_callbacks):
    for _m in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), "wrong")
        refused(NOBODYS, "wrong", address="192.0.2.2")
    for row in PasswordTries.objects.all():
        tries.tell_lock(row.pk)
        tries.tell_lock(row.pk)

    (mail,) = Email.objects.all()
    assert mail.to == owned.responsible_email.split(";")
    assert str(owned.number) in mail.subject


def test_the_notice_is_queued_with_the_last_allowed_try_and_with_no_earlier_one(
    owned, settings, django_capture_on_commit_callbacks
):
    settings.PASSWORD_TRIES = 3
    queued = []
    for _m in range(settings.PASSWORD_TRIES):
        with django_capture_on_commit_callbacks() as calls:
            refused(str(owned.number), "wrong")
        queued.append(calls)

    assert queued == [[], [], [Queueing("ministry.tell_lock", (PasswordTries.objects.get().pk,))]]


def test_a_lock_whose_notice_was_lost_is_found_by_the_sweep(owned, settings, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.tell_lock, "delay", queued.append)
    for _m in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), "wrong")
    (row,) = PasswordTries.objects.all()

    tasks.sweep()
    assert queued == []  # its task may be under way
    for _twice in range(2):
        with time_machine.travel(timezone.now() + tasks.SWEEP_AFTER + timedelta(seconds=1), tick=False):
            tasks.sweep()
        tries.tell_lock(row.pk)

    assert (queued, Email.objects.count()) == ([row.pk], 1)


def test_a_new_password_opens_the_lock(owned, settings, mailbox):
    for _m in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), "wrong")
    passwords.want(owned.pk)
    passwords.send(owned.pk)
    passwords.prove(Subject.objects.get(pk=owned.pk), sent_password(mailbox), **HERE)


def test_a_strangers_wrong_tries_never_shut_out_the_holder(owned, settings):
    """Wherever the stranger sits: the holder has another network address, or an account behind the same one."""
    for n in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), f"wrong{n}", address="192.0.2.66")
    code, words = refused(str(owned.number), GOOD, address="192.0.2.66")
    assert (code, "Try again after" in words) == ("locked", True)
    assert refused(str(owned.number), "wrong", address="192.0.2.67")[0] == "wrong"

    passwords.prove(owned, GOOD, address="192.0.2.1")
    passwords.prove(owned, GOOD, address="192.0.2.66", account=7)
    assert refused(str(owned.number), GOOD, address="192.0.2.66")[0] == "locked", "the stranger waits on"


def test_an_account_waits_wherever_it_tries_from(owned, settings):
    for n in range(settings.PASSWORD_TRIES):
        refused(str(owned.number), "wrong", address=f"192.0.2.{n}", account=7)
    assert refused(str(owned.number), GOOD, address="192.0.2.99", account=7)[0] == "locked"
    passwords.prove(owned, GOOD, address="192.0.2.99", account=8)


def test_many_strangers_cost_the_registered_address_one_mail_a_day(owned, settings):
    for stranger in range(3):
        for _m in range(settings.PASSWORD_TRIES):
            refused(str(owned.number), "wrong", address=f"192.0.2.{stranger}")
    for row in PasswordTries.objects.all():
        tries.tell_lock(row.pk)
    assert Email.objects.count() == 1
    assert not PasswordTries.objects.filter(untold=True).exists()


def test_a_caller_has_a_limit_whatever_the_number(owned, settings):
    for n in range(settings.PASSWORD_TRIES_OF_CALLER):
        assert refused(f"京ICP备2026{n:06d}号", "wrong")[0] == "wrong"
    assert refused(str(owned.number), GOOD)[0] == "too_often"
    passwords.prove(owned, GOOD, address="192.0.2.2")


def test_tries_that_count_no_more_are_cleared(owned, settings):
    refused(NOBODYS, "wrong")
    tries.clear()
    assert PasswordTries.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        tries.clear()
    assert not PasswordTries.objects.exists()


def test_a_lock_nobody_was_told_of_is_not_cleared(owned):
    refused(NOBODYS, "wrong")
    PasswordTries.objects.update(untold=True, locked_until=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        tries.clear()

    assert PasswordTries.objects.count() == 1


def test_a_lock_that_was_told_of_today_is_not_cleared_so_that_it_is_told_of_once_a_day(owned):
    refused(NOBODYS, "wrong")
    in_two_days = timezone.now() + timedelta(days=2)
    PasswordTries.objects.update(told_at=in_two_days - timedelta(hours=23))

    with time_machine.travel(in_two_days, tick=False):
        tries.clear()
    assert PasswordTries.objects.count() == 1
    with time_machine.travel(in_two_days + timedelta(hours=2), tick=False):
        tries.clear()

    assert not PasswordTries.objects.exists()


# --- Change -----------------------------------------------------------------------------------------------

BETTER = "blue-teapot-7-river"


def typed(subject: Subject, **changes: str) -> dict[str, str]:
    return {"number": str(subject.number), "old": GOOD, "new": BETTER, "again": BETTER} | changes


def change(**data: str) -> tuple[int, str]:
    response = Client().post(reverse("ministry:change_password"), data)
    return response.status_code, response.content.decode()


def test_the_password_is_changed_with_the_old_one_and_the_registered_address_is_told(owned):
    status, _page = change(**typed(owned))

    owned.refresh_from_db()
    (mail,) = Email.objects.all()
    assert status == 302
    assert [passwords.check(owned, password) for password in (GOOD, BETTER)] == [False, True]
    assert mail.to == owned.responsible_email.split(";")
    assert BETTER not in mail.message


def test_a_wrong_old_password_and_a_number_that_nobody_has_are_answered_alike(owned):
    pages = [change(**typed(owned, **wrong)) for wrong in ({"old": "wrong"}, {"number": NOBODYS})]

    owned.refresh_from_db()
    assert pages[0][0] == pages[1][0] == 200
    words = "The filing number and the filing password do not match."
    assert [words in page for _status, page in pages] == [True, True]
    assert passwords.check(owned, GOOD)
    assert not Email.objects.exists()


@pytest.mark.parametrize(
    "weak",
    ["short1", "1234567890123", "password1234", "aaaaaaaaaaab", GOOD],
)
def test_a_weak_password_is_refused_before_the_old_one_is_tried(owned, weak):
    assert change(**typed(owned, new=weak, again=weak))[0] == 200
    assert change(**typed(owned, new=f"{owned.number}", again=f"{owned.number}"))[0] == 200
    assert change(**typed(owned, again=f"{BETTER}x"))[0] == 200
    assert not PasswordTries.objects.exists()
    owned.refresh_from_db()
    assert passwords.check(owned, GOOD)
