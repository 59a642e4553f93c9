"""Put the tables back as the migrations left them, after a test that really commits.

Its rows are deleted. Django truncates every table, which makes PostgreSQL exchange hundreds of files for the few dozen
rows of a test, and then enters the permissions of every app again: 0.4 s of processor time, in place of 0.03 s. What
the migrations have entered (bureaus, calendars, rules of provinces, periods) is copied before the first such test and
put back after each.
"""

import functools
from typing import LiteralString

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

from icp_portal.tests import replayed
from icp_portal.tests.replayed import triggers_can_be_switched_off
from ministry.models import AuditWaiting

# A larger table is truncated: its deleted rows would slow later tests.
LARGE = 4 * 1024**2  # bytes
# Entered by Django when it migrates, and the same for every test
KEPT = {model._meta.db_table for model in (ContentType, Permission)}


def begin() -> None:
    """Put it in place; called once, before the first test."""
    set_up = TransactionTestCase._fixture_setup.__func__

    def setup(cls: type[TransactionTestCase]) -> None:
        migrated()
        set_up(cls)

    def teardown(self: TransactionTestCase) -> None:
        leave_as_migrated()

    TransactionTestCase._fixture_setup = classmethod(setup)  # type: ignore[method-assign]
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@functools.cache
def migrated() -> dict[str, str]:
    """Return the rows that the migrations have entered, by table, as COPY prints them.

    To be called before the first test that commits.
    """
    tables = {table: replayed.copied(table, "COPY {table} ({columns}) TO STDOUT") for table in _tables()}
    return {table: rows for table, rows in tables.items() if rows}


def leave_as_migrated() -> None:
    """Delete every row of every model, once nobody else is writing, and enter the rows of the migrations.

    Large tables are truncated, and all of them where the database does not let us switch the triggers off.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_joined("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", ", ", "{name}", _tables()))
        if by_deleting := triggers_can_be_switched_off():
            cursor.execute("SET LOCAL session_replication_role = replica")
        query = "(SELECT {text}, pg_relation_size(quote_ident({text})::regclass) < {large} FROM {name} LIMIT 1)"
        cursor.execute(_joined("{}", " UNION ALL ", query, _tables()))
        filled = [(table, is_small and by_deleting) for table, is_small in cursor.fetchall()]
        if small := [table for table, is_small in filled if is_small]:
            cursor.execute(_joined("{}", "; ", "DELETE FROM {name}", small))
        if large := [table for table, is_small in filled if not is_small]:
            cursor.execute(_joined("TRUNCATE {} CASCADE", ", ", "{name}", large))
        for table, rows in migrated().items():
            if by_deleting or table != AuditWaiting._meta.db_table:  # which the triggers fill
                replayed.copy_into(table, rows)


def _tables() -> list[str]:
    return sorted(replayed.tables().keys() - KEPT)


def _joined(whole: LiteralString, between: LiteralString, part: LiteralString, tables: list[str]) -> sql.Composed:
    parts = [sql.SQL(part).format(name=sql.Identifier(table), text=sql.Literal(table), large=LARGE) for table in tables]
    return sql.SQL(whole).format(sql.SQL(between).join(parts))
