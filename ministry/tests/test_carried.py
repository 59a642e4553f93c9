"""Rows that come with the row they belong to are those that a query of their own would have found."""

from typing import Any

import pytest
from django.db import models

from filings import services
from filings.models import Filing
from filings.review import questions
from filings.states import Status
from icp_portal.tests.builders import case_at
from ministry.carried import carried, carrying
from ministry.models import CalendarYear

pytestmark = pytest.mark.django_db

RELATIONS = ("clock_entries", "questions", "replies", "opinions", "worksheets", "photo_words", "remarks", "snapshots")


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_they_are_the_same_rows_with_the_same_values_and_cost_nothing(django_assert_num_queries):
    case = case_at(Status.WITH_BUREAU).return_to_provider().verify()
    services.claim(case.filing.pk, case.reviewer)
    asked = questions.ask(case.filing.pk, case.reviewer, text='「在哪里」？\n\\ "引号"', days=3)
    questions.answer(case.filing.pk, case.staff, asked.pk, text="在北京。")
    wanted = {name: [columns(row) for row in getattr(case.filing, name).all()] for name in RELATIONS}

    with django_assert_num_queries(1):
        filing = carried(carrying(Filing.objects.all(), *RELATIONS).get(pk=case.filing.pk), *RELATIONS)
        found = {name: [columns(row) for row in getattr(filing, name).all()] for name in RELATIONS}
        assert all(row.filing is filing for name in RELATIONS for row in getattr(filing, name).all())

    assert found == wanted
    assert wanted["clock_entries"]
    assert wanted["snapshots"]


def test_a_row_without_any_has_none(django_assert_num_queries):
    filing = case_at(Status.DRAFT).filing

    with django_assert_num_queries(1):
        filing = carried(carrying(Filing.objects.all(), "remarks").get(pk=filing.pk), "remarks")
        assert list(filing.remarks.all()) == []


def test_what_is_filtered_is_asked_anew(django_assert_num_queries):
    year = carried(carrying(CalendarYear.objects.filter(year=2026), "days").get(), "days")

    with django_assert_num_queries(1):
        assert year.days.filter(is_working=True).count() < len(year.days.all())
