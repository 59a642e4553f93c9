"""Write and remove editions of the open data, each completely or not at all.

The state is read by cursors in one transaction that sees one moment (REPEATABLE READ), so the files and the
timepoint of the feed belong together; pieces by key would be of different moments. It locks nothing but the table of
editions, against a second process. Files are written in a folder of their own, which gets its row when it is complete;
what a killed run has left is removed by the next one.
"""

import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from ministry.imports.reports import ImportProgress
from ministry.models import OpenDataEdition
from ministry.open_data import columns, writing
from ministry.register import changes

AT_ONCE: Final = 10_000  # rows in memory, and in a row group
NAME: Final = "register"
_FOLDER: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9a-f]{32}")
log = logging.getLogger(__name__)


class AlreadyWriting(Exception):
    """Another process is writing the open data."""


class _Log:
    """A target for the progress of a task."""

    @staticmethod
    def write(line: str, **_options: str) -> None:
        log.info("open data: %s", line)

    @staticmethod
    def flush() -> None:
        """Do nothing: lines of the log are written at once."""


def write_due() -> None:
    """Write this month's edition unless it is there or another process writes it, and remove old ones."""
    month = timezone.localdate().replace(day=1)
    if OpenDataEdition.objects.filter(month=month).exists():
        return
    try:
        write(month, ImportProgress(_Log(), is_terminal=False))
    except AlreadyWriting:
        log.info("open data: another process is writing them")


def write(month: date, progress: ImportProgress) -> OpenDataEdition:
    """Write the state of now as the edition of a month, in place of an earlier one; raise AlreadyWriting.

    Memory is bounded by ``AT_ONCE`` rows, whatever the size of the register.
    """
    root: Path = settings.OPEN_DATA_ROOT
    root.mkdir(parents=True, exist_ok=True)
    with _alone():
        _clear(root)
        folder = root / f"{month:%Y-%m}-{uuid4().hex}"
        folder.mkdir()
        read_at, timepoint, files = _write_files(folder, f"{NAME}-{month:%Y-%m}", progress)
        writing.sync(folder)
        writing.sync(root)
        edition = OpenDataEdition(month=month, folder=folder.name, files=files, read_at=read_at, timepoint=timepoint)
        replaced = ["folder", "files", "read_at", "timepoint"]
        OpenDataEdition.objects.bulk_create(
            [edition], update_conflicts=True, unique_fields=["month"], update_fields=replaced
        )
        _forget_old()
    with suppress(AlreadyWriting), _alone():
        _clear(root)
    return edition


def _write_files(folder: Path, name: str, progress: ImportProgress) -> tuple[datetime, str, list[dict[str, object]]]:
    files, done = writing.open_files(folder, name), 0
    progress.begin("Writing", "rows")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT now(), {columns.ROW_COUNT}")
        read_at, expected = cursor.fetchone()
    timepoint = changes.newest()
    for found in _pieces():
        rows = list(columns.rows(found))
        for file in files:
            file.write(rows)
        done += len(rows)
        progress.show(done, done / expected)
    for file in files:
        file.close()
    progress.end(done)
    return read_at, timepoint, writing.described([file.path for file in files], done)


def _pieces() -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of all queries, at most ``AT_ONCE`` together."""
    for query in columns.QUERIES:
        with connection.chunked_cursor() as cursor:
            cursor.execute(query)
            while found := cursor.fetchmany(AT_ONCE):
                yield found


def _forget_old() -> None:
    kept = OpenDataEdition.objects.values_list("pk", flat=True)[: settings.OPEN_DATA_MONTHS]
    OpenDataEdition.objects.exclude(pk__in=list(kept)).delete()


def _clear(root: Path) -> None:
    """Remove the folders that no edition has: replaced, old, or left by a killed run."""
    known = set(OpenDataEdition.objects.values_list("folder", flat=True))
    for name in os.listdir(root):
        if _FOLDER.fullmatch(name) and name not in known:
            shutil.rmtree(root / name, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Run the block in a transaction that sees one moment; raise AlreadyWriting when another process writes.

    The lock is a table's and not an advisory one, because it comes before the moment that is seen: the editions of
    whoever had it before are in it.
    """
    with transaction.atomic(durable=True):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(f"LOCK TABLE {OpenDataEdition._meta.db_table} IN SHARE ROW EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
                raise
            raise AlreadyWriting from error
        yield
