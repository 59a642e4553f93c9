"""Processes die at the worst moment: the worker between sending and committing, the broker with tasks queued.

A real Celery worker, a Valkey of its own, a mail server that can be told to keep the worker waiting after it has
taken a mail. Nothing sleeps for luck: every wait is for a condition, with an end.
"""

import asyncio
import contextlib
import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection, transaction
from post_office.models import STATUS, Email

from accounts.outages import Breaker
from filings import services
from filings.models import Filing, MandateWay
from icp_portal.celery import app
from icp_portal.tests.builders import Case, provider, staff
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from ministry import tasks
from ministry.mail import outbox
from ministry.models import NumberSeries, Subject, Website
from ministry.passwords import passwords
from ministry.tasks import send_mails
from ops.bootstrap import ROOT
from ops.engines import Valkey
from providers.imports import writing
from providers.imports.files import problem_lines
from providers.models import Import, ImportMode, ImportState
from providers.tasks import resume_imports
from providers.tests.sheets_to_import import row, workbook

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.xdist_group("kills")]

LONGEST = 30.0  # seconds to wait for anything on a busy machine


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition and answer what it gave."""
    deadline = time.monotonic() + LONGEST
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)
    return answer


def password_in(mail: bytes) -> str:
    """The filing password of a mail; empty when the mail is another one."""
    body = email.message_from_bytes(mail, policy=email.policy.default).get_content()
    return body.splitlines()[2] if "/recover/password/" in body else ""


class StubbornServer:
    """A mail server that keeps every mail; while ``holding``, the sender of a password waits for its 250 in vain."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.holding = False
        self._clients: list[SMTP] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()], daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope.original_content or b"")
        while self.holding and password_in(self.mails[-1]):
            await asyncio.sleep(0.02)
        return "250 OK"

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._client, sock=self._socket)
        await self._stopped.wait()
        server.close()
        # A worker that was killed has not said goodbye.
        for client in self._clients:
            if client.transport is not None:
                client.transport.abort()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _client(self) -> SMTP:
        self._clients.append(SMTP(self, hostname="localhost", loop=self._loop, enable_SMTPUTF8=True))
        return self._clients[-1]

    def stop(self) -> None:
        self.holding = False
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(LONGEST)
        self._loop.close()

    def passwords(self) -> list[str]:
        """The passwords of the password mails, in the order of their arrival."""
        return [password for mail in self.mails if (password := password_in(mail))]


class Worker:
    """A Celery worker in processes of its own: the parent and one child."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self._log = log
        begun = log.stat().st_size if log.exists() else 0
        command = [sys.executable, "-m", "celery", "-A", "icp_portal", "worker", "--pool", "prefork", "-c", "1"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "DEBUG"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, *quiet], cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
            )
        until(lambda: b" ready." in log.read_bytes()[begun:] or self._process.poll(), "the worker is ready")
        assert self._process.poll() is None, log.read_text()

    def kill(self) -> None:
        """kill -9 of every process at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(LONGEST)


class House:
    """Broker, mail server, environment and log of the workers of this module."""

    def __init__(self, folder: Path, database: str) -> None:
        self.server = StubbornServer()
        self.log = folder / "worker.log"
        self.broker = Valkey(folder / "valkey", folder / "valkey.log", durable=False)
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "icp_portal.settings",
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": self.broker.broker_url(0),
            "REDIS_URL": self.broker.cache_url(1),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.server.port}",
        }
        self._worker: Worker | None = None

    def start_worker(self) -> Worker:
        self._worker = Worker(self.env, self.log)
        return self._worker

    def stop(self) -> None:
        if self._worker:
            self._worker.kill()
        self.broker.kill()
        self.server.stop()

    def client(self) -> "redis.Redis[bytes]":
        path = urlsplit(self.broker.cache_url(0)).path
        return redis.Redis(unix_socket_path=path, db=0)

    def queued(self) -> int:
        with self.client() as client:
            return int(client.llen("celery"))

    def everything_in_the_broker(self) -> str:
        with self.client() as client:
            return repr([(key, _content(client, key)) for key in client.scan_iter()])


