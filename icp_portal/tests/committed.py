"""For tests that really commit: threads, workers, browsers. Ending such a test empties every table, the seeds too.

``committed`` puts back what the migrations had entered, before the test and after it, so that neither this test
nor a later one of the same run finds a calendar or a bureau missing.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from bureaus.models import Bureau
from ministry.calendar.data import seed_calendar
from ministry.models import CalendarDay, CalendarYear, ProvinceRule, RuleChange
from ministry.reference import provinces
from ministry.rules.data import seed_rules


def seed() -> None:
    """Enter the bureaus, the work calendars and the province rules, as the migrations do. Safe to run twice."""
    Bureau.objects.bulk_create(
        [Bureau(province=province.code) for province in provinces.PROVINCES], ignore_conflicts=True
    )
    seed_calendar(CalendarYear, CalendarDay)
    seed_rules(ProvinceRule, RuleChange)


@pytest.fixture
def seeded_again(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Ends after the tables have been emptied, because it began before ``transactional_db``."""
    yield
    with django_db_blocker.unblock():
        seed()


@pytest.fixture
def committed(seeded_again: None, transactional_db: None) -> None:
    """A database in which every commit is real."""
    seed()


def as_at_commit() -> None:
    """Run the deferred triggers of this transaction, as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
