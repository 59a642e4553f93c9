"""The erasure of who looked at a filing's data, after the period: the row stays, and the audit log verifiable."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Party
from desks.tests.casefile.casefiles_fetched import fetched, text, unblanked
from filings import services, tasks
from filings.deadlines import batches, looks
from filings.models import Look
from filings.states import Status
from icp_portal.tests.builders import Case, case_at, sign_in, user, user_of
from icp_portal.tests.database_changes import run
from ministry import audit, retention
from ministry.models import AuditEntry, RetentionPeriod
from ministry.retention import DataKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "no_second_factor")]

START = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PAGE = "/personal-data/"


@pytest.fixture
def looked(time_machine) -> Case:
    """Return a filing at which its provider looked on the first day, and its bureau a year and a day later."""
    time_machine.move_to(START, tick=False)
    case = case_at(Status.WITH_BUREAU)
    assert not Look.objects.exists()
    services.record_look(case.filing, case.staff, "facts")
    time_machine.move_to(START + timedelta(days=366), tick=False)
    services.record_look(case.filing, case.reviewer, "papers.responsible_front")
    audit.seal()
    return case


def kept() -> list[tuple[int | None, str]]:
    return list(Look.objects.order_by("pk").values_list("user", "what"))


def entries(case: Case, actor) -> list[int]:
    """Return the looks in the audit log that are found by an account."""
    rows = AuditEntry.objects.filter(shape__name="filings_look", filing=case.filing.pk, person=actor.user_id)
    return list(rows.values_list("row", flat=True))


def on(time_machine, year: int, month: int, day: int) -> None:
    """Erase what is due on a day."""
    time_machine.move_to(START.replace(year=year, month=month, day=day), tick=False)
    assert looks.erase_old() is False


def test_three_years_later_who_looked_is_gone_and_what_is_younger_stays(looked, time_machine):
    first, second = Look.objects.order_by("pk")
    staff, reviewer = looked.staff.user_id, looked.reviewer.user_id
    on(time_machine, 2029, 11, 25)
    assert kept() == [(staff, "facts"), (reviewer, "papers.responsible_front")]
    assert (entries(looked, looked.staff), entries(looked, looked.reviewer)) == ([first.pk], [second.pk])

    on(time_machine, 2029, 11, 26)

    assert kept() == [(None, ""), (reviewer, "papers.responsible_front")]
    first.refresh_from_db()
    assert (first.filing_id, first.role, first.at) == (looked.filing.pk, "provider", START)
    assert (entries(looked, looked.staff), entries(looked, looked.reviewer)) == ([], [second.pk])


def test_the_audit_log_is_sound_afterwards_and_another_change_of_the_row_is_named(looked, time_machine):
    number = AuditEntry.objects.latest("number").number
    on(time_machine, 2029, 11, 26)

    assert list(audit.faults()) == []
    audit.seal()
    assert list(audit.faults()) == []
    assert audit.check().fault == ""
    erased = Look.objects.earliest("pk")
    assert list(AuditEntry.objects.filter(number__gt=number).values_list("row", "person")) == [(erased.pk, None)]
    with pytest.raises(DatabaseError, match="Cannot update or delete rows from filings_look"), transaction.atomic():
        Look.objects.filter(pk=erased.pk).update(role="bureau")
    entries_kept = "Cannot update or delete rows from ministry_auditentry"
    with pytest.raises(DatabaseError, match=entries_kept), transaction.atomic():
        AuditEntry.objects.update(person=None)
    run("UPDATE filings_look SET role = 'bureau' WHERE id = %s", erased.pk)
    assert [(fault.table, fault.row) for fault in audit.faults()] == [("filings_look", erased.pk)]


def test_a_look_is_erased_once(looked, time_machine):
    on(time_machine, 2029, 11, 26)
    audit.seal()
    number = AuditEntry.objects.latest("number").number

    on(time_machine, 2029, 11, 27)

    assert audit.seal() == 0
    assert AuditEntry.objects.latest("number").number == number


def test_a_longer_period_holds(looked, time_machine):
    seen = RetentionPeriod.objects.filter(kind=DataKind.LOOKS).count()  # 0 after a test that has emptied every table
    operator, day = user(Party.MINISTRY), date(2028, 1, 1)
    retention.change(DataKind.LOOKS, 5, valid_from=day, why="新规定", by=operator, seen=seen)
    retention.PERIODS.forget()

    on(time_machine, 2031, 11, 25)
    assert len(kept()) == 2
    assert (None, "") not in kept()
    on(time_machine, 2031, 11, 26)

    assert kept()[0] == (None, "")
    retention.PERIODS.forget()


def test_a_run_that_does_not_finish_in_its_time_queues_the_rest(looked, time_machine, monkeypatch):
    monkeypatch.setattr(batches, "SECONDS", 0)
    monkeypatch.setattr(looks, "BATCH", 1)
    time_machine.move_to(START.replace(year=2031), tick=False)
    assert looks.erase_old() is True
    assert [row[0] is None for row in kept()] == [True, False]
    monkeypatch.setattr(current_app.conf, "task_always_eager", True)

    tasks.erase_looks()

    assert kept() == [(None, "")] * 2


# --- Pages ------------------------------------------------------------------------------------------------


def test_the_report_of_the_person_says_how_long_and_names_no_erased_look(looked, time_machine):
    on(time_machine, 2029, 11, 26)

    client = sign_in(Client(), user_of(looked.host))
    page = client.get(PAGE)

    assert [look.what for look in page.context["looks"]] == ["responsible person's certificate, portrait side"]
    assert "We keep who has looked at a filing for 3 years." in page.content.decode()
    assert client.get(PAGE, {"as": "file"}).json()["looks_kept"] == "3 years"


def test_the_report_without_any_look_speaks_of_the_period_only(looked, time_machine):
    on(time_machine, 2031, 1, 1)

    page = sign_in(Client(), user_of(looked.host)).get(PAGE)

    assert page.context["looks"] == []
    assert "Nobody has opened masked data or pictures of yours in the last 3 years." in page.content.decode()


def test_the_log_calls_an_erasure_one(looked, time_machine):
    on(time_machine, 2029, 11, 26)
    audit.seal()

    page = sign_in(Client(), user(Party.MINISTRY)).get(reverse("operators:log"), {"filing": looked.filing.pk})

    rows = [row for row in page.context["rows"] if row["entry"].shape.name == "filings_look"]
    assert [row["is_erasure"] for row in rows] == [True, False, False]
    assert page.content.decode().count("Data erased") == 1


def test_the_case_file_says_that_somebody_has_looked_and_no_longer_who(looked, time_machine):
    reader = looked.reviewer
    on(time_machine, 2029, 11, 26)
    audit.seal()

    read = text(fetched(reader, looked))

    assert unblanked(_("who, and at what: no longer kept")) in read
    assert unblanked("DIFFERS FROM THE SEALED ENTRY") not in read


def test_the_operators_find_no_erased_look_by_its_account(looked, time_machine):
    log = f"{reverse('operators:log')}?person={looked.staff.user_id}"
    client = sign_in(Client(), user(Party.MINISTRY))
    before = client.get(log).context["rows"]
    on(time_machine, 2029, 11, 26)
    client = sign_in(Client(), user(Party.MINISTRY))

    after = client.get(log).context["rows"]

    assert "filings_look" in {row["entry"].shape.name for row in before}
    assert "filings_look" not in {row["entry"].shape.name for row in after}
