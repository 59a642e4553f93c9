"""Four real processes do the clock's work at once, one of them is killed in the middle of a batch: nobody hears twice.

The middle is made, not hoped for: a table that every batch writes to is locked until all four stand at it, each inside
its transaction with a batch of its own.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

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
from icp_portal.tests.committed import committed, seeded_again  # noqa: F401 — fixtures
from icp_portal.tests.killing import LONGEST, database_url, until
from icp_portal.tests.racing import copies
from ministry.models import CalendarDay, CalendarYear
from ops.bootstrap import ROOT

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.xdist_group("kills")]

WORKERS, FILINGS, BATCH = 4, 40, 5
SETUP = "import django; django.setup(); "
SETUP += "from filings.deadlines import recalculation, sweeps; from bureaus import morning_mail; "


@pytest.fixture
def start() -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts a process of its own that runs one call of the product."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "icp_portal.settings", "DATABASE_URL": database_url()}
    running: list[subprocess.Popen[bytes]] = []

    def run(call: str) -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([sys.executable, "-c", SETUP + call], cwd=ROOT, env=env))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait(LONGEST)


def standing() -> int:
    """How many other connections of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see the same answer for ever
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def four_at_once(start: Callable[[str], subprocess.Popen[bytes]], call: str, table: str) -> None:
    """Run the call in four processes; kill -9 one of them while all four stand inside a transaction at the table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        processes = [start(call) for _n in range(WORKERS)]
        until(lambda: standing() == WORKERS, "all four stand at the table")
        processes[0].kill()
        processes[0].wait(LONGEST)
    for process in processes[1:]:
        assert process.wait(LONGEST) == 0
    until(lambda: others() == 0, "the killed process's transaction is gone")


def overdue() -> list[Filing]:
    filings = copies(Case().submit().verify(), FILINGS, due_on=timezone.localdate() - timedelta(days=1))
    Email.objects.all().delete()
    return filings


def test_each_overdue_filing_is_told_once(start):
    filings = overdue()

    four_at_once(start, f"sweeps.watch_deadlines(batch={BATCH})", "post_office_email")
    sweeps.watch_deadlines(batch=BATCH)  # the next run finds what the killed one had taken

    told = Counter(Event.objects.filter(name="overdue").values_list("filing_id", flat=True))
    assert told == Counter(filing.pk for filing in filings)
    assert Email.objects.count() == FILINGS * len(notices.AUDIENCES["overdue"])
    assert sweeps.watch_deadlines() == 0


def test_each_due_date_moves_once_and_its_host_is_told_once(start):
    case = Case().submit().verify()
    filings = copies(case, FILINGS)
    Email.objects.all().delete()
    day = workday_after(case.filing)
    CalendarDay.objects.create(day=day, year_id=day.year, name="停工日")

    four_at_once(start, f"recalculation.derive_due_dates(batch={BATCH})", "filings_event")
    recalculation.derive_due_dates(batch=BATCH)
    moved = Counter(ClockEntry.objects.filter(what="moved").values_list("filing_id", flat=True))
    assert moved == Counter(filing.pk for filing in filings)
    assert not any(group.is_stale for group in recalculation.groups())
    assert MovedDate.objects.count() == FILINGS

    four_at_once(start, f"recalculation.tell_moved(batch={BATCH})", "post_office_email")
    recalculation.tell_moved(batch=BATCH)
    assert Counter(mail.to[0] for mail in Email.objects.all())[case.filing.host.email] == FILINGS
    assert MovedDate.objects.count() == 0


def workday_after(filing: Filing) -> date:
    """A day between receipt and due date that is worked from Monday to Friday and no exception yet."""
    exceptions = set(CalendarDay.objects.values_list("day", flat=True))
    day = timezone.localdate(filing.received_at) + timedelta(days=1)
    while day.weekday() > 4 or day in exceptions:
        day += timedelta(days=1)
    return day


def work_today() -> None:
    """Whatever day it is: the calendar says that it is worked."""
    today = timezone.localdate()
    CalendarYear.objects.update_or_create(year=today.year, defaults={"published": True, "source": "通知"})
    CalendarDay.objects.filter(day=today).delete()
    if today.weekday() > 4:
        CalendarDay.objects.create(day=today, year_id=today.year, is_working=True, name="调休上班")


def test_each_reviewer_has_one_digest(start):
    Case().submit().verify()
    people = [reviewer() for _n in range(3)]
    Email.objects.all().delete()
    work_today()

    four_at_once(start, "morning_mail.write()", "post_office_email")
    morning_mail.write()

    recipients = Counter(mail.to[0] for mail in Email.objects.all())
    assert set(recipients.values()) == {1}
    assert MorningMail.objects.count() == len(recipients) >= len(people)
