"""The audit log: everything on record enters it, and whatever is done to a row or to the log itself is found."""

from collections.abc import Callable
from datetime import timedelta

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from filings import services
from filings.models import Event, Look, Remark
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, organisation_change, reviewer
from icp_portal.tests.database_changes import change_an_event, cut_off, entry_of, run, smuggle_an_event
from ministry import audit
from ministry.audit import proving, sealing
from ministry.models import AuditCheck, AuditEntry, AuditHead, AuditWaiting, RuleChange

pytestmark = pytest.mark.django_db


def test_what_is_on_record_enters_the_log(sealed):
    organisation_change(sealed.provider)
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
    """But for the log's own tables, the feed, which repeats audited changes, and notes of backups kept elsewhere."""
    protected = {
        model._meta.db_table for model, trigger in pgtrigger.registered() if str(trigger.name).endswith("append_only")
    }
    own = {"ministry_auditentry", "ministry_audithead", "ministry_auditcheck"}
    assert protected - audit.tables().keys() == own | {"ministry_registerchange", "ministry_backup"}


def test_an_honest_log_is_proved(sealed, capsys):
    call_command("verify_audit")

    head = audit.last()
    assert capsys.readouterr().out == f"{head.number} entries, all sound. Chain: {head.chain}\n"
    assert AuditCheck.objects.get().fault == ""


def test_a_release_that_does_not_know_a_table_leaves_its_entries_and_rows_alone(sealed, monkeypatch):
    """While two releases run, or after going back, the former one meets a table that only the later one has."""
    known = {name: table for name, table in audit.tables().items() if name != "filings_remark"}
    remark = sealed.filing.remarks.get()
    assert entry_of(remark)
    later = Remark.objects.get(pk=remark.pk)
    later.pk = None
    later.save()
    with monkeypatch.context() as former:
        for module in (proving, sealing):
            former.setattr(module, "tables", lambda: known)
        audit.seal()
        AuditWaiting.objects.update(at=timezone.now() - timedelta(days=1))
        assert list(audit.faults()) == []
        assert list(AuditWaiting.objects.values_list("name", "row")) == [("filings_remark", later.pk)]
        assert audit.reseal_waiting() == (0, 1)

    audit.seal()

    assert not AuditWaiting.objects.exists()
    assert list(audit.faults()) == []


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


def test_a_chain_that_was_cut_off_does_not_lead_through_the_heads_kept(sealed, capsys):
    """The database's own heads find a mistake; whoever removes them too is found by those kept elsewhere."""
    call_command("audit_head")
    kept = capsys.readouterr().out.strip()
    services.record_look(sealed.filing, reviewer(), "facts")
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
