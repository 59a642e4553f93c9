"""Erasure of filings that ended without a record: when, in which tables, and that the audit log stays sound."""

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.urls import reverse
from post_office.models import Email

from accounts.models import User
from bureaus import rechecks
from bureaus.models import Recheck, RecheckRate, SecondReading
from filings import facts
from filings.deadlines import erasing
from filings.evidence import pictures
from filings.models import (
    CertificateReading,
    Evidence,
    Filing,
    Mailbox,
    OfficialPage,
    Remark,
    Sheet,
    SheetPdf,
    SheetScan,
    Snapshot,
)
from filings.states import Status
from icp_portal.tests.builders import BEIJING, Case, case_at, client_of, reviewer
from icp_portal.tests.database_changes import run
from icp_portal.tests.personal_data.erasable_filings import (
    A_DAY,
    A_YEAR,
    IN_FIVE_YEARS,
    START,
    erase,
    unverified,
    verified,
)
from ministry import audit
from ministry.models import AuditEntry, AuditWaiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


def files_of(filing: Filing) -> list[str]:
    rows = [
        *filing.evidence.all(),
        *SheetScan.objects.filter(sheet__verification__filing=filing),
        *SheetPdf.objects.filter(sheet__verification__filing=filing),
        *OfficialPage.objects.filter(paper__replies__filing=filing),
    ]
    return [getattr(row, name).name for row in rows for name in pictures._files(row)]


def said(filing: Filing) -> list[str]:
    """Return the texts that identify host and website, and those of the remarks."""
    paths = ("subject.name", "subject.cert_number", "responsible.name", "responsible.mobile", "websites.0.domain")
    return [str(filing.get(path)) for path in paths]


def found(words: list[str]) -> set[tuple[str, str]]:
    """Where any of these words still is, in the rows of all filings and mails."""
    models = [*apps.get_app_config("filings").get_models(), *apps.get_app_config("bureaus").get_models(), Email]
    return {
        (model._meta.label, word)
        for model in models
        for row in model._default_manager.values()
        for word in words
        if word in str(row)
    }


def proved() -> list[str]:
    """The faults of the log before and after the waiting rows are sealed."""
    before = [str(fault) for fault in audit.faults()]
    audit.seal()
    return [*before, *(str(fault) for fault in audit.faults())]


# --- What is erased, and when ------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["withdraw", "close", "lapse"])
def test_a_year_after_its_end_nothing_is_left_of_what_nobody_has_verified(time_machine, end):
    time_machine.move_to(START, tick=False)
    case = unverified(end)
    words, files, events = said(case.filing), files_of(case.filing), case.filing.events.count()
    assert {model for model, _word in found(words)} >= {"filings.Filing", "filings.Snapshot", "filings.SearchEntry"}
    audit.seal()

    assert erase(time_machine, START + A_YEAR) == 0
    assert erase(time_machine, START + A_YEAR + A_DAY) == 1
    assert erase(time_machine, START + A_YEAR + A_DAY) == 0

    filing = case.refresh().filing
    assert found(words) == set()
    assert [one.facts for one in filing.snapshots.all()] == [facts.blank()] * 2
    assert [(one.seen, one.expected, one.answer.text) for one in filing.remarks.all()] == [("", "", "")]
    assert {event.note for event in filing.events.all()} == {""}
    assert filing.events.count() == events + 1
    assert (filing.events.last().name, filing.events.last().role) == ("erase", "system")
    assert not Evidence.objects.filter(filing=filing).exists()
    assert [(one.evidence_id, one.person, one.content) for one in filing.photographs.all()] == [(None, "", {})]
    assert files
    assert not any(map(default_storage.exists, files))
    assert filing.mails.exists()
    assert not Email.objects.filter(pk__in=filing.mails.values("mail")).exists()
    assert proved() == []


def test_what_was_read_on_pictures_is_erased_with_them(time_machine):
    time_machine.move_to(START, tick=False)
    case = unverified()
    picture = case.filing.evidence.get(path="papers.responsible_front")
    read = CertificateReading.objects.create(evidence=picture, facts={"name": {"value": said(case.filing)[0]}})

    erasing._erase(case.filing.pk)  # before the files, so that nothing of it outlives a killed run

    assert CertificateReading.objects.filter(pk=read.pk).count() == 0


