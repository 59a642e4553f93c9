"""The portal as it runs on several machines, on one: two of each part that production has twice."""

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from ops.bootstrap import ROOT
from ops.children import Part
from ops.engines import Postgres, Valkey
from ops.portal import WEB, WORKER
from ops.programs import Pooler, found, free_port
from ops.rehearse.programs import Bucket, FrontProxy, Listener, SharedFolder
from ops.supervisor import Program
from ops.throwaway import SETTINGS

PACKAGES = {"nginx": "nginx-light", "pgbouncer": "pgbouncer"}  # Debian's, by their programs
DATABASE, REPLICA = "portal", "portal_replica"  # as PgBouncer calls them
BEAT = ["--loglevel", "INFO", "--pidfile", ""]
# A commit is confirmed only when the replica has it, so that its promotion loses nothing.
SYNCHRONOUS = "ALTER SYSTEM SET synchronous_standby_names = '*'"
ALONE = "ALTER SYSTEM RESET synchronous_standby_names"


def missing() -> list[str]:
    """Return the Debian packages that this machine lacks."""
    return [package for program, package in PACKAGES.items() if not found(program)]


def has_s3() -> bool:
    """Return whether an S3 server and what the portal needs for one are installed."""
    return bool(found("nginx") and find_spec("moto") and find_spec("flask") and find_spec("storages"))


@dataclass
class DatabasePair:
    """A primary and its replica, which change places when the primary dies."""

    folder: Path
    primary: Postgres
    replica: Postgres
    numbers: Iterator[int]

    @classmethod
    def under(cls, folder: Path, log: Path) -> "DatabasePair":
        """Return two servers that are not started."""
        primary = Postgres(folder / "pg0", log)
        replica = Postgres(folder / "pg1", log, replica_of=primary)
        return cls(folder, primary, replica, itertools.count(2))

    def start(self) -> None:
        """Start both, with an empty database."""
        self.primary.start()
        self.primary.ensure_database(DATABASE)
        self._follow()

    def fail_over(self) -> None:
        """Promote the replica after the primary has died."""
        self.primary.stop()
        self.replica.promote()
        self.primary = self.replica

    def make_replica(self) -> None:
        """Copy a new replica from the primary."""
        folder = self.folder / f"pg{next(self.numbers)}"
        self.replica = Postgres(folder, self.primary.log, replica_of=self.primary)
        self._follow()

    def restart_replica(self) -> None:
        """Switch to commits without the dead replica, and start it again."""
        self._configure(ALONE)
        self._follow()

    def _follow(self) -> None:
        self.replica.start()
        self._configure(SYNCHRONOUS)

    def _configure(self, statement: str) -> None:
        with psycopg.connect(self.primary.url(), autocommit=True) as connection:
            connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """Stop both."""
        self.replica.stop()
        self.primary.stop()


