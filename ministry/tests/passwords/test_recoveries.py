"""Recovery of a filing password: the registered address confirms, anybody on file stops it, else nothing changes."""

import os
import re
from datetime import datetime, timedelta

import pytest
import redis
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry import tasks
from ministry.models import Recovery, RecoveryOutcome, Subject, SubjectCertificate
from ministry.passwords import passwords, recoveries
from ministry.public import views
from ministry.register import ends

pytestmark = pytest.mark.django_db

NUMBER = 5001
OTHER_NUMBER = "京ICP备2026999999号"
WEBMASTER = "webmaster@example.cn"


@pytest.fixture
def subject() -> Subject:
    """A subject that has its first password already; its website has a contact of its own."""
    subject = Case(invented=NUMBER).submit().verify().approve().filing.subject
    for website in subject.websites.all():
        website.responsible_email = WEBMASTER
        website.save(update_fields=["responsible_email"])
    Subject.objects.update(password_wanted_at=None, password_sent_at=timezone.now() - timedelta(hours=1))
    Email.objects.all().delete()
    return subject


def right(subject: Subject) -> dict[str, object]:
    return {"number": str(subject.number), "cert_type": 1, "cert_number": invent.credit_code(NUMBER)}


def asked(subject: Subject) -> Recovery:
    """A recovery with the right data, looked up."""
    recovery = recoveries.ask(**right(subject))
    recoveries.look_up(recovery.pk)
    recovery.refresh_from_db()
    return recovery


def is_owed(subject: Subject) -> bool:
    return Subject.objects.get(pk=subject.pk).password_wanted_at is not None


def links() -> dict[str, str]:
    """Who was sent which link to answer with."""
    found = {}
    for mail in Email.objects.filter(message__contains="/recover/answer/"):
        found[mail.to[0]] = re.search(r"/recover/answer/\S+", mail.message).group()
    return found


def answered(email: str) -> recoveries.RecoveryAnswer:
    """What the link that went to an address stands for."""
    found = recoveries.of_token(links()[email].split("/")[-2])
    assert found is not None
    return found


@pytest.fixture
def later(settings) -> datetime:
    # The requests are made after this fixture, on a busy machine more than a second later.
    return timezone.now() + settings.RECOVERY_LIFE + timedelta(minutes=5)


# --- Asking -------------------------------------------------------------------------------------------


def test_everybody_on_file_is_told_and_a_request_alone_changes_nothing(subject, settings, later):
    recovery = asked(subject)
    assert set(links()) == {subject.responsible_email, WEBMASTER}
    assert recovery.expires_at == recovery.asked_at + settings.RECOVERY_LIFE

    with time_machine.travel(later, tick=False):
        tasks.sweep()
        assert not recoveries.confirm(answered(subject.responsible_email))

    assert Recovery.objects.get().outcome == RecoveryOutcome.EXPIRED
    assert not is_owed(subject)


def test_the_old_password_holds_until_the_registered_address_confirms_and_the_new_one_is_out(subject, mailbox):
    Subject.objects.update(password_hash=make_password("the-old-password"))
    asked(subject)
    page, client = links()[subject.responsible_email], Client()
    assert client.get(page).status_code == 200
    assert not is_owed(subject), "a look changes nothing"

    for _twice in range(2):
        assert client.post(page, {"answer": "confirm"}).status_code == 302
    subject.refresh_from_db()
    assert (is_owed(subject), passwords.check(subject, "the-old-password")) == (True, True)
    passwords.send(subject.pk)

    subject.refresh_from_db()
    (mail,) = mailbox.messages()
    assert mail["to"] == subject.responsible_email
    assert passwords.check(subject, "the-old-password") is False
    assert passwords.check(subject, mail.get_content().splitlines()[2])
    assert Recovery.objects.get().outcome == RecoveryOutcome.ORDERED


def test_only_the_registered_address_confirms(subject):
    recovery = asked(subject)
    page = links()[WEBMASTER]
    assert 'value="confirm"' not in Client().get(page).content.decode()
    Client().post(page, {"answer": "confirm"})
    assert not is_owed(subject)
    registered = answered(subject.responsible_email)

    before, subject.responsible_email = subject.responsible_email, "new@example.cn"
    subject.save(update_fields=["responsible_email"])
    assert recoveries.of_token(links()[before].split("/")[-2]).may_confirm is False
    assert registered.may_confirm
    recovery.refresh_from_db()
    assert recovery.is_under_way


