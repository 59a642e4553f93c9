"""Tasks that a transaction orders are queued after its commit, each once."""

import pytest
from django.db import transaction

from ministry.mail import outbox
from ministry.mail.outbox import Queueing, after_commit

pytestmark = pytest.mark.django_db

MAILS, CODES = "ministry.send_mails", "filings.send_code"


def test_a_transaction_queues_a_task_once_for_the_same_ids(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as calls:
        for _n in range(3):
            after_commit(MAILS)
            after_commit(CODES, 1)
        after_commit(CODES, 2)
    assert calls == [Queueing(MAILS, ()), Queueing(CODES, (1,)), Queueing(CODES, (2,))]


def test_what_a_savepoint_takes_back_is_queued_when_it_is_ordered_again(django_capture_on_commit_callbacks):
    def ordered_in_vain() -> None:
        with transaction.atomic():
            after_commit(MAILS)
            raise ArithmeticError

    with django_capture_on_commit_callbacks() as calls:
        with pytest.raises(ArithmeticError):
            ordered_in_vain()
        after_commit(MAILS)
    assert calls == [Queueing(MAILS, ())]


def test_what_is_committed_stays_done_whatever_fails_when_its_task_is_queued(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fails(*_args: object, **_options: object) -> None:
        raise TypeError("of a library")

    monkeypatch.setattr(outbox, "signature", fails)
    with django_capture_on_commit_callbacks(execute=True):
        after_commit(MAILS)

    assert [record.message for record in caplog.records] == [f"{MAILS} was not queued"]