class RehearsedPortal:
    """All parts under ``folder``; ``parts`` has those that are programs by their names."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder, self.logs = folder, logs
        self.databases = DatabasePair.under(folder, self._log("postgres"))
        self.pooler = Pooler(folder, self._log("pgbouncer")) if found("pgbouncer") else None
        self.broker = Valkey(folder / "valkey", self._log("valkey"))
        self.bucket = Bucket(folder, self._log("s3")) if has_s3() else None
        self.storage = self.bucket.proxy if self.bucket else SharedFolder(folder / "evidence")
        self.mails = folder / "mail"
        self._ports = {name: free_port() for name in ("front", "mail server", "web 1", "web 2")}
        is_proxied = found("nginx") is not None
        if not is_proxied:  # the one web server is what users reach
            self._ports["web 1"] = self._ports["front"]
        self.address = f"http://localhost:{self._ports['front']}"
        self.parts: dict[str, Part] = {"S3 server": self.bucket} if self.bucket else {}
        self.parts |= {"broker": self.broker, "storage": self.storage}
        self.parts["mail server"] = self._listener("mail server", ["ops.mailsink", *self._sink()])
        for name in ("web 1", "web 2") if is_proxied else ("web 1",):
            bind = ["gunicorn", "--bind", f"127.0.0.1:{self._ports[name]}", *WEB]
            self.parts[name] = self._listener(name, bind)
        if is_proxied:
            ports = [self._ports[name] for name in ("web 1", "web 2")]
            self.parts["proxy"] = FrontProxy(folder / "nginx", self._log("nginx"), self._ports["front"], ports)
        for number in (1, 2):
            names = ["--hostname", f"worker{number}@%h"]
            self.parts[f"worker {number}"] = self._celery(f"worker {number}", ["worker", *WORKER, *names])
            self.parts[f"beat {number}"] = self._celery(f"beat {number}", ["beat", *BEAT])

    def start(self) -> None:
        """Start everything, the database first."""
        self.databases.start()
        if self.pooler:
            self.point()
            self.pooler.start()
        self.manage("migrate", "--noinput", "--verbosity", "0")
        for part in self.parts.values():
            part.start()

    def point(self) -> None:
        """Tell the pooler which servers are the primary and the replica now."""
        if self.pooler:
            primary, replica = self.databases.primary, self.databases.replica
            words = {
                DATABASE: f"host={primary.socket} user=icp",
                REPLICA: f"host={replica.socket} dbname={DATABASE} user=icp",
            }
            self.pooler.point_to(primary.identity, words)

    def stop(self) -> None:
        """Stop everything, the database last."""
        for part in reversed(self.parts.values()):
            part.stop()
        if self.pooler:
            self.pooler.stop()
        self.databases.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def manage(self, *words: str) -> str:
        """Run a management command beside the pooler; return its output."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=self.environment() | {"DATABASE_URL": self.databases.primary.url(DATABASE)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {words[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def database_url(self) -> str:
        """Return the address of the present primary, beside the pooler."""
        return self.databases.primary.url(DATABASE).replace("postgres://", "postgresql://", 1)

    def environment(self) -> dict[str, str]:
        """Return the environment of the portal's programs."""
        url = self.pooler.url(DATABASE) if self.pooler else self.databases.primary.url(DATABASE)
        ours = {
            "DATABASE_URL": url,
            "REDIS_URL": self.broker.cache_url(),
            "CELERY_BROKER_URL": self.broker.broker_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{self._ports['mail server']}",
            "MAILBOX_DIR": str(self.mails),
            "EVIDENCE_ROOT": str(self.folder / "evidence"),
            "LOCKS_ROOT": str(self.folder / "locks"),
            "OPEN_DATA_ROOT": str(self.folder / "open-data"),
            "SITE_URL": self.address,
            "BEHIND_PROXY": str(found("nginx") is not None).lower(),
            "DEMO": "true",
            "RELAX_SECOND_FACTOR": "true",
            "READ_CERTIFICATES": "false",
            "PYTHONUNBUFFERED": "1",
        }
        if self.pooler:
            ours |= {"DATABASE_REPLICA_URL": self.pooler.url(REPLICA), "BEHIND_POOLER": "true"}
        if self.bucket:
            ours["EVIDENCE_STORAGE"] = self.bucket.url
        return {**os.environ, **SETTINGS, **ours}

    def _sink(self) -> tuple[str, str]:
        return str(self._ports["mail server"]), str(self.mails)

    def _log(self, name: str) -> Path:
        return self.logs / f"{name.replace(' ', '-')}.log"

    def _listener(self, name: str, module: list[str]) -> Listener:
        command = [sys.executable, "-m", *module]
        part = Listener(name, command, self._log(name), self.environment(), 3)
        part.port = self._ports[name]
        return part

    def _celery(self, name: str, words: list[str]) -> Program:
        command = [sys.executable, "-m", "celery", "-A", "icp_portal", *words]
        return Program(name, command, self._log(name), self.environment(), 3)
