"""Tables are as the migrations left them after a test that really commits, whatever it has left in them."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from bureaus.models import Bureau
from filings.states import Status
from icp_portal.tests import emptied
from icp_portal.tests.builders import case_at
from ministry.models import AuditWaiting, CalendarDay, ProvinceRule, RetentionPeriod

pytestmark = pytest.mark.usefixtures("transactional_db")


def content() -> dict[type, list[Any]]:
    models = apps.get_models(include_auto_created=True)
    return {model: rows for model in models if (rows := [*model._base_manager.order_by("pk").values()])}


@pytest.mark.parametrize(
    "patched",
    [{}, {"LARGE": 0}, {"triggers_can_be_switched_off": lambda: False}],
    ids=["small", "large", "triggers can't be switched off"],
)
def test_what_was_committed_is_deleted_and_what_the_migrations_entered_is_there_again(patched, monkeypatch):
    before = content()
    assert {Bureau, CalendarDay, ProvinceRule, RetentionPeriod} <= before.keys()
    case_at(Status.WITH_BUREAU)
    CalendarDay.objects.all().delete()
    for name, value in patched.items():
        monkeypatch.setattr(emptied, name, value)

    emptied.leave_as_migrated()

    after = content()
    if not emptied.triggers_can_be_switched_off():
        # Entering the rows is on record, with another time.
        assert before.pop(AuditWaiting)
        assert after.pop(AuditWaiting)
    assert after == before


def test_triggers_are_on_again():
    emptied.leave_as_migrated()

    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
