"""The roles of the database: signed in as each of them, what they were not granted is refused."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.sealed import SealedField
from filings import services
from filings.deadlines import erasing, looks
from filings.models import Filing, Look
from filings.states import Status
from icp_portal.database_roles import WORK, check_role, named
from icp_portal.demo import invent
from icp_portal.public_service import COLUMNS
from icp_portal.tests.builders import case_at, number, reviewer
from manage import sign_in_as_owner
from ministry import audit
from ministry.register import public_search
from ministry.tests.register import register_rows

ROLES = {
    name: f"icp_test_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    for name in ("application", "reports", "public")
}
# What only the owner may do
CHANGES_OF_TABLES = (
    "CREATE TABLE extra (id int)",
    "CREATE TEMPORARY TABLE ministry_auditwaiting (id int)",
    "DROP TABLE filings_event",
    "ALTER TABLE filings_event ADD COLUMN extra int",
    "ALTER TABLE filings_event DISABLE TRIGGER ALL",
    "TRUNCATE filings_event",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('filings', '9999', now())",
    "SET ROLE icp",
)
# Not even with the protecting triggers told to stand aside, as the portal tells them when it erases
PROTECTED = (
    "UPDATE filings_event SET user_id = 1",
    "DELETE FROM filings_event",
    "UPDATE ministry_auditentry SET digest = ''",
    "DELETE FROM ministry_audithead",
    "DELETE FROM ministry_provincerule",
)
ACCOUNTS = ("account", "mfa", "django_session")
WRITES = ("UPDATE filings_filing SET status = 'filed'", "DELETE FROM ministry_website", "TABLE accounts_user")


@pytest.fixture(scope="module", autouse=True)
def roles(past_pooler: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create and grant the roles twice, as after two releases."""
    with django_db_blocker.unblock():
        for _release in range(2):
            call_command("grant_roles", **ROLES)
        yield
        with connection.cursor() as cursor:
            for role in ROLES.values():
                cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def refusal(role: str, statement: str) -> type[psycopg.Error] | None:
    """Sign in as the role and try the statement, without keeping what it does."""
    with psycopg.connect(_address(ROLES[role])) as database:
        try:
            database.execute("SELECT set_config('pgtrigger.ignore', '{event_append_only,rule_never_deleted}', false)")
            database.execute(statement)
        except psycopg.Error as error:
            return type(error)
        finally:
            database.rollback()
    return None


def _address(role: str = "icp") -> str:
    server = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    return re.sub(r"://[^@]*@/portal\b", f"://{role}@/{connection.settings_dict['NAME']}", server)


DENIED = psycopg.errors.InsufficientPrivilege


@pytest.mark.parametrize("role", ROLES)
def test_no_role_changes_tables_or_past_rows(role):
    tried = (*CHANGES_OF_TABLES, *PROTECTED)
    assert {statement: refusal(role, statement) for statement in tried} == dict.fromkeys(tried, DENIED)


def test_reports_and_the_public_side_read_named_columns_only_and_write_nothing():
    for role in ("reports", "public"):
        assert {statement: refusal(role, statement) for statement in WRITES} == dict.fromkeys(WRITES, DENIED)
    assert refusal("public", "SELECT status FROM filings_filing") is DENIED
    assert refusal("reports", "SELECT facts FROM filings_filing") is DENIED

    assert readable("public") == listed(COLUMNS)
    assert readable("reports") == listed(COLUMNS) | listed(WORK)
    sealed = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    }
    assert readable("reports") & sealed == set()
    assert [table for table, _column in readable("reports") if table.startswith(ACCOUNTS)] == []


def test_the_application_locks_rows_of_protected_tables():
    locks = [
        f"SELECT 1 FROM {table} FOR UPDATE" for table in ("records_spotcheck", "bureaus_recheck", "filings_adoption")
    ]
    assert [refusal("application", lock) for lock in locks] == [None, None, None]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["application", "public"])
def test_the_search_knows_how_usual_a_part_of_a_name_is(role, monkeypatch):
    """The statistics of an index are shown to its owner only."""
    monkeypatch.setattr(public_search, "MANY", 2)
    for _n in range(3):
        register_rows.subject(cert_number=invent.credit_code(number()), name=f"云岭{number()}有限公司")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ministry_subject")
        cursor.execute(f"SET LOCAL ROLE {ROLES[role]}")
    assert public_search._understood("有限公司").is_usual
    assert not public_search._understood("不存在的").is_usual


