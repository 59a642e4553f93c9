"""Deliver messages to a real server: retries, giving up, switching off, one at a time, at least once."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email
from standardwebhooks import Webhook

from accounts.models import User
from filings.deadlines import clearing
from filings.models import (
    AttemptOutcome,
    EndpointState,
    MessageState,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookMessage,
)
from filings.states import Status
from filings.tests.webhooks.conftest import Endpoint
from filings.tests.webhooks.receiving import Receiver, respond
from filings.tests.webhooks.test_writing import closed_and_moved
from filings.webhooks import posting, sending, writing
from icp_portal.tests.builders import Case, case_at, provider, staff, staff_user
from ministry import retention
from ministry.mail.outbox import Queueing
from ministry.retention import DataKind
from providers.models import Staff, StaffRole
from providers.organisation import webhooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(endpoint: Endpoint) -> Case:
    """A submitted filing, with a message about that to its provider's system."""
    case = Case()
    endpoint(case.provider)
    return case.submit()


def the_endpoint() -> WebhookEndpoint:
    return WebhookEndpoint.objects.get()


def the_message() -> WebhookMessage:
    return WebhookMessage.objects.get()


def deliver() -> bool:
    return sending.deliver(the_endpoint().pk)


def answers(system: Receiver, *statuses: int) -> None:
    """Answer with these statuses, the last one again and again."""
    left = list(statuses)
    system.answer = lambda handler: respond(handler, left.pop(0) if len(left) > 1 else left[0])


def test_a_message_is_delivered_signed_and_noted(case: Case, system: Receiver):
    assert sending.due() == [the_endpoint().pk]
    assert not deliver()

    (_path, headers, body) = system.requests[0]
    assert Webhook(the_endpoint().secret).verify(body, headers) == json.loads(the_message().body)
    assert headers["webhook-id"] == the_message().public_id
    attempt = WebhookAttempt.objects.get()
    assert (the_message().state, attempt.outcome, attempt.status) == (MessageState.SENT, AttemptOutcome.OK, 200)
    assert (sending.due(), deliver(), len(system.requests)) == ([], False, 1)


def test_messages_are_delivered_in_their_order(endpoint: Endpoint, system: Receiver):
    case = Case()
    endpoint(case.provider)
    case.submit().verify().approve()

    deliver()

    sent = [json.loads(body)["type"] for _path, _headers, body in system.requests]
    assert sent == ["filing.submit", "filing.verify", "filing.approve"]


def test_a_test_message_is_about_no_filing_that_exists(case: Case, system: Receiver):
    message = sending.send_test(the_endpoint())
    assert json.loads(message.body)["data"] == {
        **{"filing": 0, "status": "with_provider", "version": 1},
        **{"number": None, "websites": [], "url": None},
    }


def test_a_long_list_is_continued_by_the_next_run(case: Case, system: Receiver, monkeypatch):
    monkeypatch.setattr(sending, "MOST_A_RUN", 2)
    for _n in range(2):
        sending.send_test(the_endpoint())

    assert (deliver(), len(system.requests)) == (True, 2)
    assert (deliver(), len(system.requests)) == (False, 3)


def test_a_run_that_has_taken_long_leaves_the_rest(case: Case, system: Receiver, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_RUN", -1.0)
    sending.send_test(the_endpoint())

    assert (deliver(), len(system.requests)) == (True, 1)


def test_a_failed_message_is_sent_again_by_the_schedule_with_the_same_identifier_and_then_given_up(
    case: Case, system: Receiver, monkeypatch
):
    """Waits between the attempts: those of the standard's example, each up to a fifth longer."""
    monkeypatch.setattr(sending, "FAILING_FOR", timedelta(days=30))
    answers(system, 500)
    now, waits = timezone.now(), []
    with time_machine.travel(now, tick=False) as clock:
        for number in range(1, sending.TRIES + 1):
            deliver()
            assert (len(system.requests), the_message().tries) == (number, number)
            if the_message().state == MessageState.WAITING:
                waits.append(the_message().due_at - timezone.now())
                clock.move_to(the_message().due_at - timedelta(seconds=1))
                deliver()
                assert len(system.requests) == number, "not before it is due"
                clock.move_to(max(the_message().due_at, the_endpoint().next_at))

    assert len(waits) == len(sending.WAITS) == 9
    for wait, planned in zip(waits, sending.WAITS, strict=True):
        assert planned <= wait <= planned * 1.2
    assert sum(sending.WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert (the_message().state, len(set(system.ids))) == (MessageState.GIVEN_UP, 1)
    stamps = [headers["webhook-timestamp"] for _path, headers, _body in system.requests]
    assert len(set(stamps)) == len(stamps), "each attempt has its own time"


def test_waits_differ(case: Case):
    assert len({sending._wait(3, 0) for _n in range(20)}) > 1


@pytest.mark.parametrize(("asked", "least"), [("7200", 7200), ("1", 5), ("9999999", 86_400)])
def test_a_system_may_ask_for_a_longer_wait(case: Case, system: Receiver, asked: str, least: int):
    system.answer = lambda handler: respond(handler, 429, Retry_After=asked)
    with time_machine.travel(timezone.now(), tick=False):
        deliver()
        wait = (the_message().due_at - timezone.now()).total_seconds()

    assert least <= wait <= max(least, 6)


def test_a_failing_address_rests_longer_and_longer_and_a_success_ends_that(case: Case, system: Receiver):
    answers(system, 500, 500, 500, 500, 500, 200)
    for _n in range(8):
        sending.send_test(the_endpoint())
    rests = []
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False) as clock:
        for _n in range(5):
            before = len(system.requests)
            deliver()
            assert len(system.requests) == before + 1, "one attempt, then a rest"
            assert sending.due() == []
            rests.append((the_endpoint().next_at - timezone.now()).total_seconds())
            clock.move_to(the_endpoint().next_at)
        assert (the_endpoint().failures, the_endpoint().failing_since is None) == (5, False)
        deliver()

    assert rests == [5, 30, 60, 300, 300]
    assert (the_endpoint().failures, the_endpoint().failing_since) == (0, None)
    assert WebhookMessage.objects.filter(state=MessageState.WAITING).count() < 5, "the others went out at once"


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0], mail.subject) for mail in Email.objects.filter(subject__contains="自有系统").order_by("pk")]