def test_asking_again_is_the_same_request_until_it_is_answered(subject, later):
    first = recoveries.ask(**right(subject))
    assert recoveries.ask(**right(subject) | {"number": f"{subject.number}-1"}) == first
    recoveries.look_up(first.pk)
    assert recoveries.ask(**right(subject)) == first
    assert Recovery.objects.count() == 1
    recoveries.stop(answered(WEBMASTER))

    # A stranger's request that was stopped does not shut the holder out.
    second = asked(subject)
    assert (second != first, second.is_under_way) == (True, True)
    with time_machine.travel(later, tick=False):
        assert recoveries.ask(**right(subject)) != second


def test_a_request_that_nobody_answered_makes_room_for_the_next(subject, later):
    asked(subject)
    with time_machine.travel(later, tick=False):
        assert asked(subject).is_under_way
    assert [one.outcome for one in Recovery.objects.order_by("pk")] == [RecoveryOutcome.EXPIRED, ""]


def test_an_old_and_a_new_certificate_make_one_recovery(subject):
    SubjectCertificate.objects.create(
        subject=subject, cert_type=12, number="70846113-6", digest=recoveries.digests.of_certificate("708461136")
    )
    first = asked(subject)
    second = recoveries.ask(str(subject.number), 12, "708461136")
    recoveries.look_up(second.pk)
    second.refresh_from_db()

    assert second.outcome == RecoveryOutcome.JOINED
    assert first.is_under_way
    assert len(links()) == 2


def test_the_database_allows_one_recovery_under_way(subject):
    recovery = asked(subject)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(
            number="x", cert_type=1, cert_digest="x", expires_at=recovery.expires_at, subject=subject
        )


@pytest.mark.parametrize(
    "wrong",
    [{"number": OTHER_NUMBER}, {"cert_type": 12}, {"cert_number": invent.credit_code(NUMBER + 1)}],
)
def test_a_wrong_recovery_tells_nobody_and_orders_nothing(subject, wrong, later):
    recovery = recoveries.ask(**(right(subject) | wrong))
    recoveries.look_up(recovery.pk)
    with time_machine.travel(later, tick=False):
        tasks.sweep()

    assert Recovery.objects.get().outcome == RecoveryOutcome.WRONG
    assert not is_owed(subject)
    assert not Email.objects.exists()


def test_right_and_wrong_requests_cost_the_same(subject, django_assert_num_queries):
    for request in (right(subject), right(subject) | {"number": OTHER_NUMBER}):
        with django_assert_num_queries(5):  # savepoint, lock, look, insert, release
            recoveries.ask(**request)
        recoveries.look_up(Recovery.objects.latest("pk").pk)
        with django_assert_num_queries(4):  # savepoint, lock, look, release
            recoveries.ask(**request)


def test_more_than_three_recoveries_a_day_tell_nobody(subject):
    for _n in range(recoveries.RECOVERIES_A_DAY):
        asked(subject)
        recoveries.stop(answered(WEBMASTER))
        Email.objects.all().delete()
    asked(subject)
    assert Recovery.objects.latest("pk").outcome == RecoveryOutcome.TOO_OFTEN
    assert not Email.objects.exists()


def test_the_registered_address_can_confirm_what_it_has_stopped_until_it_expires(subject, later):
    """Otherwise a stranger's requests, stopped as the mail says, use up the mails of the holder's day."""
    for _n in range(recoveries.RECOVERIES_A_DAY):
        asked(subject)
        url = links()[subject.responsible_email]
        Client().post(url, {"answer": "stop"})
        assert "you can still confirm this request" in Client().get(url).content.decode()
        Email.objects.all().delete()
    asked(subject)
    assert not Email.objects.exists()

    assert 'value="confirm"' in Client().get(url).content.decode()
    with time_machine.travel(later, tick=False):
        assert 'value="confirm"' not in Client().get(url).content.decode()
        Client().post(url, {"answer": "confirm"})
    assert not is_owed(subject)

    Client().post(url, {"answer": "confirm"})
    assert is_owed(subject)
    assert Recovery.objects.filter(outcome=RecoveryOutcome.ORDERED, stopped_by="").count() == 1


def test_what_another_contact_has_stopped_stays_stopped_even_if_both_addresses_look_the_same_masked(subject):
    name, domain = subject.responsible_email.split("@")
    alike = f"{name[0]}other@{domain}"
    for website in subject.websites.all():
        website.responsible_email = alike
        website.save(update_fields=["responsible_email"])
    asked(subject)
    found = links()
    assert answered(alike).contact == answered(subject.responsible_email).contact
    Client().post(found[alike], {"answer": "stop"})

    assert 'value="confirm"' not in Client().get(found[subject.responsible_email]).content.decode()
    Client().post(found[subject.responsible_email], {"answer": "confirm"})

    assert not is_owed(subject)
    assert Recovery.objects.get().outcome == RecoveryOutcome.STOPPED


