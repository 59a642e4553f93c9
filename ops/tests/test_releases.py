"""Releases without downtime: what the former release reads and writes works on the tables of this one."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from pytest_django import Settings

from ops import releases
from ops.bootstrap import ROOT

pytestmark = pytest.mark.django_db


def test_the_former_release_reads_and_writes_the_tables_of_this_one():
    assert len(list(releases.former().get_models())) > 100
    assert list(releases.faults()) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("ADD COLUMN later integer", []),
        ("ADD COLUMN later integer NOT NULL DEFAULT 7", []),
        (
            "ADD COLUMN later integer NOT NULL",
            ["ministry_opendataedition.later needs a value that the former release doesn't give"],
        ),
        ("RENAME COLUMN month TO of_month", ['ministry_opendataedition: column "month" does not exist']),
        ("DROP COLUMN month CASCADE", ['ministry_opendataedition: column "month" does not exist']),
        (
            "RENAME TO ministry_edition",
            ['ministry_opendataedition: relation "ministry_opendataedition" does not exist'],
        ),
    ],
)
def test_a_change_that_the_former_release_can_not_live_with_is_named(change: str, found: list[str]):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ministry_opendataedition {change}")
    assert list(releases.faults()) == found


INDEX = "'user', models.Index(fields=['name'], name='a_new_index')"
NEWER = """
from django.db import migrations, models
from django.db.migrations import AddField, AddIndex, RemoveField, RenameField, RunSQL

class Migration(migrations.Migration):
    atomic = {atomic}
    dependencies = [("accounts", "{former}")]
    operations = [{operation}]
"""


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Callable[[str], Migration]]:
    """Adds a migration to the app accounts; answers it."""
    package = tmp_path / "newer_accounts"
    shutil.copytree(ROOT / "accounts" / "migrations", package)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"accounts": package.name}

    def add(operation: str) -> Migration:
        parts = {"former": releases.RELEASED["accounts"], "atomic": "CONCURRENTLY" not in operation}
        (package / "9999_newer.py").write_text(NEWER.format(operation=operation, **parts))
        return next(one for one in releases.unreleased(MigrationLoader(connection)) if one.name == "9999_newer")

    yield add
    for module in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[module]


@pytest.mark.parametrize(
    ("operation", "is_broken"),
    [
        ("AddField('user', 'later', models.IntegerField(null=True))", False),
        ("AddField('user', 'later', models.IntegerField(db_default=7))", False),
        ("AddField('user', 'later', models.IntegerField(default=7))", True),
        ("RemoveField('user', 'name')", True),
        ("RenameField('user', 'name', 'full_name')", True),
        (f"AddIndex({INDEX})", True),
        # What AddIndexConcurrently does; it can't be tried in the transaction of a test.
        ("RunSQL('CREATE INDEX CONCURRENTLY a ON accounts_user (name)', 'DROP INDEX CONCURRENTLY a')", False),
    ],
)
def test_the_linter_refuses_what_breaks_the_former_release(operation: str, is_broken: bool, newer: Any):
    assert releases.is_broken_by([newer(operation)]) is is_broken


def test_the_former_release_is_one_of_ours():
    keys = MigrationLoader(connection).disk_migrations.keys()
    assert {key for key in releases.RELEASED.items() if key not in keys} == set()
    assert {name for name in releases.MEANT if tuple(name.split(".")) not in keys} == set()
