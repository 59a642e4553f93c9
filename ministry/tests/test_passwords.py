"""The filing password: made when sent, kept as a hash, recovered without telling anything."""

import re
from smtplib import SMTPException

import pytest

from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry import passwords
from ministry.models import Recovery, Subject

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


def right(subject: Subject) -> dict[str, object]:
    return {"number": str(subject.number), "cert_type": 1, "cert_number": invent.credit_code(5001)}


def test_recovery_sends_a_new_password_and_ends_the_old_one(subject, mailbox):
    passwords.send(subject.pk)
    old = sent_password(mailbox)

    passwords.ask_recovery(**right(subject))
    passwords.look_up_recovery(Recovery.objects.get().pk)
    passwords.send(subject.pk)

    subject.refresh_from_db()
    assert passwords.check(subject, sent_password(mailbox)) is True
    assert passwords.check(subject, old) is False


@pytest.mark.parametrize(
    "wrong",
    [{"number": "京ICP备2026999999号"}, {"cert_type": 12}, {"cert_number": invent.credit_code(5002)}],
)
def test_a_wrong_recovery_orders_nothing(subject, wrong):
    Subject.objects.update(password_wanted_at=None)
    passwords.ask_recovery(**(right(subject) | wrong))
    passwords.look_up_recovery(Recovery.objects.get().pk)
    assert Recovery.objects.get().matched is False
    assert Subject.objects.get(pk=subject.pk).password_wanted_at is None


def test_right_and_wrong_requests_cost_the_same(subject, django_assert_num_queries):
    for request in (right(subject), right(subject) | {"number": "京ICP备2026999999号"}):
        with django_assert_num_queries(3):  # savepoint, insert, release
            passwords.ask_recovery(**request)


def test_more_than_three_recoveries_a_day_order_nothing(subject):
    for _n in range(passwords.RECOVERIES_A_DAY + 1):
        Subject.objects.update(password_wanted_at=None)
        passwords.ask_recovery(**right(subject))
        passwords.look_up_recovery(Recovery.objects.latest("pk").pk)
    assert Subject.objects.get(pk=subject.pk).password_wanted_at is None


def test_looking_up_twice_orders_once(subject):
    passwords.ask_recovery(**right(subject))
    recovery = Recovery.objects.get()
    passwords.look_up_recovery(recovery.pk)
    Subject.objects.update(password_wanted_at=None)
    passwords.look_up_recovery(recovery.pk)
    assert Subject.objects.get(pk=subject.pk).password_wanted_at is None