def test_the_contact_of_a_cancelled_website_gets_no_mail(subject):
    ends.cancel_website(subject.websites.get().pk, timezone.localdate())

    asked(subject)

    assert set(links()) == {subject.responsible_email}


def test_a_request_whose_look_up_was_lost_is_found_by_the_sweep(subject, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.look_up_recovery, "delay", queued.append)
    recovery = recoveries.ask(**right(subject))

    tasks.sweep()
    assert queued == []  # its task may be under way
    for _twice in range(2):
        with time_machine.travel(timezone.now() + tasks.SWEEP_AFTER + timedelta(seconds=1), tick=False):
            tasks.sweep()
        recoveries.look_up(recovery.pk)

    assert queued == [recovery.pk]


def test_looking_up_twice_tells_once(subject):
    recovery = asked(subject)
    recoveries.look_up(recovery.pk)
    assert Email.objects.count() == 2


@pytest.mark.parametrize(
    ("meanwhile", "outcome"),
    [
        (lambda: {"password_sent_at": timezone.now() + timedelta(minutes=1)}, RecoveryOutcome.JOINED),
        (lambda: {"live": False}, RecoveryOutcome.CANCELLED),
    ],
)
def test_a_password_by_another_way_or_a_cancelled_subject_ends_the_recovery(subject, meanwhile, outcome):
    asked(subject)
    Subject.objects.update(**meanwhile())
    recoveries.confirm(answered(subject.responsible_email))

    assert Recovery.objects.get().outcome == outcome
    assert not is_owed(subject)


# --- The pages ------------------------------------------------------------------------------------------


def form(subject: Subject, **changes: object) -> dict[str, object]:
    return right(subject) | {"province": subject.province} | changes


def test_the_answer_is_the_same_right_or_wrong_and_again(subject):
    client, pages = Client(), []
    for data in (form(subject), form(subject, number=OTHER_NUMBER), form(subject)):
        pages.append(client.post(reverse("ministry:recover_password"), data, follow=True).content)
        recoveries.look_up(Recovery.objects.latest("pk").pk)

    assert pages[0] == pages[1] == pages[2]
    assert "within 24 hours" in pages[0].decode()


def test_an_address_asks_ten_times_and_then_waits_an_hour():
    url, client = reverse("ministry:recover_password"), Client()
    data = {"province": "110000", "number": OTHER_NUMBER, "cert_type": 1, "cert_number": invent.credit_code(NUMBER)}
    answers = [client.post(url, data).status_code for _time in range(views.RECOVERIES_AN_HOUR)]
    refused = client.post(url, data)

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as server:
        seconds = [server.ttl(key) for key in server.scan_iter("*throttle:recovery:*")]
    assert set(answers) == {302}
    assert "Try again in an hour" in refused.context["form"].errors["__all__"][0]
    assert len(seconds) == 1
    assert 3500 < seconds[0] <= 3600


def test_a_contact_looks_first_and_stops_then(subject):
    recovery = asked(subject)
    url, client = links()[WEBMASTER], Client()

    page = client.get(url).content.decode()
    recovery.refresh_from_db()
    assert (str(subject.number) in page, recovery.is_under_way) == (True, True)
    assert subject.responsible_email not in page

    for _again in range(2):
        assert client.post(url).status_code == 302
    recovery.refresh_from_db()
    assert (recovery.outcome, recovery.stopped_by) == (RecoveryOutcome.STOPPED, "w***@example.cn")
    assert "w***@example.cn" in client.get(url).content.decode()
    stopped = Email.objects.exclude(message__contains="/recover/answer/")
    assert {mail.to[0] for mail in stopped} == {subject.responsible_email, WEBMASTER}
    assert stopped.count() == 2
    assert not recoveries.confirm(answered(subject.responsible_email))
    assert not is_owed(subject)


def test_stopping_comes_too_late_once_the_password_was_ordered(subject):
    recovery = asked(subject)
    url = links()[WEBMASTER]
    recoveries.confirm(answered(subject.responsible_email))
    Client().post(url)

    recovery.refresh_from_db()
    assert recovery.outcome == RecoveryOutcome.ORDERED
    assert is_owed(subject)
    assert Client().get(url).status_code == 200


def test_a_forged_link_answers_nothing(subject):
    recovery = asked(subject)
    token = links()[WEBMASTER].split("/")[-2]
    for forged in ("x", token[:-1], token.split(":")[0], f"{token}x"):
        for method in ("get", "post"):
            assert getattr(Client(), method)(f"/recover/answer/{forged}/").status_code == 404
    recovery.refresh_from_db()
    assert recovery.is_under_way
