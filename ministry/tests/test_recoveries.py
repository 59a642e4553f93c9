"""Recovery of a filing password: the same answer right or wrong, a cooling-off, anybody on file can stop it."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from post_office.models import Email

from icp_portal.demo import invent
from icp_portal.tests.builders import Case
from ministry import passwords, recoveries, tasks
from ministry.models import Recovery, RecoveryOutcome, Subject, SubjectCertificate

pytestmark = pytest.mark.django_db

NUMBER = 5001
OTHER_NUMBER = "京ICP备2026999999号"
WEBMASTER = "webmaster@example.cn"


@pytest.fixture(autouse=True)
def _nobody_throttled() -> None:
    cache.clear()


@pytest.fixture
def subject() -> Subject:
    """A subject that has its first password already; its website has a contact of its own."""
    subject = Case(invented=NUMBER).submit().verify().approve().filing.subject
    subject.websites.update(responsible_email=WEBMASTER)
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
    """Who was sent which link to stop with."""
    found = {}
    for mail in Email.objects.filter(message__contains="/recover/stop/"):
        found[mail.to[0]] = re.search(r"/recover/stop/\S+", mail.message).group()
    return found


@pytest.fixture
def later(settings) -> datetime:
    return timezone.now() + settings.RECOVERY_COOLING_OFF + timedelta(seconds=1)


# --- Asking -------------------------------------------------------------------------------------------


def test_everybody_on_file_is_told_and_nothing_is_sent_before_the_cooling_off_is_over(subject, settings):
    recovery = asked(subject)
    recoveries.finish(recovery.pk)

    assert set(links()) == {subject.responsible_email, WEBMASTER}
    assert recovery.send_at == recovery.asked_at + settings.RECOVERY_COOLING_OFF
    assert not is_owed(subject)


def test_when_the_cooling_off_is_over_the_sweep_orders_one_password(subject, later):
    recovery = asked(subject)
    with time_machine.travel(later, tick=False):
        due = list(tasks.due_recoveries())
        recoveries.finish(recovery.pk)
        assert is_owed(subject)
        Subject.objects.update(password_wanted_at=None)
        recoveries.finish(recovery.pk)

        assert due == [recovery.pk]
        assert not is_owed(subject)
        assert list(tasks.due_recoveries()) == []
    assert Recovery.objects.get().outcome == RecoveryOutcome.ORDERED


def test_recovery_ends_the_old_password(subject, mailbox, later):
    recovery = asked(subject)
    with time_machine.travel(later, tick=False):
        recoveries.finish(recovery.pk)
        passwords.send(subject.pk)

    before = subject.password_hash
    subject.refresh_from_db()
    assert subject.password_hash != before
    assert subject.responsible_email in str(mailbox.messages()[-1]["to"])


def test_asking_again_is_the_same_request_whatever_has_become_of_it(subject, later):
    first = recoveries.ask(**right(subject))
    assert recoveries.ask(**right(subject) | {"number": f"{subject.number}-1"}) == first
    recoveries.look_up(first.pk)
    recoveries.stop(recoveries.of_token(next(iter(links().values())).split("/")[-2]))

    assert recoveries.ask(**right(subject)).send_at == first.send_at
    assert Recovery.objects.count() == 1
    with time_machine.travel(later, tick=False):
        assert recoveries.ask(**right(subject)) != first


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
        Recovery.objects.create(number="x", cert_type=1, cert_digest="x", send_at=recovery.send_at, subject=subject)


@pytest.mark.parametrize(
    "wrong",
    [{"number": OTHER_NUMBER}, {"cert_type": 12}, {"cert_number": invent.credit_code(NUMBER + 1)}],
)
def test_a_wrong_recovery_tells_nobody_and_orders_nothing(subject, wrong, later):
    recovery = recoveries.ask(**(right(subject) | wrong))
    recoveries.look_up(recovery.pk)
    with time_machine.travel(later, tick=False):
        recoveries.finish(recovery.pk)

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


def test_more_than_three_recoveries_a_day_order_nothing(subject, settings):
    settings.RECOVERY_COOLING_OFF = timedelta(0)
    for _n in range(recoveries.RECOVERIES_A_DAY + 1):
        Subject.objects.update(password_wanted_at=None)
        recoveries.finish(asked(subject).pk)
    assert not is_owed(subject)
    assert Recovery.objects.latest("pk").outcome == RecoveryOutcome.TOO_OFTEN


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
def test_a_password_by_another_way_or_a_cancelled_subject_ends_the_recovery(subject, later, meanwhile, outcome):
    recovery = asked(subject)
    Subject.objects.update(**meanwhile())
    with time_machine.travel(later, tick=False):
        recoveries.finish(recovery.pk)

    assert Recovery.objects.get().outcome == outcome
    assert not is_owed(subject)


# --- The pages ------------------------------------------------------------------------------------------


def form(subject: Subject, **changes: object) -> dict[str, object]:
    return right(subject) | {"province": subject.province} | changes


def test_the_answer_names_the_time_and_is_the_same_right_or_wrong_and_again(subject):
    client, pages = Client(), []
    with time_machine.travel(timezone.now(), tick=False):
        for data in (form(subject), form(subject, number=OTHER_NUMBER), form(subject)):
            pages.append(client.post(reverse("ministry:recover_password"), data, follow=True).content)
            recoveries.look_up(Recovery.objects.latest("pk").pk)

    assert pages[0] == pages[1] == pages[2]
    send_at = timezone.localtime(Recovery.objects.first().send_at)
    assert date_format(send_at, "DATETIME_FORMAT") in pages[0].decode()


@pytest.mark.parametrize("until", ["", "?until=", "?until=1764000000", "?until=x:y:z"])
def test_a_time_that_we_did_not_name_is_not_repeated(until):
    assert Client().get(reverse("ministry:recovery_asked") + until).status_code == 200


def test_a_contact_looks_first_and_stops_then(subject, later):
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
    stopped = Email.objects.exclude(message__contains="/recover/stop/")
    assert {mail.to[0] for mail in stopped} == {subject.responsible_email, WEBMASTER}
    assert stopped.count() == 2
    with time_machine.travel(later, tick=False):
        recoveries.finish(recovery.pk)
    assert not is_owed(subject)


def test_stopping_comes_too_late_once_the_password_was_ordered(subject, later):
    recovery = asked(subject)
    url = links()[WEBMASTER]
    with time_machine.travel(later, tick=False):
        recoveries.finish(recovery.pk)
        Client().post(url)

    recovery.refresh_from_db()
    assert recovery.outcome == RecoveryOutcome.ORDERED
    assert is_owed(subject)
    assert Client().get(url).status_code == 200


def test_a_forged_link_stops_nothing(subject):
    recovery = asked(subject)
    token = links()[WEBMASTER].split("/")[-2]
    for forged in ("x", token[:-1], token.split(":")[0], f"{token}x"):
        for method in ("get", "post"):
            assert getattr(Client(), method)(f"/recover/stop/{forged}/").status_code == 404
    recovery.refresh_from_db()
    assert recovery.is_under_way
