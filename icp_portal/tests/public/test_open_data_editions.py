"""Editions of the open data: nothing half is ever visible, one process writes, old months go."""

import hashlib
import os
import re
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from django.utils import timezone

from icp_portal.tests.killing import until
from icp_portal.tests.public.open_data_files import NAME, THIS, content_of, one, write
from icp_portal.tests.racing import Racer
from ministry.imports import reports
from ministry.models import OpenDataEdition, Subject
from ministry.open_data import editions, writing
from ministry.register import changes
from ministry.tests.register import register_rows

pytestmark = pytest.mark.usefixtures("transactional_db", "english", "open_data_root")


def folders(root: Path) -> list[str]:
    return sorted(os.listdir(root)) if root.exists() else []


def killed_at(line: int, work: Callable[[], object]) -> bool:
    """Run the work in a child that kills itself before so many lines of the writing; whether it came so far."""
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's, which must not be closed
        left = line

        def trace(frame: FrameType, event: str, _argument: object) -> Any:
            nonlocal left
            if "open_data" not in frame.f_code.co_filename or "management" in frame.f_code.co_filename:
                return None
            left -= event == "line"
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def is_free() -> bool:
    """Whether the database has noticed that the child is dead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] == 0


def test_killed_between_any_two_lines_it_shows_the_old_or_the_new_and_nothing_half(open_data_root, monkeypatch):
    # CSV alone: the threads of Parquet don't survive a fork
    monkeypatch.setattr(writing, "open_files", lambda folder, name: [writing._Csv(folder / f"{name}{writing.CSV_GZ}")])
    one()
    write()
    line = 0
    before = hashlib.sha256(content_of(NAME)).hexdigest()
    one()
    states = set()
    while killed_at(line := line + 1, write):
        until(is_free, "the lock of the killed process is free")
        edition = OpenDataEdition.objects.get()
        content = content_of(NAME)
        assert hashlib.sha256(content).hexdigest() == edition.files[0]["sha256"]
        states.add(edition.files[0]["sha256"] == before)
        if edition.files[0]["sha256"] != before:
            break  # what is left is to remove the old files

    assert line > 60
    assert len(folders(open_data_root)) > 1
    write()
    assert folders(open_data_root) == [OpenDataEdition.objects.get().folder]
    assert [file["rows"] for file in OpenDataEdition.objects.get().files] == [2]
    assert states == {True, False}


def test_a_second_process_does_not_write_at_the_same_time():
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("LOCK TABLE ministry_opendataedition IN SHARE ROW EXCLUSIVE MODE")
    with pytest.raises(CommandError, match="Another process is writing the open data"):
        write()
    editions.write_due()
    other.close()

    assert not OpenDataEdition.objects.exists()


def test_what_is_registered_while_an_edition_is_written_is_not_in_it(monkeypatch: pytest.MonkeyPatch):
    one()
    newest = changes.newest

    def newest_and_one_more() -> str:
        timepoint = newest()
        Racer(one).finish()
        return timepoint

    monkeypatch.setattr(changes, "newest", newest_and_one_more)
    write()

    assert {file["rows"] for file in OpenDataEdition.objects.get().files} == {1}
    assert Subject.objects.count() == 2


def test_the_progress_counts_the_rows_of_services_and_of_hosts_without_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reports, "EVERY_LINE", -1)  # every time
    monkeypatch.setattr(editions, "AT_ONCE", 1)
    one()
    one()
    for _n in range(2):
        with transaction.atomic():
            register_rows.subject()
    said = write()

    assert re.findall(r"\] ([0-9]+)%, ([0-9]+) rows in", said) == [("25", "1"), ("50", "2"), ("75", "3"), ("100", "4")]
    assert "Writing: 4 rows in" in said


def test_the_task_writes_once_a_month(monkeypatch: pytest.MonkeyPatch):
    editions.write_due()
    first = OpenDataEdition.objects.get()
    editions.write_due()

    assert OpenDataEdition.objects.get().folder == first.folder
    write()
    assert OpenDataEdition.objects.get().folder != first.folder


def test_old_months_are_forgotten_with_their_files(open_data_root, settings):
    settings.OPEN_DATA_MONTHS = 2
    for month in range(1, 4):
        OpenDataEdition.objects.create(
            month=date(2020, month, 1),
            folder=f"2020-0{month}-{month:032x}",
            files=[],
            read_at=timezone.now(),
            timepoint="0",
        )
        (open_data_root / f"2020-0{month}-{month:032x}").mkdir(parents=True)
    (open_data_root / "not-ours").mkdir()
    write()

    kept = list(OpenDataEdition.objects.values_list("folder", flat=True))
    assert len(kept) == 2
    assert folders(open_data_root) == sorted([*kept, "not-ours"])


def test_only_the_state_of_now_can_be_written():
    for month in ("2020-01", "x"):
        with pytest.raises(CommandError, match="Only the state of now can be written"):
            write(month=month)
    assert f"{NAME}: 0 rows" in write(month=f"{THIS:%Y-%m}")
