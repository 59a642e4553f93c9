"""The audit log as it is checked night by night, sealed by several processes and read by operators."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Party
from filings.models import Event, Remark
from icp_portal.tests.builders import Case, sign_in, user
from icp_portal.tests.database_changes import change_an_event, change_an_event_of, cut_off, run, smuggle_an_event
from ministry import audit
from ministry.audit import proving
from ministry.audit.sealing import SEALERS_LOCK
from ministry.models import AuditCheck, AuditWaiting

pytestmark = pytest.mark.django_db


# --- Night by night ---------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch):
    """A place is kept every hundred entries, not every thousand."""
    monkeypatch.setattr(proving, "BATCH", 100)


def test_a_check_that_runs_out_of_time_goes_on_the_next_night(sealed, small_batches):
    nights = -(-audit.last().number // 100)
    numbers = [audit.check(0).number for _night in range(nights)]

    assert numbers == [*range(100, audit.last().number, 100), audit.last().number]
    assert set(AuditCheck.objects.values_list("fault", "is_whole")) == {("", False)}


def test_a_night_with_time_enough_reads_what_is_new_and_everything_else_again(sealed):
    assert audit.check(60).is_whole
    event = change_an_event(sealed)
    Case().submit()
    audit.seal()

    check = audit.check(60)

    assert check.fault.startswith(str(audit.AuditFault(*event, "")))
    assert (check.number, check.is_whole) == (audit.last().number, False)
    assert audit.check(60).fault == check.fault, "the next night finds it again"


def test_a_row_smuggled_in_among_those_read_on_an_earlier_night_is_found(sealed):
    """Under a key below all others, too: keys given by the sequence are positive."""
    assert audit.check(60).is_whole
    _number, table, row = smuggle_an_event(sealed)
    run("UPDATE filings_event SET id = %s WHERE id = %s", -(2**63), row)

    assert audit.check(60).fault.startswith(str(audit.AuditFault(0, table, -(2**63), "")))


def test_a_fault_among_the_new_entries_is_found_every_night(sealed):
    audit.check(60)
    Case().submit()
    audit.seal()
    table, row = change_an_event_of(Event.objects.latest("pk"))

    faults = {audit.check(60).fault for _n in range(3)}

    assert [fault.split(": ")[1] for fault in faults] == [f"{table} {row}"]


def test_how_far_a_check_came_can_not_be_forged(sealed, small_batches):
    """Somebody lets the next check begin at the end of the chain: nothing would be read."""
    change_an_event(sealed)
    audit.check(0)
    head = audit.last()
    run("UPDATE ministry_auditcheck SET places = %s", json.dumps({"chain": [head.number, head.chain]}))

    check = audit.check(60)

    assert "ministry_auditcheck" in check.fault
    assert check.number < head.number
    assert "filings_event" in audit.check(60).fault


def test_the_chain_cut_off_behind_the_last_check_is_found_without_heads(sealed):
    audit.check(60)
    cut_off(audit.last().number - 1)
    run("DELETE FROM ministry_audithead")

    assert "ministry_auditentry" in audit.check(60).fault
    with pytest.raises(CommandError, match="ministry_auditentry"):
        call_command("verify_audit")
    assert "ministry_auditentry" in audit.check(60).fault


# --- New keys for personal data ---------------------------------------------------------------------------


def test_moments_read_the_same_in_every_time_zone(sealed):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Shanghai'")
        Case().submit()
        audit.seal()
        cursor.execute("SET LOCAL timezone = 'America/New_York'")

        assert list(audit.faults()) == []


def test_a_row_nobody_sealed_in_time_is_a_fault(sealed):
    case = Case().submit()
    assert list(audit.faults()) == []
    run("UPDATE ministry_auditwaiting SET at = now() - interval '2 hours'")

    assert {fault.table for fault in audit.faults()} >= {"filings_event", "filings_filingmail", "filings_snapshot"}
    audit.seal()
    assert list(audit.faults()) == []
    assert case.filing.events.count() == 2


def test_the_log_itself_can_not_be_written_on(sealed):
    for change in ("UPDATE ministry_auditentry SET digest = ''", "DELETE FROM ministry_auditentry WHERE number = 1"):
        with (
            pytest.raises(DatabaseError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_sealing_costs_the_same_whatever_has_happened(sealed, django_assert_num_queries):
    """Turn, waiting rows, last entries, a shape a table, entries, deletion; then the empty batch."""
    Case().submit()
    with django_assert_num_queries(21):
        audit.seal()
    for _number in range(5):
        Case().submit()
    with django_assert_num_queries(21):
        audit.seal()
    assert list(audit.faults()) == []


def test_an_operator_reads_the_checks(sealed, client, settings):
    settings.RELAX_SECOND_FACTOR = True
    audit.check()
    page = sign_in(client, user(Party.MINISTRY)).get("/ministry/ministry/auditcheck/")

    assert page.status_code == 200
    assert str(AuditCheck.objects.get().number) in page.content.decode()


@contextmanager
def somebody_else_seals() -> Iterator[None]:
    """Another connection has the right to add to the chain."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALERS_LOCK])
        yield
        # The server releases the locks of a closed connection some time later, not before close() returns.
        other.rollback()
    finally:
        other.close()


@pytest.mark.usefixtures("transactional_db")
class TestAtOnce:
    """Real connections side by side."""

    def test_two_sealers_make_one_chain(self):
        for _number in range(10):
            Case().submit()
        start = threading.Barrier(4)

        def sealer() -> None:
            start.wait()
            audit.seal()
            connection.close()

        threads = [threading.Thread(target=sealer) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        audit.seal()

        assert list(audit.faults()) == []
        assert AuditWaiting.objects.count() == 0

    def test_a_move_does_not_wait_for_the_sealer(self):
        with transaction.atomic():
            assert audit.is_our_turn()
            done = threading.Event()

            def move() -> None:
                Case().submit()
                connection.close()
                done.set()

            thread = threading.Thread(target=move)
            thread.start()
            assert done.wait(30)
        thread.join()
        assert Remark.objects.count() == 0

    def test_a_key_can_go_while_rows_wait(self, settings):
        """``reseal`` seals them first; those that it can't, while another process seals, it encrypts anew."""
        old = settings.FIELD_KEYS
        Case().submit()
        settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
        with somebody_else_seals():
            call_command("reseal", verbosity=0)
        assert AuditWaiting.objects.exists()
        settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

        audit.seal()

        assert not AuditWaiting.objects.exists()
        assert list(audit.faults()) == []
