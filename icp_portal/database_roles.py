"""Roles of the database (ADR 0030): one owns the tables and migrates, the others only use them.

``manage.py grant_roles`` creates what is missing and grants; the check of a deployment (``check --deploy --database
default``) finds a portal that is signed in as the owner, or whose role lacks a right.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pgtrigger
from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from icp_portal.public_service import COLUMNS
from ministry import audit

# What reports read besides what is public: the progress of work, without texts, facts and names. Model → columns
WORK: Final[Mapping[str, tuple[str, ...]]] = {
    "filings.Filing": (
        *(
            "id",
            "provider_id",
            "bureau_id",
            "kind",
            "entrance",
            "status",
            "round",
            "subject_nature",
            "subject_province",
        ),
        *("prior_approvals", "created_at", "submitted_at", "arrived_at", "received_at", "received_round", "due_on"),
        *("due_is_provisional", "decided_at", "erased_at"),
    ),
    "filings.Event": (
        "id",
        "filing_id",
        "provider_id",
        "name",
        "source",
        "target",
        "waited_since",
        "round",
        "role",
        "at",
    ),
    "filings.Remark": ("id", "filing_id", "round", "stage", "path", "code", "made_at"),
    "filings.Verification": ("id", "filing_id", "round", "verified_at"),
    "filings.ClockEntry": (
        *("id", "filing_id", "bureau_id", "round", "what", "why", "received_on", "due_on", "is_provisional"),
        *("was_due_on", "on", "at"),
    ),
    "records.Order": ("id", "bureau_id", "act", "scope", "subject_id", "website_id", "access_id", "ground", "on"),
}
# What only the owner changes
READ_ONLY: Final = ("django_migrations",)
# Protected tables whose rows are never locked. Of the others the keys may be changed: a row lock needs that right.
NEVER_LOCKED: Final = (
    "ministry_auditentry",
    "ministry_audithead",
    "ministry_auditcheck",
    "ministry_backup",
    "ministry_registerversion",
)
# Columns of these tables that ``ministry.audit.erase`` may set to NULL
EMPTIED: Final[Mapping[str, tuple[str, ...]]] = {"ministry_auditentry": ("person",)}
CHANGES: Final = ("UPDATE", "DELETE")
Columns = Mapping[str, Collection[str]]


def grant(role: str, rights: Callable[[CursorWrapper, sql.Identifier], None]) -> None:
    """Create a role if it is missing, and let it do ``rights``, nothing else, in one transaction. Safe to repeat.

    Raise LookupError for a role that owns a table or is a superuser: no grant limits it.
    """
    with transaction.atomic(), connections["default"].cursor() as cursor:
        name = sql.Identifier(role)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        if _owned(cursor, role):
            raise LookupError(f"{role} owns tables of the portal: name a role of its own.")
        for what in ("ALL TABLES", "ALL SEQUENCES"):
            _run(cursor, f"REVOKE ALL ON {what} IN SCHEMA public FROM {{}}", name)
        # Databases of PostgreSQL 14 and older let everybody create tables.
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        # A temporary table of the same name would be used in the place of ours, by triggers too.
        database = sql.Identifier(connections["default"].settings_dict["NAME"])
        for whose in (sql.SQL("PUBLIC"), name):
            cursor.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM {}").format(database, whose))
        _run(cursor, "REVOKE CREATE ON SCHEMA public FROM {}", name)
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {}", name)
        rights(cursor, name)


def use_tables(cursor: CursorWrapper, role: sql.Identifier) -> None:
    """Grant the application what it does: rows of protected tables are only added, and erased where declared."""
    for table, whole, columns in _of_application(cursor):
        _run(cursor, f"GRANT {', '.join(whole)} ON {{}} TO {{}}", sql.Identifier(table), role)
        if columns:
            _grant_columns(cursor, "UPDATE", table, columns, role)
    _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}", role)


def _of_application(cursor: CursorWrapper) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yield each table with what the application does with it, and the only columns that it may change."""
    protections = _protections()
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    for (table,) in cursor.fetchall():
        forbidden = protections.get(table, frozenset())
        writing = [] if table in READ_ONLY else ["INSERT", *(right for right in CHANGES if right not in forbidden)]
        yield table, ["SELECT", *writing], _changeable(table) if "UPDATE" in forbidden else ()


def read_public(cursor: CursorWrapper, role: sql.Identifier) -> None:
    """Grant the public service the columns that anybody may read."""
    for table, columns in named(COLUMNS):
        _grant_columns(cursor, "SELECT", table, columns, role)


