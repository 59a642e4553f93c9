"""Four real processes do the clock's work at once, one of them is killed in the middle of a batch: nobody hears twice.

The middle is made, not hoped for: a table that every batch writes to is locked until all four stand at it, each inside
its transaction with a batch of its own.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from post_office.models import Email

from bureaus import morning_mail
from bureaus.models import MorningMail
from filings.deadlines import recalculation, sweeps
from filings.mail import notices
from filings.models import ClockEntry, Event, Filing, MovedDate
from icp_portal.tests.builders import Case, reviewer
from icp_portal.tests.forked import connected, exit_code, kill, processes
from icp_portal.tests.killing import until
from icp_portal.tests.racing import copies, waiting_at_a_lock
from ministry.calendar import workdays
from ministry.models import CalendarDay, CalendarYear

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.xdist_group("kills")]

WORKERS, FILINGS, BATCH = 4, 40, 5


def four_at_once(function: Callable[[], Any], table: str) -> None:
    """Run it in four processes; kill -9 one of them while all four wait for the table inside a transaction."""
    with processes() as start:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            first, *others = [start(function) for _n in range(WORKERS)]
            until(lambda: waiting_at_a_lock() == WORKERS, "all four wait for the table")
            kill(first)
        assert [exit_code(process) for process in others] == [0] * (WORKERS - 1)
    until(lambda: connected() == 0, "the killed process's transaction is gone")


def overdue() -> list[Filing]:
    filings = copies(Case().submit().verify(), FILINGS, due_on=timezone.localdate() - timedelta(days=1))
    Email.objects.all().delete()
    return filings


def test_each_overdue_filing_is_told_once():
    filings = overdue()

    four_at_once(partial(sweeps.watch_deadlines, batch=BATCH), "post_office_email")
    sweeps.watch_deadlines(batch=BATCH)  # the next run finds what the killed one had taken

    told = Counter(Event.objects.filter(name="overdue").values_list("filing_id", flat=True))
    assert told == Counter(filing.pk for filing in filings)
    assert Email.objects.count() == FILINGS * len(notices.AUDIENCES["overdue"])
    assert sweeps.watch_deadlines() == 0


def test_each_due_date_moves_once_and_its_host_is_told_once():
    case = Case().submit().verify()
    filings = copies(case, FILINGS)
    Email.objects.all().delete()
    day = workday_after(case.filing)
    year, _new = CalendarYear.objects.get_or_create(year=day.year)
    CalendarDay.objects.create(day=day, year=year, name="停工日")

    four_at_once(partial(recalculation.derive_due_dates, batch=BATCH), "filings_event")
    recalculation.derive_due_dates(batch=BATCH)
    moved = Counter(ClockEntry.objects.filter(what="moved").values_list("filing_id", flat=True))
    assert moved == Counter(filing.pk for filing in filings)
    assert not any(group.is_stale for group in recalculation.groups())
    assert MovedDate.objects.count() == FILINGS

    four_at_once(partial(recalculation.tell_moved, batch=BATCH), "post_office_email")
    recalculation.tell_moved(batch=BATCH)
    assert Counter(mail.to[0] for mail in Email.objects.all())[case.filing.host.email] == FILINGS
    assert MovedDate.objects.count() == 0


def workday_after(filing: Filing) -> date:
    """A day between receipt and due date that is worked from Monday to Friday and no exception yet."""
    received_on, due_on = timezone.localdate(filing.received_at), filing.due_on
    return next(day.date for day in workdays.days_of(received_on, due_on) if day.kind == workdays.DayKind.COUNTED)


def work_today() -> None:
    """Whatever day it is: the calendar says that it is worked."""
    today = timezone.localdate()
    CalendarYear.objects.update_or_create(year=today.year, defaults={"published": True, "source": "通知"})
    CalendarDay.objects.filter(day=today).delete()
    if today.weekday() > 4:
        CalendarDay.objects.create(day=today, year_id=today.year, is_working=True, name="调休上班")


def test_each_reviewer_has_one_digest():
    Case().submit().verify()
    people = [reviewer() for _n in range(3)]
    Email.objects.all().delete()
    work_today()

    four_at_once(morning_mail.write, "post_office_email")
    morning_mail.write()

    recipients = Counter(mail.to[0] for mail in Email.objects.all())
    assert set(recipients.values()) == {1}
    assert MorningMail.objects.count() == len(recipients) >= len(people)