def test_gone_switches_the_address_off_and_the_supervisors_are_told(case: Case, system: Receiver):
    boss = staff_user(case.provider, StaffRole.ADMINISTRATOR)
    gone = staff_user(case.provider, StaffRole.SUPERVISOR)
    Staff.objects.filter(user=gone).update(suspended_at=timezone.now())
    sending.send_test(the_endpoint())
    answers(system, 410)
    Email.objects.all().delete()

    deliver()

    assert (the_endpoint().state, len(system.requests)) == (EndpointState.GONE, 1)
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {MessageState.GIVEN_UP}
    supervisor = User.objects.get(provider_staff__role=StaffRole.SUPERVISOR, provider_staff__suspended_at=None)
    assert sorted(mails()) == sorted((one.email, "发送至自有系统的消息已停用") for one in (supervisor, boss))
    assert f"/provider/organisation/webhooks/{the_endpoint().pk}/" in Email.objects.first().message
    case.verify()
    assert WebhookMessage.objects.count() == 2, "nothing more is written for it"


def test_an_address_that_fails_for_days_is_switched_off(case: Case, system: Receiver):
    answers(system, 500)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        deliver()
        clock.shift(sending.FAILING_FOR - timedelta(seconds=1))
        deliver()
        assert the_endpoint().state == EndpointState.LIVE
        clock.move_to(max(the_message().due_at, the_endpoint().next_at))
        deliver()

    assert (the_endpoint().state, the_message().state) == (EndpointState.FAILING, MessageState.GIVEN_UP)
    assert [subject for _to, subject in mails()] == ["发送至自有系统的消息已停用"]
    assert "连续多日未被接收" in Email.objects.get(subject__contains="停用").message


def test_the_supervisors_are_told_of_given_up_messages_once_a_day(case: Case, system: Receiver):
    answers(system, 500)
    for _n in range(3):
        sending.send_test(the_endpoint())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _n in range(3):
            _last_try()
            deliver()
            clock.move_to(the_endpoint().next_at)
        assert [subject for _to, subject in mails()] == ["发送至自有系统的消息未送达"]
        clock.shift(sending.TOLD_EVERY)
        _last_try()
        deliver()

    assert [subject for _to, subject in mails()] == ["发送至自有系统的消息未送达"] * 2


def _last_try() -> None:
    WebhookMessage.objects.filter(state=MessageState.WAITING).update(tries=sending.TRIES - 1, due_at=timezone.now())


def test_while_a_worker_sends_no_other_one_does_and_a_dead_one_is_replaced(case: Case, system: Receiver, monkeypatch):
    """The worker dies after the request: the message is sent again after the lease, with the same identifier."""
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_note", lambda *_said: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            deliver()
    assert (len(system.requests), the_message().state) == (1, MessageState.WAITING)
    assert (sending.due(), deliver(), len(system.requests)) == ([], False, 1)

    with time_machine.travel(timezone.now() + sending.LEASE + timedelta(seconds=1)):
        assert sending.due() == [the_endpoint().pk]
        deliver()

    assert (len(system.requests), len(set(system.ids)), the_message().state) == (2, 1, MessageState.SENT)
    assert WebhookAttempt.objects.count() == 1