def _content(client: "redis.Redis[bytes]", key: bytes) -> Any:
    match client.type(key):
        case b"list":
            return client.lrange(key, 0, -1)
        case b"hash":
            return client.hgetall(key)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1)
    return client.get(key)


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


def database_url() -> str:
    """The test database's address; the environment names the one it was made beside."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def use_broker(url: str) -> None:
    """Send this process's jobs to the broker at ``url``."""
    os.environ["CELERY_BROKER_URL"] = url
    app.amqp._producer_pool = app._pool = None


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An empty house with its broker running and no worker yet; this process queues there too."""
    before = os.environ["CELERY_BROKER_URL"]
    house = House(tmp_path, database_url())
    house.broker.start()
    use_broker(house.broker.broker_url(0))
    monkeypatch.setattr(outbox, "BROKER", Breaker("the broker of this test", outbox.FAILURES))
    monkeypatch.setattr(tasks, "SWEEP_AFTER", tasks.SWEEP_AFTER * 0)
    yield house
    house.stop()
    use_broker(before)
    until(is_alone, "what the killed workers asked of the database has ended")


def is_alone() -> bool:
    """Whether nobody else is in the database; its tables are emptied next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0] == 0


def no_password_owed() -> bool:
    return not Subject.objects.filter(password_wanted_at__isnull=False).exists()


def test_a_worker_killed_between_sending_and_committing(house: House):
    house.server.holding = True
    worker = house.start_worker()
    subject = Case().submit().verify().approve().filing.subject

    until(house.server.passwords, "the first mail has been taken")
    worker.kill()
    subject.refresh_from_db()
    assert (subject.password_hash, subject.password_wanted_at is None) == ("", False)

    house.server.holding = False
    house.start_worker()
    tasks.sweep()
    until(no_password_owed, "the password has been sent again")

    first, *_others, last = house.server.passwords()
    subject.refresh_from_db()
    assert first != last
    assert (passwords.check(subject, first), passwords.check(subject, last)) == (False, True)

    tasks.sweep()
    until(lambda: not house.queued(), "the queue is empty")
    subject.refresh_from_db()
    assert passwords.check(subject, house.server.passwords()[-1])

    for password in house.server.passwords():
        assert rows_that_contain(password) == []
        assert password not in house.everything_in_the_broker()
        assert password not in house.log.read_text()
    assert rows_that_contain(subject.password_hash) == ["ministry_subject"], "the search finds what is there"
    assert "ministry.send_password" in house.log.read_text(), "the log is the worker's"


def test_a_broker_killed_with_tasks_queued(house: House):
    first = Case().submit().verify().approve().filing
    second = Case().submit().verify().approve().filing
    assert house.queued() > 0

    house.broker.kill()
    house.broker.start()
    assert house.queued() == 0
    third = Case().submit().verify().approve().filing

    tasks.sweep()
    house.start_worker()
    until(no_password_owed, "all passwords are sent")

    subjects = list(Subject.objects.order_by("serial"))
    assert [subject.serial for subject in subjects] == [1, 2, 3]
    assert NumberSeries.objects.get().last == Website.objects.count() == 3
    assert [subject.pk for subject in subjects] == [case.subject_id for case in (first, second, third)]
    sent = house.server.passwords()
    assert len(sent) == 3
    for subject in subjects:
        assert sum(passwords.check(subject, password) for password in sent) == 1


