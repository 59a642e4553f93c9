"""Empty the tables after a test that really commits, by deleting its rows.

Django truncates every table, which makes PostgreSQL exchange hundreds of files for the few dozen rows of a test, and
then enters the permissions of every app again: 0.4 s of processor time, in place of 0.03 s.
"""

from typing import LiteralString

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql

from icp_portal.tests.replayed import triggers_can_be_switched_off

# Beyond it deleted rows would make a later test slower.
LARGE = 4 * 1024**2  # bytes
# Entered by Django when it migrates, and the same for every test
KEPT = {model._meta.db_table for model in (ContentType, Permission)}


def begin() -> None:
    """Put it in place; called once, before the first test."""
    django = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        if triggers_can_be_switched_off():
            empty_tables()
        else:
            django(self)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


def empty_tables() -> None:
    """Delete every row of every model, once nobody else is writing. Large tables are truncated."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if not model._meta.proxy} - KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_joined("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", ", ", "{name}", tables))
        query = "(SELECT {text}, pg_relation_size(quote_ident({text})::regclass) > {large} FROM {name} LIMIT 1)"
        cursor.execute(_joined("{}", " UNION ALL ", query, tables))
        filled = cursor.fetchall()
        if large := [table for table, is_large in filled if is_large]:
            cursor.execute(_joined("TRUNCATE {} CASCADE", ", ", "{name}", large))
        if small := [table for table, is_large in filled if not is_large]:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_joined("{}", "; ", "DELETE FROM {name}", small))


def _joined(whole: LiteralString, between: LiteralString, part: LiteralString, tables: list[str]) -> sql.Composed:
    parts = [sql.SQL(part).format(name=sql.Identifier(table), text=sql.Literal(table), large=LARGE) for table in tables]
    return sql.SQL(whole).format(sql.SQL(between).join(parts))
