"""Start throw-away engines and set up the test environment, for pytest or for one command.

    python -m ops.throwaway python manage.py makemigrations --check

An engine whose address is already in the environment is used instead of starting one. With BEHIND_POOLER=true tests
reach PostgreSQL through PgBouncer, which has to be installed.
"""

import atexit
import base64
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ops.children import Part
from ops.engines import Postgres, Valkey
from ops.guard import guard
from ops.mailsink import MailSink
from ops.migrated import DATABASE, KeptClusters, migrate
from ops.programs import Pooler

HOME = "THROWAWAY_HOME"  # the folder of the engines; inherited by pytest's worker processes
OWN_VALKEY = "THROWAWAY_VALKEY"  # set when we started Valkey: each process then takes two of its databases
PAST_POOLER = "THROWAWAY_PAST_POOLER"  # the address of PostgreSQL itself; set when there is a pooler before it
TEMPLATE = "THROWAWAY_TEMPLATE"  # the migrated database that test databases are copied from; set when there is one

SETTINGS = {
    "PORTAL_ENV": "local",
    "SECRET_KEY": "throw-away-" * 5,
    "FIELD_KEYS": base64.urlsafe_b64encode(b"throwaway-" * 3 + b"ab").decode(),
    "DIGEST_KEY": "throw-away-digest-" * 3,
    "SITE_URL": "http://testserver",  # host name of Django's test client
    "AUDIT_KEY": "throw-away-audit-" * 3,
    "DEFAULT_FROM_EMAIL": "ICP <noreply@icp.test>",
    "DEMO": "false",
    "RELAX_SECOND_FACTOR": "false",
}


MEMORY = Path("/dev/shm")  # noqa: S108 — a file system in memory, where the machine has one
# A complete run of the tests fills 1.6 GB, which would be written to the disk in vain.
SPACE, FREE_MEMORY = 4 * 2**30, 8 * 2**30  # bytes


def folder_in_memory() -> Path | None:
    """Return a folder whose files are kept in memory; None where there is none or it is too small."""
    try:
        space = shutil.disk_usage(MEMORY).free
    except OSError:
        return None
    memory = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return MEMORY if min(space / SPACE, memory / FREE_MEMORY) >= 1 and os.access(MEMORY, os.W_OK | os.X_OK) else None


class Engines:
    """The engines that the environment doesn't name, in a temporary folder.

    For tests they are in memory, if it fits there, and PostgreSQL has a migrated database.
    """

    def __init__(self, *, for_tests: bool = False) -> None:
        self._for_tests = for_tests
        self.home = Path(tempfile.mkdtemp(prefix="icp-test-", dir=folder_in_memory() if for_tests else None))
        self.home.chmod(0o711)  # PostgreSQL may have to run as another user, who must be able to enter
        self._owner = os.getpid()
        self._running: list[Part] = []

    def start(self) -> None:
        """Start the missing engines and put their addresses into the environment."""
        guard().erase(self.home)
        atexit.register(self.stop)
        os.environ[HOME] = str(self.home)
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = self._start_postgres()
        if not {"REDIS_URL", "CELERY_BROKER_URL"} <= os.environ.keys():
            os.environ[OWN_VALKEY] = self._start_valkey()

    def stop(self) -> None:
        """Stop the started engines and delete their folder; do nothing in a forked child."""
        if os.getpid() != self._owner:
            return
        for engine in reversed(self._running):
            engine.stop()
        self._running.clear()
        shutil.rmtree(self.home, ignore_errors=True)

    def _start_postgres(self) -> str:
        postgres = Postgres(self.home / "pg", self.home / "postgres.log", fast=True)
        self._running.append(postgres)
        if self._for_tests:
            _start_migrated(postgres)
            os.environ[TEMPLATE] = DATABASE
        else:
            postgres.start()
        postgres.ensure_database("portal")
        if self._for_tests and os.environ.get("BEHIND_POOLER") == "true":
            os.environ[PAST_POOLER] = postgres.url("portal")
            return self._start_pooler(postgres)
        return postgres.url("portal")

    def _start_pooler(self, postgres: Postgres) -> str:
        # A test that waits until it is alone in its database waits for idle connections too.
        pooler = Pooler(self.home, self.home / "pgbouncer.log", idle=1)
        self._running.append(pooler)
        pooler.point_to(postgres.identity, {"*": f"host={postgres.socket} user=icp"})
        pooler.start()
        return pooler.url("portal")

    def _start_valkey(self) -> str:
        valkey = Valkey(self.home / "valkey", self.home / "valkey.log", durable=False)
        self._running.append(valkey)
        valkey.start()
        return valkey.broker_url().partition("://")[2].partition("?")[0]


def _start_migrated(postgres: Postgres) -> None:
    """Start ``postgres`` with the migrated database; migrate and keep its cluster if none is kept."""
    clusters = KeptClusters()
    is_kept = clusters.copy_into(postgres.cluster)
    postgres.start()
    if not is_kept:
        postgres.ensure_database(DATABASE)
        migrate(postgres.url(DATABASE), SETTINGS)
        postgres.stop()
        clusters.save(postgres.cluster)
        postgres.start()


def enter_process(number: int) -> MailSink:
    """Complete the environment of process ``number`` (0 to 31) and return its mail sink.

    Processes share the engines but no queue, cache, mailbox or folder.
    """
    os.environ.update(SETTINGS)
    home = Path(os.environ[HOME]) / f"process-{number}"
    home.mkdir(exist_ok=True)
    if socket := os.environ.get(OWN_VALKEY):
        os.environ["CELERY_BROKER_URL"] = f"redis+socket://{socket}?virtual_host={2 * number}"
        os.environ["REDIS_URL"] = f"unix://{socket}?db={2 * number + 1}"
    sink = MailSink(home / "mail").start()
    atexit.register(sink.stop)
    os.environ |= {
        "EMAIL_URL": sink.url,
        "MAILBOX_DIR": str(home / "mail"),
        "EVIDENCE_ROOT": str(home / "evidence"),
        "LOCKS_ROOT": str(home / "locks"),
        "OPEN_DATA_ROOT": str(home / "open-data"),
    }
    return sink


def process_number(xdist_worker: str | None) -> int:
    """Return 0 for pytest itself and 1, 2, … for its workers ``gw0``, ``gw1``, …"""
    return int(xdist_worker.removeprefix("gw")) + 1 if xdist_worker else 0


@contextlib.contextmanager
def throwaway() -> Iterator[None]:
    """Run the block inside the test environment."""
    engines = Engines()
    try:
        engines.start()
        enter_process(0)
        yield
    finally:
        engines.stop()


if __name__ == "__main__":
    with throwaway():
        code = subprocess.run(sys.argv[1:], check=False).returncode
    sys.exit(code)