def test_papers_of_a_verification_are_kept_for_five_years_and_then_erased(time_machine):
    time_machine.move_to(START, tick=False)
    case = verified()
    words, files = said(case.filing), files_of(case.filing)
    audit.seal()

    assert erase(time_machine, START + A_YEAR + A_DAY) == 0
    assert erase(time_machine, IN_FIVE_YEARS) == 0
    assert all(map(default_storage.exists, files))
    assert erase(time_machine, IN_FIVE_YEARS + A_DAY) == 1

    filing = case.refresh().filing
    assert found(words) == set()
    assert [(one.notes, one.place) for one in filing.verifications.all()] == [({}, "")]
    assert filing.verifications.get().answers
    assert Sheet.objects.get().content == {}
    assert [(one.file.name, one.official.name) for one in SheetScan.objects.all()] == [("", "")]
    assert [one.file.name for one in OfficialPage.objects.all()] == [""]
    assert (filing.questions.get().text, filing.replies.get().text) == ("", "")
    assert {one.text for one in filing.opinions.all()} <= {""}
    assert not any(map(default_storage.exists, files))
    assert proved() == []


def test_the_addresses_of_a_host_are_forgotten_with_the_last_filing(time_machine):
    time_machine.move_to(START, tick=False)
    first = unverified()
    time_machine.move_to(START + 2 * A_DAY, tick=False)
    last = Case(owner=first.host).submit().withdraw()
    kept = Mailbox.objects.filter(host=first.host.user_id).count()

    assert erase(time_machine, START + A_YEAR + A_DAY) == 1
    assert Mailbox.objects.filter(host=first.host.user_id).count() == kept > 0
    assert erase(time_machine, START + A_YEAR + 3 * A_DAY) == 1
    assert last.refresh().filing.erased_at
    assert not Mailbox.objects.filter(host=first.host.user_id).exists()
    assert proved() == []


def test_the_note_of_a_second_reading_is_erased_too(time_machine):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.RETURNED_TO_PROVIDER)
    member = User.objects.get(pk=reviewer().user_id)
    RecheckRate.objects.create(bureau_id=BEIJING, percent=100, valid_from=START.date(), set_by=member)
    assert rechecks.draw(BEIJING, START.date()) == 1
    recheck = Recheck.objects.get(filing=case.filing)
    reader = reviewer()
    rechecks.answer(recheck.pk, reader, verdict="return", codes=["P301"], note="与证件不符：张三")
    url = reverse("bureau_desk:recheck_evidence", args=[recheck.pk, case.filing.evidence.first().pk])
    case.send_back().withdraw()

    assert erase(time_machine, IN_FIVE_YEARS + A_DAY) == 1

    assert SecondReading.objects.get().note == ""
    assert client_of(reader).get(url).status_code == 404
    assert proved() == []


def test_a_filing_that_no_key_opens_is_reported_and_stops_no_other(time_machine, caplog):
    time_machine.move_to(START, tick=False)
    spoilt, other = unverified(), unverified()
    run("UPDATE filings_filing SET facts = 'Nothing' WHERE id = %s", spoilt.filing.pk)

    assert erase(time_machine, START + A_YEAR + A_DAY) == 1

    assert other.refresh().filing.erased_at
    assert Filing.objects.only("erased_at").get(pk=spoilt.filing.pk).erased_at is None
    assert f"filing {spoilt.filing.pk} can't be erased: no key opens it; see verify_audit" in caplog.messages


def test_what_is_on_record_is_never_erased(time_machine):
    time_machine.move_to(START, tick=False)
    case = case_at(Status.FILED)
    assert erase(time_machine, START + 20 * A_YEAR) == 0
    assert case.refresh().filing.facts != facts.blank()


