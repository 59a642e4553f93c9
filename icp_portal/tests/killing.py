"""A test's own workers, broker and mail server, which it can kill or keep waiting."""

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
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from icp_portal.celery import app
from icp_portal.deployment import queues
from ministry.models import Subject
from ops.bootstrap import ROOT
from ops.engines import Valkey

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

    def __init__(self, env: dict[str, str], log: Path, queue: str) -> None:
        self._log = log
        begun = log.stat().st_size if log.exists() else 0
        command = [sys.executable, "-m", "celery", "-A", "icp_portal", "worker", "--pool", "prefork", "-c", "1"]
        command += ["--queues", queue]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "DEBUG"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, *quiet], cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
            )
        until(lambda: b" ready." in log.read_bytes()[begun:] or self._process.poll(), "the worker is ready")
        assert self._process.poll() is None, log.read_text()

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> None:
        """kill -9 of every process at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(LONGEST)


class Backend:
    """Broker, mail server, environment and log of the workers that tests kill."""

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
            "WEBHOOKS_TO_LOCAL": "true",
        }
        self._workers: list[Worker] = []

    def start_worker(self, queue: str = "mail,documents,sweeps") -> Worker:
        self._workers.append(Worker(self.env, self.log, queue))
        return self._workers[-1]

    def stop(self) -> None:
        for worker in self._workers:
            worker.kill()
        self.broker.kill()
        self.server.stop()

    def client(self) -> "redis.Redis[bytes]":
        path = urlsplit(self.broker.cache_url(0)).path
        return redis.Redis(unix_socket_path=path, db=0)

    def queued(self) -> int:
        with self.client() as client:
            return sum(int(client.llen(name)) for name in queues.NAMES)

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


def database_url() -> str:
    """The test database's address; the environment names the one it was made beside."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def use_broker(url: str) -> None:
    """Send this process's jobs to the broker at ``url``."""
    os.environ["CELERY_BROKER_URL"] = app.conf["broker_write_url"] = url
    app.amqp._producer_pool = app._pool = None


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
