"""Processes die at the worst moment: the worker between sending and committing, the broker with tasks queued.

A real Celery worker, a Valkey of its own, a mail server that can be told to keep the worker waiting after it has
taken a mail. Nothing sleeps for luck: every wait is for a condition, with an end.
"""

import time

import pytest
from django.db import connection
from django.utils import timezone
from post_office.models import STATUS, Email

from filings import services
from icp_portal.tests.builders import Case
from icp_portal.tests.killing import Backend, no_password_owed, until
from ministry import tasks
from ministry.models import NumberSeries, SendingClaim, Subject, Website
from ministry.passwords import passwords
from ministry.tasks import send_mails

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]


def rows_that_contain(text: str) -> list[str]:
    """The tables with a row in which any column shows the text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_a_worker_killed_between_sending_and_committing(backend: Backend):
    backend.server.holding = True
    worker = backend.start_worker()
    subject = Case().submit().verify().approve().filing.subject

    until(backend.server.passwords, "the first mail has been taken")
    worker.kill()
    subject.refresh_from_db()
    assert (subject.password_hash, subject.password_wanted_at is None) == ("", False)

    backend.server.holding = False
    backend.start_worker()
    assert SendingClaim.objects.update(until=timezone.now()) == 1  # its time is over
    tasks.sweep()
    until(no_password_owed, "the password has been sent again")

    first, *_others, last = backend.server.passwords()
    subject.refresh_from_db()
    assert first != last
    assert (passwords.check(subject, first), passwords.check(subject, last)) == (False, True)

    tasks.sweep()
    until(lambda: not backend.queued(), "the queue is empty")
    subject.refresh_from_db()
    assert passwords.check(subject, backend.server.passwords()[-1])

    for password in backend.server.passwords():
        assert rows_that_contain(password) == []
        assert password not in backend.everything_in_the_broker()
        assert password not in backend.log.read_text()
    assert rows_that_contain(subject.password_hash) == ["ministry_subject"], "the search finds what is there"
    assert "ministry.send_password" in backend.log.read_text(), "the log is the worker's"


def test_a_broker_killed_with_tasks_queued(backend: Backend):
    first = Case().submit().verify().approve().filing
    second = Case().submit().verify().approve().filing
    assert backend.queued() > 0

    backend.broker.kill()
    backend.broker.start()
    assert backend.queued() == 0
    third = Case().submit().verify().approve().filing

    tasks.sweep()
    backend.start_worker()
    until(no_password_owed, "all passwords are sent")

    subjects = list(Subject.objects.order_by("serial"))
    assert [subject.serial for subject in subjects] == [1, 2, 3]
    assert NumberSeries.objects.get().last == Website.objects.count() == 3
    assert [subject.pk for subject in subjects] == [case.subject_id for case in (first, second, third)]
    sent = backend.server.passwords()
    assert len(sent) == 3
    for subject in subjects:
        assert sum(passwords.check(subject, password) for password in sent) == 1


def test_a_broker_that_is_made_a_replica_and_a_primary_again(backend: Backend):
    """As by Sentinels: who waits there for a task gets an error, while the connection stays."""
    worker = backend.start_worker()
    with backend.client() as client:
        client.replicaof("127.0.0.1", "1")
        until(
            lambda: b"Connection to broker lost" in backend.log.read_bytes() or worker.has_ended, "the worker notices"
        )
        client.replicaof("NO", "ONE")
    assert not worker.has_ended

    Case().submit().verify().approve()
    until(no_password_owed, "the password has been sent")


def test_approving_while_the_broker_is_down(backend: Backend):
    case = Case().submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    backend.broker.kill()
    before = time.monotonic()

    subject = services.approve(case.filing.pk, case.reviewer, version=None)

    assert time.monotonic() - before < 5, "a reviewer does not wait for a dead broker"
    assert case.refresh().filing.subject == subject
    assert backend.server.passwords() == []

    backend.broker.start()
    tasks.sweep()
    send_mails.delay()  # what beat does four times a minute
    backend.start_worker()
    until(no_password_owed, "the password has been sent")
    until(lambda: not Email.objects.exclude(status=STATUS.sent).exists(), "all notices are sent")

    subject.refresh_from_db()
    (password,) = backend.server.passwords()
    assert passwords.check(subject, password)
    assert len(backend.server.mails) == 1 + Email.objects.count()
