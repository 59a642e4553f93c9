"""An import in several processes: killed in the middle it resumes, daily work goes on, two don't run at once."""

import csv
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from icp_portal.demo import country
from icp_portal.tests import builders
from icp_portal.tests.killing import database_url, until
from ministry import audit
from ministry.imports import running
from ministry.imports.running import IMPORTS_LOCK
from ministry.models import Access, LiveDomain, NumberSeries, RegisterPiece, Subject, SubjectContact, Website
from ministry.register.locking import UNITS_LOCK
from ops.bootstrap import ROOT

pytestmark = [pytest.mark.usefixtures("past_pooler", "transactional_db"), pytest.mark.xdist_group("register import")]

WEBSITES = 9_000  # three pieces
TAKE = "SELECT pg_advisory_xact_lock(%s)"


@pytest.fixture
def files(tmp_path) -> Path:
    folder = tmp_path / "register"
    folder.mkdir()
    country.write(folder, WEBSITES, country.example_providers(), seed=3)
    return folder


def started(files: Path, *options: str) -> "subprocess.Popen[str]":
    """The command as an operator starts it."""
    command = [sys.executable, "manage.py", "import_register", str(files), "--faults", str(files / "faults.csv")]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "icp_portal.settings", "DATABASE_URL": database_url()}
    return subprocess.Popen(
        [*command, *options], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Subject, Website, Access, LiveDomain, SubjectContact)}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def waiting_for(lock: int) -> int:
    """How many connections wait for an advisory lock of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND classid::bigint << 32 | objid::bigint = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [lock],
        )
        return int(cursor.fetchone()[0])


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_an_import_that_is_killed_resumes_and_ends_as_if_it_never_was(files):
    with psycopg.connect(database_url()) as first, psycopg.connect(database_url()) as next_in_line:
        # Each piece takes this lock, which goes to who waits longest: one piece is written before the kill.
        first.execute(TAKE, [UNITS_LOCK])
        killed = started(files)
        until(lambda: waiting_for(UNITS_LOCK) == 1, "the first piece waits for the lock")
        taking = Thread(target=next_in_line.execute, args=(TAKE, [UNITS_LOCK]))
        taking.start()
        until(lambda: waiting_for(UNITS_LOCK) == 2, "the test waits behind it")
        first.rollback()
        taking.join()
        workers = children(killed.pid)
        assert len(workers) == running.PROCESSES
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        until(lambda: all(map(is_gone, workers)), "the processes of the import ended with it")
    assert RegisterPiece.objects.count() == 1

    resumed = started(files)
    said, _none = resumed.communicate()

    assert resumed.returncode == 0, said
    assert sorted(RegisterPiece.objects.values_list("number", "pieces")) == [(0, 3), (1, 3), (2, 3)]
    whole = counts()
    assert whole["Website"] == WEBSITES
    assert sum(RegisterPiece.objects.values_list("websites", flat=True)) == WEBSITES
    audit.seal()
    assert list(audit.faults()) == []

    again = started(files)
    assert again.communicate()[0] == "These files were imported before; nothing was written.\n"
    assert counts() == whole


def test_daily_work_goes_on_while_a_piece_is_checked_and_waits_only_for_its_lock(files):
    """An approval in the middle: neither blocks the other for good, and both are in the register."""
    imported = started(files)
    until(RegisterPiece.objects.exists, "the first piece is written")
    website = builders.on_record(builders.provider())
    said, _none = imported.communicate()

    assert imported.returncode == 0, said
    assert Website.objects.count() == WEBSITES + 1
    today = NumberSeries.objects.get(province="110000", year=website.approved_on.year)
    assert website.subject.serial == today.last


def test_a_second_import_is_refused_meanwhile(files):
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [IMPORTS_LOCK])
        with pytest.raises(CommandError, match="Another import is running"):
            call_command("import_register", files, processes=1, stdout=StringIO())
    assert not Subject.objects.exists()


def test_what_is_entered_between_check_and_copy_refuses_the_piece(files, monkeypatch):
    with (files / "websites.csv").open(encoding="utf-8", newline="") as file:
        domain = next(row["domain"] for row in csv.DictReader(file) if row["domain"] and not row["cancelled_on"])
    left_out = running.RegisterImport._left_out

    def meanwhile(self, *said):
        found = left_out(self, *said)
        website = builders.on_record(builders.provider())
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ministry_website SET domain = %s WHERE id = %s", [domain, website.pk])
        return found

    monkeypatch.setattr(running.RegisterImport, "_left_out", meanwhile)

    with pytest.raises(CommandError, match=r"ministry_livedomain_pkey|one_live_website_per_domain"):
        call_command("import_register", files, processes=1, stdout=StringIO())
    assert (Subject.objects.count(), RegisterPiece.objects.count()) == (1, 0)