def read_reports(cursor: CursorWrapper, role: sql.Identifier) -> None:
    """Grant the reporting role the public columns and those about the progress of work."""
    for table, columns in (*named(COLUMNS), *named(WORK)):
        _grant_columns(cursor, "SELECT", table, columns, role)


def named(listed: Columns) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each table with its listed columns; all of them where none is listed."""
    for label, columns in listed.items():
        meta: Any = apps.get_model(label)._meta
        yield meta.db_table, list(columns) or [field.column for field in meta.concrete_fields]


def _protections() -> dict[str, frozenset[str]]:
    """Return what a trigger forbids to everybody, by table."""
    registered: Iterable[tuple[Any, pgtrigger.Trigger]] = pgtrigger.registered()
    return {
        model._meta.db_table: frozenset(str(trigger.operation).split(" OR "))
        for model, trigger in registered
        if isinstance(trigger, pgtrigger.Protect)
    }


def _changeable(table: str) -> Sequence[str]:
    """Return the columns of a protected table that the application may change: its key, and what may be erased."""
    if table in NEVER_LOCKED:
        return EMPTIED.get(table, ())
    meta: Any = next(model._meta for model in apps.get_models() if model._meta.db_table == table)
    audited = audit.tables().get(table)
    return [meta.pk.column, *(meta.get_field(name).column for name in (audited.erasable if audited else ()))]


def _grant_columns(
    cursor: CursorWrapper, right: str, table: str, columns: Collection[str], role: sql.Identifier
) -> None:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    cursor.execute(sql.SQL("GRANT {} ({}) ON {} TO {}").format(sql.SQL(right), listed, sql.Identifier(table), role))


def _run(cursor: CursorWrapper, statement: str, *names: sql.Identifier) -> None:
    cursor.execute(sql.SQL(statement).format(*names))


def _owned(cursor: CursorWrapper, role: str) -> int:
    """Return how many tables a role owns, by itself, by membership or as a superuser."""
    cursor.execute(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND pg_has_role(%s, relowner, 'MEMBER')",
        [role],
    )
    return int(cursor.fetchone()[0])


GRANT: Final = "Run manage.py grant_roles after each migrate."
# A column that the schema does not have yet is left to ``migrate --check``.
LACKING: Final = """
SELECT string_agg(format('%%s on %%s', asked.privilege, concat_ws('.', relname, attname)), ', '
    ORDER BY relname, attname, asked.privilege)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked (name, col, privilege)
JOIN pg_class ON relname = asked.name AND relnamespace = 'public'::regnamespace
LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attname = asked.col AND NOT attisdropped
WHERE has_any_column_privilege(pg_class.oid, 'SELECT')
    AND CASE WHEN asked.col IS NULL THEN NOT has_table_privilege(pg_class.oid, asked.privilege)
        ELSE NOT has_column_privilege(pg_class.oid, attnum, asked.privilege) END
"""


@register(Tags.database, deploy=True)
def check_role(databases: Collection[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Return errors when the portal's role could change tables, or lacks a right (``check --database default``)."""
    if "default" not in (databases or ()):
        return []
    found: list[CheckMessage] = []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, has_schema_privilege('public', 'CREATE')"
            " OR has_database_privilege(current_database(), 'TEMPORARY')"
        )
        role, may_create = cursor.fetchone()
        if may_create or _owned(cursor, role):
            hint = "Run manage.py grant_roles, and sign in as the application's role (docs/operations.md, “Roles”)."
            found.append(
                Error(f"The database role {role} can create, change or empty tables.", hint=hint, id="icp_portal.E001")
            )
        cursor.execute(
            "SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace AND NOT has_any_column_privilege(oid, 'SELECT')"
        )
        if unread := cursor.fetchone()[0]:
            found.append(Error(f"The database role {role} can't read {unread}.", hint=GRANT, id="icp_portal.E002"))
        if lacking := _lacking(cursor):
            text = f"The database role {role} lacks rights that this release needs: {lacking}."
            found.append(Error(text, hint=GRANT, id="icp_portal.E003"))
    return found


def _lacking(cursor: CursorWrapper) -> str:
    """Return the rights that ``use_tables`` grants and the signed-in role lacks, of tables that it can read."""
    asked = [
        needed
        for table, whole, columns in _of_application(cursor)
        for needed in [*((table, None, right) for right in whole), *((table, column, "UPDATE") for column in columns)]
    ]
    if not asked:  # nothing is migrated yet
        return ""
    cursor.execute(LACKING, [list(values) for values in zip(*asked, strict=True)])
    return str(cursor.fetchone()[0] or "")
