"""Mails that don't go out: the server is away for hours, says “later”, refuses; who sees it and sends them again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from post_office.models import STATUS, Email

from filings.models import PersonCheck
from filings.states import Status
from filings.tests.mail.queued import order, statuses
from filings.verification import one_time_codes
from icp_portal.tests.builders import Case
from ministry import tasks
from ministry.mail import queue as mails
from ministry.models import Subject
from ministry.passwords import passwords

pytestmark = pytest.mark.django_db


def run_for(minutes: int, time_machine) -> None:
    """What beat does, and more often; the clock moves."""
    for _minute in range(minutes):
        time_machine.shift(60)
        tasks.send_mails()


def test_a_mail_server_away_for_three_hours_costs_no_notice(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    case = Case().submit().verify()
    case.approve()
    expected = sorted(to for mail in Email.objects.all() for to in mail.to)
    assert len(expected) > 3
    server.stop()
    run_for(180, time_machine)
    assert {tries for _to, _status, tries in statuses()} == {0}
    assert STATUS.sent not in {status for _to, status, _tries in statuses()}

    server.come_back()
    run_for(30, time_machine)

    assert server.recipients() == expected
    assert {status for _to, status, _tries in statuses()} == {STATUS.sent}


def test_the_filing_password_waits_as_long_and_comes_once(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    subject = Case().submit().verify().approve().filing.subject
    Email.objects.all().delete()
    server.stop()
    for _quarter in range(12):
        time_machine.shift(900)
        for pk in tasks.owed_passwords():
            with pytest.raises(OSError, match="refused"):
                passwords.send(pk)
    subject.refresh_from_db()
    assert (subject.password_hash, subject.password_wanted_at is None) == ("", False)

    server.come_back()
    for _half_minute in range(4):
        time_machine.shift(30)
        for pk in tasks.owed_passwords():
            passwords.send(pk)

    (mail,) = server.mails
    subject.refresh_from_db()
    assert passwords.check(subject, mail.get_content().splitlines()[2])
    assert Subject.objects.get().password_wanted_at is None


def test_a_code_waits_as_long_and_comes_once(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    case = Case().submit().ask_persons()
    waiting = case.filing.person_checks.count()
    server.stop()
    for _five_minutes in range(36):
        time_machine.shift(300)
        for pk in one_time_codes.owed():
            with pytest.raises(OSError, match="refused"):
                one_time_codes.send(pk)

    server.come_back()
    for _minute in range(3):
        time_machine.shift(60)
        for pk in one_time_codes.owed():
            one_time_codes.send(pk)

    assert len(server.mails) == waiting > 0
    assert set(PersonCheck.objects.values_list("sent", flat=True)) == {1}


def test_only_a_final_refusal_of_the_mail_itself_counts_and_eight_are_the_end(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    server.replies = {"gone@example.cn": "550 5.1.1 no such mailbox", "full@example.cn": "452 4.2.2 mailbox full"}
    order("gone@example.cn", "full@example.cn", "good@example.cn")

    tasks.send_mails()
    assert statuses() == [
        ("gone@example.cn", STATUS.requeued, 1),
        ("full@example.cn", STATUS.requeued, 0),
        ("good@example.cn", STATUS.sent, 0),
    ]
    assert [log.message for log in Email.objects.first().logs.all()] == [
        "{'gone@example.cn': (550, b'5.1.1 no such mailbox')}"
    ]
    run_for(300, time_machine)
    assert statuses()[:2] == [
        ("gone@example.cn", STATUS.failed, mails.TRIES),
        ("full@example.cn", STATUS.requeued, 0),
    ]
    assert Email.objects.first().logs.count() == 1

    server.replies = {}
    run_for(15, time_machine)
    assert server.recipients() == ["full@example.cn", "good@example.cn"]


def test_the_pauses_double_while_a_server_says_later_and_stay_short_while_it_is_away(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    server.replies = {"full@example.cn": "452 4.2.2 mailbox full"}
    order("full@example.cn")
    waits = []
    for _try in range(8):
        tasks.send_mails()
        mail = Email.objects.get()
        waits.append(int((mail.scheduled_time - timezone.now()).total_seconds()))
        time_machine.move_to(mail.scheduled_time, tick=False)
    assert waits == [30, 30, 60, 120, 240, 480, 900, 900]

    server.stop()
    tasks.send_mails()
    assert Email.objects.get().scheduled_time - timezone.now() == mails.AWAY_FOR


def test_a_mail_that_is_tried_later_changes_no_other(server):
    server.replies = {"full@example.cn": "452 4.2.2 mailbox full"}
    order("full@example.cn", "good@example.cn")
    Email.objects.filter(to="good@example.cn").update(scheduled_time=timezone.now() + timedelta(days=1))

    tasks.send_mails()

    assert statuses() == [("full@example.cn", STATUS.requeued, 0), ("good@example.cn", STATUS.queued, 0)]


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(server, time_machine):
    time_machine.move_to("2026-11-25 10:00 +0800", tick=False)
    order("first@example.cn", "second@example.cn")
    Email.objects.filter(to="first@example.cn").update(subject="two\nlines")

    tasks.send_mails()

    assert server.recipients() == ["second@example.cn"]
    assert statuses()[0] == ("first@example.cn", STATUS.requeued, 1)


def test_a_server_that_is_away_is_asked_once_a_run(server):
    order(*(f"{number}@example.cn" for number in range(5)))
    server.stop()
    tasks.send_mails()
    assert [status for _to, status, _tries in statuses()] == [STATUS.requeued, *[STATUS.queued] * 4]


@pytest.mark.parametrize(("most", "connections"), [(1_000, 1), (2, 3)])
def test_a_run_keeps_its_connection_and_replaces_one_that_the_server_closes(server, most, connections):
    server.most = most
    server.replies = {"gone@example.cn": "550 5.1.1 no such mailbox"}
    order("a@example.cn", "gone@example.cn", "b@example.cn", "c@example.cn", "d@example.cn")

    tasks.send_mails()

    assert [status for _to, status, _tries in statuses()] == [STATUS.sent, STATUS.requeued, *[STATUS.sent] * 3]
    assert server.recipients() == ["a@example.cn", "b@example.cn", "c@example.cn", "d@example.cn"]
    assert server.connections == connections


@pytest.mark.parametrize(("most", "connections"), [(1_000, 1), (1, 3)])
def test_passwords_go_on_one_connection_until_the_server_closes_it(server, most, connections):
    filings = [Case(invented=5001 + number).to(Status.FILED).filing for number in range(3)]
    server.most = most

    for filing in filings:
        passwords.send(filing.subject_id)

    assert server.recipients() == sorted(filing.subject.responsible_email for filing in filings)
    assert server.connections == connections
    assert not Subject.objects.exclude(password_wanted_at=None).exists()


def test_a_password_waits_while_the_server_to_which_it_was_connected_is_away(server):
    first, second = (Case(invented=5001 + number).to(Status.FILED).filing for number in range(2))
    passwords.send(first.subject_id)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        passwords.send(second.subject_id)
    assert list(Subject.objects.exclude(password_wanted_at=None)) == [second.subject]

    server.come_back()
    passwords.send(second.subject_id)
    assert len(server.recipients()) == 2
    assert not Subject.objects.exclude(password_wanted_at=None).exists()


def test_each_run_connects_anew(server):
    for to in ("a@example.cn", "b@example.cn"):
        order(to)
        tasks.send_mails()
    assert (server.recipients(), server.connections) == (["a@example.cn", "b@example.cn"], 2)
