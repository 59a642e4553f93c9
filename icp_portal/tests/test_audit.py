"""The audit log: everything on record enters it, and whatever is done to a row past the portal is found."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pgtrigger
import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import translation

from accounts.models import Party
from filings import services
from filings.models import Event, Filing, Look, Remark
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, house_change, reviewer, sign_in, user, user_of
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from ministry import audit
from ministry.audit import proving
from ministry.audit.sealing import SEALERS_LOCK
from ministry.models import (
    AuditCheck,
    AuditEntry,
    AuditHead,
    AuditWaiting,
    RegisterVersion,
    RuleChange,
    Subject,
    SubjectCertificate,
)

pytestmark = pytest.mark.django_db


def run(sql: str, *values: object) -> None:
    """As whoever owns the database, past the triggers that protect the record."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def entry_of(row: object) -> AuditEntry:
    return AuditEntry.objects.get(shape__name=row._meta.db_table, row=row.pk)


@pytest.fixture
def sealed() -> Case:
    """A filing that came back once and was looked at, all of it in the chain."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    services.look(Filing.objects.get(pk=case.filing.pk), reviewer(), "facts")
    audit.seal()
    return case


def test_what_is_on_record_enters_the_log(sealed):
    house_change(sealed.provider)
    waiting = AuditWaiting.objects.order_by("pk").values_list("name", flat=True)
    assert list(waiting)[-1] == "providers_housechange"
    audit.seal()

    names = set(AuditEntry.objects.values_list("shape__name", flat=True))
    assert names >= {
        "filings_event",
        "filings_look",
        "filings_remark",
        "filings_snapshot",
        "filings_verification",
        "filings_sheet",
        "ministry_rulechange",
        "providers_housechange",
    }
    assert names <= audit.tables().keys()
    numbers = list(AuditEntry.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert AuditWaiting.objects.count() == 0
    assert Event.objects.count() == AuditEntry.objects.filter(shape__name="filings_event").count()


def test_every_append_only_table_is_audited():
    """But for the log's own tables: their rows prove each other."""
    protected = {
        model._meta.db_table for model, trigger in pgtrigger.registered() if str(trigger.name).endswith("append_only")
    }
    assert protected - audit.tables().keys() == {"ministry_auditentry", "ministry_audithead", "ministry_auditcheck"}


def test_an_honest_log_is_proved(sealed, capsys):
    call_command("verify_audit")

    head = audit.last()
    assert capsys.readouterr().out == f"{head.number} entries, all sound. Chain: {head.chain}\n"
    assert AuditCheck.objects.get().fault == ""


def change_an_event_of(event: Event) -> tuple[str, int]:
    run("UPDATE filings_event SET actor_name = 'Somebody else' WHERE id = %s", event.pk)
    return "filings_event", event.pk


def change_an_event(case: Case) -> tuple[int, str, int]:
    event = case.filing.events.get(name="return")
    return entry_of(event).number, *change_an_event_of(event)


def swap_sealed_texts(case: Case) -> tuple[int, str, int]:
    """Another row's cipher is a good cipher; the row is not what it was."""
    remark = case.filing.remarks.get()
    run("UPDATE filings_remark SET seen = expected WHERE id = %s", remark.pk)
    return entry_of(remark).number, "filings_remark", remark.pk


def write_over_a_cipher(case: Case) -> tuple[int, str, int]:
    """Who has no key can still write over what was encrypted with it."""
    remark = case.filing.remarks.get()
    run("UPDATE filings_remark SET seen = 'Nothing' WHERE id = %s", remark.pk)
    return entry_of(remark).number, "filings_remark", remark.pk


def put_the_plain_text_in_its_place(case: Case) -> tuple[int, str, int]:
    remark = case.filing.remarks.get()
    run("UPDATE filings_remark SET seen = %s WHERE id = %s", remark.seen, remark.pk)
    return entry_of(remark).number, "filings_remark", remark.pk


def remove_a_look(_case: Case) -> tuple[int, str, int]:
    look = Look.objects.get()
    entry = entry_of(look)
    run("DELETE FROM filings_look WHERE id = %s", look.pk)
    return entry.number, "filings_look", look.pk


