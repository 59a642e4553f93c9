"""The audit log and sealed values: what was moved, spoilt or sealed with another key is named."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from icp_portal.tests.builders import Case, sign_in, user_of
from icp_portal.tests.database_changes import run
from ministry import audit
from ministry.models import AuditWaiting, RegisterVersion, Subject, SubjectCertificate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sql", "row", "place"),
    [
        (
            "UPDATE filings_filing SET facts = (SELECT facts FROM filings_filing WHERE id = {other})"
            " WHERE id = {filing}",
            "{filing}",
            "filings_filing {filing}: the content of column facts",
        ),
        (
            "UPDATE filings_filing SET answers_draft = facts WHERE id = {filing}",
            "{filing}",
            "filings_filing {filing}: the content of column answers_draft",
        ),
        (
            "UPDATE filings_snapshot SET facts = (SELECT facts FROM filings_filing WHERE id = {filing})"
            " WHERE id = {snapshot}",
            "{snapshot}",
            "filings_snapshot {snapshot}: the content of column facts",
        ),
    ],
    ids=["row", "column", "table"],
)
def test_a_sealed_value_that_was_moved_is_named_with_its_place(sealed, sql, row, place):
    """In the filing, whose rows are in no log, as well as in what is."""
    other = Case().filing
    names = {"filing": sealed.filing.pk, "other": other.pk, "snapshot": sealed.filing.snapshots.get().pk}
    run(sql.format(**names))

    with (
        translation.override("en"),
        pytest.raises(CommandError, match=f": {place.format(**names)} was sealed for another place"),
    ):
        call_command("verify_audit")
    assert [str(fault.row) for fault in audit.faults()] == [row.format(**names)]


@pytest.mark.parametrize(
    ("model", "column"), [(SubjectCertificate, "number"), (RegisterVersion, "facts"), (Subject, "address")]
)
def test_sealed_values_of_the_register_that_changed_places_are_named_and_stop_nothing(model, column):
    for _n in range(2):
        Case(same=False).submit().verify().approve()
    one, other = model.objects.order_by("pk").values_list("pk", flat=True)[:2]
    audit.seal()
    table = model._meta.db_table
    run(
        f"UPDATE {table} a SET {column} = b.{column} FROM {table} b"
        f" WHERE a.id IN ({one}, {other}) AND b.id = {one} + {other} - a.id"
    )

    with translation.override("en"):
        for check in (audit.check(), audit.check(60)):
            assert f"{table} {one}: the content of column {column} was sealed for another place" in check.fault


@pytest.mark.parametrize("address", ["/filings/", "/records/"])
def test_a_page_with_a_moved_value_says_so_and_shows_none(client, caplog, settings, address):
    settings.RELAX_SECOND_FACTOR = True
    one, other = (Case(same=False).submit().verify().approve() for _n in range(2))
    for table, column, rows in (
        ("ministry_subject", "address", (one.filing.subject_id, other.filing.subject_id)),
        ("filings_filing", "facts", (one.filing.pk, other.filing.pk)),
    ):
        run(
            f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE id = %s) WHERE id = %s", *reversed(rows)
        )
    client.raise_request_exception = False

    response = sign_in(client, user_of(one.host)).get(address)

    assert response.status_code == 503
    assert "数据无法读取" in response.content.decode()
    assert "sealed for another place than" in caplog.text


def test_a_moved_value_that_was_logged_is_a_fault_until_it_is_put_back_and_holds_nothing_up(caplog):
    """The triggers are left alone, so both changes wait to be sealed."""
    one, other = (Case(same=False).submit().verify().approve().filing.subject for _n in range(2))
    audit.seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM ministry_subject WHERE id = %s", [one.pk])
        own = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE ministry_subject SET address = (SELECT address FROM ministry_subject WHERE id = %s) WHERE id = %s",
            [other.pk, one.pk],
        )
    audit.seal()
    assert not AuditWaiting.objects.exists()
    assert f"ministry_subject {one.pk}" in caplog.text
    assert {(fault.table, fault.row) for fault in audit.faults()} == {("ministry_subject", one.pk)}

    with connection.cursor() as cursor:
        cursor.execute("UPDATE ministry_subject SET address = %s WHERE id = %s", [own, one.pk])
    audit.seal()
    assert list(audit.faults()) == []


def test_a_version_that_no_key_opens_is_named_and_its_row_is_not(sealed):
    subject = Case(same=False).submit().verify().approve().filing.subject
    audit.seal()
    version = RegisterVersion.objects.filter(subject=subject).latest("pk")
    run("UPDATE ministry_registerversion SET facts = 'Nothing' WHERE id = %s", version.pk)

    assert {(fault.table, fault.row) for fault in audit.faults()} == {("ministry_registerversion", version.pk)}


@pytest.mark.parametrize("table", ["ministry_subject", "ministry_website"])
def test_a_row_of_the_register_that_no_key_opens_is_named_and_stops_nothing(table):
    """The rows beside it are still compared with their history."""
    spoilt, changed = (Case(same=False).submit().verify().approve().filing.subject for _n in range(2))
    rows = {"ministry_subject": spoilt.pk, "ministry_website": spoilt.websites.get().pk}
    run(f"UPDATE {table} SET responsible_name = 'Nothing' WHERE id = %s", rows[table])
    run("UPDATE ministry_subject SET name = 'Somebody else' WHERE id = %s", changed.pk)
    audit.seal()

    with translation.override("en"):
        faults = {(fault.table, fault.row): fault.what for fault in audit.faults()}

    assert faults.keys() == {(table, rows[table]), ("ministry_subject", changed.pk)}
    assert "no key opens the row" in faults[table, rows[table]]


# --- New keys for personal data ---------------------------------------------------------------------------


def test_a_new_key_for_personal_data_breaks_nothing(sealed, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    call_command("reseal", verbosity=0)

    assert list(audit.faults()) == []


def test_what_a_process_behind_can_not_open_waits_for_one_that_can(sealed, settings, caplog):
    """The web server has the new key in front already, the worker that seals still has the old ones alone.

    The worker's log says how many rows wait, and so does ``reseal``.
    """
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    event = Case().submit().filing.events.latest("pk")
    new_keys, settings.FIELD_KEYS = settings.FIELD_KEYS, old

    audit.seal()

    waiting = list(AuditWaiting.objects.values_list("name", "row"))
    assert ("filings_event", event.pk) in waiting
    told = f"audit log: {len(set(waiting))} rows wait because no key of this process opens them"
    assert [one.getMessage() for one in caplog.records if one.levelname == "CRITICAL"] == [told]
    assert audit.reseal_waiting() == (0, len(waiting))
    caplog.clear()
    settings.FIELD_KEYS = new_keys
    audit.seal()
    assert not AuditWaiting.objects.exists()
    assert not [one for one in caplog.records if one.levelname == "CRITICAL"]
    assert list(audit.faults()) == []


def test_a_later_column_is_no_fault(sealed):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE filings_look ADD COLUMN later integer NOT NULL DEFAULT 7")

    assert list(audit.faults()) == []
