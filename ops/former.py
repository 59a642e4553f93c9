"""Run tests of the former release's code on a database that this release has migrated: ``python -m ops.former``.

Both releases use one database while web servers and workers are replaced one after the other. The former code comes
from git (``releases.COMMIT``) and runs with this release's packages. Nothing is run when it has the same migrations.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from ops import releases
from ops.bootstrap import ROOT
from ops.throwaway import TEMPLATE, Engines

# Tests of the former release that write most tables through its own code and read them again. None proves the whole
# audit log: that release takes entries of tables that it doesn't know for entries of removed rows.
TESTS: Final = (
    *(
        f"filings/tests/services/test_services.py::{name}"
        for name in (
            "test_submit_keeps_the_round_as_a_snapshot_and_records_it",
            "test_verify_starts_the_clock_and_keeps_sheet_and_photo",
            "test_resubmission_after_the_bureaus_return_is_a_new_round_and_restarts_the_clock",
            "test_approve_writes_register_number_and_record",
            "test_numbers_are_consecutive_in_each_province_and_a_refused_approval_takes_none",
        )
    ),
    "filings/tests/moves/test_saving.py",
    "filings/tests/webhooks/test_writing.py",
    "bureaus/tests/test_approving.py::test_one_press_issues_no_number_and_the_second_one_does",
    "providers/tests/test_import_pages.py::test_from_the_file_to_the_drafts_on_pages",
    "records/tests/test_orders.py",
    "records/tests/test_cancellation_cases.py::test_the_holder_objects_by_the_link_in_its_mail",
    "records/tests/test_cancellation_cases.py::test_a_released_domain_can_be_filed",
    "interchange/tests/intake/test_new_filings.py::test_a_record_becomes_a_filing_at_the_bureau_and_its_number_goes_back",
    "interchange/tests/reporting/test_sending.py::test_what_the_desk_has_verified_is_reported_with_its_pictures",
    "interchange/tests/reporting/test_sending.py::test_a_wrong_password_stops_everything",
    "ministry/tests/imports/test_import_register.py::test_every_column_arrives",
    "ministry/tests/imports/test_import_register.py::test_the_history_tells_each_day",
    "ministry/tests/register/test_public_search.py",
    "ministry/tests/register/test_changes.py",
    "ministry/tests/passwords/test_recoveries.py",
)
MIGRATIONS: Final = "*/migrations/*.py"
# Tests that fail because of one migration are many, and say the same.
OPTIONS: Final = ("-q", "-n0", "--tb=short", "--maxfail=10", "-p", "no:cacheprovider")
# What the tests of the former release set for themselves
OWN: Final = ("THROWAWAY_", "PYTEST_", "DJANGO_SETTINGS_MODULE", "BEHIND_POOLER")
WORKS: Final = "The former release's code works on the tables of this one."
BROKEN: Final = """
THE FORMER RELEASE'S CODE FAILS ON THE TABLES OF THIS ONE (the first list above), and not on its own: a migration since
{commit} breaks it while both releases run. Spread the change over two releases: docs/operations.md, “Releases without
downtime”."""
FAILS_ANYWAY: Final = """
THE FORMER RELEASE'S TESTS FAIL ON ITS OWN TABLES, TOO (the second list above). What fails in the first list only is
broken by a migration since {commit}; what fails in both, by something else: a package that has changed or is no
longer installed, a test that {commit} doesn't have (TESTS in ops/former.py), or the date of today."""


def extract(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of ``commit`` into ``folder``; raise LookupError when the history doesn't have it.

    A shallow clone fetches it first.
    """
    is_missing = _git(repository, "cat-file", "-e", f"{commit}^{{commit}}").returncode != 0
    if is_missing and _git(repository, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        _git(repository, "fetch", "--quiet", "--depth=1", "origin", commit)
    archive = _git(repository, "archive", "--format=tar", commit)
    if archive.returncode:
        raise LookupError(f"git doesn't have the former release {commit}: {archive.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=False)


def newest_migrations(code: Path) -> dict[str, str]:
    """Return the name of the newest migration of each app."""
    names = sorted(path.relative_to(code) for path in code.glob(MIGRATIONS) if path.name != "__init__.py")
    return {path.parts[0]: path.stem for path in names}


def _migrations(code: Path) -> dict[Path, bytes]:
    return {path.relative_to(code): path.read_bytes() for path in code.glob(MIGRATIONS)}


def address(server: str, name: str) -> str:
    """Return the address of the database ``name`` on the same server as another address."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@contextlib.contextmanager
def _copy(server: str, template: str, name: str) -> Iterator[None]:
    """Keep a copy of the database ``template`` under ``name`` for the block."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(create)
    try:
        yield
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


def _run(code: Path, tests: Sequence[str], server: str, *options: str) -> bool:
    """Return whether ``tests`` of ``code`` pass; the name of their database begins with “test_former”."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    environment["DATABASE_URL"] = address(server, "former")
    command = [sys.executable, "-m", "pytest", *OPTIONS, *options, *tests]
    return subprocess.run(command, cwd=code, env=environment, check=False).returncode == 0


def works(code: Path, tests: Sequence[str], server: str, template: str, commit: str = releases.COMMIT) -> bool:
    """Return whether ``tests`` of the former ``code`` pass on a copy of the database ``template`` of ``server``.

    If not, run them on the former release's own tables, too, and print whether a migration is the cause.
    """
    with _copy(server, template, "test_former"):
        # pytest-django then takes the copy as it is: its own migrations have run.
        passed = _run(code, tests, server, "--reuse-db")
    if passed:
        print(WORKS)
        return True
    print("\nThe same tests on the tables of the former release:", flush=True)
    passed_before = _run(code, tests, server, "--create-db")
    print((BROKEN if passed_before else FAILS_ANYWAY).format(commit=commit))
    return False


def _tried(code: Path) -> bool:
    """Return whether the former release in ``code`` works on a database migrated by this one."""
    for name in ("DATABASE_URL", "BEHIND_POOLER"):
        os.environ.pop(name, None)
    engines = Engines(for_tests=True)
    try:
        engines.start()
        return works(code, TESTS, os.environ["DATABASE_URL"], os.environ[TEMPLATE])
    finally:
        engines.stop()


def main() -> int:
    """Run the command; return 1 when the former release can't work on the tables of this one.

    Without the history that has its code, print that nothing was tried and return 0.
    """
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        print("NOT TRIED: no history that has the former release's code.")
        return 0
    with tempfile.TemporaryDirectory(prefix="icp-former-") as folder:
        code = Path(folder)
        try:
            extract(ROOT, releases.COMMIT, code)
        except LookupError as error:
            print(f"NOT TRIED: {error}")
            return 0
        if (found := newest_migrations(code)) != releases.RELEASED:
            print(f"COMMIT and RELEASED in ops/releases.py are of two releases. That commit has {found}.")
            return 1
        if _migrations(code) == _migrations(ROOT):
            print("No migration has changed since the former release, so its code has the tables it knows.")
            return 0
        return int(not _tried(code))


if __name__ == "__main__":
    sys.exit(main())