def test_a_night_continues_one_that_was_killed_among_the_signed_copies(time_machine, monkeypatch):
    time_machine.move_to(START, tick=False)
    case = verified()
    files = files_of(case.filing)
    delete = pictures.delete_files

    def die_at_the_scan(row):
        if isinstance(row, SheetScan):
            delete(row)
            raise SystemExit
        delete(row)

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "delete_files", die_at_the_scan)
        with pytest.raises(SystemExit):
            erase(time_machine, IN_FIVE_YEARS + A_DAY)
    assert SheetScan.objects.exclude(file="").exists()

    assert erase(time_machine, IN_FIVE_YEARS + A_DAY) == 0
    assert not SheetScan.objects.exclude(file="").exists()
    assert not any(map(default_storage.exists, files))
    assert proved() == []


# --- The audit log -----------------------------------------------------------------------------------------


def test_only_declared_tables_can_be_erased():
    case = Case().submit()
    with pytest.raises(LookupError, match=r"No column of filings.FilingMail is declared as erasable"):
        audit.erase(case.filing.mails.all())
    with pytest.raises(LookupError, match=r"No column of filings.Evidence is declared as erasable"):
        audit.erase(case.filing.evidence.all())


def test_the_database_still_refuses_every_other_change_of_an_erased_row(time_machine):
    time_machine.move_to(START, tick=False)
    case = unverified()
    erase(time_machine, START + A_YEAR + A_DAY)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows from filings_snapshot"), transaction.atomic():
        Snapshot.objects.filter(filing=case.filing).update(round=9)


def forged(content: str) -> None:
    """As whoever owns the database: empty a remark and log that, as the portal would."""
    remark = Remark.objects.get()
    run("UPDATE filings_remark SET code = 'P999' WHERE id = %s", remark.pk)
    run(
        f'INSERT INTO ministry_auditwaiting (name, "row", content)'
        f" SELECT 'filings_remark', id, {content} FROM filings_remark WHERE id = %s",
        remark.pk,
    )


@pytest.mark.parametrize(
    "content",
    ["audit_content(filings_remark)", f"audit_content(filings_remark) || jsonb_build_object('erased', '{'f' * 64}')"],
    ids=["no mark", "invented mark"],
)
def test_a_change_by_anybody_else_is_named_even_if_it_is_logged_like_an_erasure(content):
    case_at(Status.RETURNED_TO_HOST)
    audit.seal()
    forged(content)

    audit.seal()

    assert {(fault.table, fault.row) for fault in audit.faults()} == {("filings_remark", Remark.objects.get().pk)}


def test_a_mark_cannot_be_moved_to_another_row_or_content(time_machine):
    time_machine.move_to(START, tick=False)
    unverified()
    other = case_at(Status.RETURNED_TO_HOST).filing.remarks.get()
    audit.seal()
    erasing._erase(Filing.objects.exclude(pk=other.filing_id).get().pk)
    mark = AuditWaiting.objects.get(name="filings_remark").content["erased"]
    audit.seal()
    run("UPDATE filings_remark SET code = 'P999' WHERE id = %s", other.pk)
    run(
        'INSERT INTO ministry_auditwaiting (name, "row", content)'
        " SELECT 'filings_remark', id, audit_content(filings_remark) || jsonb_build_object('erased', %s::text)"
        " FROM filings_remark WHERE id = %s",
        *(mark, other.pk),
    )

    audit.seal()

    assert {(fault.table, fault.row) for fault in audit.faults()} == {("filings_remark", other.pk)}


def test_an_erased_row_that_is_changed_afterwards_is_named(time_machine):
    time_machine.move_to(START, tick=False)
    unverified()
    audit.seal()
    erase(time_machine, START + A_YEAR + A_DAY)
    audit.seal()
    remark = Remark.objects.get()
    run("UPDATE filings_remark SET code = 'P999' WHERE id = %s", remark.pk)

    newest = AuditEntry.objects.filter(shape__name="filings_remark").latest("number")
    assert [(fault.number, fault.table, fault.row) for fault in audit.faults()] == [
        (newest.number, "filings_remark", remark.pk)
    ]


def test_a_filing_ends_and_is_erased_before_anything_was_sealed(time_machine):
    time_machine.move_to(START, tick=False)
    unverified()
    erase(time_machine, START + A_YEAR + A_DAY)
    assert proved() == []
