"""A changed calendar: which due dates move, who is told, what is on record; and what a killed or late run leaves."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from filings import clock
from filings.deadlines import recalculation
from filings.models import ClockEntry, Filing, MovedDate
from filings.states import Status
from icp_portal.tests.builders import Case
from ministry.calendar.work_calendar import CalendarDraft
from ministry.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db


def day_off(day: date = date(2026, 7, 8)) -> None:
    CalendarDay.objects.create(day=day, year_id=day.year, name="停工日")


def received(time_machine, day: str = "2026-07-06") -> Case:
    """A filing that the bureau received at ten on that day; what has been mailed about it is forgotten."""
    time_machine.move_to(f"{day} 10:00 +0800")
    case = Case().submit().verify()
    Email.objects.all().delete()
    return case


def rows(case: Case) -> list[tuple[str, str, date | None, date | None]]:
    return list(case.filing.clock_entries.values_list("what", "why", "was_due_on", "due_on"))


def mailed() -> dict[str, str]:
    return {mail.to[0]: mail.subject for mail in Email.objects.all()}


OLD, NEW = date(2026, 8, 3), date(2026, 8, 4)


def test_start_restart_and_stop_are_rows_with_a_reason(time_machine):
    case = received(time_machine)
    case.return_to_provider()
    time_machine.move_to("2026-07-10 23:30 +0800")
    case.verify().approve()

    again = date(2026, 8, 7)
    assert rows(case) == [
        ("started", "received", None, OLD),
        ("stopped", "return", None, OLD),
        ("restarted", "changed", None, again),
        ("stopped", "approve", None, again),
    ]
    assert [entry.was_late for entry in case.filing.clock_entries.filter(what="stopped")] == [False, False]


def test_a_date_that_moves_is_on_record_and_its_host_and_provider_are_told_once(time_machine):
    case, other = received(time_machine), received(time_machine, "2026-07-13")
    day_off()

    assert (recalculation.derive_due_dates(), recalculation.derive_due_dates()) == (1, 0)
    assert Email.objects.count() == 0  # the mails come in their own time
    assert (recalculation.tell_moved(), recalculation.tell_moved()) == (1, 0)

    assert rows(case.refresh())[-1] == ("moved", "calendar", OLD, NEW)
    assert "2026年部分节假日" in case.filing.clock_entries.last().notice
    assert case.filing.events.get(name="clock").note == "2026-08-03 → 2026-08-04"
    assert mailed().keys() == {case.filing.host.email, case.provider.contact_email}
    assert [what for what, *_rest in rows(other.refresh())] == ["started"]


def test_a_notice_that_confirms_a_date_is_on_record_and_nobody_is_told(time_machine):
    case = received(time_machine, "2026-12-15")
    CalendarYear.objects.create(year=2027, published=True, source="通知", number="1号")
    CalendarDay.objects.create(day=date(2027, 1, 1), year_id=2027, name="元旦")

    assert recalculation.derive_due_dates() == 0
    recalculation.tell_moved()

    assert rows(case.refresh())[-1][:2] == ("confirmed", "calendar")
    assert (case.filing.due_is_provisional, Email.objects.count()) == (False, 0)


def test_no_filing_is_read_until_the_calendar_changes_again(time_machine):
    case = received(time_machine)
    day_off()
    asked = []
    for minutes in (0, 29, 31, 32):
        time_machine.move_to(f"2026-07-06 12:{minutes:02} +0800")
        with CaptureQueriesContext(connection) as captured:
            recalculation.derive_due_dates()
        asked.append(any('FROM "filings_filing"' in query["sql"] for query in captured.captured_queries))
    assert asked == [True, True, True, False]
    assert case.refresh().filing.due_on == NEW

    CalendarDay.objects.filter(day=date(2026, 7, 8)).delete()
    assert recalculation.derive_due_dates() == 1
    assert case.refresh().filing.due_on == OLD


def test_a_filing_received_by_the_earlier_calendar_while_the_run_went_is_found_by_a_later_one(time_machine):
    case = received(time_machine)
    day_off()
    assert recalculation.derive_due_dates() == 1
    Filing.objects.update(due_on=OLD)  # committed only now

    time_machine.move_to("2026-07-06 10:40 +0800")
    assert recalculation.derive_due_dates() == 1
    assert case.refresh().filing.due_on == NEW


def test_a_date_that_moves_forth_and_back_before_the_mail_is_no_news(time_machine):
    case = received(time_machine)
    day_off()
    recalculation.derive_due_dates()
    CalendarDay.objects.filter(day=date(2026, 7, 8)).delete()
    recalculation.derive_due_dates()

    recalculation.tell_moved()

    assert case.refresh().filing.due_on == OLD
    assert [row[0] for row in rows(case)] == ["started", "moved", "moved"]
    assert (Email.objects.count(), MovedDate.objects.count()) == (0, 0)


def test_a_decided_filing_keeps_its_date_and_hears_nothing(time_machine):
    decided, after = received(time_machine), received(time_machine)
    decided.approve()
    day_off()
    recalculation.derive_due_dates()
    after.approve()
    Email.objects.all().delete()

    recalculation.tell_moved()

    assert (decided.refresh().filing.due_on, after.refresh().filing.due_on) == (OLD, NEW)
    assert Email.objects.count() == 0


def test_a_run_that_stops_after_a_batch_goes_on_where_it_stopped(time_machine, monkeypatch):
    cases = [received(time_machine) for _n in range(5)]
    day_off()
    written = recalculation._set
    calls = []

    def dies(*args):
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return written(*args)

    monkeypatch.setattr(recalculation, "_set", dies)
    with pytest.raises(SystemExit):
        recalculation.derive_due_dates(batch=2)
    assert Filing.objects.filter(due_on=NEW).count() == 2
    monkeypatch.undo()

    assert recalculation.derive_due_dates(batch=2) == 3
    assert ClockEntry.objects.filter(what="moved").count() == MovedDate.objects.count() == len(cases)


def test_what_the_new_date_has_not_reached_is_reminded_of_again(time_machine):
    case = received(time_machine)
    time_machine.move_to("2026-08-03 09:00 +0800")
    Filing.objects.update(reminded_level=3)
    day_off(date(2026, 7, 8))

    recalculation.derive_due_dates()

    assert case.refresh().filing.reminded_level == 2


def test_a_considered_change_moves_dates_on_paper_alone(time_machine):
    case = received(time_machine)
    year = CalendarYear.objects.get(year=2026)
    days = [*CalendarDay.objects.filter(year=2026), CalendarDay(day=date(2026, 7, 8), year=year, name="停工日")]

    [group] = recalculation.groups(change=CalendarDraft(year, tuple(days)))

    assert (group.moves, group.due_on, group.due.on, group.filings) == (True, OLD, NEW, 1)
    assert case.refresh().filing.due_on == OLD
    assert not any(group.is_stale for group in recalculation.groups())


@pytest.mark.parametrize("filings", [1, 12])
def test_a_batch_costs_the_same_however_many_filings(time_machine, filings):
    for _n in range(filings):
        received(time_machine)
    day_off()

    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        [group] = recalculation.groups()
        recalculation._next(group, 0, 100, waits=False)

    statements = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    # groups with their calendar; the batch's calendar, filings, cut-offs; the numbers of its events; all that changes
    assert len(statements) == 2 + 1 + 1 + 1 + 1 + 1


def test_a_date_in_a_year_without_a_notice_says_so_on_every_row(time_machine):
    case = received(time_machine, "2026-12-15")
    assert case.filing.clock_entries.get().is_provisional
    assert clock.due(date(2026, 12, 15)).is_provisional
    assert Filing.objects.filter(status=Status.WITH_BUREAU, due_is_provisional=True).count() == 1
    assert timezone.localdate() == date(2026, 12, 15)