def change_an_entry(_case: Case) -> tuple[int, str, int]:
    entry = entry_of(RuleChange.objects.earliest("pk"))
    run("UPDATE ministry_auditentry SET sealed_at = now(), digest = %s WHERE number = %s", "f" * 64, entry.number)
    return entry.number, "ministry_rulechange", entry.row


def remove_an_entry_with_its_row(case: Case) -> tuple[int, str, int]:
    event = case.filing.events.earliest("pk")
    entry = entry_of(event)
    behind = AuditEntry.objects.filter(number__gt=entry.number).earliest("number")
    run("DELETE FROM filings_event WHERE id = %s", event.pk)
    run("DELETE FROM ministry_auditentry WHERE number = %s", entry.number)
    return entry.number, behind.shape.name, behind.row


def smuggle_an_event(case: Case) -> tuple[int, str, int]:
    columns = (
        "filing_id, provider_id, name, source, target, round, role, actor_name, note, note_english, on_behalf_of, at"
    )
    run(
        f"INSERT INTO filings_event ({columns}) SELECT {columns} FROM filings_event WHERE id = %s",
        case.filing.events.earliest("pk").pk,
    )
    return 0, "filings_event", Event.objects.values_list("pk", flat=True).latest("pk")


@pytest.mark.parametrize(
    "tamper",
    [
        change_an_event,
        swap_sealed_texts,
        write_over_a_cipher,
        put_the_plain_text_in_its_place,
        remove_a_look,
        change_an_entry,
        remove_an_entry_with_its_row,
        smuggle_an_event,
    ],
)
def test_the_first_broken_row_is_named(sealed, tamper: Callable[[Case], tuple[int, str, int]]):
    number, table, row = tamper(sealed)

    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")

    first = next(audit.faults())
    assert (first.number, first.table, first.row) == (number, table, row)
    assert str(refused.value) == str(first) == AuditCheck.objects.get().fault


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


def test_a_row_changed_before_it_was_sealed_is_found():
    case = Case().submit()
    event = case.filing.events.get(name="submit")
    run("UPDATE filings_event SET at = at - interval '1 day' WHERE id = %s", event.pk)

    audit.seal()

    assert [(fault.table, fault.row) for fault in audit.faults()] == [("filings_event", event.pk)]


def test_a_waiting_row_that_was_written_over_does_not_stop_the_log():
    """It waits, everything else is sealed, and after an hour the check names it."""
    case = case_at(Status.RETURNED_TO_PROVIDER)
    remark = case.filing.remarks.get()
    written_over = "content = jsonb_set(content, '{seen}', '\"Nothing\"')"
    run(f"UPDATE ministry_auditwaiting SET {written_over} WHERE name = 'filings_remark' AND \"row\" = %s", remark.pk)

    audit.seal()

    assert list(AuditWaiting.objects.values_list("name", "row")) == [("filings_remark", remark.pk)]
    assert list(audit.faults()) == []
    run("UPDATE ministry_auditwaiting SET at = now() - interval '2 hours'")
    assert [(fault.table, fault.row) for fault in audit.faults()] == [("filings_remark", remark.pk)]


def rewritten(links: list[AuditEntry], before: audit.Head) -> None:
    """Number these links behind one another and compute each anew, as somebody who has no AUDIT_KEY can."""
    with override_settings(AUDIT_KEY="whoever owns the database does not know it"):
        for link in links:
            chain = audit.chained(before, link.shape.name, link.row, link.digest, removes=link.removes)
            run(
                "UPDATE ministry_auditentry SET number = %s, chain = %s WHERE number = %s",
                *(before.number + 1, chain, link.number),
            )
            before = audit.Head(before.number + 1, chain)


def test_a_log_rewritten_from_the_middle_is_found_at_the_first_link_that_was_computed_anew(sealed):
    """An event and its link are gone, and every number and link behind them fits again."""
    event = sealed.filing.events.latest("pk")
    entry = entry_of(event)
    before = AuditEntry.objects.filter(number=entry.number - 1).get()
    behind = list(AuditEntry.objects.filter(number__gt=entry.number).select_related("shape").order_by("number"))
    run("DELETE FROM filings_event WHERE id = %s", event.pk)
    run("DELETE FROM ministry_auditentry WHERE number = %s", entry.number)
    rewritten(behind, audit.Head(before.number, before.chain))

    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")
    first = next(audit.faults())
    assert str(refused.value) == str(first)
    assert (first.number, first.table, first.row) == (entry.number, behind[0].shape.name, behind[0].row)


