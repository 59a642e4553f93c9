"""The columns of a subject's number: the next of its series, or one that another system has issued."""

from datetime import date
from typing import Any

from django.db import connection

from ministry.models import Subject
from ministry.reference.numbers import EARLIER_UNTIL, FilingNumber
from ministry.register.entry_types import NumberTaken
from ministry.register.locking import lock_series


def earlier(number: FilingNumber, province: str, on: date) -> dict[str, Any]:
    """Return the columns of an earlier system's number; raise ValueError unless it may be of that province and day."""
    if not number.is_earlier or number.sequence is not None or number.province.code != province or on > EARLIER_UNTIL:
        raise ValueError(f"{number} is not a number that an earlier system can have issued on {on} in {province}")
    return {"year": None, "serial": None, "earlier_number": str(number)}


def from_outside(number: FilingNumber) -> dict[str, Any]:
    """Return the columns of a number that a bureau's own system has issued; raise NumberTaken.

    Raises the last serial of its series to at least this one, so that it is never issued again.
    """
    year, serial = number.year_and_serial
    lock_series([(number.province.code, year, serial)])
    if Subject.objects.filter(province=number.province.code, year=year, serial=serial).exists():
        raise NumberTaken(number)
    return {"year": year, "serial": serial}


def next_number(province: str, year: int) -> dict[str, Any]:
    """Take the next number of the series; serials are consecutive because a rollback restores the counter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ministry_numberseries (province, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT ON CONSTRAINT one_series_per_province_and_year"
            " DO UPDATE SET last = ministry_numberseries.last + 1 RETURNING last",
            [province, year],
        )
        return {"year": year, "serial": int(cursor.fetchone()[0])}