def test_approving_while_the_broker_is_down(house: House):
    case = Case().submit().verify()
    services.claim(case.filing.pk, case.reviewer)
    house.broker.kill()
    before = time.monotonic()

    subject = services.approve(case.filing.pk, case.reviewer, version=None)

    assert time.monotonic() - before < 5, "a reviewer does not wait for a dead broker"
    assert case.refresh().filing.subject == subject
    assert house.server.passwords() == []

    house.broker.start()
    tasks.sweep()
    send_mails.delay()  # what beat does four times a minute
    house.start_worker()
    until(no_password_owed, "the password has been sent")
    until(lambda: not Email.objects.exclude(status=STATUS.sent).exists(), "all notices are sent")

    subject.refresh_from_db()
    (password,) = house.server.passwords()
    assert passwords.check(subject, password)
    assert len(house.server.mails) == 1 + Email.objects.count()


# --- Imports ------------------------------------------------------------------------------------------------


def is_done(batch: Import, state: ImportState) -> bool:
    batch.refresh_from_db()
    return batch.state == state


def result_of(batch: Import) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """What an import comes to: its faults, and what its filings say, in the order of the rows."""
    rows = batch.rows.filter(filing__isnull=False).select_related("filing__mandate")
    return list(problem_lines(batch)), [
        (one.number, one.filing.facts, one.filing.mandate.host_email, one.filing.events.count()) for one in rows
    ]


def test_an_import_killed_while_it_is_checked_and_while_it_is_written(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    rows = [row(responsible__mobile="123") if number % 10 == 3 else row() for number in range(120)]
    content, member = workbook(rows), staff(provider())
    batch = writing.begin(member, "list.xlsx", content)

    worker = house.start_worker()
    until(lambda: batch.counts()["checked"], "some rows are checked")
    worker.kill()
    assert 0 < batch.counts()["checked"] < 120, "it was killed in the middle"
    worker = house.start_worker()
    resume_imports()
    until(lambda: is_done(batch, ImportState.CHECKED), "all rows are checked")

    writing.decide(batch.pk, member, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    until(lambda: batch.counts()["written"] > 5, "some rows are written")
    worker.kill()
    written = batch.counts()["written"]
    assert 5 < written < 108, "it was killed in the middle"
    assert Filing.objects.count() == written, "nothing is half written"
    house.start_worker()
    resume_imports()
    resume_imports()  # and once too often
    until(lambda: is_done(batch, ImportState.DONE), "all rows are written")

    quiet = staff(provider())
    undisturbed = writing.begin(quiet, "list.xlsx", content)
    until(lambda: is_done(undisturbed, ImportState.CHECKED), "the same file has been checked elsewhere")
    writing.decide(undisturbed.pk, quiet, mode=ImportMode.ROWS, way=MandateWay.INVITE, days=90)
    until(lambda: is_done(undisturbed, ImportState.DONE), "the same file has been written elsewhere")
    assert result_of(batch) == result_of(undisturbed)
    assert batch.counts() == {"all": 120, "checked": 120, "faulty": 12, "written": 108, "refused": 0}
    assert Filing.objects.count() == 2 * 108


def is_being_written(batch: Import) -> bool:
    """Whether a worker has the batch in its hands just now."""
    with transaction.atomic():
        return not Import.objects.select_for_update(skip_locked=True).filter(pk=batch.pk).exists()


def test_all_rows_or_none_killed_in_the_middle_is_none_and_then_all(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "STALLED", writing.STALLED * 0)
    member = staff(provider())
    batch = writing.begin(member, "list.xlsx", workbook([row() for _n in range(60)]))
    worker = house.start_worker()
    until(lambda: is_done(batch, ImportState.CHECKED), "all rows are checked")

    writing.decide(batch.pk, member, mode=ImportMode.ALL, way=MandateWay.INVITE, days=90)
    until(lambda: is_being_written(batch), "the rows are being written")
    worker.kill()
    until(lambda: not is_being_written(batch), "the database has noticed")
    assert (Filing.objects.count(), batch.counts()["written"]) == (0, 0)

    house.start_worker()
    resume_imports()
    until(lambda: is_done(batch, ImportState.DONE), "all rows are written")
    assert (Filing.objects.count(), batch.counts()["written"]) == (60, 60)