def readable(role: str) -> set[tuple[str, str]]:
    with psycopg.connect(_address()) as database:
        return set(
            database.execute(
                "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
                " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0"
                " AND has_column_privilege(%s, attrelid, attnum, 'SELECT')",
                [ROLES[role]],
            )
        )


def listed(columns) -> set[tuple[str, str]]:
    return {(table, column) for table, found in named(columns) for column in found}


@pytest.mark.django_db
def test_the_application_takes_a_filing_to_its_number_erases_one_and_its_looks_and_seals_the_log(time_machine):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLES['application']}")
    filed, withdrawn = case_at(Status.FILED).filing, case_at(Status.WITHDRAWN).filing
    Filing.objects.filter(pk=withdrawn.pk).update(arrived_at=timezone.now() - timedelta(days=6 * 366))

    now = timezone.now()
    time_machine.move_to(now - timedelta(days=4 * 366))
    services.record_look(withdrawn, reviewer(), "facts")
    time_machine.move_to(now)

    erasing.erase_ended()
    looks.erase_old()

    withdrawn.refresh_from_db()
    assert withdrawn.erased_at
    assert Look.objects.get().user is None
    assert filed.subject.number
    assert audit.seal() > 0
    assert audit.check().fault == ""


@pytest.mark.django_db
def test_the_check_of_a_deployment_names_a_role_that_can_do_more_and_a_table_that_is_not_granted():
    assert [error.id for error in check_role(databases=["default"])] == ["icp_portal.E001"]
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLES['application']}")
        assert check_role(databases=["default"]) == []
        cursor.execute(f"RESET ROLE; GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO PUBLIC")
        cursor.execute(f"SET LOCAL ROLE {ROLES['application']}")
        assert [error.id for error in check_role(databases=["default"])] == ["icp_portal.E001"]
        cursor.execute(f"RESET ROLE; REVOKE TEMPORARY ON DATABASE {connection.settings_dict['NAME']} FROM PUBLIC")
        cursor.execute("CREATE TABLE of_a_new_release (id int)")
        cursor.execute(f"SET LOCAL ROLE {ROLES['application']}")
    ungranted = check_role(databases=["default"])
    assert [(error.id, "of_a_new_release" in error.msg) for error in ungranted] == [("icp_portal.E002", True)]


# Rights that a release may bring: on a column of a protected table, on rows of a table
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("right", "named"),
    [
        ("UPDATE (person) ON ministry_auditentry", "UPDATE on ministry_auditentry.person"),
        ("DELETE ON filings_evidence", "DELETE on filings_evidence"),
    ],
)
def test_the_check_of_a_deployment_names_a_right_that_grant_roles_has_not_granted_yet(right, named):
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE {right} FROM {ROLES['application']}")
        cursor.execute(f"SET LOCAL ROLE {ROLES['application']}")
    (lacking,) = check_role(databases=["default"])
    assert lacking.id == "icp_portal.E003"
    assert lacking.msg == f"The database role {ROLES['application']} lacks rights that this release needs: {named}."
    assert "grant_roles" in lacking.hint


@pytest.mark.django_db
def test_the_check_of_a_deployment_can_be_made_before_anything_is_migrated():
    with connection.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public RENAME TO migrated; CREATE SCHEMA public")

    assert [error.id for error in check_role(databases=["default"])] == ["icp_portal.E001"]


@pytest.mark.django_db
def test_the_owner_is_no_role_to_grant_to():
    with pytest.raises(CommandError, match="icp owns tables"):
        call_command("grant_roles", application="icp")


def test_migrations_sign_in_as_the_owner_and_nothing_else_does():
    owner, application = "postgres://owner@/portal", "postgres://app@/portal"
    used = {}
    for command in ("migrate", "grant_roles", "import_register", "seed_register", "runserver", "shell", ""):
        environment = {"DATABASE_URL": application, "DATABASE_OWNER_URL": owner}
        sign_in_as_owner(command, environment)
        used[command] = environment["DATABASE_URL"]
    assert used == {
        "migrate": owner,
        "grant_roles": owner,
        "import_register": owner,
        "seed_register": owner,
        "runserver": application,
        "shell": application,
        "": application,
    }
    alone = {"DATABASE_URL": application}
    sign_in_as_owner("migrate", alone)
    assert alone == {"DATABASE_URL": application}
