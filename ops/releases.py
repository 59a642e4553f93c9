"""Check that a release can be installed without downtime: its migrations leave what the former release does working.

    python -m ops.throwaway python -m ops.releases

Lints every migration that is newer than the former release with django-migration-linter. ``faults`` tries on a
migrated database what the former release reads and writes; ``ops.former`` runs its code there. After a release, enter
its commit in ``COMMIT`` and its newest migrations in ``RELEASED``, and empty ``MEANT``.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import django
from django.apps.registry import Apps
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

# the former release, in full or as a tag
COMMIT: Final = "9d9b5dbe383500a291201afe71de3a9725a34357"
# app → its newest migration
RELEASED: Final = {
    "accounts": "0001_initial",
    "bureaus": "0002_rechecks",
    "filings": "0001_initial",
    "interchange": "0001_initial",
    "ministry": "0002_seed",
    "providers": "0002_imports",
    "records": "0001_initial",
}
# app.migration → why it may do what the linter refuses: how the former release copes with it, or that it has ended
MEANT: Final[dict[str, str]] = {}
# What keeps writers of a large table waiting: such an index is made with AddIndexConcurrently
LOCKING: Final = ("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "REINDEX")
READ: Final = "SELECT {columns} FROM {table} LIMIT 0"
WRITTEN: Final = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 0"
NEEDED: Final = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO' AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)
"""


def unreleased(loader: MigrationLoader) -> list[Migration]:
    """Return the migrations of our apps that the former release does not have."""
    released = {key for name in RELEASED.items() for key in loader.graph.forwards_plan(name)}
    return [
        migration
        for key, migration in sorted(loader.disk_migrations.items())
        if key[0] in RELEASED and key not in released and ".".join(key) not in MEANT
    ]


def is_broken_by(migrations: list[Migration]) -> bool:
    """Lint the migrations; print what is found; return whether it may break the former release."""
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(no_cache=True, warnings_as_errors_tests=LOCKING)
    for migration in migrations:
        linter.lint_migration(migration)
    return bool(linter.has_errors)


def faults() -> Iterator[str]:
    """Yield what the former release could no longer do with the tables of this database, migrated by this one."""
    for model in former().get_models(include_auto_created=True):
        if model._meta.app_label in RELEASED and model._meta.managed and not model._meta.proxy:
            yield from _faults_of(model)


@cache
def former() -> Apps:
    """Return the models of the former release."""
    return MigrationLoader(None).project_state(list(RELEASED.items())).apps


def _faults_of(model: type[models.Model]) -> Iterator[str]:
    table, fields = model._meta.db_table, model._meta.local_concrete_fields
    read = [column for field in fields if (column := field.column)]
    written = [column for field in fields if (column := field.column) and not field.generated]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_composed(READ, table, read))
            cursor.execute(_composed(WRITTEN, table, written))
    except DatabaseError as error:
        yield f"{table}: {str(error).splitlines()[0]}"
        return
    with connection.cursor() as cursor:
        cursor.execute(NEEDED, [table, written])
        yield from (f"{table}.{column} needs a value that the former release doesn't give" for (column,) in cursor)


def _composed(statement: str, table: str, columns: list[str]) -> sql.Composed:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(statement).format(table=sql.Identifier(table), columns=named)


def main() -> int:
    """Run the command; return 1 when a migration may break the former release."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icp_portal.settings")
    django.setup()
    found: list[Any] = unreleased(MigrationLoader(connection))
    broken = is_broken_by(found)
    print(f"{len(found)} migrations since the former release.")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