def cut_off(number: int) -> None:
    """Take out the end of the chain behind a number, with the rows that it proves, as if nothing had been."""
    links = AuditEntry.objects.filter(number__gt=number).select_related("shape").order_by("-number")
    for link in links:
        table = audit.tables()[link.shape.name]
        run(f"DELETE FROM {link.shape.name} t WHERE {table.key} = %s", link.row)
        run("DELETE FROM ministry_auditentry WHERE number = %s", link.number)


def test_a_chain_that_was_cut_off_does_not_lead_through_the_heads_kept(sealed, capsys):
    """The database's own heads find a mistake; whoever removes them too is found by those kept elsewhere."""
    call_command("audit_head")
    kept = capsys.readouterr().out.strip()
    services.look(sealed.filing, reviewer(), "facts")
    look = Look.objects.latest("pk")
    audit.seal()
    cut_off(AuditHead.objects.get().number - 1)
    assert not Look.objects.filter(pk=look.pk).exists()

    assert [fault.number for fault in audit.faults()] == [AuditHead.objects.get().number]
    run("DELETE FROM ministry_audithead")
    assert list(audit.faults()) == []

    with pytest.raises(CommandError, match=kept.split(":")[0]):
        call_command("verify_audit", "--head", kept)


def test_heads_kept_in_a_file_are_compared(sealed, tmp_path, capsys):
    heads = tmp_path / "heads"
    call_command("audit_head")
    heads.write_text(capsys.readouterr().out)
    call_command("verify_audit", "--heads", str(heads))

    heads.write_text(heads.read_text() + "yesterday\n")
    with pytest.raises(CommandError, match="yesterday"):
        call_command("verify_audit", "--heads", str(heads))


def test_a_head_an_hour_is_kept(sealed):
    audit.keep_head()
    Case().submit()
    audit.seal()
    audit.keep_head()
    assert AuditHead.objects.count() == 1

    run("UPDATE ministry_audithead SET at = now() - interval '2 hours'")
    audit.keep_head()
    audit.keep_head()
    assert list(AuditHead.objects.values_list("number", flat=True))[1:] == [audit.last().number]
    assert list(audit.faults()) == []


def test_a_process_with_another_audit_key_adds_nothing(sealed, settings, caplog):
    head, ours = audit.last(), settings.AUDIT_KEY
    Case().submit()
    settings.AUDIT_KEY = "another key, of a process that is behind"

    assert audit.seal() == 0

    assert audit.last() == head
    assert f"entry {head.number} does not fit this process's AUDIT_KEY" in caplog.text
    settings.AUDIT_KEY = ours
    audit.seal()
    assert list(audit.faults()) == []


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


def test_a_new_key_for_personal_data_breaks_nothing(sealed, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    call_command("reseal", verbosity=0)

    assert list(audit.faults()) == []


def test_what_a_process_behind_can_not_open_waits_for_one_that_can(sealed, settings):
    """The web server has the new key in front already, the worker that seals still has the old ones alone."""
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    event = Case().submit().filing.events.latest("pk")
    new_keys, settings.FIELD_KEYS = settings.FIELD_KEYS, old

    audit.seal()

    assert ("filings_event", event.pk) in AuditWaiting.objects.values_list("name", "row")
    settings.FIELD_KEYS = new_keys
    audit.seal()
    assert not AuditWaiting.objects.exists()
    assert list(audit.faults()) == []


def test_a_later_column_is_no_fault(sealed):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE filings_look ADD COLUMN later integer NOT NULL DEFAULT 7")

    assert list(audit.faults()) == []


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
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SEALERS_LOCK])
            yield
            # The server releases the locks of a closed connection some time later, not before close() returns.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SEALERS_LOCK])
    finally:
        other.close()


@pytest.mark.usefixtures("committed")
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
