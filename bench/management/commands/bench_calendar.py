"""``manage.py bench_calendar``: measure a change of the calendar with 100,000 open filings, and who waits for it.

Uses a throw-away database. One filing is made through the services, the others are copies of its row. While the due
dates are derived, another process locks and saves single filings as a decision does.
Fails when the derivation takes longer than ``MOST`` seconds or a decision waits longer than ``LONGEST_WAIT``.
"""

import json
import os
import random
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from bench import world
from filings import clock
from filings.actors import portal
from filings.deadlines import recalculation
from filings.models import Filing, MovedDate
from filings.moves.moving import locked
from ministry.calendar import workdays
from ministry.models import CalendarDay, CalendarYear

FILINGS = 100_000
MOST = 30.0
LONGEST_WAIT = 1.0
DATABASE = "bench_calendar"
DAYS = 28


class Command(BaseCommand):
    help = "Measure the derivation of many due dates after a change of the calendar, in a throw-away database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--filings", type=int, default=FILINGS)

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["filings"]
        with world.database(DATABASE):
            self.stdout.write(f"Filling {count:,} …")
            _fill(count)
            quiet = _meanwhile(lambda: time.sleep(3))[1]
            _change()
            took, waits = _meanwhile(recalculation.derive_due_dates)
            moved = MovedDate.objects.count()
            told, _none = _timed(recalculation.tell_moved)
        self.stdout.write(f"derived {moved:,} in {took:.1f} s ({moved / took:,.0f} a second); told in {told:.1f} s")
        self.stdout.write(f"a decision, nothing else going on: {_words(quiet)}")
        self.stdout.write(f"a decision during the derivation:  {_words(waits)}")
        if took > MOST * max(1, count / FILINGS) or max(waits) > LONGEST_WAIT:
            raise CommandError("Too slow.")


def _words(waits: list[float]) -> str:
    median, *_rest, p99 = statistics.median(waits), *statistics.quantiles(waits, n=100)
    return f"p50 {median * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, longest {max(waits) * 1000:.1f} ms, of {len(waits):,}"


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = call()
    return time.perf_counter() - begin, answer


def _meanwhile(call: Callable[[], Any]) -> tuple[float, list[float]]:
    """Return the seconds the call takes, and those of each decision that another process makes meanwhile."""
    connection.close()
    results, stop = os.pipe(), os.pipe()
    if not (child := os.fork()):
        os.close(stop[1])
        os.write(results[1], json.dumps(_decide_until(stop[0])).encode())
        os._exit(0)
    os.close(results[1])
    took, _answer = _timed(call)
    os.close(stop[1])
    with os.fdopen(results[0]) as told:
        waits = json.load(told)
    os.waitpid(child, 0)
    return took, waits


def _decide_until(stop: int) -> list[float]:
    """Lock and save random filings until the pipe is closed; return the seconds each took."""
    os.set_blocking(stop, False)
    ids = list(Filing.objects.values_list("pk", flat=True))
    waits = []
    while not _is_closed(stop):
        waits.append(_timed(lambda: _decide(random.choice(ids)))[0])  # noqa: S311 — no secret
        time.sleep(0.005)
    return waits


def _decide(filing_id: int) -> None:
    with locked(filing_id, portal()) as filing:
        filing.touched_at = timezone.now()
        filing.save(update_fields=["touched_at"])


def _is_closed(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False


# --- The database -----------------------------------------------------------------------------------


def _fill(count: int) -> None:
    """Create one filing with its bureau, and copies of it received over the last four weeks."""
    case = world.filing_with_bureau()
    values = {
        "id": f"{case.pk} + n",
        "domain": "'bench-' || n || '.cn'",
        "subject_digest": "lpad(n::text, 64, '0')",
        "received_at": f"received_at - mod(n, {DAYS}) * interval '1 day'",
    }
    columns = [str(field.column) for field in Filing._meta.concrete_fields]
    taken = ", ".join(values.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = Filing._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {taken} FROM {table}, generate_series(1, %s) n",  # noqa: S608 — no input
            [count - 1],
        )
    today = timezone.localdate()
    for day in (today - timedelta(days=number) for number in range(DAYS + 1)):
        due = clock.due(day)
        rows = Filing.objects.filter(received_at__gte=clock.moment(day), received_at__lt=clock.moment(day) + _DAY)
        rows.update(due_on=due.on, due_is_provisional=due.is_provisional)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")


_DAY = timedelta(days=1)


def _change() -> None:
    """Add a day off soon, before every due date that is still to come."""
    day = _worked_weekday(timezone.localdate())
    year, _new = CalendarYear.objects.get_or_create(year=day.year)
    CalendarDay.objects.create(day=day, year=year, name="停工日")


def _worked_weekday(day: date) -> date:
    """Return the first working day, from the given day on, that has no calendar entry."""
    while not workdays.is_working_day(day) or CalendarDay.objects.filter(day=day).exists():
        day += _DAY
    return day
