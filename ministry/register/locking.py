"""Lock register rows, and refuse those that are no longer in force.

The subject's row lock serialises all writers to anything under it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import connection

from ministry.models import Access, Subject, Website
from ministry.register.entry_types import RegisterConflict

# Model → official code for writing to a row that is no longer in force
GONE = {Subject: 1049, Website: 1050, Access: 1032}

# Advisory lock: shared by those who enter one unit, exclusive for those who enter many
UNITS_LOCK: Final = 7_264_120_034


def lock_unit(unit_digest: str) -> None:
    """Lock a unit that may not be in the register yet, until the transaction ends.

    Without a digest, for an individual, only imports of many are locked out: they take the number series first, a
    single entry takes it last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s),"
            " CASE WHEN %s::text > '' THEN pg_advisory_xact_lock(hashtextextended(%s, 0)) END",
            [UNITS_LOCK, unit_digest, unit_digest],
        )


def lock_all_units() -> None:
    """Lock every unit, instead of many single ones; call it before any other lock of the register is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [UNITS_LOCK])


def lock_series(last: Iterable[tuple[str, int, int]]) -> None:
    """Lock number series until the transaction ends, and raise their last serials to at least these.

    ``last``: (province, year, serial) in ascending order, as every caller takes them. Others can't issue
    numbers of these series until then.
    """
    with connection.cursor() as cursor:
        for province, year, serial in last:
            cursor.execute(
                "INSERT INTO ministry_numberseries AS series (province, year, last) VALUES (%s, %s, %s)"
                " ON CONFLICT ON CONSTRAINT one_series_per_province_and_year"
                " DO UPDATE SET last = excluded.last WHERE series.last < excluded.last",
                [province, year, serial],
            )


def lock_subject(**which: int | date | None) -> Subject:
    """Lock and return the one subject that matches; raise Subject.DoesNotExist."""
    rows = Subject.objects.select_for_update(of=("self",), no_key=True)
    # By its primary key: after waiting for a lock, PostgreSQL doesn't read the joined rows again.
    return rows.get(**which) if "pk" in which else rows.get(pk=Subject.objects.values_list("pk").get(**which)[0])


def refuse_ended(row: Subject | Website | Access) -> None:
    if not row.live:
        raise RegisterConflict(GONE[type(row)])


def subject_in_force(subject_id: int) -> Subject:
    """Lock and return a subject in force; the row lock serialises all writers to anything under it."""
    subject = lock_subject(pk=subject_id)
    refuse_ended(subject)
    return subject


def website_in_force(website_id: int) -> Website:
    """Return a website in force, read under its subject's row lock."""
    subject = subject_in_force(Website.objects.values_list("subject_id", flat=True).get(pk=website_id))
    website = Website.objects.get(pk=website_id)
    refuse_ended(website)
    website.subject = subject
    return website