def test_no_second_message_is_sent_to_an_address_while_a_worker_sends_one(
    endpoint: Endpoint, system: Receiver, monkeypatch
):
    case = Case()
    endpoint(case.provider)
    case.submit().verify()
    monkeypatch.setattr(sending, "_note", lambda *_said: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        deliver()

    assert (sending.due(), deliver(), len(system.requests)) == ([], False, 1)


def test_no_lock_is_held_and_no_transaction_open_while_a_request_waits(case: Case, system: Receiver, monkeypatch):
    open_blocks = []
    real = posting.post

    def spy(*said: Any) -> Any:
        open_blocks.append(len(connection.savepoint_ids))
        return real(*said)

    monkeypatch.setattr(posting, "post", spy)
    outside = len(connection.savepoint_ids)
    deliver()

    assert open_blocks == [outside]


def test_messages_about_a_filing_that_has_gone_to_another_provider_are_dropped(endpoint: Endpoint, system: Receiver):
    case, other = Case(), provider()
    first, second = endpoint(case.provider), endpoint(other)
    case.submit()
    closed_and_moved(case, other)

    sending.deliver(first.pk)
    sending.deliver(second.pk)

    states = dict(WebhookMessage.objects.values_list("endpoint", "state"))
    assert states == {first.pk: MessageState.DROPPED, second.pk: MessageState.SENT}
    assert [json.loads(body)["type"] for _path, _headers, body in system.requests] == ["filing.transfer"]


def test_both_secrets_sign_for_a_day_after_a_rotation(case: Case, system: Receiver):
    old, supervisor = the_endpoint().secret, staff(case.provider, StaffRole.SUPERVISOR)
    _found, new = webhooks.rotate(supervisor, the_endpoint().pk, version=1)
    accepted = []
    for hours in (0, 23, 25):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            sending.send_test(the_endpoint())
            deliver()
            (_path, headers, body) = system.requests[-1]
            accepted.append([_verifies(secret, body, headers) for secret in (old, new)])

    assert accepted == [[True, True], [True, True], [False, True]]
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        clearing.clear()
    assert the_endpoint().former_secret == old
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        clearing.clear()
    assert (the_endpoint().former_secret, the_endpoint().former_until) == (None, None)


def _verifies(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    signed = Webhook(secret).sign(headers["webhook-id"], _moment(headers), body.decode())
    return signed in headers["webhook-signature"].split(" ")


def _moment(headers: dict[str, str]) -> Any:
    return timezone.datetime.fromtimestamp(int(headers["webhook-timestamp"]), tz=timezone.get_fixed_timezone(0))


def test_a_message_that_is_sent_again_has_its_identifier_and_new_tries(
    case: Case, system: Receiver, monkeypatch, django_capture_on_commit_callbacks
):
    answers(system, 500, 200)
    supervisor = staff(case.provider, StaffRole.SUPERVISOR)
    WebhookMessage.objects.update(tries=sending.TRIES - 1)
    deliver()
    assert the_message().state == MessageState.GIVEN_UP

    monkeypatch.setattr(connection, "run_on_commit", [])  # the transaction that queued the first try has ended
    with django_capture_on_commit_callbacks() as queued:
        webhooks.send_again(supervisor, the_message().pk)
    assert queued == [Queueing(writing.TASK, (the_endpoint().pk,))]
    assert (the_message().state, the_message().tries) == (MessageState.WAITING, 0)
    deliver()

    assert (the_message().state, len(set(system.ids)), WebhookAttempt.objects.count()) == (MessageState.SENT, 1, 2)


def test_nothing_is_sent_to_an_address_that_is_paused_or_deleted(case: Case, system: Receiver):
    supervisor = staff(case.provider, StaffRole.SUPERVISOR)
    webhooks.set_paused(supervisor, the_endpoint().pk, True, version=1)
    assert (sending.due(), deliver()) == ([], False)
    webhooks.set_paused(supervisor, the_endpoint().pk, False, version=2)
    assert sending.due() == [the_endpoint().pk]
    webhooks.delete(supervisor, the_endpoint().pk, version=3)

    assert (sending.due(), deliver(), system.requests) == ([], False, [])
    assert (the_message().state, the_endpoint().secret) == (MessageState.GIVEN_UP, "")


def test_old_messages_are_cleared_with_their_attempts(case: Case, system: Receiver):
    deliver()
    with time_machine.travel(timezone.now() + retention.days(DataKind.WEBHOOKS) - timedelta(hours=1)):
        assert clearing.clear()["webhooks"] == 0
    with time_machine.travel(timezone.now() + retention.days(DataKind.WEBHOOKS) + timedelta(hours=1)):
        assert clearing.clear()["webhooks"] == 1
    assert not WebhookAttempt.objects.exists()


def test_a_sweep_that_finds_nothing_costs_one_statement(case: Case):
    deliver()

    with CaptureQueriesContext(connection) as sent:
        assert sending.due() == []

    assert len(sent) == 1


def test_an_error_of_ours_is_logged_by_the_worker_and_tried_again_later(case: Case, monkeypatch):
    monkeypatch.setattr(posting, "post", lambda *_said: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        deliver()

    assert (the_message().state, sending.due()) == (MessageState.WAITING, [])
    assert case.filing.status == Status.WITH_PROVIDER


def test_another_providers_failing_system_delays_nobody(endpoint: Endpoint, system: Receiver):
    slow, quick = case_at(Status.WITH_PROVIDER), case_at(Status.WITH_PROVIDER)
    first = endpoint(slow.provider, url="http://127.0.0.1:1/")
    second = endpoint(quick.provider)
    slow.withdraw()
    quick.withdraw()

    sending.deliver(first.pk)

    assert sending.due() == [second.pk]
    sending.deliver(second.pk)
    assert [json.loads(body)["data"]["filing"] for _path, _headers, body in system.requests] == [quick.filing.pk]
