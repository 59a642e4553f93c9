from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from ministry.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

NONSENSE: list[tuple[type[models.Model], dict[str, Any], str, str]] = [
    (
        CalendarDay,
        {"day": date(2031, 1, 1), "year_id": 2030, "name": "元旦"},
        "a_day_lies_in_its_year",
        "This day is not in this year.",
    ),
    (
        CalendarDay,
        {"day": date(2030, 7, 2), "year_id": 2030, "is_working": True, "name": "调休上班"},
        "a_make_up_day_is_a_weekend_day",
        "Only a Saturday or a Sunday can be a make-up working day.",
    ),
    (
        CalendarYear,
        {"year": 2031, "published": True},
        "a_published_year_names_its_source",
        "Enter the notice that was published.",
    ),
    (CalendarYear, {"year": 31}, "a_year_has_four_digits", "Enter a year with four digits."),
]


@pytest.fixture(autouse=True)
def _year_2030():
    CalendarYear.objects.create(year=2030)


@pytest.mark.parametrize(
    "row",
    [
        {"day": date(2030, 1, 1), "name": "元旦"},
        {"day": date(2030, 1, 5), "name": "元旦"},
        {"day": date(2030, 1, 6), "name": "调休上班", "is_working": True},
    ],
    ids=["holiday", "holiday at a weekend", "make-up day"],
)
def test_an_exception_of_its_year_is_kept(row):
    day = CalendarDay(year_id=2030, **row)
    day.full_clean()
    day.save()

    assert list(CalendarDay.objects.filter(year=2030)) == [day]


@pytest.mark.parametrize(("model", "row", "constraint", "message"), NONSENSE)
def test_the_database_refuses_nonsense(model, row, constraint, message):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**row)


@pytest.mark.parametrize(("model", "row", "constraint", "message"), NONSENSE)
def test_a_form_is_told_what_is_wrong(model, row, constraint, message):
    with pytest.raises(ValidationError) as refusal:
        model(**row).full_clean()

    assert refusal.value.messages == [message]


def test_a_year_with_exceptions_is_not_deleted():
    CalendarDay.objects.create(day=date(2030, 1, 1), year_id=2030, name="元旦")

    with pytest.raises(models.ProtectedError):
        CalendarYear.objects.get(year=2030).delete()
